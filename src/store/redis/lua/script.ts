// The Lua that scripts share.
import { MAX_NOTICE_AGE_MS } from '../../../rule/alert-state.js'

/** Sets `now` to the server's clock in milliseconds; tests put a clock of their own in its place. */
export const SERVER_CLOCK = `local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)`

/** Whole numbers become text this way: Redis refuses `61000.0`, and concatenation keeps 14 digits only. */
export const INTEGER = `local integer = function(number) return string.format('%d', number) end`

/** A count or a time that is kept as text, or nil where another hand has made something else of it. */
export const WHOLE = `local function wholeOf(text) return text and #text < 16 and string.match(text, '^%d+$') and tonumber(text) or nil end`

/** Somebody who has the rule looks at an alert that is a day old within this, and gives it up. */
const LOOK_MARGIN_MS = 3_600_000

const STATE_TTL_MS = MAX_NOTICE_AGE_MS + LOOK_MARGIN_MS
const SPANS_TO_LIVE = 2

/** Nothing of ours stays for ever: what nobody looks at any more goes after a day, and twice the longest of these spans of its rule. */
export function stateTtlMs(...spansMs: readonly number[]): number {
  return STATE_TTL_MS + SPANS_TO_LIVE * Math.max(0, ...spansMs)
}

/** The same for what a script writes. */
export const STATE_TTL: string = `local function ttlOf(...)
  return integer(${STATE_TTL_MS} + ${SPANS_TO_LIVE} * math.max(0, ...))
end`

/**
 * Reads a key of ours, and writes to one. One that holds something else than what is kept there, since another hand wrote to it, is begun anew and named
 * in `repaired`: it must neither stop the counting nor end a script halfway, which would be counted again at each retry.
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
-- The same for what is written to without having been read.
local function write(command, key, ...)
  local reply = redis.pcall(command, key, ...)
  if type(reply) ~= 'table' or not reply.err then return reply end
  if not string.find(reply.err, 'WRONGTYPE', 1, true) then error(reply.err) end
  repair(key)
  return redis.call(command, key, ...)
end
`
