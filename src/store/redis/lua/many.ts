// Lua of storms; twin of rule/many.ts, which tells what they are.

/** Alerts are limited within this time. */
const LIMITED_MS = 60_000
/** An alert of `(many)` names at most this many of its groups. */
const MAX_NAMED = 5

/**
 * Lua that freezes what an alert of `(many)` tells, once its first attempt begins. Until then the alert's hash has `groups`, how many joined it,
 * and `topGroups`, a line '<count> <group key> <its values in words>' for each of those with the most errors.
 */
export const FREEZE = `
local function freeze(alert)
  local named = {}
  for line in string.gmatch(alert.topGroups or '', '[^\\n]+') do
    local count, text = string.match(line, '^(%d+) %S+ (.*)$')
    if count then named[#named + 1] = '{"value":' .. cjson.encode(text) .. ',"count":' .. count .. '}' end
  end
  local members = '"groups":' .. integer(alert.groups) .. ',"top_groups":[' .. table.concat(named, ',') .. ']}'
  -- Where no draft has come, whoever makes the attempt puts its own in front.
  local given = string.match(alert.draft, '^({.+)}$')
  alert.draft = (given and given .. ',' or '{') .. members
  alert.groups, alert.topGroups = nil, nil
end
`

/**
 * Lua of what the entries of groups have in common. `manyOf(e)` gives the entry of `(many)` of the rule of `e`: a batch reads its states once,
 * all entries of the rule change the same, and the end of the batch writes them. Of a group, the alert's hash has `joined`, the id of the alert of
 * `(many)` that tells of it and is pending, `joinedAtMs` and `joinedCount`; and `ongoingOf`, the `episodeId` of the episode of `(many)` that goes
 * on as long as its own does. The hash of `(many)` counts those as `ongoing`.
 */
export const MANY: string = `
local function stormOf(e)
  local m = manyOf(e)
  if not m.isMended then
    mend(m.alert)
    m.isMended = true
  end
  return m
end

-- A member whose alert is not pending any more is free again; where that was delivered, its cooldown is the member's.
local function cool(e)
  local m, alert, delivery = stormOf(e), e.alert, e.delivery
  if m.alert.id == alert.joined then return end
  local many = m.delivery
  -- An alert that was given up began no cooldown.
  if many.atMs and many.atMs >= (alert.joinedAtMs or 0) and many.atMs > (delivery.atMs or -1) then
    delivery.atMs, delivery.step = many.atMs, many.step
    delivery.notice, delivery.streakSinceMs = many.notice, many.streakSinceMs
  end
  alert.joined, alert.joinedAtMs, alert.joinedCount = nil, nil, nil
end

-- Notes that an alert of a group begins.
local function begun(e)
  local key = rules[e.row].begunKey
  write('ZADD', key, integer(now), e.alert.id)
  redis.call('PEXPIRE', key, ${LIMITED_MS})
end

-- For how long no alert of a group may begin, since as many as may have begun within a minute; nil where one may.
local function fullForMs(m)
  if m.fullMs then return m.fullMs end
  local key = rules[m.row].begunKey
  if not m.isPruned then
    write('ZREMRANGEBYSCORE', key, '-inf', integer(now - ${LIMITED_MS}))
    -- Those that seem to begin later were noted before the clock stepped back.
    redis.call('ZREMRANGEBYSCORE', key, '(' .. integer(now), '+inf')
    m.isPruned = true
  end
  local at = integer(-m.maxAlertsPerMinute)
  local first = redis.call('ZRANGE', key, at, at, 'WITHSCORES')[2]
  m.fullMs = first and tonumber(first) + ${LIMITED_MS} - now
  return m.fullMs
end

-- Puts a group into the lines of those with the most errors.
local function ranked(lines, group, count)
  local key, list, place = string.match(group, '^%S+'), {}, 1
  for line in string.gmatch(lines or '', '[^\\n]+') do
    local known, name = string.match(line, '^(%d+) (%S+)')
    if known and name ~= key then
      list[#list + 1] = line
      if tonumber(known) >= count then place = #list + 1 end
    end
  end
  table.insert(list, place, integer(count) .. ' ' .. group)
  return table.concat(list, '\\n', 1, math.min(#list, ${MAX_NAMED}))
end

-- Both episodes go on with the member's errors.
local function goOn(m, e)
  if not e.sendResolved then return end
  local many, alert = m.alert, e.alert
  if not many.sinceMs then
    begin(many, m, many.raisedAtMs, many.count, e.latestMs or many.raisedAtMs)
    many.total = 0
  end
  many.episodeId, many.ongoing = many.episodeId or many.id, many.ongoing or 0
  if alert.ongoingOf ~= many.episodeId then many.ongoing, alert.ongoingOf = many.ongoing + 1, many.episodeId end
  many.peak, many.quietFromMs = math.max(many.peak, many.count), nil
  begin(alert, e, now, e.total, e.latestMs or now)
end

-- Adds a group's errors to the alert of (many) that is pending.
local function join(m, e, isCrossing)
  local many, alert = m.alert, e.alert
  local known = alert.joinedCount or 0
  local count = math.max(known, e.total)
  if known == 0 then many.groups = many.groups + 1 end
  many.count, many.topGroups = many.count + count - known, ranked(many.topGroups, e.group, count)
  alert.joined, alert.joinedAtMs, alert.joinedCount = many.id, alert.joinedAtMs or now, count
  if isCrossing then goOn(m, e) end
end

local function claim(m, e)
  local many = m.alert
  many.holder, many.untilMs, many.parkedUnder, many.crossingFromMs = me, now + m.leaseMs, nil, nil
  m.isClaimed, e.ofMany = true, many
end

-- Takes a look at (many) into its episode.
local function followMany(e)
  local alert = e.alert
  if not e.sendResolved or not alert.sinceMs then return end
  -- Of an alert that a process told alone nobody knows when its groups are over. If they are not, others follow it after the cooldown.
  if not alert.episodeId and not alert.quietFromMs then alert.quietFromMs = now + e.cooldownMs end
  if not alert.id and not (alert.toldId or alert.endingToldId) and isOver(alert, e) then forget(alert, EPISODE) end
end

local function raiseMany(m, e)
  local many = m.alert
  followMany(m)
  makeRoom(many, m, 0, e.latestMs or 0)
  m.number, m.total = e.number, e.total
  raise(many, m, 'firing', firingFacts(e, m.delivery), e.draft)
  many.count, many.groups, many.topGroups = 0, 0, ''
  join(m, e, true)
  claim(m, e)
end

-- Whether no alert tells of what a group meets now though nothing of its own holds it back: as many as may have begun, and (many) takes no
-- more groups.
local function isShut(e)
  local m = stormOf(e)
  if not fullForMs(m) then return false end
  if m.alert.kind == 'firing' then return not m.alert.groups end
  readSilence(m, e.manySilence)
  return m.isSilenced or coolingOf(m, m.deliveryBefore) ~= nil
end

-- Whether a group that has new errors, and that nothing of its own holds back, raises no alert, since one of (many) tells of it.
local function holds(e, isCrossing)
  local m, isMember = stormOf(e), e.alert.joined
  local many = m.alert
  local fullMs = not isMember and fullForMs(m)
  if not isMember and not (isCrossing and fullMs) then return false end
  m.isChanged = true
  readSilence(m, e.manySilence)
  local isFiring = many.kind == 'firing'
  if isFiring and many.groups then join(m, e, isCrossing)
  elseif isMember then
    e.delivery.suppressed = (e.delivery.suppressed or 0) + e.fresh
    if isCrossing then goOn(m, e) end
  elseif isFiring or m.isSilenced or coolingOf(m, m.deliveryBefore) then
    m.delivery.suppressed = (m.delivery.suppressed or 0) + e.fresh
    if m.isSilenced then countSilenced(m.delivery, m.silenceId, e.fresh) end
  else raiseMany(m, e) end
  if isFiring and isTurn(many, m, isCrossing) then claim(m, e) end
  if not e.alert.joined then e.heldMs = fullMs end
  return true
end

-- Once the errors of a member have stopped it leaves the episode of (many); that is over with the last one.
local function leave(e)
  local m, alert = stormOf(e), e.alert
  local many = m.alert
  if many.sinceMs and many.episodeId == alert.ongoingOf then
    many.ongoing, many.total = (many.ongoing or 1) - 1, many.total + (alert.total or 0)
    -- When the count of the last member fell dates the end.
    many.lastErrorMs = math.max(many.lastErrorMs, alert.quietFromMs or now)
    if many.ongoing <= 0 then many.quietFromMs = many.lastErrorMs end
    m.isChanged = true
  end
  alert.ongoingOf = nil
end

-- This call repeats one whose answer was lost, and with it a claim of (many). What it raised is a member's: its process may have to draft it.
local function again(e)
  local m = stormOf(e)
  local isBearer = e.alert.joined == m.alert.id or m.alert.raisedBy ~= me
  if not m.isClaimed and m.alert.id and m.alert.holder == me and isBearer then claim(m, e) end
end
`
