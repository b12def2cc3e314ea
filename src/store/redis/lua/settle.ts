// What becomes of a claim; the twin is `settle` in rule/settle.ts.
import { LEASE_MS, MAX_NEWS_AGE_MS } from '../../../rule/alert-state.js'
import { COOLDOWN } from './cooldown.js'
import { HISTORY } from './overview.js'
import { INTEGER, type Script, SERVER_CLOCK, STATE_TTL, script } from './script.js'

/** The original stays quiet so much longer than until the next attempt, which a heartbeat may have to begin. */
const HOLD_MARGIN_MS = 2 * LEASE_MS

/**
 * Says what became of a claim.
 *
 * KEYS  1 cooldown   2 alert   3 series that are due   4 what processes tell each other   5 alerts that are over with
 * ARGV  1 alert id   2 whose claim it is   3 'delivered', 'postponed', 'parked', 'gone', 'abandoned' or 'renewed'
 *       4 for how long it waits (ms)   5 1 where the receiver was called   6 the config that it was claimed under
 *       7 cooldown (ms)   8 longest cooldown (ms or 0)   9 window (ms)   10 1 to tell when the errors stop   11 series id
 *       12 how an attempt ended, in words, '' where none was made   13 account of what is over with (JSON) or ''
 * reply 1 where the alert was pending and, unless it was delivered, this claim's; else 0
 */
export function settleScript(clock: string = SERVER_CLOCK): Script {
  return script(`
local id, holder, settlement, wait, wasTried, config = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5] == '1', ARGV[6]
local cooldown, cooldownMax, window = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local sendResolved, series, outcome, account = ARGV[10] == '1', ARGV[11], ARGV[12], ARGV[13]
${INTEGER}
${clock}
${STATE_TTL}
${COOLDOWN}
${HISTORY}
local fields = redis.call('HMGET', KEYS[2], 'id', 'kind', 'held', 'told', 'step', 'raised', 'draft', 'dest', 'count', 'since', 'by', 'tries', 'attempts')
local pending, kind, held, told, step = fields[1], fields[2], fields[3], tonumber(fields[4] or nil), tonumber(fields[5] or 0)
local raised, draft, destination, count, since = tonumber(fields[6] or nil) or now, fields[7], fields[8], fields[9], fields[10]
local tries, attempts = tonumber(fields[12] or nil) or 0, fields[13] or ''
if pending ~= id or (settlement ~= 'delivered' and fields[11] ~= holder) then return 0 end
redis.call('ZCARD', KEYS[3])
redis.call('HLEN', KEYS[4])
redis.call('LLEN', KEYS[5])
local isFiring, ttl = kind == 'firing', ttlOf(window, cooldown, cooldownMax)

local function forgetPending()
  redis.call('HDEL', KEYS[2], 'id', 'kind', 'until', 'by', 'dest', 'count', 'tries', 'draft', 'held', 'raised', 'facts', 'origin', 'parked', 'again', 'attempts')
end
local function forgetEpisode()
  redis.call('HDEL', KEYS[2], 'since', 'peak', 'total', 'quiet', 'toldId', 'toldDraft', 'toldDest')
  redis.call('ZREM', KEYS[3], series)
end
local function lookAgainAt(due)
  redis.call('ZADD', KEYS[3], integer(due), series)
  redis.call('PEXPIRE', KEYS[3], ttl)
  redis.call('PEXPIRE', KEYS[2], ttl)
end
-- Only where no cooldown of somebody else's has taken its place.
local function holdFor(quiet)
  local key = redis.call('GET', KEYS[1])
  if not isFiring or (key and key ~= held) then return end
  if quiet > 0 then redis.call('SET', KEYS[1], held, 'PX', integer(quiet)) else redis.call('DEL', KEYS[1]) end
end
local function waitUntil(due, quiet)
  redis.call('HSET', KEYS[2], 'until', integer(due), 'by', '')
  lookAgainAt(due)
  holdFor(quiet)
end
local function park(due, again)
  -- Whoever saw the config change meanwhile has looked already.
  local seenConfig = redis.call('HGET', KEYS[4], 'config')
  if seenConfig and seenConfig ~= config then due = now end
  redis.call('HSET', KEYS[2], 'parked', config, 'again', integer(again))
  waitUntil(due, cooldown)
end

if outcome ~= '' then attempts = withAttempt(attempts, now, outcome) end
if settlement == 'delivered' or settlement == 'abandoned' then
  if account ~= '' then addHistory(KEYS[5], historyLine(account, raised, now, tries, attempts, settlement)) end
elseif outcome ~= '' then redis.call('HSET', KEYS[2], 'attempts', attempts) end

if settlement == 'renewed' then
  redis.call('HSET', KEYS[2], 'until', integer(now + ${LEASE_MS}))
  lookAgainAt(now + ${LEASE_MS})
  holdFor(${LEASE_MS})
elseif settlement == 'postponed' then
  if not wasTried then redis.call('HINCRBY', KEYS[2], 'tries', -1) end
  waitUntil(now + wait, wait + ${HOLD_MARGIN_MS})
elseif settlement == 'parked' then park(now + wait, now + cooldown)
elseif settlement == 'gone' then
  redis.call('HSET', KEYS[4], 'gone ' .. destination, config)
  redis.call('PEXPIRE', KEYS[4], ttl)
  park(raised + ${MAX_NEWS_AGE_MS}, raised + ${MAX_NEWS_AGE_MS})
elseif settlement == 'abandoned' then
  holdFor(0)
  forgetPending()
  if isFiring and since then lookAgainAt(now + 1) else forgetEpisode() end
elseif isFiring then
  step = nextStep(told, step, raised, cooldown, cooldownMax)
  forgetPending()
  local quiet = cooldownAfter(step, cooldown, cooldownMax)
  redis.call('HSET', KEYS[2], 'told', integer(now), 'step', integer(step), 'cools', integer(now + quiet), 'last', id .. ' ' .. (count or 0))
  redis.call('SET', KEYS[1], integer(math.floor(now / 1000)), 'PX', integer(quiet))
  if sendResolved then
    if not since then redis.call('HSET', KEYS[2], 'since', integer(raised), 'peak', count, 'total', count) end
    redis.call('HSET', KEYS[2], 'toldId', id, 'toldDraft', draft, 'toldDest', destination)
    lookAgainAt(now + 1)
  else forgetEpisode() end
  redis.call('PEXPIRE', KEYS[2], ttl)
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
