// What all processes of a fleet have to agree on, in one hash: which config was last seen, how far the clock has come, and in which
// window each rule was last counted.

/** More entries than this of what is open are not woken at once; they are due in their time. */
const MAX_WOKEN = 10_000
/** A server's clock that steps back by no more than this stands still until it has caught up. */
const STANDSTILL_MS = 100
/** A process's idea of the server's time is never ahead by so much, unless that has stepped back. */
const UNEXPECTED_MS = 1000

/**
 * Fields: 'config' that was last seen and its 'revision', which grows with every change; 'newestMs', the latest time that any script has
 * seen, and 'era', by how many milliseconds in all the clock was found to have stepped back; `woken <due key>`, the revision under which
 * what is open there was last made due; `window <rule>` that it was last counted in.
 *
 * The clock of a server may step back: it is corrected, or a replica whose clock is behind takes over. Rings cannot tell how long ago
 * their errors were then, and would count them for too long, so they belong to an era: what was counted in an earlier one is begun anew; see src/README, Clocks.
 *
 * Another config may please a receiver that refused, and after a step of the clock the times of what is open are wrong: both make a new
 * revision, under which everything open is looked at once.
 */
export const FLEET: string = `
-- Asks for all that may be needed of it at once: a command costs more than what it answers.
local function readFleet(key, rules)
  local names = { 'config', 'revision', 'newestMs', 'era' }
  for _, rule in ipairs(rules) do
    names[#names + 1] = 'woken ' .. rule.dueKey
    names[#names + 1] = 'window ' .. rule.rule
  end
  local stored = read('HMGET', key, unpack(names)) or {}
  for at, rule in ipairs(rules) do rule.wokenUnder, rule.lastShape = stored[2 * at + 3], stored[2 * at + 4] end
  local fleet, changes = { revision = stored[2] or '0', era = wholeOf(stored[4]) and stored[4] or '0' }, 0
  local newest = wholeOf(stored[3])
  -- Where nobody has asked meanwhile the clock may have passed the latest time once more. A process that was told the time in this era, and
  -- whose own clock has gone on since, expects a later one then.
  local isBehind = sentMs and head.era == fleet.era and sentMs > now + ${UNEXPECTED_MS}
  if newest and now < newest and newest - now <= ${STANDSTILL_MS} then now = newest
  elseif isBehind or (newest and now < newest) then
    -- What a process expects is better than the latest time, since it knows for how long nobody has asked.
    local stepMs = math.max(newest or 0, isBehind and sentMs or 0) - now
    fleet.era, changes = integer(tonumber(fleet.era) + stepMs), 1
  end
  fleet.nowText = integer(now)
  local set = { 'newestMs', fleet.nowText }
  if stored[1] ~= version then
    changes, set[3], set[4] = changes + 1, 'config', version
  end
  if changes > 0 then
    fleet.revision = integer((wholeOf(fleet.revision) or 0) + changes)
    for _, field in ipairs({ 'revision', 'era' }) do
      set[#set + 1] = field
      set[#set + 1] = fleet[field]
    end
  end
  redis.call('HSET', key, unpack(set))
  -- Once a minute is enough: the hash lives for more than a day.
  if not newest or math.floor(newest / 60000) ~= math.floor(now / 60000) then redis.call('PEXPIRE', key, head.fleetTtlMs) end
  return fleet
end

-- Whatever is open of the rules that are asked for is due where this is the first look under a revision.
local function wake(key, fleet, rules)
  local set = {}
  for _, rule in ipairs(rules) do
    if rule.asks ~= '' and rule.wokenUnder ~= fleet.revision then
      set[#set + 1] = 'woken ' .. rule.dueKey
      set[#set + 1] = fleet.revision
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
    local shape = rule.windowType .. '/' .. rule.windowMs
    rule.isMixed = rule.lastShape and rule.lastShape ~= shape or false
    if rule.lastShape ~= shape then redis.call('HSET', key, 'window ' .. rule.rule, shape) end
  end
  return rule.isMixed
end
`
