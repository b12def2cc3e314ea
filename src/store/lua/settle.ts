// What becomes of a claim; the twin is `settle` in rule/decide.ts.
import { RETRY_MS } from '../../rule/decide.js'
import { COOLDOWN } from './cooldown.js'
import { INTEGER, type Script, SERVER_CLOCK, STATE_TTL, script } from './script.js'

/**
 * Ends a claim.
 *
 * KEYS  1 cooldown   2 alert   3 series that are due
 * ARGV  1 alert id   2 'delivered' or 'released'   3 cooldown (ms)   4 longest cooldown (ms or 0)   5 window (ms)
 *       6 1 to tell when the errors stop   7 series id
 * reply 1 where the alert was pending, else 0
 */
export function settleScript(clock: string = SERVER_CLOCK): Script {
  return script(`
local id, settlement, cooldown, cooldownMax, window = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local sendResolved, series = ARGV[6] == '1', ARGV[7]
${INTEGER}
${clock}
${STATE_TTL}
${COOLDOWN}
local fields = redis.call('HMGET', KEYS[2], 'id', 'kind', 'held', 'told', 'step', 'raised', 'draft', 'dest', 'count', 'since')
local pending, kind, held, told, step = fields[1], fields[2], fields[3], tonumber(fields[4] or nil), tonumber(fields[5] or 0)
local raised, draft, destination, count, since = tonumber(fields[6] or now), fields[7], fields[8], fields[9], fields[10]
if pending ~= id then return 0 end
redis.call('ZCARD', KEYS[3])

local function forgetPending()
  redis.call('HDEL', KEYS[2], 'id', 'kind', 'until', 'by', 'dest', 'count', 'tries', 'draft', 'held', 'raised', 'facts')
end
local function forgetEpisode()
  redis.call('HDEL', KEYS[2], 'since', 'peak', 'total', 'quiet', 'toldId', 'toldDraft', 'toldDest')
  redis.call('ZREM', KEYS[3], series)
end
local function lookAgainAt(due)
  redis.call('ZADD', KEYS[3], integer(due), series)
  redis.call('PEXPIRE', KEYS[3], ttlOf(window, cooldown, cooldownMax))
end

if settlement == 'released' then
  local retry = kind == 'firing' and 0 or now + ${RETRY_MS}
  redis.call('HSET', KEYS[2], 'until', integer(retry), 'by', '')
  if kind == 'firing' then redis.call('ZREM', KEYS[3], series) else lookAgainAt(retry) end
  if redis.call('GET', KEYS[1]) == held then redis.call('DEL', KEYS[1]) end
elseif kind == 'firing' then
  step = nextStep(told, step, raised, cooldown, cooldownMax)
  forgetPending()
  local wait = cooldownAfter(step, cooldown, cooldownMax)
  redis.call('HSET', KEYS[2], 'told', integer(now), 'step', integer(step), 'cools', integer(now + wait))
  redis.call('SET', KEYS[1], integer(math.floor(now / 1000)), 'PX', integer(wait))
  if sendResolved then
    if not since then redis.call('HSET', KEYS[2], 'since', integer(raised), 'peak', count, 'total', count) end
    redis.call('HSET', KEYS[2], 'toldId', id, 'toldDraft', draft, 'toldDest', destination)
    lookAgainAt(now + 1)
  else forgetEpisode() end
  redis.call('PEXPIRE', KEYS[2], ttlOf(window, cooldown, cooldownMax))
else
  forgetPending()
  forgetEpisode()
end
return 1
`)
}

/**
 * Puts more into a claimed alert before it is told for the first time, so that whoever takes it over tells the same.
 *
 * KEYS  1 alert
 * ARGV  1 alert id   2 draft (JSON)
 * reply 1 where the alert was pending, else 0
 */
export const enrichScript: Script = script(`
if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'draft', ARGV[2])
return 1
`)
