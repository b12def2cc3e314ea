// What is kept of a series beside its counts, in two hashes, and how it changes; twin of `AlertState` in rule/alert-state.ts.
import { MAX_NOTICE_AGE_MS } from '../../../rule/alert-state.js'

/**
 * The hash of a series' last delivery, whoever made it: `atMs` and `step` of it, `last` '<id> <count>' of what was delivered;
 * `suppressed`; `id` of the newest alert that is not delivered, wherever it goes; `held`, what the original's cooldown key holds while it is only held,
 * `hold <alert key>`, until when each destination holds it, and `keyUntilMs`, until when it was to live.
 *
 * The hash of its alert for one destination: of what is pending `id`, `kind`, `facts`, `count`, `draft`, `raisedAtMs`, `raisedBy` (the batch),
 * `tries`, `holder` ('' between attempts), `untilMs`, where it is parked `parkedUnder` (the revision) and `crossingFromMs`, and `attempts`,
 * how they ended, a line of JSON each; of the episode `sinceMs`, `peak`, `total`, `lastErrorMs`, `quietFromMs`, and of its newest alert that
 * was delivered `toldId` and `toldDraft`.
 *
 * Both have `writtenMs` and `era`. A server's clock may step back, so that what was written lies in the future: a cooldown of seconds would
 * run for an hour. The times of what was written in an earlier era than this one, see fleet.ts, are moved by as much as the clock has stepped
 * back since; and nothing was written later than now.
 */
export const READ_STATE = `
local NUMBERS = {
  step = true, suppressed = true, count = true, tries = true, peak = true, total = true,
  atMs = true, keyUntilMs = true, raisedAtMs = true, untilMs = true, crossingFromMs = true, sinceMs = true, lastErrorMs = true,
  quietFromMs = true, writtenMs = true, era = true,
}

-- Mostly little or nothing is there, so all of it is asked for: that is less than to name the fields.
local function readState(key, era)
  local state, stored, before = {}, read('HGETALL', key) or {}, {}
  for at = 1, #stored, 2 do
    local field, value = stored[at], stored[at + 1]
    if NUMBERS[field] then
      value = tonumber(value)
      -- Another hand may have written 'nan'.
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

/** Needs `cooldown.ts`. Of an entry `e`, `delivery` and `alert` are the two states. */
export const ALERT_STATE: string = `
local PENDING = {
  'id', 'kind', 'facts', 'count', 'draft', 'raisedAtMs', 'raisedBy', 'tries', 'holder', 'untilMs', 'parkedUnder', 'crossingFromMs', 'attempts',
}
local EPISODE = { 'sinceMs', 'peak', 'total', 'lastErrorMs', 'quietFromMs', 'toldId', 'toldDraft' }

local function forget(state, fields) for _, field in ipairs(fields) do state[field] = nil end end

-- What another hand has changed beyond use is forgotten: it must not stop the counting.
local function mend(alert)
  if next(alert) == nil then return end
  local isPending = alert.kind and alert.facts and alert.count and alert.draft and alert.raisedAtMs and alert.tries
  if not (isPending and alert.id and alert.holder and alert.untilMs) then forget(alert, PENDING) end
  if not alert.crossingFromMs then alert.parkedUnder = nil end
  if not (alert.sinceMs and alert.peak and alert.total and alert.lastErrorMs) then forget(alert, EPISODE) end
  if not (alert.toldId and alert.toldDraft) then alert.toldId, alert.toldDraft = nil, nil end
end

-- Names the delivery whose cooldown runs: when, and the step of the cooldown.
local function stampOf(delivery)
  return delivery.atMs and integer(delivery.atMs) .. ' ' .. integer(delivery.step or 0) or ''
end

local function isLeased(alert) return alert.id and alert.holder ~= '' and alert.untilMs > now end

-- For how long no alert is raised, since one was delivered less than a cooldown ago; nil where none was. The cooldown in force is the current
-- config's. Of the default rule the original has its say too, whose key has no delivery of ours beside it; our key follows our delivery, and
-- somebody may delete it to end the cooldown.
local function coolingOf(e, before)
  local delivery, longest = e.delivery, math.max(e.cooldownMs, e.cooldownMaxMs)
  local left = delivery.atMs and delivery.atMs + cooldownAfter(delivery.step or 0, e.cooldownMs, e.cooldownMaxMs) - now
  if not e.cooldownKey then return left and left > 0 and left or nil end
  local key, since = e.cooldownKey, read('GET', e.cooldownKey)
  local sinceSeconds, told = wholeOf(since), delivery.atMs and math.floor(delivery.atMs / 1000)
  local toldBefore = type(before.atMs) == 'number' and math.floor(before.atMs / 1000)
  local isHeld = since and since == delivery.held
  if since and not isHeld and not (sinceSeconds and (sinceSeconds == told or sinceSeconds == toldBefore)) then
    local ttl = redis.call('PTTL', key)
    if ttl >= 0 and ttl <= longest then return math.max(1, ttl) end
    -- It was set before the clock stepped back, by a longer cooldown, or without an end.
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
  if not since or told ~= toldBefore or math.abs(untilMs - now - left) > 1000 then
    redis.call('SET', key, integer(told), 'PX', integer(left))
    delivery.keyUntilMs = now + left
  end
  return left
end

-- The original stays quiet for as long as any destination's alert is being delivered, or waits for its next attempt: each destination holds
-- the key until a time of its own. Only where no cooldown of somebody else's has taken the key.
local function hold(e, quiet)
  if not e.cooldownKey then return end
  local delivery, own, longest = e.delivery, 'hold ' .. e.alertKey, 0
  delivery[own] = quiet > 0 and integer(now + quiet) or nil
  for field, untilMs in pairs(delivery) do
    local leftMs = string.sub(field, 1, 5) == 'hold ' and (tonumber(untilMs) or 0) - now
    -- None is longer than a day; another hand may have written anything.
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

-- What has changed since it was read.
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
  -- Where errors are only counted, since a cooldown runs, once a minute is enough.
  local isCountOnly = #gone == 0 and #set == 2 and set[1] == 'suppressed'
  local isSameMinute = type(before.writtenMs) == 'number' and math.floor(before.writtenMs / 60000) == math.floor(now / 60000)
  if not (isCountOnly and isSameMinute) then redis.call('PEXPIRE', key, ttl) end
end

-- When somebody should look whether the errors have stopped.
local function endDueAt(alert, windowMs)
  if alert.id then return alert.untilMs end
  local look, quiet = now + math.min(windowMs, EPISODE_LOOK), alert.quietFromMs
  if not quiet then return look end
  if quiet > now then return math.min(quiet + windowMs, look) end
  return math.max(quiet + windowMs, now + 1)
end

-- When somebody should look at this series though no error comes: at an alert that waits, whoever has its rule and destination; at an end that
-- is owed, or waits, those of them who tell ends. Everybody who changes the alert says when the end is due again, since until then it is
-- due when that alert is: of a parked one in minutes. A look that finds nothing takes the series out.
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
