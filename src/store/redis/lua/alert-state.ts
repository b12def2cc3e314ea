// The state of a series' alerts in Redis, in two hashes, and how scripts read, change and write it; twin of `AlertState` in
// rule/alert-state.ts.
import { MAX_NOTICE_AGE_MS } from '../../../rule/alert-state.js'

/**
 * Lua that reads a state.
 *
 * The hash of a series' last delivery, wherever that went, has: `atMs` and `step`, when it was and the step of its cooldown; `notice`
 * and `streakSinceMs`, which alert it was of those that keep coming, and when the first was raised; `last`, '<id> <count>' of the alert; `suppressed`; `id`, of the newest alert that is not delivered, for any destination; `silence`, the id of the silence that
 * holds it back, and `silenced`, the errors that were counted under that. For the cooldown key that is
 * shared with the original service it has: `held`, the key's value while an alert that is not delivered holds it; `hold <alert key>`, until
 * when each destination holds it; `keyUntilMs`, when the key was last set to expire.
 *
 * The hash of its alert for one destination has, of the pending notice: `id`, `kind`, `facts`, `count`, `draft`, `raisedAtMs`, `raisedBy` (the
 * batch), `tries`, `holder` ('' between attempts), `untilMs`, where it is parked `parkedUnder` (the revision) and `crossingFromMs`, and
 * `attempts`, a line of JSON for how each ended. Of the episode it has `sinceMs`, `peak`, `total`, `lastErrorMs`, `quietFromMs`, and `toldId`
 * and `toldDraft` of its newest alert that was delivered; and, of the episode before whose end was being delivered when this one began,
 * `endingId`, `endingTries` and `endingRaisedAtMs` of that end, and `endingSinceMs`, `endingPeak`, `endingTotal`, `endingToldId`, `endingToldDraft`.
 *
 * What it has of storms is told in many.ts.
 *
 * Both have `writtenMs`, and the `era` in which they were written, see fleet.ts. If the server's clock steps back by an hour, times that were
 * written before lie in the future, and a cooldown of seconds would run for an hour. So the times of a state from an earlier era are moved
 * back by as much as the clock has stepped since, and those of a state that seems to be written later than now by the difference.
 */
export const READ_STATE = `
local NUMBERS = {
  step = true, notice = true, suppressed = true, silenced = true, count = true, tries = true, peak = true, total = true,
  atMs = true, keyUntilMs = true, raisedAtMs = true, untilMs = true, crossingFromMs = true, sinceMs = true, lastErrorMs = true,
  quietFromMs = true, groups = true, joinedAtMs = true, joinedCount = true, ongoing = true, endingTries = true, endingRaisedAtMs = true, endingSinceMs = true, endingPeak = true, endingTotal = true, streakSinceMs = true, writtenMs = true, era = true,
}

-- Mostly the hash is small or missing: to read all of it costs less than to name the fields.
local function readState(key, era)
  local state, stored, before = {}, read('HGETALL', key) or {}, {}
  for at = 1, #stored, 2 do
    local field, value = stored[at], stored[at + 1]
    if NUMBERS[field] then
      value = tonumber(value)
      -- Others may have written 'nan'.
      if value and not (math.abs(value) < 2 ^ 53) then value = nil end
    end
    state[field], before[field] = value, stored[at + 1]
    if value ~= nil then before[field] = value end
  end
  if #stored == 0 then return state, before end
  local aheadMs = math.max(tonumber(era) - (state.era or 0), (state.writtenMs or 0) - now)
  if aheadMs > 0 then
    for field, value in pairs(state) do
      if string.sub(field, -2) == 'Ms' then state[field] = value - aheadMs end
    end
  end
  return state, before
end
`

/** Lua that changes and writes states; it needs the Lua of cooldown.ts. `e` is an entry with its two states, `delivery` and `alert`. */
export const ALERT_STATE: string = `
local PENDING = {
  'id', 'kind', 'facts', 'count', 'draft', 'raisedAtMs', 'raisedBy', 'tries', 'holder', 'untilMs', 'parkedUnder', 'crossingFromMs', 'attempts',
  'groups', 'topGroups',
}
local EPISODE = { 'sinceMs', 'peak', 'total', 'lastErrorMs', 'quietFromMs', 'toldId', 'toldDraft', 'episodeId', 'ongoing' }
local ENDING = {
  'endingId', 'endingTries', 'endingRaisedAtMs', 'endingSinceMs', 'endingPeak', 'endingTotal', 'endingToldId', 'endingToldDraft',
}
for _, field in ipairs(ENDING) do EPISODE[#EPISODE + 1] = field end

local function forget(state, fields) for _, field in ipairs(fields) do state[field] = nil end end

-- Forgets what others have made useless: it must not stop the counting.
local function mend(alert)
  if next(alert) == nil then return end
  local isPending = alert.kind and alert.facts and alert.count and alert.draft and alert.raisedAtMs and alert.tries
  if not (isPending and alert.id and alert.holder and alert.untilMs) then forget(alert, PENDING) end
  if not alert.crossingFromMs then alert.parkedUnder = nil end
  if not (alert.sinceMs and alert.peak and alert.total and alert.lastErrorMs) then forget(alert, EPISODE) end
  if not (alert.toldId and alert.toldDraft) then alert.toldId, alert.toldDraft = nil, nil end
  local isEnding = alert.endingId and alert.endingTries and alert.endingRaisedAtMs and alert.endingSinceMs
  if not (isEnding and alert.endingPeak and alert.endingTotal) then forget(alert, ENDING) end
  if not (alert.endingToldId and alert.endingToldDraft) then alert.endingToldId, alert.endingToldDraft = nil, nil end
end

-- Gives what the end of an episode speaks for: since when, the peak, all errors, and the id and draft of the alert that was delivered.
local function whole(alert)
  local since, peak, total = alert.sinceMs, alert.peak, alert.total
  if alert.endingId then
    since, peak, total = alert.endingSinceMs, math.max(peak, alert.endingPeak), total + alert.endingTotal
  end
  if alert.toldId then return since, peak, total, alert.toldId, alert.toldDraft end
  return since, peak, total, alert.endingToldId, alert.endingToldDraft
end

-- Names the last delivery, and says what a store that forgot it has to know: its time, the step of its cooldown, and its streak.
local function stampOf(delivery)
  if not delivery.atMs then return '' end
  local streak = integer(delivery.notice or 0) .. ' ' .. integer(delivery.streakSinceMs or 0)
  return integer(delivery.atMs) .. ' ' .. integer(delivery.step or 0) .. ' ' .. streak
end

local function isLeased(alert) return alert.id and alert.holder ~= '' and alert.untilMs > now end

-- How long a cooldown still runs, by the config in force; nil where none does. The default rule shares its key with the original service: a
-- key that matches no delivery of ours is a cooldown that the original began. One of ours follows our delivery, and to delete it ends the
-- cooldown.
local function coolingOf(e, before)
  local delivery, longest = e.delivery, math.max(e.cooldownMs, e.cooldownMaxMs)
  local left = delivery.atMs and delivery.atMs + cooldownAfter(delivery.step or 0, e.cooldownMs, e.cooldownMaxMs) - now
  if not e.cooldownKey then return left and left > 0 and left or nil end
  local key, since = e.cooldownKey, read('GET', e.cooldownKey)
  local sinceSeconds, ours = wholeOf(since), delivery.atMs and math.floor(delivery.atMs / 1000)
  local oursBefore = type(before.atMs) == 'number' and math.floor(before.atMs / 1000)
  local isHeld = since and since == delivery.held
  if since and not isHeld and not (sinceSeconds and (sinceSeconds == ours or sinceSeconds == oursBefore)) then
    local ttl = redis.call('PTTL', key)
    if ttl >= 0 and ttl <= longest then return math.max(1, ttl) end
    -- It was set before the clock stepped back, by a longer cooldown, or without a TTL.
    redis.call('PEXPIRE', key, integer(longest))
    return longest
  end
  if not left or left <= 0 then
    if since and not isHeld then redis.call('DEL', key) end
    delivery.keyUntilMs = nil
    return nil
  end
  if isHeld then return left end
  local untilMs = delivery.keyUntilMs or 0
  if not since and now < untilMs - 1000 then return nil end
  if not since or ours ~= oursBefore or math.abs(untilMs - now - left) > 1000 then
    redis.call('SET', key, integer(ours), 'PX', integer(left))
    delivery.keyUntilMs = now + left
  end
  return left
end

-- Keeps the original quiet while an alert is being delivered or waits for its next attempt: each destination holds the key until a time of
-- its own. A key that is a cooldown is left alone.
local function hold(e, quiet)
  if not e.cooldownKey then return end
  local delivery, own, longest = e.delivery, 'hold ' .. e.alertKey, 0
  delivery[own] = quiet > 0 and integer(now + quiet) or nil
  for field, untilMs in pairs(delivery) do
    local leftMs = string.sub(field, 1, 5) == 'hold ' and (tonumber(untilMs) or 0) - now
    -- Ours are a day at most; others may have written anything.
    if leftMs and leftMs <= ${MAX_NOTICE_AGE_MS} then longest = math.max(longest, now + leftMs) end
  end
  local since = read('GET', e.cooldownKey)
  if since and since ~= delivery.held then return end
  if longest <= now then
    redis.call('DEL', e.cooldownKey)
    delivery.held = nil
    return
  end
  delivery.held = since or integer(math.floor(now / 1000))
  redis.call('SET', e.cooldownKey, delivery.held, 'PX', integer(longest - now))
end

local function isNote(field) return field == 'writtenMs' or field == 'era' end

-- Writes what changed since it was read.
local function writeState(key, before, state, ttl, era)
  local set, gone = {}, {}
  for field, value in pairs(state) do
    if value ~= before[field] and not isNote(field) then
      set[#set + 1] = field
      set[#set + 1] = type(value) == 'number' and integer(value) or value
    end
  end
  local isEmpty = true
  for field in pairs(state) do if not isNote(field) then isEmpty = false end end
  for field in pairs(before) do if state[field] == nil then gone[#gone + 1] = field end end
  if isEmpty then
    if next(before) then redis.call('DEL', key) end
    return
  end
  if #gone > 0 then redis.call('HDEL', key, unpack(gone)) end
  if #set + #gone == 0 then return end
  redis.call('HSET', key, 'writtenMs', integer(now), 'era', era, unpack(set))
  -- While a cooldown only suppresses errors, a TTL once a minute is enough.
  local isCountOnly = #gone == 0 and #set == 2 and set[1] == 'suppressed'
  local isSameMinute = type(before.writtenMs) == 'number' and math.floor(before.writtenMs / 60000) == math.floor(now / 60000)
  if not (isCountOnly and isSameMinute) then redis.call('PEXPIRE', key, ttl) end
end

-- When to look whether the errors have stopped.
local function endDueAt(alert, windowMs)
  if alert.id then return alert.untilMs end
  local look, quiet = now + math.min(windowMs, EPISODE_LOOK), alert.quietFromMs
  if not quiet then return look end
  if quiet > now then return math.min(quiet + windowMs, look) end
  return math.max(quiet + windowMs, now + 1)
end

-- Sets when to look at this series even if no error comes: at a pending alert, and at an end to come. A rule without sendResolved sets the
-- time of the end as well. It was set to that of the alert while that was pending, for a parked one half an hour ahead, and the end would
-- come as late. A look that finds nothing takes the series out.
local function plan(e, alert, before, ttl)
  local isLook, kind = e.countCount == 0, alert.kind
  if kind == 'firing' then
    write('ZADD', e.dueKey, integer(alert.untilMs), e.series)
    redis.call('PEXPIRE', e.dueKey, ttl)
  elseif before.id or isLook then write('ZREM', e.dueKey, e.series) end
  if alert.sinceMs or kind == 'resolved' then
    write('ZADD', e.endKey, integer(endDueAt(alert, e.windowMs)), e.series)
    redis.call('PEXPIRE', e.endKey, ttl)
  elseif before.sinceMs or before.kind == 'resolved' or (e.sendResolved and isLook) then write('ZREM', e.endKey, e.series) end
end
`
