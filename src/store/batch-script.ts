// The one script that a batch costs: sees the config, counts, decides, claims. Atomic; every key is declared and in one slot.
// decide.ts and ring.ts are its twins in TypeScript; test/fixtures/store-contract.ts holds both to the same behaviour.
import { createHash } from 'node:crypto'
import { SLOT_COUNT } from '../rule/slots.js'

export interface Script {
  readonly text: string
  readonly sha1: string
}

export function script(text: string): Script {
  return { text, sha1: createHash('sha1').update(text).digest('hex') }
}

/** Lua that sets `now` to the server's clock in milliseconds; tests put a clock of their own in its place. */
export const SERVER_CLOCK = `local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)`

/** Keys before the first rule's, and of each rule. */
export const FIRST_KEYS = 2
export const KEYS_PER_RULE = 4

/**
 * KEYS  1 config (string)
 *       2 the last sequence applied of this client (string)
 *       then for each rule
 *       +1 counter: the ring (hash), or the earlier tumbling window (string)
 *       +2 counter: the ring again, or the later tumbling window (string)
 *       +3 cooldown (string: unix seconds of the last delivery, or of the claim)
 *       +4 alert (hash: id until by dest count tries draft held of a pending one; told = ms of the last delivery)
 * ARGV  1 the config this client knows: sha1 of its text, 'missing', 'unreadable', or '' for none yet
 *       2 client id   3 sequence   4 lease (ms)   5 number of rules
 *       then for each rule: window type, window (ms), threshold, cooldown (ms), destination id, draft (JSON),
 *       number of counts, and for each count: age (ms) for a ring, 1 or 2 for a tumbling window; number of errors
 * reply { 'config', sha1 or 'missing' or 'unreadable', text } and nothing was counted, or
 *       { 'counted', { total, dropped, claimed id or '', count, tries, draft }… }
 */
export function batchScript(clock: string = SERVER_CLOCK): Script {
  return script(`
local known, client, sequence, lease, rules = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local unpack = table.unpack or unpack
local SLOTS = ${SLOT_COUNT}

local config = redis.pcall('GET', KEYS[1])
local version, text = 'missing', ''
if type(config) == 'table' then version = 'unreadable'
elseif config then version, text = redis.sha1hex(config), config end
if version ~= known then return { 'config', version, text } end

${clock}
local integer = function(number) return string.format('%.0f', number) end
local me = client .. '#' .. integer(sequence)

local isFresh = sequence > tonumber(redis.call('GET', KEYS[2]) or '-1')

-- The ring: fields 'head' (newest slot's number), 'total', and one for each used slot, its number modulo SLOTS.
local function countInRing(key, window, counts)
  local slot = math.floor(now * SLOTS / window)
  local stored = redis.call('HMGET', key, 'head', 'total')
  local head, total = tonumber(stored[1] or slot), tonumber(stored[2] or 0)
  -- A clock that stepped back a little waits; one that stepped back a whole window starts anew.
  if slot < head and head - slot < SLOTS then slot = head end
  if math.abs(slot - head) >= SLOTS then
    redis.call('DEL', key)
    total = 0
  elseif slot > head then
    local leaving = {}
    for number = head + 1, slot do leaving[#leaving + 1] = integer(number % SLOTS) end
    for _, count in ipairs(redis.call('HMGET', key, unpack(leaving))) do total = total - tonumber(count or 0) end
    redis.call('HDEL', key, unpack(leaving))
  end
  local fresh, dropped = 0, 0
  for _, pair in ipairs(counts) do
    local at = math.floor((now - pair[1]) * SLOTS / window)
    if at > slot - SLOTS then
      redis.call('HINCRBY', key, integer(at % SLOTS), pair[2])
      fresh = fresh + pair[2]
    else dropped = dropped + pair[2] end
  end
  total = total + fresh
  if total > 0 or stored[1] then
    redis.call('HSET', key, 'head', integer(slot), 'total', integer(total))
    redis.call('PEXPIRE', key, integer(window + math.ceil(window / SLOTS)))
  end
  return total, fresh, dropped
end

-- The original's counters. Whoever finds one without a TTL repairs it: a creator may have died before its EXPIRE.
local function countInBuckets(keys, window, counts)
  local fresh, total = 0, tonumber(redis.call('GET', keys[2]) or 0)
  for _, pair in ipairs(counts) do
    local key = keys[pair[1]]
    total = math.max(total, redis.call('INCRBY', key, pair[2]))
    fresh = fresh + pair[2]
    if redis.call('TTL', key) < 0 then redis.call('EXPIRE', key, integer(window / 1000 + 1)) end
  end
  return total, fresh, 0
end

-- Whether an alert was delivered less than a cooldown ago, by us or by the original, whose key has no 'told' beside it.
-- The cooldown in force is the current config's: the key's TTL follows it.
local function isCooling(key, cooldown, told, held)
  local since = redis.call('GET', key)
  if not since or since == held then return false end
  if not told or since ~= integer(math.floor(told / 1000)) then return true end
  local left = told + cooldown - now
  if left <= 0 then
    redis.call('DEL', key)
    return false
  end
  if math.abs(redis.call('PTTL', key) - left) > 1000 then redis.call('PEXPIRE', key, integer(left)) end
  return true
end

-- Redis does not undo what a script wrote before it failed, and what fails is sent again: so everything is read once before
-- anything is written, and a key of another type ends the script while it has no effect.
local function readAll()
  local at = 6
  for rule = 1, rules do
    local first = ${FIRST_KEYS} + (rule - 1) * ${KEYS_PER_RULE}
    for counter = 1, 2 do
      if ARGV[at] == 'fixed' then redis.call('GET', KEYS[first + counter]) else redis.call('HGET', KEYS[first + counter], 'total') end
    end
    redis.call('GET', KEYS[first + 3])
    redis.call('HGET', KEYS[first + 4], 'id')
    at = at + 7 + 2 * tonumber(ARGV[at + 6])
  end
end
readAll()

local longest = 0
local reply = { 'counted' }
local at = 6
for rule = 1, rules do
  local first = ${FIRST_KEYS} + (rule - 1) * ${KEYS_PER_RULE}
  local counters = { KEYS[first + 1], KEYS[first + 2] }
  local cooldownKey, alertKey = KEYS[first + 3], KEYS[first + 4]
  local windowType, window, threshold, cooldown = ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local destination, draft = ARGV[at + 4], ARGV[at + 5]
  local counts = {}
  for pair = 1, tonumber(ARGV[at + 6]) do
    local when, count = tonumber(ARGV[at + 5 + 2 * pair]), tonumber(ARGV[at + 6 + 2 * pair])
    if isFresh then counts[pair] = { when, count } end
  end
  at = at + 7 + 2 * tonumber(ARGV[at + 6])
  longest = math.max(longest, window)

  local total, fresh, dropped
  if windowType == 'fixed' then total, fresh, dropped = countInBuckets(counters, window, counts)
  else total, fresh, dropped = countInRing(counters[1], window, counts) end

  local stored = redis.call('HMGET', alertKey, 'id', 'until', 'by', 'dest', 'count', 'tries', 'draft', 'held', 'told')
  local id, till, by, dest = stored[1], tonumber(stored[2] or 0), stored[3], stored[4]
  local count, tries, held, told = tonumber(stored[5] or 0), tonumber(stored[6] or 0), stored[8], tonumber(stored[9] or nil)
  local claimed = false

  if id and by == me then
    -- Our own reply was lost: the same claim again.
    claimed = true
    draft = stored[7]
  elseif id and (till > now or dest == destination) then
    -- Our own cooldown was over when it was raised; one that somebody else has set since then still counts.
    local since = redis.call('GET', cooldownKey)
    if till <= now and (till > 0 or fresh > 0) and (not since or since == held) then
      claimed = true
      tries = tries + 1
      draft = stored[7]
    end
  elseif fresh > 0 and total >= threshold and not isCooling(cooldownKey, cooldown, told, held) then
    claimed = true
    id = integer(now) .. '-' .. client .. '-' .. integer(sequence)
    if rule > 1 then id = id .. '-' .. integer(rule) end
    count, tries = total, 1
  end

  if claimed then
    held = integer(math.floor(now / 1000))
    redis.call('HSET', alertKey, 'id', id, 'until', integer(now + lease), 'by', me, 'dest', destination,
      'count', integer(count), 'tries', integer(tries), 'draft', draft, 'held', held)
    redis.call('PEXPIRE', alertKey, integer(math.max(86400000, 2 * cooldown)))
    redis.call('SET', cooldownKey, held, 'PX', integer(lease))
    reply[#reply + 1] = { total, dropped, id, count, tries, draft }
  else
    reply[#reply + 1] = { total, dropped, '', 0, 0, '' }
  end
end

if isFresh then redis.call('SET', KEYS[2], integer(sequence), 'PX', integer(math.max(3600000, 2 * longest))) end
return reply
`)
}

/**
 * Ends a claim.
 *
 * KEYS  1 cooldown   2 alert
 * ARGV  1 alert id   2 'delivered' or 'released'   3 cooldown (ms)
 * reply 1 where the alert was pending, else 0
 */
export function settleScript(clock: string = SERVER_CLOCK): Script {
  return script(`
local id, settlement, cooldown = ARGV[1], ARGV[2], tonumber(ARGV[3])
${clock}
local stored = redis.call('HMGET', KEYS[2], 'id', 'held')
if stored[1] ~= id then return 0 end
if settlement == 'delivered' then
  redis.call('HDEL', KEYS[2], 'id', 'until', 'by', 'dest', 'count', 'tries', 'draft', 'held')
  redis.call('HSET', KEYS[2], 'told', string.format('%.0f', now))
  redis.call('PEXPIRE', KEYS[2], string.format('%.0f', math.max(86400000, 2 * cooldown)))
  redis.call('SET', KEYS[1], string.format('%.0f', math.floor(now / 1000)), 'PX', string.format('%.0f', cooldown))
else
  redis.call('HSET', KEYS[2], 'until', '0', 'by', '')
  if redis.call('GET', KEYS[1]) == stored[2] then redis.call('DEL', KEYS[1]) end
end
return 1
`)
}

/**
 * Writes the config only where nobody else has since it was read.
 *
 * KEYS  1 config
 * ARGV  1 '1' if it was there when read, else '0'   2 its text then   3 the new text, '' to delete it
 * reply 1 where it was written, else 0
 */
export const replaceConfigScript: Script = script(`
local stored = redis.call('GET', KEYS[1])
local isSame = (ARGV[1] == '1' and stored == ARGV[2]) or (ARGV[1] == '0' and not stored)
if not isSame then return 0 end
if ARGV[3] == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[3]) end
return 1
`)
