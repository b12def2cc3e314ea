// How a script counts: the ring of slots, twin of rule/ring.ts, and the original's tumbling windows.
import { SLOT_COUNT } from '../../../rule/slots.js'

/** Within this some process of a living fleet has looked. */
const HEARTBEATS_MS = 30_000

/**
 * Both functions give: the total now, the errors newly counted, those that were too old, when the total fell below the threshold before
 * these were added, and when it will by itself. `counts` are { at, count }: for a ring the time, for a tumbling window which of the keys.
 */
export const WINDOWS: string = `
local SLOTS = ${SLOT_COUNT}

local function add(command, key, ...)
  local reply = redis.pcall(command, key, ...)
  return type(reply) ~= 'table' and reply or nil
end

-- Fields: 'head' (newest slot's number), 'total', 'era' (see fleet.ts), 'firstMs' (when the first error came after none), 'unjudged' (errors
-- that were counted without a look at the alerts), and one for each used slot, its number modulo SLOTS.
local function countInRing(key, rule, counts, isJudged, era)
  local window, threshold = rule.windowMs, rule.threshold
  local slot = math.floor(now * SLOTS / window)
  local stored = read('HMGET', key, 'head', 'total', 'era', 'firstMs', 'unjudged') or {}
  local head, total = tonumber(stored[1] or nil), tonumber(stored[2] or nil)
  local isSpoilt = (stored[1] or stored[2]) and not (head and total)
  local isBegun = head and total and slot >= head and (stored[3] or '0') == era
  local firstBefore, unjudged, fell = tonumber(stored[4] or nil), tonumber(stored[5] or nil) or 0, nil
  if isBegun and slot > head then
    local leaving = {}
    for number = head + 1, math.min(slot, head + SLOTS) do leaving[#leaving + 1] = integer(number % SLOTS) end
    for at, count in ipairs(redis.call('HMGET', key, unpack(leaving))) do
      local wasReached = total >= threshold
      isSpoilt = isSpoilt or (count and not tonumber(count))
      total = total - (tonumber(count or nil) or 0)
      if wasReached and total < threshold then fell = math.ceil((head + at) * window / SLOTS) end
    end
    redis.call('HDEL', key, unpack(leaving))
    if slot >= head + SLOTS then total = 0 end
  end
  local function begin()
    redis.call('DEL', key)
    total, unjudged, firstBefore, isBegun = 0, 0, nil, false
  end
  if isSpoilt then repair(key) end
  if isSpoilt or not isBegun then begin() end
  local fresh, dropped, first = 0, 0, nil
  -- Where another hand has put something else than a number into a slot, the ring is begun anew with what this batch brought.
  local function count()
    fresh, dropped, first = 0, 0, total > 0 and firstBefore or nil
    for _, one in ipairs(counts) do
      local at = math.floor(one.at * SLOTS / window)
      if at > slot - SLOTS then
        if not add('HINCRBY', key, integer(at % SLOTS), one.count) then return false end
        fresh = fresh + one.count
        if not first or one.at < first then first = one.at end
      else dropped = dropped + one.count end
    end
    return true
  end
  if not count() then
    repair(key)
    begin()
    count()
  end
  total = math.max(0, total + fresh)
  if isJudged then fresh, unjudged = fresh + unjudged, 0 else unjudged = unjudged + fresh end
  if total > 0 or isBegun then
    redis.call('HSET', key, 'head', integer(slot), 'total', integer(total), 'unjudged', integer(unjudged))
    if first ~= firstBefore or not isBegun then redis.call('HSET', key, 'firstMs', integer(first or now), 'era', era) end
    -- Long enough for a heartbeat to find out when the errors stopped.
    redis.call('PEXPIRE', key, integer(2 * window + ${HEARTBEATS_MS}))
  end
  return total, fresh, dropped, fell, nil
end

-- About when the oldest error in the ring happened: exactly where none has left the window since the first, else a slot early at most.
local function oldestInRing(key, window)
  local slot, first = tonumber(redis.call('HGET', key, 'head')), tonumber(redis.call('HGET', key, 'firstMs')) or 0
  if math.floor(first * SLOTS / window) > slot - SLOTS then return first end
  local stored, oldest = redis.call('HGETALL', key), slot
  for at = 1, #stored, 2 do
    local index = tonumber(stored[at])
    if index and (tonumber(stored[at + 1]) or 0) > 0 then oldest = math.min(oldest, slot - (slot - index) % SLOTS) end
  end
  return math.floor(oldest * window / SLOTS)
end

-- The count of one of the original's windows, of which any other hand may have made something else than a whole number.
local function bucketAt(key)
  local count = read('GET', key)
  if not count then return 0 end
  if not string.find(count, '^%d+$') then
    repair(key)
    return 0
  end
  return tonumber(count)
end

-- Whoever finds a counter without a TTL repairs it: a creator may have died before its EXPIRE.
local function countInBuckets(keys, rule, counts)
  local window, fresh = rule.windowMs, 0
  local total = bucketAt(keys[2])
  for _, one in ipairs(counts) do
    local key = keys[one.at]
    local sum = add('INCRBY', key, one.count)
    if not sum then
      repair(key)
      sum = redis.call('INCRBY', key, one.count)
    end
    total, fresh = math.max(one.at == 2 and sum or total, sum), fresh + one.count
    if redis.call('TTL', key) < 0 then redis.call('EXPIRE', key, integer(window / 1000 + 1)) end
  end
  return total, fresh, 0, nil, (math.floor(now / window) + 1) * window
end
`
