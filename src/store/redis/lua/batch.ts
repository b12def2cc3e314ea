// The batch script: one call compares the config, counts, decides and claims, in one atomic step. Every key is declared and in one slot.
// rule/decide.ts and rule/ring.ts are its twins in TypeScript; test/fixtures/store-contract.ts holds both to the same behaviour.
import { EPISODE_LOOK_MS } from '../../../rule/alert-state.js'
import { type Script, script } from '../../script.js'
import {
  COUNT,
  ENTRY,
  HEAD,
  HEAD_KEYS,
  JUDGED,
  KIND_COUNT,
  luaNumbers,
  luaPuts,
  luaRow,
  luaTakes,
  luaTexts,
  OTHERS,
  RULE,
  TALLY,
} from '../batch-protocol.js'
import { READ_STATE } from './alert-state.js'
import { FLEET, REVISION } from './fleet.js'
import { KINDS } from './kinds.js'
import { LOOK } from './look.js'
import { ADD_TOTALS, ANNOUNCE, TELL } from './overview.js'
import { INTEGER, READ, SERVER_CLOCK, STATE_TTL, WHOLE } from './script.js'
import { WINDOWS } from './windows.js'

/** At most this many series of a rule are named in one reply. */
const MAX_OPEN = 100

/**
 * A batch that arrives later than this after it was sent is refused, and its process is told the time. Either the process has given it
 * up, since it waits 3 s for an answer, and sends it again. Or its guess of the server's time is wrong, because its machine slept or a
 * clock stepped, and the errors would be counted in the wrong place of the window.
 */
const MAX_TRANSIT_MS = 3500
/** A batch that seems to be sent this far in the future is refused as well, and its process is told the time. */
const MAX_AHEAD_MS = 250

/**
 * KEYS, ARGV and the tallies of the reply: see batch-protocol.ts.
 *
 * reply { 'config', now, sha1 or 'missing' or 'unreadable', text, version of the silences or 'missing', { field, text… of each } }: the config,
 *       or the silences, are not those that the client knows; the text is '' where the config is; nothing was counted;
 *       { 'clock', now, era }: the batch was refused because of when it was sent; nothing was counted; or
 *       { 'counted', now, id of the fleet, { { series id that is due, or open… } of each rule… }, { tally… }, { repaired key… }, era,
 *         { number of an entry whose kinds were asked for, a letter for each of its counts… },
 *         { number of an entry whose rule has percent, requests in its window… } }
 */
export function batchScript(clock: string = SERVER_CLOCK): Script {
  return script(`
local unpack = table.unpack or unpack
local EPISODE_LOOK, MAX_OPEN = ${EPISODE_LOOK_MS}, ${MAX_OPEN}
local argAt, keyAt = 0, ${HEAD_KEYS.length}
local function nextArg() argAt = argAt + 1 return ARGV[argAt] end
local function nextKey() keyAt = keyAt + 1 return KEYS[keyAt] end
local head = ${luaRow(HEAD)}
local client, sequence, sentMs = head.client, tonumber(head.sequence), tonumber(head.sentMs)
${HEAD_KEYS.map((name, index) => `local ${name.toUpperCase()}_KEY = KEYS[${index + 1}]`).join('\n')}
${INTEGER}
${WHOLE}
${clock}
local config = redis.pcall('GET', CONFIG_KEY)
local version, text = 'missing', ''
if type(config) == 'table' then version = 'unreadable'
elseif config then version, text = redis.sha1hex(config), config end
local silencesVersion = redis.pcall('HGET', SILENCES_KEY, 'version')
-- A key of another type is begun anew below, where the reply can name it.
local hasForeignSilences = type(silencesVersion) == 'table'
if hasForeignSilences or not silencesVersion then silencesVersion = 'missing' end
if version ~= head.known or silencesVersion ~= head.knownSilences then
  if version == head.known then text = '' end
  local silences = silencesVersion ~= 'missing' and redis.call('HGETALL', SILENCES_KEY) or {}
  return { 'config', integer(now), version, text, silencesVersion, silences }
end

${READ}
if hasForeignSilences then read('HGET', SILENCES_KEY, 'version') end
${STATE_TTL}
${REVISION}
${FLEET}
local rules = {}
for row = 1, head.ruleCount do
  local rule = ${luaTexts(RULE)}
  rule.dueKey, rule.endKey, rules[row] = nextKey(), nextKey(), rule
  if rule.maxAlertsPerMinute ~= '0' then rule.manyDeliveryKey, rule.manyAlertKey, rule.begunKey = nextKey(), nextKey(), nextKey() end
end
local fleet = readFleet(FLEET_KEY, rules)
if not sentMs or sentMs > now + ${MAX_AHEAD_MS} or now - sentMs > ${MAX_TRANSIT_MS} then return { 'clock', fleet.nowText, fleet.era } end
-- Ages count from the sending: a slow network makes no error younger.
sentMs = math.min(sentMs, now)
local me = client .. '#' .. head.sequence
-- Written before anything is counted: if the rest fails, the batch may be lost, but is never counted twice.
local lastSequence = write('SET', SEQUENCE_KEY, head.sequence, 'PX', head.sequenceTtlMs, 'GET')
-- Behind it stands which kinds were new in that batch, if any: the answer may have been lost, and by now all of them are known.
local isFresh = sequence > (wholeOf(string.match(lastSequence or '', '^%S+')) or -1)
if not isFresh then redis.call('SET', SEQUENCE_KEY, lastSequence, 'PX', head.sequenceTtlMs) end
wake(FLEET_KEY, fleet, rules)

local announced = head.announced ~= '' and cjson.decode(head.announced) or {}
-- A script makes all its functions anew in each call, which is a good part of its cost. So those that count are made only where there are
-- entries, and those that look at alerts only where there is something to look at.
local meetings, requests = {}, {}
local function countEntries()
${WINDOWS}
local function countIn(e, rule, counts)
  if rule.windowType == 'fixed' then
    e.total, e.fresh, e.dropped, e.fellMs, e.endsMs = countInBuckets(e.counters, rule, counts)
  else e.total, e.fresh, e.dropped, e.fellMs, e.endsMs = countInRing(e.counters[1], rule, counts, e.isJudged, fleet.era) end
  e.isReached = e.total >= rule.threshold
  if not e.others then return end
  e.requests = e.total + countInRing(e.othersKey, rule, isFresh and e.others or {}, true, fleet.era)
  e.isReached = e.isReached and e.total * 100 >= rule.percent * e.requests
end

local function kindsReader()
${KINDS}
  return { meet = meet, welcome = welcome, note = note }
end
local kinds
local kept, newBefore = {}, {}
if not isFresh then
  for series, letters in string.gmatch(lastSequence, '(%S+)=(%a+)') do newBefore[series] = letters end
end

-- Counts an entry of a rule that counts only what is new, as far as that does not depend on its alerts.
local function countKinds(e, rule)
  if isFresh then
    kinds = kinds or kindsReader()
    kinds.meet(e, rule)
    if #e.unknown > 0 then return end
    kinds.note(e, rule)
  end
  countIn(e, rule, {})
end

-- Counts what is new. It comes after everything has been looked at that holds an alert back, and before the decision.
local function countUnknown(e, isShut)
  local isHeldBack = e.alert.kind == 'firing' or e.alert.joined or e.cooling or e.isSilenced or e.handover ~= ''
  isHeldBack = isHeldBack or (e.isGroup and isShut())
  local newest = kinds.welcome(e, isHeldBack)
  local rule = rules[e.row]
  kinds.note(e, rule)
  countIn(e, rule, newest)
  if #newest > 0 then kept[#kept + 1] = ' ' .. e.series .. '=' .. table.concat(e.meetings) end
end

local function stateReader()
${READ_STATE}
  return readState
end

local function readSilence(e, text)
  if text == '' then return end
  local untilMs, sinceMs, id = string.match(text, '^(%d+) (%d+) (%w+)$')
  e.silencedUntilMs, e.silencedSinceMs, e.silenceId = tonumber(untilMs), tonumber(sinceMs), id
  e.isSilenced = now < e.silencedUntilMs
end
local readState
-- Gives the entry of (many) of an entry's rule, see many.ts.
local function manyOf(e)
  local rule = rules[e.row]
  if rule.many then return rule.many end
  local m = { isMany = true, series = rule.rule .. ':many', row = e.row, countCount = 1, total = 0, fresh = 0 }
  rule.many = setmetatable(m, rule.members)
  m.deliveryKey, m.alertKey = rule.manyDeliveryKey, rule.manyAlertKey
  m.delivery, m.deliveryBefore = readState(m.deliveryKey, fleet.era)
  m.alert, m.alertBefore = readState(m.alertKey, fleet.era)
  return m
end

${LOOK}
local lookAt, writeMany, tallies = nil, nil, {}
for number = 1, head.entryCount do
  local e = ${luaRow(ENTRY)}
  e.number, e.counters, e.counts = number, {}, {}
  local rule = rules[e.row]
  if not rule.members then
${luaNumbers(RULE, 'rule')}
    -- An entry that is judged reads these.
    rule.members = { __index = rule }
  end
  local isFixed, hasKinds = rule.windowType == 'fixed', rule.newAfterMs > 0
  e.counters[1] = nextKey()
  if isFixed then e.counters[2] = nextKey() end
  if hasKinds then e.kindsKey = nextKey() end
  for at = 1, e.countCount do
    local one = hasKinds and ${luaRow(KIND_COUNT)} or ${luaRow(COUNT)}
    if not isFixed then
      one.at = sentMs - one.at
      if not hasKinds then e.latestMs = math.max(e.latestMs or 0, one.at) end
    end
    e.counts[at] = one
  end
  if rule.percent > 0 then
    e.othersKey, e.others = nextKey(), {}
    for at = 1, (${luaRow(OTHERS)}).otherCount do
      local one = ${luaRow(COUNT)}
      one.at, e.others[at] = sentMs - one.at, one
    end
  end
  if isFixed and e.countCount > 0 then e.latestMs = now end
  if e.countCount > 0 then e.isMixed = isMixedWindow(FLEET_KEY, rule) end
  if e.isJudged then
${luaTakes(JUDGED, 'e')}
    e.deliveryKey, e.alertKey = nextKey(), nextKey()
    if e.former > 0 and e.former ~= e.row then e.formerKey = nextKey() end
    setmetatable(e, rule.members)
  end
  if hasKinds and e.countCount > 0 then countKinds(e, rule)
  else countIn(e, rule, isFresh and e.counts or {}) end

  if e.isJudged then
    if e.series == 'default' then e.cooldownKey = COOLDOWN_KEY end
    readState = readState or stateReader()
    local hasGroups = rule.maxAlertsPerMinute > 0
    e.isMany = hasGroups and e.series == rule.rule .. ':many'
    e.isGroup = hasGroups and not e.isMany
    if e.isMany then
      local m = manyOf(e)
      e.delivery, e.deliveryBefore, e.alert, e.alertBefore = m.delivery, m.deliveryBefore, m.alert, m.alertBefore
    else
      e.delivery, e.deliveryBefore = readState(e.deliveryKey, fleet.era)
      e.alert, e.alertBefore = readState(e.alertKey, fleet.era)
    end
    if e.formerKey then e.formerAlert, e.formerBefore = readState(e.formerKey, fleet.era) end
    if e.announcement ~= '' then announced[#announced + 1] = e.announcement end
    e.quietMs, e.stamp = 0, ''
    local isQuiet = e.total and not e.isReached and not next(e.alert) and not next(e.delivery) and not e.formerKey
    isQuiet = isQuiet and e.handover == '' and e.knownAgeMs == ''
    readSilence(e, e.silence)
    isQuiet = isQuiet and not (e.isSilenced and e.countCount > 0)
    -- The original may have begun a cooldown.
    if not isQuiet or (e.cooldownKey and read('GET', e.cooldownKey)) then
      if not lookAt then lookAt, writeMany = openAlerts() end
      lookAt(e)
    elseif e.countCount == 0 then
      write('ZREM', e.dueKey, e.series)
      write('ZREM', e.endKey, e.series)
    end
  end
  local tally = {}
  if e.late then e.dropped = e.dropped + e.late end
${luaPuts(TALLY, 'e', 'tally', 'total', 'isMixed')}
  if e.isJudged then
${luaPuts(TALLY, 'e', 'tally', 'quietMs', 'stamp')}
    if e.id then
${luaPuts(TALLY, 'e', 'tally', 'id', 'isOfMany')}
    end
  end
  if hasKinds and e.countCount > 0 then
    meetings[#meetings + 1] = number
    meetings[#meetings + 1] = e.meetings and table.concat(e.meetings) or newBefore[e.series] or ''
  end
  if e.requests then requests[#requests + 1], requests[#requests + 2] = number, e.requests end
  tallies[number] = tally
end
for _, rule in ipairs(rules) do
  if rule.many and writeMany then writeMany(rule.many) end
end
if #kept > 0 then redis.call('SET', SEQUENCE_KEY, head.sequence .. table.concat(kept), 'PX', head.sequenceTtlMs) end
return tallies
end
local tallies = head.entryCount > 0 and countEntries() or {}

local function openOf(key, isDue)
  if isDue then return read('ZRANGEBYSCORE', key, '-inf', fleet.nowText, 'LIMIT', 0, MAX_OPEN) or {} end
  return read('ZRANGE', key, 0, MAX_OPEN - 1) or {}
end
local open = {}
for row, rule in ipairs(rules) do
  local isDue = rule.asks == 'due'
  open[row] = rule.asks == '' and {} or openOf(rule.dueKey, isDue)
  if rule.asks == 'open' or (isDue and rule.sendResolved) then
    local list, isNamed = open[row], {}
    for _, id in ipairs(list) do isNamed[id] = true end
    for _, id in ipairs(openOf(rule.endKey, isDue)) do
      if not isNamed[id] and #list < MAX_OPEN then list[#list + 1] = id end
    end
  end
end

if #announced > 0 then
${ANNOUNCE}
  announce(SERIES_KEY, announced, tonumber(head.seriesTtlMs))
end
if isFresh and head.growth ~= '' then
${ADD_TOTALS}
  addTotals(TOTALS_KEY, head.growth)
end
if head.process ~= '' then
${TELL}
  tell(PROCESSES_KEY, client, head.process)
end
return { 'counted', fleet.nowText, fleet.id, open, tallies, repaired, fleet.era, meetings, requests }
`)
}
