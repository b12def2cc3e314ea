/**
 * The decision of a script, and what a process hands over that had to decide alone; twin of `decide` in rule/decide.ts.
 * `e` is an entry: what was given of it, and `total`, `fresh`, `fell`, `ends`, `latest` as counted. Both say whether they claim.
 * Where what is handed over is over with, `e.history` is what to keep of it.
 */
export const DECISION = `
local function isHeld(state) return state.by ~= '' and state['until'] > now end

local function isOurs(state, e)
  return state.dest == e.destination or string.find(e.earlier, ' ' .. state.dest .. ' ', 1, true) ~= nil
end

-- Whether news that are ours, and that nobody is telling, are to be told now.
local function isTurn(state, e, isCrossing)
  if state['until'] <= now or state.dest ~= e.destination then return true end
  if not state.parked then return e.isForced end
  return state.parked ~= version or (isCrossing and now >= state.again)
end

local function isCoolingFor(state, e)
  return isCooling(e, cooldownAfter(state.step or 0, e.cooldown, e.cooldownMax), state)
end

local function isOver(state, e) return state.since and state.quiet and now >= state.quiet + e.window end

-- The episode: from an alert until the errors have stopped.
local function follow(state, e, isReached)
  if not e.sendResolved then
    if state.since then forget(state, EPISODE) end
  elseif state.since then
    state.peak, state.total = math.max(state.peak, e.total), state.total + e.fresh
    if isReached then state.quiet = e.ends
    else state.quiet = state.quiet or e.fell or now end
  end
  -- News that the errors have stopped, which nobody is telling, are void once they are back, or where they may not be told.
  if state.kind == 'resolved' and not isHeld(state) then
    if isReached then forget(state, PENDING)
    elseif state.dest ~= e.destination or not e.sendResolved then
      forget(state, PENDING)
      forget(state, EPISODE)
    end
  end
  if not state.id and isOver(state, e) and state.toldDest ~= e.destination then forget(state, EPISODE) end
end

local function begin(state, e, raised, count)
  if e.sendResolved and not state.since then state.since, state.peak, state.total, state.quiet = raised, count, count, e.ends end
end

local function raise(state, e, kind, facts)
  state.id = integer(now) .. '-' .. client .. '-' .. integer(sequence)
  if e.number > 1 then state.id = state.id .. '-' .. integer(e.number) end
  state.kind, state.facts, state.count, state.tries, state.raised, state.origin = kind, facts, e.total, 0, now, me
end

local function claim(state, e)
  state.dest, state.tries, state.parked, state.again = e.destination, state.tries + 1, nil, nil
  return true
end

-- Also says for how long a cooldown is running, if one is.
local function decide(state, e)
  local isReached = e.total >= e.threshold
  follow(state, e, isReached)
  local isCool, cooling = isCoolingFor(state, e)
  local isCrossing = e.fresh > 0 and isReached and not isCool
  local isFiring, suppressed = state.kind == 'firing', state.suppressed or 0
  if e.fresh > 0 and (isFiring or isCool) then state.suppressed = suppressed + e.fresh end

  if isFiring then
    if isHeld(state) then return false, cooling end
    if isOurs(state, e) then
      if isCool or not isTurn(state, e, isCrossing) then return false, cooling end
      return claim(state, e), cooling
    end
    if not state.parked and state['until'] > now then return false, cooling end
    -- Nobody is telling it and it is not for our destination: the next crossing replaces it.
  end
  if isCrossing then
    -- Whoever is telling that the errors have stopped ends that episode; this is another one.
    if state.kind == 'resolved' then forget(state, EPISODE) end
    forget(state, PENDING)
    local oldest = e.latest
    if e.windowType ~= 'fixed' then oldest = math.min(e.latest, oldestInRing(e.counters[1], e.window)) end
    raise(state, e, 'firing', table.concat({ 'firing', integer(suppressed), integer(oldest), integer(e.latest) }, ' '))
    state.draft, state.suppressed = e.draft, nil
    begin(state, e, now, e.total)
    return claim(state, e), cooling
  end
  if state.kind == 'resolved' then
    if isHeld(state) or not isTurn(state, e, false) then return false, cooling end
    return claim(state, e), cooling
  end
  if not state.id and isOver(state, e) then
    local lasted = math.max(0, state.quiet - state.since)
    raise(state, e, 'resolved', table.concat({ 'resolved', state.toldId, integer(lasted), integer(state.peak), integer(state.total) }, ' '))
    state.draft = state.toldDraft
    return claim(state, e), cooling
  end
  return false, cooling
end

-- An alert that a process raised while it could not ask: it cools, or becomes the one that is pending, where there is none.
local function takeOver(state, e, given)
  if state.handed == given.id then return false end
  state.handed = given.id
  local raised, attempts = now - given.age, nil
  for _, attempt in ipairs(given.attempts) do attempts = withAttempt(attempts, now - attempt.age, attempt.outcome) end
  if given.toldAge then
    local told = now - given.toldAge
    if given.account ~= '' then e.history = historyLine(given.account, raised, told, given.tries, attempts, 'delivered') end
    if state.told and state.told >= told then return false end
    state.step = nextStep(state.told, state.step or 0, raised, e.cooldown, e.cooldownMax)
    state.told, state.last, state.cools = told, given.id .. ' ' .. integer(given.count), nil
    begin(state, e, raised, given.count)
    if e.sendResolved then state.toldId, state.toldDraft, state.toldDest = given.id, given.draft, e.destination end
    return false
  end
  if state.kind == 'firing' or isCoolingFor(state, e) then return false end
  if state.kind == 'resolved' then forget(state, EPISODE) end
  forget(state, PENDING)
  state.id, state.kind, state.facts, state.draft = given.id, 'firing', given.facts, given.draft
  state.count, state.tries, state.raised, state.origin = given.count, given.tries, raised, given.isNew and me or ''
  state.attempts = attempts
  begin(state, e, raised, given.count)
  return claim(state, e)
end
`
