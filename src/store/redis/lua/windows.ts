// How a script counts: in a ring of slots, twin of rule/ring.ts, or in the original service's tumbling windows.
import { SLOT_COUNT } from '../../../rule/slots.js'

/** Within this time an idle batch of some process has looked at a ring. */
const IDLE_BATCHES_MS = 30_000

/**
 * Lua of `countInRing` and `countInBuckets`. Both return: the total now, the errors newly counted, those that were too old, when the total
 * fell below the threshold before these were added, and when its tumbling window ends. `counts` are { at, count }: `at` is the time for a
 * ring, and which of the keys for a tumbling window.
 */
export const WINDOWS: string = `
local SLOTS = ${SLOT_COUNT}

-- Sums the counts by slot, and those that were too old; slot is the newest.
local function bySlot(counts, window, slot)
  local numbers, sums, fresh, dropped, first = {}, {}, 0, 0, nil
  for _, one in ipairs(counts) do
    local number = math.floor(one.at * SLOTS / window)
    if number > slot - SLOTS then
      if not sums[number] then numbers[#numbers + 1] = number end
      sums[number], fresh = (sums[number] or 0) + one.count, fresh + one.count
      first = math.min(first or one.at, one.at)
    else dropped = dropped + one.count end
  end
  return numbers, sums, fresh, dropped, first
end

-- Fields: 'head' (newest slot's number), 'total', 'era' (see fleet.ts), 'firstMs' (when the first error came after none), 'unjudged' (errors
-- that were counted without a look at the alerts), and one for each used slot, its number modulo SLOTS. If others have made something else
-- than a number of one, the ring is begun anew with this batch.
local function countInRing(key, rule, counts, isJudged, era)
  local window, threshold = rule.windowMs, rule.threshold
  local slot = math.floor(now * SLOTS / window)
  local numbers, sums, fresh, dropped, first = bySlot(counts, window, slot)
  local names = { 'head', 'total', 'era', 'firstMs', 'unjudged' }
  for at, number in ipairs(numbers) do names[5 + at] = integer(number % SLOTS) end
  local stored = read('HMGET', key, unpack(names)) or {}
  local head, total, firstBefore = wholeOf(stored[1]), wholeOf(stored[2]), wholeOf(stored[4])
  local unjudged = wholeOf(stored[5]) or 0
  local isSpoilt = (stored[1] or stored[2]) and not (head and total)
  local isBegun = head and total and slot >= head and (stored[3] or '0') == era
  local isAhead, fell = isBegun and slot > head, nil
  if isAhead then
    local leaving = {}
    for number = head + 1, math.min(slot, head + SLOTS) do leaving[#leaving + 1] = integer(number % SLOTS) end
    for at, count in ipairs(redis.call('HMGET', key, unpack(leaving))) do
      local wasReached = total >= threshold
      isSpoilt = isSpoilt or (count and not wholeOf(count))
      total = total - (wholeOf(count) or 0)
      if wasReached and total < threshold then fell = math.ceil((head + at) * window / SLOTS) end
    end
    redis.call('HDEL', key, unpack(leaving))
    if slot >= head + SLOTS then total = 0 end
  end
  for at, number in ipairs(numbers) do
    -- A later slot than the head has just been emptied.
    local count = isBegun and number <= head and stored[5 + at]
    isSpoilt = isSpoilt or (count and not wholeOf(count))
    sums[number] = sums[number] + (wholeOf(count) or 0)
  end
  if isSpoilt then repair(key) elseif not isBegun then redis.call('DEL', key) end
  if isSpoilt or not isBegun then
    numbers, sums = bySlot(counts, window, slot)
    total, unjudged, firstBefore, isBegun = 0, 0, nil, false
  end
  if total > 0 and firstBefore then first = math.min(first or firstBefore, firstBefore) end
  total = math.max(0, total + fresh)
  if fresh == 0 and not isBegun then return total, fresh, dropped, fell, nil end
  local set = { 'total', integer(total) }
  local function put(field, value) set[#set + 1], set[#set + 2] = field, value end
  if isJudged and unjudged > 0 then
    fresh = fresh + unjudged
    put('unjudged', 0)
  elseif not isJudged then put('unjudged', integer(unjudged + fresh)) end
  for at, number in ipairs(numbers) do put(names[5 + at], integer(sums[number])) end
  if isAhead or not isBegun then put('head', integer(slot)) end
  if not isBegun then put('era', era) end
  if first and first ~= firstBefore then put('firstMs', integer(first)) end
  redis.call('HSET', key, unpack(set))
  -- Long enough for an idle batch to find out when the errors stopped.
  if isAhead or not isBegun then redis.call('PEXPIRE', key, integer(2 * window + ${IDLE_BATCHES_MS})) end
  return total, fresh, dropped, fell, nil
end

-- The count of a tumbling window, begun anew where others have made something else than a whole number of it.
local function bucketAt(key)
  local stored = read('GET', key)
  local count = wholeOf(stored)
  if stored and not count then repair(key) end
  return count or 0
end

-- A counter without a TTL gets one: the process that made it may have died before its EXPIRE.
local function countInBuckets(keys, rule, counts)
  local window, fresh = rule.windowMs, 0
  local total = bucketAt(keys[2])
  for _, one in ipairs(counts) do
    local key = keys[one.at]
    local sum = redis.pcall('INCRBY', key, one.count)
    if type(sum) ~= 'number' then
      repair(key)
      sum = redis.call('INCRBY', key, one.count)
    end
    total, fresh = math.max(one.at == 2 and sum or total, sum), fresh + one.count
    if redis.call('TTL', key) < 0 then redis.call('EXPIRE', key, integer(math.floor(window / 1000) + 1)) end
  end
  return total, fresh, 0, nil, (math.floor(now / window) + 1) * window
end
`

/** Lua that finds when the oldest error of a ring happened, for an alert that is raised. */
export const OLDEST: string = `
local SLOTS = ${SLOT_COUNT}
-- When the oldest error happened: exact while none has left the window since the first, else early by a slot at most.
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
`
