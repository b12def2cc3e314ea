// What operators see, read without writing anything.
import { SLOT_COUNT } from '../../rule/slots.js'
import { ALERT_STATE, READ_STATE } from '../redis/lua/alert-state.js'
import { COOLDOWN } from '../redis/lua/cooldown.js'
import { INTEGER, SERVER_CLOCK, WHOLE } from '../redis/lua/script.js'
import { type Script, script } from '../script.js'

/** This many neighbouring slots of a ring are shown as one number, so that a chart has half as many bars as a ring has slots. */
const SLOTS_TOGETHER = 2

/**
 * What is known beside the counts.
 *
 * KEYS  1 config   2 series that are counted   3 notices that are over with   4 counters of all processes   5 processes   6 silences
 * ARGV  1 this many announcements at most, the newest   2 this many notices that are over with
 * reply { now, 'missing' or 'unreadable' or 'text', text of the config, { announcement, when… }, { notice (JSON)… the newest first },
 *         { counter, number… }, { client, what its process told… }, { 'version' or id, text… of the silences } }
 */
export function overviewScript(clock: string = SERVER_CLOCK): Script {
  return script(`
${INTEGER}
${clock}
local function peek(command, ...)
  local reply = redis.pcall(command, ...)
  if type(reply) == 'table' and reply.err then return {} end
  return reply
end
local config = redis.pcall('GET', KEYS[1])
local kind, text = 'missing', ''
if type(config) == 'table' then kind = 'unreadable'
elseif config then kind, text = 'text', config end
return {
  integer(now), kind, text,
  peek('ZREVRANGE', KEYS[2], 0, ARGV[1] - 1, 'WITHSCORES'),
  peek('LRANGE', KEYS[3], 0, ARGV[2] - 1),
  peek('HGETALL', KEYS[4]),
  peek('HGETALL', KEYS[5]),
  peek('HGETALL', KEYS[6]),
}
`)
}

/**
 * Further announcements.
 *
 * KEYS  1 series that are counted   ARGV  1 the first of them, from 0, by how new they are   2 the last
 * reply { announcement, when… }
 */
export const announcedScript: Script = script(`
local list = redis.pcall('ZREVRANGE', KEYS[1], ARGV[1], ARGV[2], 'WITHSCORES')
return list.err and {} or list
`)

/**
 * Roughly how busy series are: enough to choose which are shown.
 *
 * KEYS  for each: counter (ring or tumbling window), delivery   ARGV  for each: window type
 * reply { { errors in its window when it was last counted, number of the newest slot that was counted in then, last delivery (ms) or '' }… }
 */
export const busyScript: Script = script(`
local function read(...)
  local reply = redis.pcall(...)
  if type(reply) == 'table' and reply.err then return {} end
  return reply
end
local unpack = table.unpack or unpack
local list = {}
for number, windowType in ipairs(ARGV) do
  local counter, delivery, count, head = KEYS[2 * number - 1], KEYS[2 * number], nil, ''
  if windowType == 'fixed' then count = redis.pcall('GET', counter)
  else count, head = unpack(read('HMGET', counter, 'total', 'head')) end
  local at = read('HMGET', delivery, 'atMs')[1]
  list[number] = { type(count) == 'string' and count or '0', head or '', at or '' }
end
return list
`)

/**
 * Which series have something open.
 *
 * KEYS  what is open of each rule for each destination   ARGV  1 this many series of each at most
 * reply { series id… }
 */
export const openSeriesScript: Script = script(`
local open = {}
for _, key in ipairs(KEYS) do
  local ids = redis.pcall('ZRANGE', key, 0, ARGV[1] - 1)
  if not ids.err then for _, id in ipairs(ids) do open[#open + 1] = id end end
end
return open
`)

/** What is replied of an alert, and of the last delivery, in this order, where it is there. */
export const SHOWN_FIELDS = [
  'id',
  'kind',
  'untilMs',
  'holder',
  'count',
  'tries',
  'raisedAtMs',
  'parkedUnder',
  'attempts',
  'atMs',
  'last',
  'suppressed',
  'silence',
  'silenced',
] as const

/**
 * Some series as they are now, each for one destination. Nothing is written: neither a ring nor a cooldown is brought up to date.
 *
 * KEYS  1 config   2 cooldown of the default rule   3 fleet   then for each: counter (ring or tumbling window), ring of other requests,
 *       delivery, alert, and how the last attempt of its rule for that destination ended
 * ARGV  for each: window type, window (ms), cooldown (ms), longest cooldown (ms or 0), 1 where the series is the original's too, 1 where its
 *       rule has percent
 * reply { now, { { count, cooldown left (ms), about when it was last counted (ms) or 0, { errors of a slot… the oldest first },
 *         { SHOWN_FIELDS, '' for what is not there }, how the last attempt ended (see ANSWERED of overview.ts) or '', requests or '' }… } }
 */
export function seriesStatusScript(clock: string = SERVER_CLOCK): Script {
  return script(`
local unpack = table.unpack or unpack
local SLOTS, TOGETHER = ${SLOT_COUNT}, ${SLOTS_TOGETHER}
${INTEGER}
${WHOLE}
${clock}
local function read(command, ...)
  local reply = redis.pcall(command, ...)
  if type(reply) == 'table' and reply.err then return false end
  return reply
end
${COOLDOWN}
${READ_STATE}
${ALERT_STATE}
local names = {}
for index = 0, SLOTS - 1 do names[#names + 1] = integer(index) end
local era = integer(wholeOf(read('HGET', KEYS[3], 'era')) or 0)

-- As countInRing of windows.ts would leave it.
local function shownRing(key, window)
  local shown = {}
  for at = 1, SLOTS / TOGETHER do shown[at] = 0 end
  local slot = math.floor(now * SLOTS / window)
  local stored = read('HMGET', key, 'head', 'total', 'era') or {}
  local head, total = tonumber(stored[1] or nil), tonumber(stored[2] or nil) or 0
  if not head or slot < head or (stored[3] or '0') ~= era then return 0, 0, shown end
  local values, left, last = redis.call('HMGET', key, unpack(names)), 0, nil
  for number = head - SLOTS + 1, head do
    local count = tonumber(values[number % SLOTS + 1] or nil) or 0
    if count > 0 then
      last = number
      local at = math.floor((number - (slot - SLOTS + 1)) / TOGETHER) + 1
      if number > slot - SLOTS then shown[at] = shown[at] + count else left = left + count end
    end
  end
  return total - left, last and math.floor(last * window / SLOTS) or 0, shown
end

-- As coolingOf of alert-state.ts sees it.
local function coolingLeft(key, wait, longest, delivery, before)
  local told = delivery.atMs and integer(math.floor(delivery.atMs / 1000))
  local toldBefore = type(before.atMs) == 'number' and integer(math.floor(before.atMs / 1000))
  local left = delivery.atMs and math.max(0, delivery.atMs + wait - now) or 0
  local since = key and read('GET', key)
  if since and since ~= delivery.held and since ~= told and since ~= toldBefore then
    local ttl = redis.call('PTTL', key)
    return ttl < 0 and longest or math.max(1, math.min(ttl, longest))
  end
  if key and not since and now < (delivery.keyUntilMs or 0) - 1000 then return 0 end
  return left
end

local list = {}
for number = 1, #ARGV / 6 do
  local key, at = 5 * number - 1, 6 * number - 5
  local window, cooldown, cooldownMax = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local count, last, slots = 0, 0, {}
  if ARGV[at] == 'fixed' then count = tonumber(read('GET', KEYS[key]) or nil) or 0
  else count, last, slots = shownRing(KEYS[key], window) end
  local requests = ARGV[at + 5] == '1' and count + shownRing(KEYS[key + 1], window) or ''
  local delivery, before = readState(KEYS[key + 2], era)
  local alert = readState(KEYS[key + 3], era)
  mend(alert)
  local shown = {}
  for _, field in ipairs({ ${SHOWN_FIELDS.map((field) => `'${field}'`).join(', ')} }) do
    local value = alert[field]
    if value == nil then value = delivery[field] end
    if type(value) == 'number' then value = integer(value) end
    shown[#shown + 1] = value or ''
  end
  local cooldownKey = ARGV[at + 4] == '1' and KEYS[2] or nil
  local cooling = coolingLeft(cooldownKey, cooldownAfter(delivery.step or 0, cooldown, cooldownMax), math.max(cooldown, cooldownMax), delivery, before)
  list[number] = { count, math.floor(cooling), last, slots, shown, read('GET', KEYS[key + 4]) or '', requests }
end
return { integer(now), list }
`)
}
