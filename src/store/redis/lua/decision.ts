/**
 * The decision of a script; twin of `decide` in rule/decide.ts. `e` is an entry with its rule: what was given of it, `total`, `fresh`, `fellMs`,
 * `endsMs`, `latestMs` as counted, and its two states, `delivery` and `alert`. What says whether it claims.
 */
export const DECISION = `
local function isOver(alert, e) return alert.sinceMs and alert.quietFromMs and now >= alert.quietFromMs + e.windowMs end

-- Whether a notice may be delivered now by whoever asks; isCrossing says that errors have just reached the threshold.
local function isTurn(alert, e, isCrossing)
  if now >= alert.untilMs then return true end
  if alert.holder ~= '' then return false end
  if not alert.parkedUnder then return e.isForced end
  return alert.parkedUnder ~= revision or (isCrossing and now >= alert.crossingFromMs)
end

-- The episode: from an alert until the errors have stopped. It is the affair of those who tell ends: a rule that does not, in code or any more,
-- leaves it as it is.
local function follow(alert, e, isReached)
  if not e.sendResolved then return end
  if alert.sinceMs then
    alert.peak, alert.total = math.max(alert.peak, e.total), alert.total + e.fresh
    if isReached then alert.quietFromMs = e.endsMs
    -- Where nobody looked when it fell, the last error has left the window a window later, at the latest.
    else alert.quietFromMs = alert.quietFromMs or e.fellMs or math.min(now, alert.lastErrorMs + e.windowMs) end
    alert.lastErrorMs = math.max(alert.lastErrorMs, e.latestMs or 0)
  end
  -- The end of an episode that nobody is delivering is void once the errors are back; one that no alert was delivered of ends in silence.
  if alert.kind == 'resolved' and not isLeased(alert) and isReached then forget(alert, PENDING) end
  if not alert.id and not alert.toldId and isOver(alert, e) then forget(alert, EPISODE) end
end

-- An episode begins with the first claim of an alert by a rule that tells ends, also where another process raised the alert.
local function begin(alert, e, raisedAtMs, count, latestMs)
  if not e.sendResolved or alert.sinceMs then return end
  alert.sinceMs, alert.peak, alert.total, alert.lastErrorMs, alert.quietFromMs = raisedAtMs, count, count, latestMs, e.endsMs
end

local function raise(alert, e, kind, facts, draft)
  alert.id = integer(now) .. '-' .. client .. '-' .. integer(sequence)
  if e.number > 1 then alert.id = alert.id .. '-' .. integer(e.number) end
  alert.kind, alert.facts, alert.count, alert.tries, alert.draft = kind, facts, e.total, 0, draft
  alert.raisedAtMs, alert.raisedBy = now, me
  if kind == 'firing' then e.delivery.id = alert.id end
  return true
end

-- What says whether it claims, and for how long a cooldown runs, if one does.
local function decide(e, cooling)
  local alert, delivery = e.alert, e.delivery
  local isReached = e.total >= e.threshold
  follow(alert, e, isReached)
  local isFiring = alert.kind == 'firing'
  local suppressed = delivery.suppressed or 0
  if e.fresh > 0 and (isFiring or cooling) then delivery.suppressed = suppressed + e.fresh end
  local isCrossing = e.fresh > 0 and isReached

  if isCrossing and not cooling and not isFiring then
    -- Somebody may be delivering the end of the last episode just now: this is another episode.
    if alert.kind == 'resolved' and e.sendResolved then forget(alert, EPISODE) end
    forget(alert, PENDING)
    local latest = e.latestMs or now
    local oldest = e.windowType == 'fixed' and latest or math.min(latest, oldestInRing(e.counters[1], e.windowMs))
    delivery.suppressed = nil
    return raise(alert, e, 'firing', table.concat({ 'firing', integer(suppressed), integer(oldest), integer(latest) }, ' '), e.draft)
  end
  -- What was raised is raised: a cooldown that another destination's delivery began since does not delay it.
  if alert.id then return (isFiring or e.sendResolved) and isTurn(alert, e, isCrossing) end
  if e.sendResolved and alert.toldId and isOver(alert, e) then
    local lasted = math.max(0, alert.quietFromMs - alert.sinceMs)
    local facts = { 'resolved', alert.toldId, integer(lasted), integer(alert.peak), integer(alert.total) }
    return raise(alert, e, 'resolved', table.concat(facts, ' '), alert.toldDraft)
  end
  return false
end
`

/**
 * What a process tells of the time when it could not ask, and what a change of the config does to what is open. Each function changes the
 * two states of an entry, before it is decided on.
 */
export const ARRIVALS = `
-- The last delivery that a process knows of: this store may have forgotten it, where a replica took its master's place, or never have heard of
-- it, where the process was alone when it raised the alert. In that case all that is to be known of the alert comes along.
local function learnDelivery(e, isFresh)
  local alert, delivery = e.alert, e.delivery
  local at = math.floor(sentMs - tonumber(e.knownAgeMs))
  local told, step = string.match(e.knownStamp, '^(%d+) (%d+)$')
  if e.knownAlert == '' then
    -- While an alert is pending what is known may be its own delivery, of which this store is just about to hear.
    if alert.kind == 'firing' then return end
    if delivery.atMs and (integer(delivery.atMs) == told or delivery.atMs > at - 1000) then return end
    delivery.atMs, delivery.step, delivery.keyUntilMs = at, tonumber(step) or 0, nil
    return
  end
  local given = cjson.decode(e.knownAlert)
  local id = given.id
  -- What this batch, or an earlier call of it, has raised of the same errors is known to nobody, since no answer came.
  if alert.id == id or (alert.raisedBy == me and not isFresh) then forget(alert, PENDING) end
  if isInHistory(HISTORY_KEY, id) then return end
  local raised = math.floor(sentMs - given.raisedAgeMs)
  addHistory(HISTORY_KEY, historyLine(given.account, raised, at, given.tries, nil, 'delivered'))
  if delivery.id == id then delivery.id = nil end
  if alert.kind ~= 'firing' then
    begin(alert, e, raised, given.count, at)
    if e.sendResolved then alert.toldId, alert.toldDraft = id, given.draft end
  end
  if delivery.atMs and delivery.atMs >= at then return end
  step = nextStep(delivery.atMs, delivery.step or 0, raised, e.cooldownMs, e.cooldownMaxMs)
  delivery.atMs, delivery.step, delivery.keyUntilMs, delivery.last = at, step, nil, id .. ' ' .. integer(given.count)
end

-- An alert that a process raised while it could not ask becomes the one that is pending, where there is none. What says whether it claims.
local function takeOver(e, isFresh, cooling)
  local alert, given = e.alert, cjson.decode(e.handover)
  if alert.id == given.id then
    if alert.holder ~= me and isLeased(alert) then return false end
    return true
  end
  if alert.raisedBy == me and not isFresh then forget(alert, PENDING) end
  if alert.kind == 'firing' or cooling or isInHistory(HISTORY_KEY, given.id) then return false end
  if alert.kind == 'resolved' then forget(alert, EPISODE) end
  forget(alert, PENDING)
  alert.id, alert.kind, alert.facts, alert.draft = given.id, 'firing', given.facts, given.draft
  alert.count, alert.tries, alert.raisedAtMs = given.count, given.tries, math.floor(sentMs - given.ageMs)
  alert.raisedBy, e.delivery.id = given.isNew and me or '', given.id
  return true
end

-- What waits for the destination from which the config has moved a rule comes along, unless somebody is delivering it just now, or
-- something waits here too: then it follows later. It waits no longer than that, since this receiver has not been asked. The end of an
-- alert that was delivered there is that destination's affair.
local function moveHere(e)
  local alert, former = e.alert, e.formerAlert
  if former.kind ~= 'firing' or former.raisedAtMs > sentMs - e.formerAgeMs or isLeased(former) or alert.id then return end
  for _, field in ipairs(PENDING) do alert[field] = former[field] end
  alert.untilMs, alert.holder, alert.parkedUnder, alert.crossingFromMs = now, '', nil, nil
  if not former.toldId then
    if not alert.sinceMs then
      for _, field in ipairs(EPISODE) do alert[field] = former[field] end
    end
    forget(former, EPISODE)
  end
  forget(former, PENDING)
end

-- A rule that has ended: what is pending of it is claimed, to be given up. What says whether it claims.
local function endHere(e, isFresh)
  local alert, leftAtMs = e.alert, sentMs - e.formerAgeMs
  local isRepeat = alert.holder == me and not isFresh
  if alert.id then return isRepeat or (alert.raisedAtMs <= leftAtMs and not isLeased(alert)) end
  if alert.sinceMs and alert.sinceMs <= leftAtMs then forget(alert, EPISODE) end
  return false
end
`
