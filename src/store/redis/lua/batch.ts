// The one script that a batch costs: sees the config, counts, decides, claims. Atomic; every key is declared and in one slot.
// rule/decide.ts and rule/ring.ts are its twins in TypeScript; test/fixtures/store-contract.ts holds both to the same behaviour.
import { LEASE_MS, RETRY_MS } from '../../../rule/alert-state.js'
import { ALERT_STATE, READ_STATE } from './alert-state.js'
import { COOLDOWN } from './cooldown.js'
import { DECISION } from './decision.js'
import { DEMAND } from './demand.js'
import { ENTRIES } from './entries.js'
import { ADD_TOTALS, ANNOUNCE, HISTORY } from './overview.js'
import { INTEGER, type Script, SERVER_CLOCK, STATE_TTL, script } from './script.js'
import { WINDOWS } from './windows.js'

/** Of what is due so much is handed out at once, and for so long to nobody else. */
const MAX_DUE = 100
const DUE_RESERVED_MS = 5000
/** So much of what is open is looked at again when the config changes. */
const MAX_WOKEN = 1000

/** An estimate of when a batch was sent is believed within this of its arrival; beyond, a clock has stepped. */
const MAX_TRANSIT_MS = 60_000

/**
 * KEYS  1 config (string)
 *       2 the last sequence applied of this client (string)
 *       3 what processes tell each other (hash): `window <rule>` that it was last counted in, `gone <destination id>` and under which
 *         config, `config` that was last seen, and how busy it is: see demand.ts
 *       4 series that somebody should look at though no error comes, by when (sorted set)
 *       5 series that are counted (sorted set: their announcements, by when they were announced)
 *       6 alerts that are over with, the newest first (list of JSON)   7 counters of all processes together (hash)
 *       then for each entry
 *       +1 counter: the ring (hash), or the earlier tumbling window (string)
 *       +2 counter: the ring again, or the later tumbling window (string)
 *       +3 cooldown (string: unix seconds of the last delivery, or of the claim)
 *       +4 alert (hash, see rule/alert-state.ts: id kind until by dest count tries draft held raised facts of what is pending, the batch
 *          that it was raised by, origin, where it is parked the config that it was refused under and from when a crossing tries
 *          again, parked again, and how its attempts ended, a line of JSON each; told step of the last delivery, until when its
 *          cooldown key was to live, cools, and its id and count, last; suppressed; the last alert that was handed over; since peak
 *          total quiet of the episode, and toldId toldDraft toldDest)
 * ARGV  1 the config this client knows: sha1 of its text, 'missing', 'unreadable', or '' for none yet
 *       2 client id   3 sequence   4 when this was sent by the server's clock (ms), '' where unknown   5 number of entries
 *       6 what this process did since it last told (JSON: by how much each counter grew) or ''
 *       7 how far apart its batches are (ms)
 *       then for each entry: series id, rule, window type, window (ms), threshold, cooldown (ms), longest cooldown (ms or 0),
 *       1 to tell when the errors stop, destination id, destination ids that the config has moved away from, each between blanks,
 *       1 to make a scheduled attempt now, what is handed over (JSON: id facts count tries draft account attempts age [toldAge] [isNew],
 *       ages in ms, each attempt an age and outcome) or '', how long ago the last delivery was that this process knows of (ms), and its stamp
 *       where it was told one, or '', draft (JSON), what the series is to announce (JSON, see announcements.ts) or '', number of counts,
 *       and for each count: age (ms) for a ring, 1 or 2 for a tumbling window; number of errors
 * reply { 'config', now, sha1 or 'missing' or 'unreadable', text } and nothing was counted, or
 *       { 'counted', now, { series id that is due… }, {
 *         { total, dropped, for how long no alert can be raised (ms), 1 where another window was in use, stamp of the delivery whose cooldown runs or '',
 *           claimed id or '', facts, count, tries, draft, age (ms), 1 where it was raised now, 1 where its receiver is gone }… },
 *         how far apart the batches of each process would be if this fleet kept a core just full (ms) }
 *       facts are 'firing <suppressed> <first seen ms> <last seen ms>' or 'resolved <alert id> <duration ms> <peak> <total>'
 */
export function batchScript(clock: string = SERVER_CLOCK): Script {
  return script(`
local known, client, sequence, sent, entries = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local interval = tonumber(ARGV[7])
local unpack = table.unpack or unpack
local LEASE, RETRY, MAX_DUE = ${LEASE_MS}, ${RETRY_MS}, ${MAX_DUE}
${INTEGER}
${clock}
local config = redis.pcall('GET', KEYS[1])
local version, text = 'missing', ''
if type(config) == 'table' then version = 'unreadable'
elseif config then version, text = redis.sha1hex(config), config end
if version ~= known then return { 'config', integer(now), version, text } end

local me = client .. '#' .. integer(sequence)
-- Ages are from when this was sent, so that a slow network does not make errors younger than they are.
if not sent or sent > now or now - sent > ${MAX_TRANSIT_MS} then sent = now end
${STATE_TTL}
${WINDOWS}
${READ_STATE}
${ENTRIES}
${DEMAND}
local list = readEntries()
local read = readAll(list)
local isFresh = sequence > tonumber(read.sequence or '-1')

-- Gives what decides on the alerts of an entry that is counted: it says whether this batch claims, for how long a cooldown is running, if
-- one is, and the stamp of its delivery. A script makes all its functions anew each time, which is a good part of what a batch costs: these
-- are made where there is something to decide.
local function openAlerts()
${COOLDOWN}
${ALERT_STATE}
${HISTORY}
${DECISION}
  return function(e, state)
    mend(state)
    -- What is handed over says more of the same delivery.
    if e.remembered ~= '' and e.handover == '' then recall(state, e.remembered) end
    local given = e.handover ~= '' and cjson.decode(e.handover) or nil
    -- What this batch has raised is known to nobody where its reply was lost. Another alert was raised since, in its stead.
    if given and state.by == me and not isFresh and state.id ~= given.id and state.handed ~= given.id then
      if e.cooldownSince and e.cooldownSince == state.held then
        redis.call('DEL', e.cooldownKey)
        e.cooldownSince = false
      end
      forget(state, PENDING)
    end
    local claimed, cooling = state.id and state.by == me and not isFresh, nil
    if not claimed and given then claimed = takeOver(state, e, given) end
    if not claimed then claimed, cooling = decide(state, e) end
    if claimed then
      state.by, state['until'] = me, now + LEASE
      if state.kind == 'firing' then
        state.held = integer(math.floor(now / 1000))
        redis.call('SET', e.cooldownKey, state.held, 'PX', integer(LEASE))
      end
    end
    writeState(e.alertKey, e.before, state, ttlOf(e.window, e.cooldown, e.cooldownMax))
    if e.history then addHistory(KEYS[6], e.history) end
    return claimed, cooling, cooling and state.told and stampOf(state) or ''
  end
end

-- Another config may please a receiver that refused, or name another one: whatever is open is due.
local seenConfig = read.fleet[4]
if seenConfig ~= version then
  redis.call('HSET', KEYS[3], 'config', version)
  if seenConfig then
    for _, series in ipairs(redis.call('ZRANGE', KEYS[4], 0, ${MAX_WOKEN - 1})) do
      redis.call('ZADD', KEYS[4], 'XX', 'LT', integer(now), series)
    end
    read.due = readDue()
  end
end

local longest, decideOn = 0, nil
local tallies, seen, windows, isCounting = {}, {}, {}, false
for _, e in ipairs(list) do
  local series, rule, windowType, window, pairCount = e.series, e.rule, e.windowType, e.window, e.pairCount
  longest = math.max(longest, window)
  seen[series] = true

  local isMixed = false
  if pairCount > 0 then
    isCounting = true
    local shape = windowType .. '/' .. integer(window)
    if windows[rule] == nil then
      local last = redis.call('HGET', KEYS[3], 'window ' .. rule)
      windows[rule] = last and last ~= shape or false
      if last ~= shape then redis.call('HSET', KEYS[3], 'window ' .. rule, shape) end
    end
    isMixed = windows[rule]
  end

  local count, counter = countInRing, e.counters[1]
  if windowType == 'fixed' then count, counter = countInBuckets, e.counters end
  local dropped
  e.total, e.fresh, dropped, e.fell, e.ends = count(counter, e.counted, window, e.threshold, isFresh and e.counts or {})

  local before, state, claimed, cooling, stamp = e.before, {}, false, nil, ''
  for field, value in pairs(before) do state[field] = value end
  local isQuiet = e.total < e.threshold and not next(state) and not e.cooldownSince
  if not (isQuiet and e.handover == '' and e.remembered == '') then
    decideOn = decideOn or openAlerts()
    claimed, cooling, stamp = decideOn(e, state)
  end

  -- What is pending comes first: while it is told there is nothing else to do.
  local due
  if state.id then due = state['until'] > now and state['until'] or now + RETRY
  elseif state.since then due = math.max((state.quiet or now) + window, now + 1) end
  if due then
    redis.call('ZADD', KEYS[4], integer(due), series)
    redis.call('PEXPIRE', KEYS[4], ttlOf(window, e.cooldown, e.cooldownMax))
  elseif before.id or before.since or pairCount == 0 then redis.call('ZREM', KEYS[4], series) end

  local quiet = cooling or 0
  if state.id then quiet = math.max(1, quiet, (state.parked and state.again or state['until']) - now) end
  local tally = { e.total, dropped, math.floor(quiet), isMixed and 1 or 0, stamp }
  if claimed then
    local isGone = redis.call('HGET', KEYS[3], 'gone ' .. e.destination) == version
    local told = { state.id, state.facts, state.count, state.tries, state.draft, now - state.raised, state.origin == me and 1 or 0, isGone and 1 or 0 }
    for _, value in ipairs(told) do tally[#tally + 1] = value end
  end
  tallies[e.number] = tally
end

local due = {}
for _, series in ipairs(read.due) do
  if not seen[series] then
    due[#due + 1] = series
    redis.call('ZADD', KEYS[4], 'XX', integer(now + ${DUE_RESERVED_MS}), series)
  end
end

if read.isAnnouncing then
${ANNOUNCE}
  announce(KEYS[5], list, longest)
end
if isFresh and ARGV[6] ~= '' then
${ADD_TOTALS}
  addTotals(KEYS[7], ARGV[6])
end
local full = spacingWhenFull(KEYS[3], read.fleet, interval, entries, isCounting)
if next(windows) or seenConfig ~= version then redis.call('PEXPIRE', KEYS[3], ttlOf(longest, 0, 0)) end
if isFresh then redis.call('SET', KEYS[2], integer(sequence), 'PX', integer(math.max(3600000, 2 * longest))) end
return { 'counted', integer(now), due, tallies, full }
`)
}
