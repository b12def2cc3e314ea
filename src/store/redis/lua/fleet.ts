// What all processes of a fleet agree on, in one hash: its id, which config was last seen, how far the server's clock has come, and in
// which window each rule was last counted.
import { type Script, script } from '../../script.js'
import { INTEGER, WHOLE } from './script.js'

/** A new revision makes this many series of a rule due at most; the others are due in their time. */
const MAX_WOKEN = 10_000
/** After a step back by this much at most, scripts use the latest time again until the server's clock has caught up. */
const STANDSTILL_MS = 100
/** A process's guess of the server's time is ahead by so much only if the server's clock has stepped back. */
const UNEXPECTED_MS = 1000

/** The field that counts how often what is parked for a destination was made due. */
const REARMED = 'rearmed '

/**
 * Lua that makes the revision of a destination: a new one of the config is new for all, and to make what is parked for a destination due
 * again is a new one for that alone.
 */
export const REVISION: string = `
local function rearmedField(destination) return '${REARMED}' .. destination end
local function revisionOf(revision, rearmed) return wholeOf(rearmed) and revision .. '.' .. rearmed or revision end
`

/**
 * Makes all that is parked for a destination due at once, by a new revision: each process that has a rule for it finds that with its next
 * batch, as it finds a new config. What is leased stays so, and what waits without having been refused keeps its time: the receiver may
 * have asked for that, and it is ten minutes at most where it did not. A refusal whose attempt ran meanwhile is due at once, too.
 *
 * KEYS  1 fleet
 * ARGV  1 the destination's id
 */
export const rearmScript: Script = script(`
${INTEGER}
${WHOLE}
${REVISION}
local field = rearmedField(ARGV[1])
local known = redis.pcall('HMGET', KEYS[1], 'revision', field)
-- Where there is no fleet nothing is parked. A key of another type is for the next batch to repair.
if known.err or not known[1] then return 0 end
redis.call('HSET', KEYS[1], field, integer((wholeOf(known[2]) or 0) + 1))
return 1
`)

/**
 * Lua of the fleet's hash. Its fields: `id`; `config`, the version that was last seen, and `revision`, which grows with every change; `newestMs`,
 * the latest time that any script has seen, and `era`, by how many ms in all the server's clock was found to have stepped back;
 * `rearmed <destination>`, how often what is parked for a destination was made due; `woken <due key>`, the revision under which the series in that key were last made due; `window <rule>`, in which the rule was last counted.
 *
 * The server's clock may step back: it is corrected, or a replica whose clock is behind takes over. A ring cannot tell then how long ago
 * its errors were, and would count them for too long. So a ring belongs to an era, and one of an earlier era is begun anew; see src/README,
 * Clocks.
 *
 * The fleet's `id` names it to receivers that are told of several fleets. Each batch brings one: the id that its process knows, or one that
 * the process has made. The first that comes where there is none is the fleet's, and its answer tells each process. So processes that
 * begin at one moment have the same, and where a replica that has forgotten it takes over, one that knows it gives it back.
 *
 * Under a new config a receiver may accept what it has refused, and after a step of the clock due times are wrong. Both make a new
 * revision, under which all that is open becomes due once.
 */
export const FLEET: string = `
-- Reads all fields that may be needed at once: a command costs more than its answer.
local function readFleet(key, rules)
  local names = { 'config', 'revision', 'newestMs', 'era', 'id' }
  for _, rule in ipairs(rules) do
    names[#names + 1] = 'woken ' .. rule.dueKey
    names[#names + 1] = 'window ' .. rule.rule
  end
  local rearmedAt = {}
  for _, rule in ipairs(rules) do
    if not rearmedAt[rule.destination] then
      names[#names + 1] = rearmedField(rule.destination)
      rearmedAt[rule.destination] = #names
    end
  end
  local stored = read('HMGET', key, unpack(names)) or {}
  local fleet, changes = { revision = stored[2] or '0', era = wholeOf(stored[4]) and stored[4] or '0' }, 0
  local newest = wholeOf(stored[3])
  -- If no script ran for a while after a step back, the clock may have passed newestMs again, and the step does not show. But a process that
  -- learned the time in this era, and whose own clock has gone on, expects a later one.
  local isBehind = sentMs and head.era == fleet.era and sentMs > now + ${UNEXPECTED_MS}
  if newest and now < newest and newest - now <= ${STANDSTILL_MS} then now = newest
  elseif isBehind or (newest and now < newest) then
    -- The time that a process expects measures the step better: it includes the time in which no script ran.
    local stepMs = math.max(newest or 0, isBehind and sentMs or 0) - now
    fleet.era, changes = integer(tonumber(fleet.era) + stepMs), 1
  end
  fleet.nowText = integer(now)
  local set = { 'newestMs', fleet.nowText }
  local id = stored[5]
  -- Others may have written anything.
  fleet.id = id and #id <= 64 and string.find(id, '^[%w_-]+$') and id or head.fleetId
  if fleet.id ~= id then
    set[3], set[4] = 'id', fleet.id
  end
  if stored[1] ~= version then
    changes, set[#set + 1] = changes + 1, 'config'
    set[#set + 1] = version
  end
  if changes > 0 then
    fleet.revision = integer((wholeOf(fleet.revision) or 0) + changes)
    for _, field in ipairs({ 'revision', 'era' }) do
      set[#set + 1] = field
      set[#set + 1] = fleet[field]
    end
  end
  redis.call('HSET', key, unpack(set))
  for at, rule in ipairs(rules) do
    rule.wokenUnder, rule.lastWindow = stored[2 * at + 4], stored[2 * at + 5]
    rule.revision = revisionOf(fleet.revision, stored[rearmedAt[rule.destination]])
  end
  -- Once a minute is enough: the TTL is more than a week.
  if not newest or math.floor(newest / 60000) ~= math.floor(now / 60000) then redis.call('PEXPIRE', key, head.fleetTtlMs) end
  return fleet
end

-- Makes all that is open of the rules that are asked for due, once under each revision.
local function wake(key, fleet, rules)
  local set = {}
  for _, rule in ipairs(rules) do
    if rule.asks ~= '' and rule.wokenUnder ~= rule.revision then
      set[#set + 1] = 'woken ' .. rule.dueKey
      set[#set + 1] = rule.revision
      for _, open in ipairs({ rule.dueKey, rule.endKey }) do
        for _, series in ipairs(read('ZRANGE', open, 0, ${MAX_WOKEN - 1}) or {}) do write('ZADD', open, fleet.nowText, series) end
      end
    end
  end
  if #set > 0 then redis.call('HSET', key, unpack(set)) end
end

-- Whether a rule was last counted in another window than this one.
local function isMixedWindow(key, rule)
  if rule.isMixed == nil then
    local window = rule.windowType .. '/' .. rule.windowMs .. (rule.percent > 0 and '/share' or '')
    rule.isMixed = rule.lastWindow and rule.lastWindow ~= window or false
    if rule.lastWindow ~= window then redis.call('HSET', key, 'window ' .. rule.rule, window) end
  end
  return rule.isMixed
end
`
