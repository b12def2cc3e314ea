// The scripts by which the holder of a claim settles or enriches it; the twin is `settle` in rule/settle.ts.
import { EPISODE_LOOK_MS } from '../../../rule/alert-state.js'
import { type Script, script } from '../../script.js'
import { ALERT_STATE, READ_STATE } from './alert-state.js'
import { COOLDOWN } from './cooldown.js'
import { REVISION } from './fleet.js'
import { FREEZE } from './many.js'
import { ANSWERED, HISTORY } from './overview.js'
import { INTEGER, READ, SERVER_CLOCK, STATE_TTL, WHOLE } from './script.js'

/**
 * Says what became of a claim.
 *
 * KEYS  1 cooldown of the default rule   2 delivery   3 alert   4, 5 the rule's series with a pending alert, with an end to come
 *       6 fleet   7 history   8 how the last attempt of the rule for this destination ended
 * ARGV  1 notice id   2 holder of the claim   3 'begun', 'delivered', 'postponed', 'parked' or 'abandoned'   4 wait until the next attempt (ms)
 *       5 revision of the config under which it was claimed   6 cooldown (ms)   7 longest cooldown (ms or 0)   8 window (ms)
 *       9 lease (ms)   10 1 where the rule has sendResolved   11 series id   12 1 where the original service counts the series too
 *       13 how an attempt ended, in words, '' where none was made   14 account of a notice that was delivered or given up (JSON), or ''
 *       15 the destination's id   16 1 where the series is `(many)`
 * reply 1 where the notice was pending and, unless it was delivered, this claim's, or where it is an end that was delivered though an
 *       alert has taken its place; else 0. For an attempt at an alert of `(many)` that begins: { its count, its draft }
 */
export function settleScript(clock: string = SERVER_CLOCK): Script {
  return script(`
local unpack = table.unpack or unpack
local id, holder, settlement, waitMs, claimedUnder = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5]
local e = {
  cooldownMs = tonumber(ARGV[6]), cooldownMaxMs = tonumber(ARGV[7]), windowMs = tonumber(ARGV[8]), leaseMs = tonumber(ARGV[9]),
  sendResolved = ARGV[10] == '1', series = ARGV[11], countCount = 0, alertKey = KEYS[3], dueKey = KEYS[4], endKey = KEYS[5], cooldownKey = ARGV[12] == '1' and KEYS[1] or nil,
}
local outcome, account = ARGV[13], ARGV[14]
local EPISODE_LOOK = ${EPISODE_LOOK_MS}
${INTEGER}
${WHOLE}
${clock}
${READ}
${STATE_TTL}
${READ_STATE}
${COOLDOWN}
${ALERT_STATE}
${HISTORY}
${ANSWERED}
${REVISION}
${FREEZE}
local fleet = read('HMGET', KEYS[6], 'era', 'revision', rearmedField(ARGV[15])) or {}
local era = integer(wholeOf(fleet[1]) or 0)
local alert, alertBefore = readState(KEYS[3], era)
mend(alert)
if settlement == 'delivered' and alert.endingId == id then
  -- An alert has taken the place of this end while it was being delivered.
  if account ~= '' then addHistory(KEYS[7], historyLine(account, alert.endingRaisedAtMs, now, alert.endingTries, nil, settlement)) end
  forget(alert, ENDING)
  writeState(KEYS[3], alertBefore, alert, ttlOf(e.windowMs, e.cooldownMs, e.cooldownMaxMs), era)
  return 1
end
if alert.id ~= id or (settlement ~= 'delivered' and alert.holder ~= holder) then return 0 end
local deliveryBefore
e.alert, e.delivery, deliveryBefore = alert, readState(KEYS[2], era)
local isFiring, delivery = alert.kind == 'firing', e.delivery

if delivery.id == id and (settlement == 'delivered' or settlement == 'abandoned') then delivery.id = nil end
if outcome ~= '' then
  alert.attempts = withAttempt(alert.attempts, now, outcome)
  answered(KEYS[8], settlement == 'delivered', outcome)
end
if (settlement == 'delivered' or settlement == 'abandoned') and account ~= '' then
  addHistory(KEYS[7], historyLine(account, alert.raisedAtMs, now, alert.tries, alert.attempts, settlement))
end

local function wait(untilMs, quiet)
  alert.holder, alert.untilMs = '', untilMs
  if isFiring then hold(e, quiet) end
end
if settlement == 'begun' then
  alert.tries, alert.untilMs = alert.tries + 1, now + e.leaseMs
  if isFiring then hold(e, e.leaseMs) end
  if alert.groups then freeze(alert) end
-- An idle batch may have to begin the next attempt, so the original stays quiet for longer than the wait.
elseif settlement == 'postponed' then wait(now + waitMs, waitMs + 2 * e.leaseMs)
elseif settlement == 'parked' then
  alert.parkedUnder, alert.crossingFromMs = claimedUnder, now + e.cooldownMs
  -- If there is a new revision since the attempt began, what is open was made due before this was parked; so it is due now.
  local isOutdated = revisionOf(fleet[2] or '', fleet[3]) ~= claimedUnder
  wait(isOutdated and now or now + waitMs, e.cooldownMs)
elseif settlement == 'abandoned' then
  if isFiring then hold(e, 0) else forget(alert, EPISODE) end
  forget(alert, PENDING)
elseif isFiring then
  followStreak(delivery, alert.facts, alert.raisedAtMs)
  delivery.step = nextStep(delivery.atMs, delivery.step or 0, alert.raisedAtMs, e.cooldownMs, e.cooldownMaxMs)
  delivery.atMs, delivery.last, delivery.held, delivery['hold ' .. e.alertKey] = now, id .. ' ' .. integer(alert.count), nil, nil
  local quiet = cooldownAfter(delivery.step, e.cooldownMs, e.cooldownMaxMs)
  if e.cooldownKey then
    redis.call('SET', e.cooldownKey, integer(math.floor(now / 1000)), 'PX', integer(quiet))
    delivery.keyUntilMs = now + quiet
  end
  -- The receiver has the alert, even if a process without sendResolved delivered it, so it is owed the end.
  if alert.sinceMs then alert.toldId, alert.toldDraft = id, alert.draft end
  forget(alert, PENDING)
else
  -- The receiver has been told that it is over, so the next alert is a first one.
  delivery.notice, delivery.streakSinceMs = nil, nil
  forget(alert, PENDING)
  forget(alert, EPISODE)
end
local ttl = ttlOf(e.windowMs, e.cooldownMs, e.cooldownMaxMs)
plan(e, alert, alertBefore, ttl)
writeState(KEYS[2], deliveryBefore, delivery, ttl, era)
writeState(KEYS[3], alertBefore, alert, ttl, era)
if settlement == 'begun' and ARGV[16] == '1' then return { alert.count, alert.draft } end
return 1
`)
}

/**
 * Replaces the draft of a claimed alert before it is delivered, so that a process that takes it over sends the same.
 *
 * KEYS  1 alert
 * ARGV  1 notice id   2 holder of the claim   3 draft (JSON)
 * reply 1 where it is this claim's, else 0
 */
export function enrichScript(clock: string = SERVER_CLOCK): Script {
  return script(`
${INTEGER}
${clock}
local known = redis.call('HMGET', KEYS[1], 'id', 'holder', 'draft')
if known[1] ~= ARGV[1] or known[2] ~= ARGV[2] then return 0 end
-- A draft that comes late must not take away the groups that were frozen since.
local function hasGroups(draft) return string.find(draft or '', '"top_groups":', 1, true) end
if hasGroups(known[3]) and not hasGroups(ARGV[3]) then return 0 end
redis.call('HSET', KEYS[1], 'draft', ARGV[3])
return 1
`)
}
