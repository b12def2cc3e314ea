// How a batch looks at the alerts of an entry, once it is counted: what becomes of what its process tells, the decision, and what is then written
// and answered.
import { ALERT_STATE } from './alert-state.js'
import { COOLDOWN } from './cooldown.js'
import { ARRIVALS, DECISION } from './decision.js'
import { FREEZE, MANY } from './many.js'
import { HISTORY } from './overview.js'
import { OLDEST } from './windows.js'

/** Lua of `openAlerts`. A script makes all its functions anew in each call, so those that few entries need are made where one needs them. */
export const LOOK: string = `
-- Gives the function that looks at the alerts of an entry, and the one that then writes those of (many).
local function openAlerts()
${COOLDOWN}
${ALERT_STATE}
${OLDEST}
  local storm, storms
  local function inStorm(how, ...)
    storm = storm or storms()
    return storm[how](...)
  end
${DECISION}
  storms = function()
${MANY}
    return { cool = cool, begun = begun, isShut = isShut, holds = holds, leave = leave, followMany = followMany, again = again }
  end
  local function arrivals()
${HISTORY}
${FREEZE}
${ARRIVALS}
    return { learnDelivery = learnDelivery, takeOver = takeOver, moveHere = moveHere, endHere = endHere }
  end
  local arrived
  local function arrive(how, ...)
    arrived = arrived or arrivals()
    return arrived[how](...)
  end
  local function lookAt(e)
    local alert, isEnded = e.alert, e.former == e.row
    mend(alert)
    if e.formerAlert then arrive('moveHere', e) end
    if e.isGroup and alert.joined then inStorm('cool', e) end
    local stamp = stampOf(e.delivery)
    -- Mostly Redis knows that delivery.
    if e.knownAgeMs ~= '' and (e.knownAlert ~= '' or e.knownStamp ~= stamp or stamp == '') then
      arrive('learnDelivery', e, isFresh)
      stamp = stampOf(e.delivery)
    end
    local cooling, isClaimed = coolingOf(e, e.deliveryBefore), false
    e.cooling = cooling
    if not e.total then countUnknown(e, function() return inStorm('isShut', e) end) end
    if isEnded then isClaimed = arrive('endHere', e, isFresh)
    else
      -- This call repeats one whose answer was lost.
      isClaimed = alert.id and alert.holder == me and not isFresh and e.handover == '' and not (e.isMany and manyOf(e).isClaimed)
      if not isClaimed and e.handover ~= '' then isClaimed = arrive('takeOver', e, isFresh, cooling) end
      if not isClaimed then isClaimed = decide(e, cooling) end
      if not isClaimed and e.isGroup and not isFresh then inStorm('again', e) end
    end
    if isClaimed then
      alert.holder, alert.untilMs, alert.parkedUnder, alert.crossingFromMs = me, now + e.leaseMs, nil, nil
      if alert.kind == 'firing' and not isEnded then
        if not e.isMany then begin(alert, e, alert.raisedAtMs, alert.count, e.latestMs or alert.raisedAtMs) end
        hold(e, e.leaseMs)
      end
      if e.isMany then manyOf(e).isClaimed = true end
    end
    local ttl = ttlOf(e.windowMs, e.cooldownMs, e.cooldownMaxMs)
    -- For what an ended rule leaves open, the processes that still have the rule set the time.
    if isClaimed or not isEnded or not (alert.id or alert.sinceMs) then
      plan(e, alert, e.alertBefore, ttl)
    end
    if not e.isMany then
      writeState(e.deliveryKey, e.deliveryBefore, e.delivery, e.isSilenced and silencedTtl(e, ttl) or ttl, fleet.era)
      writeState(e.alertKey, e.alertBefore, alert, ttl, fleet.era)
    end
    if e.formerAlert then
      writeState(e.formerKey, e.formerBefore, e.formerAlert, ttl, fleet.era)
      if not e.formerAlert.id then write('ZREM', rules[e.former].dueKey, e.series) end
      if not (e.formerAlert.id or e.formerAlert.sinceMs) then write('ZREM', rules[e.former].endKey, e.series) end
    end
    e.quietMs = cooling or 0
    if alert.id then e.quietMs = math.max(1, e.quietMs, (alert.crossingFromMs or alert.untilMs) - now) end
    if e.isGroup and alert.joined then e.heldMs = manyOf(e).alert.untilMs - now end
    if e.heldMs then e.quietMs = math.max(1, e.quietMs, e.heldMs) end
    e.quietMs, e.isOpen = math.floor(e.quietMs), alert.id or alert.sinceMs or alert.joined
    if cooling then e.stamp = stamp end
    local claimed = e.ofMany or isClaimed and alert
    if not claimed then return end
    e.id, e.facts, e.count, e.tries, e.draft = claimed.id, claimed.facts, claimed.count, claimed.tries, claimed.draft
    e.ageMs, e.isNew, e.isOfMany = math.max(0, now - claimed.raisedAtMs), claimed.raisedBy == me, e.ofMany
  end
  local function writeMany(m)
    local ttl = ttlOf(m.windowMs, m.cooldownMs, m.cooldownMaxMs)
    if m.isChanged then plan(m, m.alert, m.alertBefore, ttl) end
    writeState(m.deliveryKey, m.deliveryBefore, m.delivery, m.isSilenced and silencedTtl(m, ttl) or ttl, fleet.era)
    writeState(m.alertKey, m.alertBefore, m.alert, ttl, fleet.era)
  end
  return lookAt, writeMany
end
`
