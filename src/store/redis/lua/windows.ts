// How a script counts: the ring of slots, twin of rule/ring.ts, and the original's tumbling windows.
import { SLOT_COUNT } from '../../../rule/slots.js'

/** Within this some process of a living fleet has looked. */
const HEARTBEATS_MS = 30_000

/**
 * Both functions that count are given what the one before them has read, and give: the total now, the errors newly counted,
 * those that were too old, when the total fell below the threshold before these were added, and when it will by itself.
 * Counts are pairs: for a ring the time, for a tumbling window which of the two keys; and a number of errors.
 */
export const WINDOWS: string = `
local SLOTS = ${SLOT_COUNT}

-- Fields: 'head' (newest slot's number), 'total', and one for each used slot, its number modulo SLOTS.
local function readRing(key) return redis.call('HMGET', key, 'head', 'total') end
local function countInRing(key, stored, window, threshold, counts)
  local slot = math.floor(now * SLOTS / window)
  local head, total, fell = tonumber(stored[1] or slot), tonumber(stored[2] or 0), nil
  -- A clock that stepped back a little waits; one that stepped back a whole window starts anew.
  if slot < head and head - slot < SLOTS then slot = head end
  if slot < head then
    redis.call('DEL', key)
    total = 0
  elseif slot > head then
    local leaving = {}
    for number = head + 1, math.min(slot, head + SLOTS) do leaving[#leaving + 1] = integer(number % SLOTS) end
    for at, count in ipairs(redis.call('HMGET', key, unpack(leaving))) do
      local wasReached = total >= threshold
      total = total - tonumber(count or 0)
      if wasReached and total < threshold then fell = math.ceil((head + at) * window / SLOTS) end
    end
    redis.call('HDEL', key, unpack(leaving))
  end
  local fresh, dropped = 0, 0
  for _, pair in ipairs(counts) do
    local at = math.floor(pair[1] * SLOTS / window)
    if at > slot - SLOTS then
      redis.call('HINCRBY', key, integer(at % SLOTS), pair[2])
      fresh = fresh + pair[2]
    else dropped = dropped + pair[2] end
  end
  total = total + fresh
  if total > 0 or stored[1] then
    redis.call('HSET', key, 'head', integer(slot), 'total', integer(total))
    -- Long enough for a heartbeat to find out when the errors stopped.
    redis.call('PEXPIRE', key, integer(2 * window + ${HEARTBEATS_MS}))
  end
  return total, fresh, dropped, fell, nil
end

-- About when the oldest error in the ring happened, a slot early at most.
local function oldestInRing(key, window)
  local slot = tonumber(redis.call('HGET', key, 'head'))
  local fields = {}
  for number = slot - SLOTS + 1, slot do fields[#fields + 1] = integer(number % SLOTS) end
  for at, count in ipairs(redis.call('HMGET', key, unpack(fields))) do
    if tonumber(count or 0) > 0 then return math.floor((slot - SLOTS + at) * window / SLOTS) end
  end
end

-- Whoever finds a counter without a TTL repairs it: a creator may have died before its EXPIRE.
local function readBuckets(keys) return { redis.call('GET', keys[1]), redis.call('GET', keys[2]) } end
local function countInBuckets(keys, stored, window, threshold, counts)
  local fresh, total = 0, tonumber(stored[2] or 0)
  for _, pair in ipairs(counts) do
    local key = keys[pair[1]]
    total = math.max(total, redis.call('INCRBY', key, pair[2]))
    fresh = fresh + pair[2]
    if redis.call('TTL', key) < 0 then redis.call('EXPIRE', key, integer(window / 1000 + 1)) end
  end
  return total, fresh, 0, nil, (math.floor(now / window) + 1) * window
end
`
