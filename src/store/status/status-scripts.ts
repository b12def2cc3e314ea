// What operators see, read without writing anything: neither a ring nor a cooldown is brought up to date.
import { SLOT_COUNT } from '../../rule/slots.js'
import { ALERT_STATE, READ_STATE } from '../redis/lua/alert-state.js'
import { COOLDOWN } from '../redis/lua/cooldown.js'
import { INTEGER, type Script, SERVER_CLOCK, script } from '../redis/lua/script.js'

/** Slots of a ring are shown by so many together. */
const SLOTS_TOGETHER = 2
export const SHOWN_SLOTS: number = SLOT_COUNT / SLOTS_TOGETHER

/**
 * What is known beside the counts.
 *
 * KEYS  1 config   2 series that are counted   3 series that are due   4 alerts that are over with   5 counters of all processes
 * ARGV  1 so many announcements at most, the newest   2 so many series that are due   3 so many alerts that are over with
 * reply { now, 'missing' or 'unreadable' or 'text', text of the config, { announcement, when… }, { series id that is due… },
 *         { alert (JSON)… the newest first }, { counter, number… } }
 */
export function overviewScript(clock: string = SERVER_CLOCK): Script {
  return script(`
${INTEGER}
${clock}
local config = redis.pcall('GET', KEYS[1])
local kind, text = 'missing', ''
if type(config) == 'table' then kind = 'unreadable'
elseif config then kind, text = 'text', config end
return {
  integer(now), kind, text,
  redis.call('ZREVRANGE', KEYS[2], 0, ARGV[1] - 1, 'WITHSCORES'),
  redis.call('ZRANGE', KEYS[3], 0, ARGV[2] - 1),
  redis.call('LRANGE', KEYS[4], 0, ARGV[3] - 1),
  redis.call('HGETALL', KEYS[5]),
}
`)
}

/** What is replied of an alert, in this order, where it is there. */
export const SHOWN_FIELDS = [
  'id',
  'kind',
  'until',
  'by',
  'count',
  'tries',
  'raised',
  'parked',
  'again',
  'attempts',
  'told',
  'last',
  'suppressed',
] as const

/**
 * Some series as they are now.
 *
 * KEYS  1 config   then for each series: counter (ring or tumbling window), cooldown, alert
 * ARGV  for each series: window type, window (ms), cooldown (ms), longest cooldown (ms or 0)
 * reply { now, { { count, cooldown left (ms), about when it was last counted (ms) or 0, { errors of a slot… the oldest first },
 *         { SHOWN_FIELDS, '' for what is not there } }… } }
 */
export function seriesStatusScript(clock: string = SERVER_CLOCK): Script {
  return script(`
local unpack = table.unpack or unpack
local SLOTS, TOGETHER = ${SLOT_COUNT}, ${SLOTS_TOGETHER}
${INTEGER}
${clock}
${COOLDOWN}
${READ_STATE}
${ALERT_STATE}
local names = {}
for index = 0, SLOTS - 1 do names[#names + 1] = integer(index) end

-- As countInRing of windows.ts would leave it.
local function readRing(key, window)
  local shown = {}
  for at = 1, SLOTS / TOGETHER do shown[at] = 0 end
  local slot = math.floor(now * SLOTS / window)
  local stored = redis.call('HMGET', key, 'head', 'total')
  local head, total = tonumber(stored[1] or nil), tonumber(stored[2] or nil) or 0
  if not head then return 0, 0, shown end
  if slot < head and head - slot < SLOTS then slot = head end
  local values, left, last = redis.call('HMGET', key, unpack(names)), 0, nil
  for number = head - SLOTS + 1, head do
    local count = tonumber(values[number % SLOTS + 1] or nil) or 0
    if count > 0 then
      last = number
      local at = math.floor((number - (slot - SLOTS + 1)) / TOGETHER) + 1
      if number > slot - SLOTS and slot >= head then shown[at] = shown[at] + count else left = left + count end
    end
  end
  if slot < head then total, left = 0, 0 end
  return total - left, last and math.floor(last * window / SLOTS) or 0, shown
end

-- As isCooling of alert-state.ts sees it.
local function coolingLeft(key, wait, state)
  local since = redis.call('GET', key)
  if since and since == state.held then since = false end
  local told = state.told and integer(math.floor(state.told / 1000))
  if since and since ~= told then return math.max(1, redis.call('PTTL', key)) end
  if not told or (state.kind == 'firing' and state.told <= state.raised) then return 0 end
  local left = state.told + wait - now
  if not since and now < (state.cools or 0) - 1000 then return 0 end
  return math.max(0, left)
end

local list = {}
for number = 1, #ARGV / 4 do
  local key, at = 3 * number - 1, 4 * number - 3
  local window, cooldown, cooldownMax = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local count, last, slots = 0, 0, {}
  if ARGV[at] == 'fixed' then count = tonumber(redis.call('GET', KEYS[key]) or nil) or 0
  else count, last, slots = readRing(KEYS[key], window) end
  local state = readState(KEYS[key + 2])
  mend(state)
  local shown = {}
  for _, field in ipairs({ ${SHOWN_FIELDS.map((field) => `'${field}'`).join(', ')} }) do
    local value = state[field]
    if type(value) == 'number' then value = integer(value) end
    shown[#shown + 1] = value or ''
  end
  local cooling = coolingLeft(KEYS[key + 1], cooldownAfter(state.step or 0, cooldown, cooldownMax), state)
  list[number] = { count, math.floor(cooling), last, slots, shown }
end
return { integer(now), list }
`)
}
