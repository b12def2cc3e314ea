/** Reads what is kept of a series' alerts: its fields, those that are numbers as such. */
export const READ_STATE = `
local NUMBERS = {
  ['until'] = true, count = true, tries = true, raised = true, again = true, told = true, step = true, cools = true,
  suppressed = true, since = true, peak = true, total = true, quiet = true,
}

-- Mostly little or nothing is there, so all of it is asked for: that is less than to name the fields.
local function readState(key)
  local state, stored = {}, redis.call('HGETALL', key)
  for at = 1, #stored, 2 do
    local field, value = stored[at], stored[at + 1]
    if NUMBERS[field] then value = tonumber(value) end
    state[field] = value
  end
  return state
end
`

/** What is kept of a series' alerts, and how it changes; twin of `AlertState` in rule/alert-state.ts. */
export const ALERT_STATE = `
-- Whether an alert was delivered less than a cooldown ago, by us or by the original, whose key has no 'told' beside it.
-- The cooldown in force is the current config's, and the key follows it. Somebody may delete the key to end it. Also says for how long.
-- Of the entry e, cooldownSince is what the key holds, false where it is not there.
local function isCooling(e, wait, state)
  local key, since = e.cooldownKey, e.cooldownSince
  -- Our own hold is no cooldown.
  if since and since == state.held then since = false end
  local told = state.told and integer(math.floor(state.told / 1000))
  if since and since ~= told then return true, math.max(1, redis.call('PTTL', key)) end
  -- Raised is raised: a cooldown that was made longer since does not take it back.
  if not told or (state.kind == 'firing' and state.told <= state.raised) then return false end
  local left = state.told + wait - now
  if left <= 0 then
    if since then
      redis.call('DEL', key)
      e.cooldownSince = false
    end
    state.cools = nil
    return false
  end
  local cools = state.cools or 0
  if not since and now < cools - 1000 then return false end
  if not since or math.abs(cools - now - left) > 1000 then
    redis.call('SET', key, told, 'PX', integer(left))
    e.cooldownSince, state.cools = told, now + left
  end
  return true, left
end

local PENDING = { 'id', 'kind', 'until', 'by', 'dest', 'count', 'tries', 'draft', 'held', 'raised', 'facts', 'origin', 'parked', 'again', 'attempts' }
local EPISODE = { 'since', 'peak', 'total', 'quiet', 'toldId', 'toldDraft', 'toldDest' }

local function stampOf(state) return integer(state.told) .. ' ' .. integer(state.step or 0) end

-- A replica that took its master's place may never have heard of the last delivery: whoever remembers it says so.
-- Not while an alert is pending: what is remembered may be its own delivery, of which this store is just about to hear.
local function recall(state, remembered)
  if state.kind == 'firing' then return end
  local age, told, step = string.match(remembered, '^(%d+) ?(%d*) ?(%d*)$')
  local at = sent - tonumber(age)
  if state.told and (integer(state.told) == told or state.told > at - 1000) then return end
  state.told, state.step, state.cools = math.floor(at), tonumber(step) or 0, nil
end

local function forget(state, fields) for _, field in ipairs(fields) do state[field] = nil end end

-- What another hand has changed beyond use is forgotten: it must not stop the counting.
local function mend(state)
  if next(state) == nil then return end
  local isPending = state.kind and state['until'] and state.by and state.dest and state.count and state.tries
  if not (isPending and state.draft and state.raised and state.facts) then forget(state, PENDING) end
  if not state.again then state.parked = nil end
  if not (state.peak and state.total) then forget(state, EPISODE) end
  if not (state.toldId and state.toldDraft) then state.toldDest = nil end
end

-- What has changed since it was read.
local function writeState(key, before, state, ttl)
  local set, gone = {}, {}
  for field, value in pairs(state) do
    if value ~= before[field] then
      set[#set + 1] = field
      set[#set + 1] = type(value) == 'number' and integer(value) or value
    end
  end
  for field in pairs(before) do if state[field] == nil then gone[#gone + 1] = field end end
  if #gone > 0 then redis.call('HDEL', key, unpack(gone)) end
  if #set > 0 then
    redis.call('HSET', key, unpack(set))
    redis.call('PEXPIRE', key, ttl)
  end
end
`
