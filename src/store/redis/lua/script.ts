// Lua that all scripts share.
import { MAX_NOTICE_AGE_MS } from '../../../rule/alert-state.js'

/** Lua that sets `now` to the server's clock in milliseconds; tests put a clock of their own in its place. */
export const SERVER_CLOCK = `local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)`

/** Lua that writes a whole number as text: Redis refuses `61000.0`, and Lua's concatenation keeps 14 digits only. */
export const INTEGER = `local integer = function(number) return string.format('%d', number) end`

/** Lua that reads a count or a time from text; nil where others have made something else of it. */
export const WHOLE = `local function wholeOf(text) return text and #text < 16 and string.match(text, '^%d+$') and tonumber(text) or nil end`

/** An alert that is a day old is looked at within this time, by a process that has its rule, and given up. */
const LOOK_MARGIN_MS = 3_600_000

const STATE_TTL_MS = MAX_NOTICE_AGE_MS + LOOK_MARGIN_MS
const SPANS_TO_LIVE = 2
const FLEET_TTL_MS = 8 * 86_400_000

/** How long a key is kept (ms) after it was last written: a day and an hour, and twice the longest of these spans of its rule, so that nothing stays in Redis for ever. */
export function stateTtlMs(...spansMs: readonly number[]): number {
  return STATE_TTL_MS + SPANS_TO_LIVE * Math.max(0, ...spansMs)
}

/**
 * How long what all processes agree on is kept (ms), the fleet's id among it: over a week in which none of them runs, since by that id
 * receivers tell what is open.
 */
export function fleetTtlMs(...spansMs: readonly number[]): number {
  return Math.max(FLEET_TTL_MS, stateTtlMs(...spansMs))
}

/** Lua that makes the TTL of a key (ms) of the spans of its rule, as `stateTtlMs` does. */
export const STATE_TTL: string = `local function ttlOf(...)
  return integer(${STATE_TTL_MS} + ${SPANS_TO_LIVE} * math.max(0, ...))
end`

/**
 * Lua that reads and writes keys. A key of another type than ours, since others wrote to it, is begun anew and named in `repaired`: it must
 * neither stop the counting nor end a script halfway, since Redis takes nothing back of what a script has written.
 */
export const READ = `
local repaired = {}
local function repair(key)
  redis.call('DEL', key)
  repaired[#repaired + 1] = key
end
local function read(command, key, ...)
  local reply = redis.pcall(command, key, ...)
  if type(reply) ~= 'table' or not reply.err then return reply end
  if not string.find(reply.err, 'WRONGTYPE', 1, true) then error(reply.err) end
  repair(key)
  return false
end
-- Writes to a key that was not read before.
local function write(command, key, ...)
  local reply = redis.pcall(command, key, ...)
  if type(reply) ~= 'table' or not reply.err then return reply end
  if not string.find(reply.err, 'WRONGTYPE', 1, true) then error(reply.err) end
  repair(key)
  return redis.call(command, key, ...)
end
`
