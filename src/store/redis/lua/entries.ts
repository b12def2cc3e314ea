// What a batch was given, by name; and the look at all of it before anything is written.

/** Keys before the first entry's, and of each entry. */
export const FIRST_KEYS = 7
export const KEYS_PER_ENTRY = 4

/** Arguments before the first entry's, and of each entry before its counts. */
export const FIRST_ARGS = 7
export const ARGS_PER_ENTRY = 16

/** Both functions know KEYS and ARGV of the batch script; what `readEntries` gives is what the decision calls `e`. */
export const ENTRIES: string = `
local function readEntries()
  local list, at = {}, ${FIRST_ARGS}
  for number = 1, entries do
    local first = ${FIRST_KEYS} + (number - 1) * ${KEYS_PER_ENTRY}
    local e = {
      number = number, counters = { KEYS[first + 1], KEYS[first + 2] }, cooldownKey = KEYS[first + 3], alertKey = KEYS[first + 4],
      series = ARGV[at + 1], rule = ARGV[at + 2], windowType = ARGV[at + 3], window = tonumber(ARGV[at + 4]),
      threshold = tonumber(ARGV[at + 5]), cooldown = tonumber(ARGV[at + 6]), cooldownMax = tonumber(ARGV[at + 7]),
      sendResolved = ARGV[at + 8] == '1', destination = ARGV[at + 9], earlier = ARGV[at + 10], isForced = ARGV[at + 11] == '1',
      handover = ARGV[at + 12], remembered = ARGV[at + 13], draft = ARGV[at + 14], announcement = ARGV[at + 15], pairCount = tonumber(ARGV[at + ${ARGS_PER_ENTRY}]),
      counts = {}, latest = 0,
    }
    at = at + ${ARGS_PER_ENTRY}
    for pair = 1, e.pairCount do
      local when, count = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
      if e.windowType ~= 'fixed' then
        when = sent - when
        e.latest = math.max(e.latest, when)
      end
      e.counts[pair] = { when, count }
      at = at + 2
    end
    list[number] = e
  end
  return list
end

local function readDue() return redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', integer(now), 'LIMIT', 0, MAX_DUE) end

-- Redis does not undo what a script wrote before it failed, and what fails is sent again: so everything is read before anything is
-- written, and a key of another type ends the script while it has no effect.
local function readAll(list)
  local read = {
    isAnnouncing = false,
    sequence = redis.call('GET', KEYS[2]),
    fleet = redis.call('HMGET', KEYS[3], 'demandFrom', 'demandSum', 'demand', 'config'),
    due = readDue(),
  }
  local isHandingOver = false
  for _, e in ipairs(list) do
    read.isAnnouncing, isHandingOver = read.isAnnouncing or e.announcement ~= '', isHandingOver or e.handover ~= ''
    if e.windowType == 'fixed' then e.counted = readBuckets(e.counters) else e.counted = readRing(e.counters[1]) end
    e.cooldownSince, e.before = redis.call('GET', e.cooldownKey), readState(e.alertKey)
  end
  -- Mostly these are not written to.
  if read.isAnnouncing then redis.call('ZCARD', KEYS[5]) end
  if isHandingOver then redis.call('LLEN', KEYS[6]) end
  if ARGV[6] ~= '' then redis.call('HLEN', KEYS[7]) end
  return read
end
`
