// What all processes of a fleet have to agree on, in one hash: which config was last seen, how far the clock has come, and in which
// window each rule was last counted.

/** More entries than this of what is open are not woken at once; they are due in their time. */
const MAX_WOKEN = 10_000
/** A server's clock that steps back by no more than this stands still until it has caught up. */
const STANDSTILL_MS = 100
/** A process's idea of the server's time is never ahead by so much, unless that has stepped back. */
const UNEXPECTED_MS = 1000

/** Reads the fleet's `era`; another hand may have written anything. */
export const ERA = `
local function eraOf(stored)
  local era = tonumber(string.match(stored or '', '^%d+$') or 0)
  return era < 2 ^ 53 and integer(era) or '0'
end
`

/**
 * Fields: 'config' that was last seen and its 'revision', which grows with every change; 'newestMs', the latest time that any script has
 * seen, and 'era', by how many milliseconds in all the clock was found to have stepped back; `woken <due key>`, the revision under which
 * what is open there was last made due; `window <rule>` that it was last counted in.
 *
 * The clock of a server may step back: it is corrected, or a replica whose clock is behind takes over. Rings cannot tell how long ago
 * their errors were then, and would count them for too long, so they belong to an era: what was counted in an earlier one is begun anew.
 *
 * Another config may please a receiver that refused, and after a step of the clock the times of what is open are wrong: both make a new
 * revision, under which everything open is looked at once.
 */
export const FLEET: string = `
${ERA}
local function readFleet(key)
  local stored = read('HMGET', key, 'config', 'revision', 'newestMs', 'era') or {}
  local fleet = { revision = tonumber(stored[2] or nil) or 0, era = eraOf(stored[4]) }
  local newest = tonumber(stored[3] or nil)
  if not (newest and newest < 2 ^ 52) then newest = nil end
  -- Where nobody has asked meanwhile the clock may have passed the latest time once more. A process that was told the time in this era, and
  -- whose own clock has gone on since, expects a later one then.
  local isBehind = sentMs and head.era == fleet.era and sentMs > now + ${UNEXPECTED_MS}
  if newest and now < newest and newest - now <= ${STANDSTILL_MS} then now = newest
  elseif isBehind or (newest and now < newest) then
    -- What a process expects is better than the latest time, since it knows for how long nobody has asked.
    local stepMs = math.max(newest or 0, isBehind and sentMs or 0) - now
    fleet.era, fleet.revision = integer(tonumber(fleet.era) + stepMs), fleet.revision + 1
  end
  if stored[1] ~= version then fleet.revision = fleet.revision + 1 end
  fleet.revision = integer(fleet.revision)
  local set = { 'newestMs', integer(now) }
  if stored[1] ~= version then set[#set + 1] = 'config' set[#set + 1] = version end
  if fleet.revision ~= stored[2] then set[#set + 1] = 'revision' set[#set + 1] = fleet.revision end
  if fleet.era ~= (stored[4] or '0') then set[#set + 1] = 'era' set[#set + 1] = fleet.era end
  redis.call('HSET', key, unpack(set))
  return fleet
end

-- Whatever is open of these rules is due where this is the first look under a revision.
local function wake(key, fleet, rules)
  local names = {}
  for at, rule in ipairs(rules) do names[at] = 'woken ' .. rule.dueKey end
  if #names == 0 then return end
  local set = {}
  for at, revision in ipairs(redis.call('HMGET', key, unpack(names))) do
    if revision ~= fleet.revision then
      set[#set + 1] = names[at]
      set[#set + 1] = fleet.revision
      for _, open in ipairs({ rules[at].dueKey, rules[at].endKey }) do
        for _, series in ipairs(read('ZRANGE', open, 0, ${MAX_WOKEN - 1}) or {}) do write('ZADD', open, integer(now), series) end
      end
    end
  end
  if #set > 0 then redis.call('HSET', key, unpack(set)) end
end

-- Whether a rule was last counted in another window than this one.
local function isMixedWindow(key, rule)
  if rule.isMixed == nil then
    local shape = rule.windowType .. '/' .. integer(rule.windowMs)
    local last = redis.call('HGET', key, 'window ' .. rule.rule)
    rule.isMixed = last and last ~= shape or false
    if last ~= shape then redis.call('HSET', key, 'window ' .. rule.rule, shape) end
  end
  return rule.isMixed
end
`
