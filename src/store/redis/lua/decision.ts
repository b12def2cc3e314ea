/** What was counted of a group under a silence is kept for this long at least, where the group has never alerted. */
const SILENCED_GROUP_TTL_MS = 3_600_000

/**
 * Lua of the decision; twin of `decide` in rule/decide.ts. `e` is an entry: its arguments and those of its rule, `total`,
 * `isReached`, `fresh`, `fellMs`, `endsMs` and `latestMs` from the counting, `requests` where it has percent, and its two states, `delivery` and `alert`. Where a silence mutes it, it has `silenceId`,
 * `silencedSinceMs`, `silencedUntilMs`, and `isSilenced` while that lasts.
 */
export const DECISION: string = `
local function isOver(alert, e) return alert.sinceMs and alert.quietFromMs and now >= alert.quietFromMs + e.windowMs end

-- Whether this batch may claim a pending notice; isCrossing says that new errors came and the threshold is reached.
local function isTurn(alert, e, isCrossing)
  if now >= alert.untilMs then return true end
  if alert.holder ~= '' then return false end
  if not alert.parkedUnder then return e.isForced end
  return alert.parkedUnder ~= e.revision or (isCrossing and now >= alert.crossingFromMs)
end

-- Takes this batch into the episode. A rule without sendResolved leaves it as it is: another process may have the flag.
local function follow(alert, e)
  if not e.sendResolved then return end
  if alert.sinceMs then
    alert.peak, alert.total = math.max(alert.peak, e.total), alert.total + e.fresh
    if e.isReached then alert.quietFromMs = e.endsMs
    -- Other errors of the outage may be on their way, from this process and from others.
    elseif head.isReturning then alert.quietFromMs = now
    else
      -- Where no process looked as the count fell, it fell a window after the last error at the latest. That the share alone fell is known since
      -- this look.
      local latestFallMs = e.total >= e.threshold and now or math.min(now, alert.lastErrorMs + e.windowMs)
      alert.quietFromMs = alert.quietFromMs or e.fellMs or latestFallMs
    end
    alert.lastErrorMs = math.max(alert.lastErrorMs, e.latestMs or 0)
  end
  if e.isGroup and alert.ongoingOf and (not alert.sinceMs or isOver(alert, e)) then inStorm('leave', e) end
  -- Drops a pending end once the errors are back, unless it is being delivered; and an episode that is over without a delivered alert.
  if alert.kind == 'resolved' and not isLeased(alert) and e.isReached then forget(alert, PENDING) end
  if not alert.id and not (alert.toldId or alert.endingToldId) and isOver(alert, e) then forget(alert, EPISODE) end
end

-- An episode begins with the first claim of an alert by a rule with sendResolved, whichever process raised the alert.
local function begin(alert, e, raisedAtMs, count, latestMs)
  if not e.sendResolved or alert.sinceMs then return end
  alert.sinceMs, alert.peak, alert.total, alert.lastErrorMs, alert.quietFromMs = raisedAtMs, count, count, latestMs, e.endsMs
end

-- Makes room for an alert of so many errors, of which the newest happened at latestMs. The end that is pending is not sent any more, since
-- the errors are back: its episode goes on. If a process is delivering it just now, another one begins, which speaks for both until that end
-- is known to be delivered.
local function makeRoom(alert, e, count, latestMs)
  if alert.kind == 'resolved' and e.sendResolved and isLeased(alert) and alert.sinceMs then
    local id, tries, raisedAtMs = alert.id, alert.tries, alert.raisedAtMs
    local since, peak, total, toldId, toldDraft = whole(alert)
    forget(alert, EPISODE)
    alert.endingId, alert.endingTries, alert.endingRaisedAtMs = id, tries, raisedAtMs
    alert.endingSinceMs, alert.endingPeak, alert.endingTotal = since, peak, math.max(0, total - count)
    alert.endingToldId, alert.endingToldDraft = toldId, toldDraft
  end
  forget(alert, PENDING)
  if e.sendResolved and alert.sinceMs then
    alert.quietFromMs, alert.lastErrorMs = e.endsMs, math.max(alert.lastErrorMs, latestMs)
  end
end

local function raise(alert, e, kind, facts, draft)
  alert.id = integer(now) .. '-' .. client .. '-' .. integer(sequence)
  if e.number > 1 then alert.id = alert.id .. '-' .. integer(e.number) end
  alert.kind, alert.facts, alert.count, alert.tries, alert.draft = kind, facts, e.total, 0, draft
  alert.raisedAtMs, alert.raisedBy = now, me
  if kind == 'firing' then e.delivery.id = alert.id end
  return true
end

-- The facts of an alert of these errors, after the last one, of the same series or of (many).
local function firingFacts(e, delivery)
  local latest, suppressed = e.latestMs or now, delivery.suppressed or 0
  local oldest = e.windowType == 'fixed' and latest or math.min(latest, oldestInRing(e.counters[1], e.windowMs))
  delivery.suppressed = nil
  local notice, since = nextStreak(delivery, now, e.cooldownMs, e.cooldownMaxMs)
  local facts = { 'firing', integer(suppressed), integer(oldest), integer(latest), integer(notice), integer(since) }
  if e.requests and delivery == e.delivery then facts[7] = integer(e.requests) end
  return table.concat(facts, ' ')
end

-- How long the last delivery of a silenced series is kept; ttl where it is not silenced. What was counted lasts until the silence ends, and as
-- long as ever from then on. Groups that never alert are too many for that, since anybody may invent them.
local function silencedTtl(e, ttl)
  local delivery = e.delivery
  local isMany = string.find(e.series, ':', 1, true) and not (delivery.atMs or delivery.id) and not e.isReached
  if isMany then return integer(math.max(2 * e.windowMs, ${SILENCED_GROUP_TTL_MS})) end
  return integer(tonumber(ttl) + e.silencedUntilMs - now)
end

-- Counts errors under the silence that mutes a series.
local function countSilenced(delivery, silenceId, errors)
  delivery.silenced = (delivery.silence == silenceId and delivery.silenced or 0) + errors
  delivery.silence = silenceId
end

-- Says whether this batch claims; a cooldown still runs for cooling ms, if at all.
local function decide(e, cooling)
  local alert, delivery = e.alert, e.delivery
  if e.isMany then inStorm('followMany', e) else follow(alert, e) end
  local isFiring = alert.kind == 'firing'
  local isHeld = cooling or e.isSilenced
  local unraised = (e.withheld or 0) + ((isFiring or isHeld) and e.fresh or 0)
  if unraised > 0 then delivery.suppressed = (delivery.suppressed or 0) + unraised end
  local counted = e.fresh + (e.withheld or 0)
  if not e.isSilenced then delivery.silence, delivery.silenced = nil, nil
  elseif counted > 0 then countSilenced(delivery, e.silenceId, counted) end
  local isCrossing = e.fresh > 0 and e.isReached

  local isFree = e.fresh > 0 and not isHeld and not isFiring
  if isFree and e.isGroup and (isCrossing or alert.joined) and inStorm('holds', e, isCrossing) then return false end
  if isFree and isCrossing then
    makeRoom(alert, e, e.total, e.latestMs or 0)
    raise(alert, e, 'firing', firingFacts(e, delivery), e.draft)
    if e.isGroup then inStorm('begun', e) end
    return true
  end
  -- A cooldown delays neither an end nor an alert that was raised before another destination's delivery began it, and no silence does.
  if alert.id then return (isFiring or e.sendResolved) and isTurn(alert, e, isCrossing) end
  if e.sendResolved and isOver(alert, e) then
    local since, peak, total, toldId, toldDraft = whole(alert)
    if not toldId then return false end
    local lasted, streakSince = math.max(0, alert.quietFromMs - since), delivery.notice and delivery.streakSinceMs or 0
    local facts = { 'resolved', toldId, integer(lasted), integer(peak), integer(total), integer(streakSince) }
    return raise(alert, e, 'resolved', table.concat(facts, ' '), toldDraft)
  end
  return false
end
`

/**
 * Lua that takes in what a process did while it could not reach Redis, and that moves or ends alerts after a change of the config. Each
 * function changes the two states of an entry before the decision.
 */
export const ARRIVALS = `
-- Takes in the last delivery that a process knows of. Redis may have forgotten it, where a replica took its master's place, or never have
-- heard of it, where the process raised the alert while Redis was away; then the alert comes along.
local function learnDelivery(e, isFresh)
  local alert, delivery = e.alert, e.delivery
  local at = math.floor(sentMs - tonumber(e.knownAgeMs))
  local known, step, notice, since = string.match(e.knownStamp, '^(%d+) (%d+) (%d+) (%d+)$')
  if e.knownAlert == '' then
    -- While an alert is pending this may be its own delivery, whose settlement is on its way.
    if alert.kind == 'firing' then return end
    if delivery.atMs and (integer(delivery.atMs) == known or delivery.atMs > at - 1000) then return end
    delivery.atMs, delivery.step, delivery.keyUntilMs = at, tonumber(step) or 0, nil
    if wholeOf(notice) and wholeOf(since) and notice ~= '0' then delivery.notice, delivery.streakSinceMs = wholeOf(notice), wholeOf(since) end
    return
  end
  local given = cjson.decode(e.knownAlert)
  local id = given.id
  -- What an earlier call of this batch raised of the same errors is known to nobody, since its answer was lost.
  if alert.id == id or (alert.raisedBy == me and not isFresh) then forget(alert, PENDING) end
  if isInHistory(HISTORY_KEY, id) then return end
  local raised = math.floor(sentMs - given.raisedAgeMs)
  addHistory(HISTORY_KEY, historyLine(given.account, raised, at, given.tries, nil, 'delivered'))
  if delivery.id == id then delivery.id = nil end
  if alert.kind ~= 'firing' then
    if e.sendResolved then makeRoom(alert, e, given.count, at) end
    begin(alert, e, raised, given.count, at)
    if e.sendResolved then alert.toldId, alert.toldDraft = id, given.draft end
  end
  followStreak(delivery, given.facts, raised)
  if delivery.atMs and delivery.atMs >= at then return end
  step = nextStep(delivery.atMs, delivery.step or 0, raised, e.cooldownMs, e.cooldownMaxMs)
  delivery.atMs, delivery.step, delivery.keyUntilMs, delivery.last = at, step, nil, id .. ' ' .. integer(given.count)
end

-- An alert that a process raised while Redis was away becomes the pending one, where there is none. Says whether this batch claims.
local function takeOver(e, isFresh, cooling)
  local alert, given = e.alert, cjson.decode(e.handover)
  if alert.id == given.id then
    if alert.holder ~= me and isLeased(alert) then return false end
    return true
  end
  if alert.raisedBy == me and not isFresh then forget(alert, PENDING) end
  if alert.kind == 'firing' or cooling or isInHistory(HISTORY_KEY, given.id) then return false end
  local raisedAtMs = math.floor(sentMs - given.ageMs)
  -- One that the process only saw cross would be raised now; and it could not know of a silence that began before it raised one.
  if e.isSilenced and (given.isNew or raisedAtMs >= e.silencedSinceMs) then return false end
  makeRoom(alert, e, given.count, raisedAtMs)
  alert.id, alert.kind, alert.facts, alert.draft = given.id, 'firing', given.facts, given.draft
  alert.count, alert.tries, alert.raisedAtMs = given.count, given.tries, raisedAtMs
  alert.raisedBy, e.delivery.id = given.isNew and me or '', given.id
  return true
end

-- Moves a pending alert here from the rule's former destination; later, if it is being delivered now or a notice is pending here too. It is
-- due at once, since this receiver has not been asked. The end of an alert that was delivered there stays there.
local function moveHere(e)
  local alert, former = e.alert, e.formerAlert
  if former.kind ~= 'firing' or former.raisedAtMs > sentMs - e.formerAgeMs or isLeased(former) or alert.id then return end
  if former.groups then freeze(former) end
  for _, field in ipairs(PENDING) do alert[field] = former[field] end
  alert.untilMs, alert.holder, alert.parkedUnder, alert.crossingFromMs = now, '', nil, nil
  if not (former.toldId or former.endingToldId) then
    if not alert.sinceMs then
      for _, field in ipairs(EPISODE) do alert[field] = former[field] end
    end
    forget(former, EPISODE)
  end
  forget(former, PENDING)
end

-- Claims what is pending of a rule that has ended, to be given up. Says whether this batch claims.
local function endHere(e, isFresh)
  local alert, leftAtMs = e.alert, sentMs - e.formerAgeMs
  local isRepeat = alert.holder == me and not isFresh
  if alert.id then return isRepeat or (alert.raisedAtMs <= leftAtMs and not isLeased(alert)) end
  if alert.sinceMs and alert.sinceMs <= leftAtMs then forget(alert, EPISODE) end
  alert.joined, alert.joinedAtMs, alert.joinedCount, alert.ongoingOf = nil, nil, nil, nil
  return false
end
`
