// The one script that a batch costs: sees the config, counts, decides, claims. Atomic; every key is declared and in one slot.
// rule/decide.ts and rule/ring.ts are its twins in TypeScript; test/fixtures/store-contract.ts holds both to the same behaviour.
import { LEASE_MS, RETRY_MS } from '../../rule/decide.js'
import { ALERT_STATE } from './alert-state.js'
import { COOLDOWN } from './cooldown.js'
import { INTEGER, type Script, SERVER_CLOCK, STATE_TTL, script } from './script.js'
import { WINDOWS } from './windows.js'

/** Keys before the first entry's, and of each entry. */
export const FIRST_KEYS = 4
export const KEYS_PER_ENTRY = 4

/** Arguments before the first entry's, and of each entry before its counts. */
const FIRST_ARGS = 5
const ARGS_PER_ENTRY = 11

/** Of what is due so much is handed out at once, and for so long to nobody else. */
const MAX_DUE = 100
const DUE_RESERVED_MS = 5000

/** An estimate of when a batch was sent is believed within this of its arrival; beyond, a clock has stepped. */
const MAX_TRANSIT_MS = 60_000

/**
 * KEYS  1 config (string)
 *       2 the last sequence applied of this client (string)
 *       3 the window that each rule was last counted in (hash)
 *       4 series that somebody should look at though no error comes, by when (sorted set)
 *       then for each entry
 *       +1 counter: the ring (hash), or the earlier tumbling window (string)
 *       +2 counter: the ring again, or the later tumbling window (string)
 *       +3 cooldown (string: unix seconds of the last delivery, or of the claim)
 *       +4 alert (hash, see decide.ts: id kind until by dest count tries draft held raised facts of what is pending;
 *          told step of the last delivery, and until when its cooldown key was to live, cools; suppressed; since peak total quiet of the episode, and toldId toldDraft toldDest)
 * ARGV  1 the config this client knows: sha1 of its text, 'missing', 'unreadable', or '' for none yet
 *       2 client id   3 sequence   4 when this was sent by the server's clock (ms), '' where unknown   5 number of entries
 *       then for each entry: series id, rule, window type, window (ms), threshold, cooldown (ms), longest cooldown (ms or 0),
 *       1 to tell when the errors stop, destination id, draft (JSON), number of counts,
 *       and for each count: age (ms) for a ring, 1 or 2 for a tumbling window; number of errors
 * reply { 'config', now, sha1 or 'missing' or 'unreadable', text } and nothing was counted, or
 *       { 'counted', now, { series id that is due… },
 *         { total, dropped, 1 where no alert can be raised just now, 1 where another window was in use,
 *           claimed id or '', facts, count, tries, draft }… }
 *       facts are 'firing <suppressed> <first seen ms> <last seen ms>' or 'resolved <alert id> <duration ms> <peak> <total>'
 */
export function batchScript(clock: string = SERVER_CLOCK): Script {
  return script(`
local known, client, sequence, sent, entries = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local unpack = table.unpack or unpack
local LEASE, RETRY = ${LEASE_MS}, ${RETRY_MS}
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
${COOLDOWN}
${ALERT_STATE}
-- Redis does not undo what a script wrote before it failed, and what fails is sent again: so everything is read once before
-- anything is written, and a key of another type ends the script while it has no effect.
local function readAll()
  redis.call('GET', KEYS[2])
  redis.call('HLEN', KEYS[3])
  redis.call('ZCARD', KEYS[4])
  local at = ${FIRST_ARGS}
  for entry = 1, entries do
    local first = ${FIRST_KEYS} + (entry - 1) * ${KEYS_PER_ENTRY}
    for counter = 1, 2 do
      if ARGV[at + 3] == 'fixed' then redis.call('GET', KEYS[first + counter]) else redis.call('HGET', KEYS[first + counter], 'total') end
    end
    redis.call('GET', KEYS[first + 3])
    redis.call('HGET', KEYS[first + 4], 'id')
    at = at + ${ARGS_PER_ENTRY} + 2 * tonumber(ARGV[at + ${ARGS_PER_ENTRY}])
  end
end
readAll()

local isFresh = sequence > tonumber(redis.call('GET', KEYS[2]) or '-1')
local longest = 0
local tallies, seen, windows = {}, {}, {}
local at = ${FIRST_ARGS}
for entry = 1, entries do
  local first = ${FIRST_KEYS} + (entry - 1) * ${KEYS_PER_ENTRY}
  local counters = { KEYS[first + 1], KEYS[first + 2] }
  local cooldownKey, alertKey = KEYS[first + 3], KEYS[first + 4]
  local series, rule, windowType, window = ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], tonumber(ARGV[at + 4])
  local threshold, cooldown, cooldownMax = tonumber(ARGV[at + 5]), tonumber(ARGV[at + 6]), tonumber(ARGV[at + 7])
  local sendResolved, destination, draft = ARGV[at + 8] == '1', ARGV[at + 9], ARGV[at + 10]
  local counts, latest, given = {}, 0, tonumber(ARGV[at + ${ARGS_PER_ENTRY}])
  at = at + ${ARGS_PER_ENTRY}
  for pair = 1, given do
    local when, count = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
    if windowType ~= 'fixed' then
      when = sent - when
      latest = math.max(latest, when)
    end
    if isFresh then counts[pair] = { when, count } end
    at = at + 2
  end
  longest = math.max(longest, window)
  seen[series] = true

  local isMixed = false
  if given > 0 then
    local shape = windowType .. '/' .. integer(window)
    if windows[rule] == nil then
      local last = redis.call('HGET', KEYS[3], rule)
      windows[rule] = last and last ~= shape or false
      if last ~= shape then redis.call('HSET', KEYS[3], rule, shape) end
    end
    isMixed = windows[rule]
  end

  local count = windowType == 'fixed' and countInBuckets or countInRing
  local total, fresh, dropped, fell, ends = count(windowType == 'fixed' and counters or counters[1], window, threshold, counts)
  local isReached = total >= threshold

  local before, state = readState(alertKey), {}
  for field, value in pairs(before) do state[field] = value end
  mend(state)
  local isOurs = state.id and state.by == me
  local claimed = isOurs and not isFresh
  local isCool = false
  if not claimed then
    -- The episode: from an alert until the errors have stopped.
    if not sendResolved then forget(state, EPISODE)
    elseif state.since then
      state.peak, state.total = math.max(state.peak, total), state.total + fresh
      if isReached then state.quiet = ends
      else state.quiet = state.quiet or fell or now end
    end
    -- News that the errors have stopped, which nobody is telling, are void once they are back, or where they may not be told.
    if state.kind == 'resolved' and state['until'] <= now then
      if isReached then forget(state, PENDING)
      elseif state.dest ~= destination or not sendResolved then
        forget(state, PENDING)
        forget(state, EPISODE)
      end
    end
    local isOver = state.since and not state.id and state.quiet and now >= state.quiet + window
    if isOver and state.toldDest ~= destination then
      forget(state, EPISODE)
      isOver = false
    end

    local isLeased = state.id and state['until'] > now
    local wait = cooldownAfter(state.step or 0, cooldown, cooldownMax)
    -- Raised is raised: a cooldown that was made longer since does not take it back.
    isCool = state.kind ~= 'firing' and isCooling(cooldownKey, wait, state)
    local suppressed = state.suppressed or 0
    if fresh > 0 and (state.kind == 'firing' or isCool) then state.suppressed = suppressed + fresh end

    local function claim(kind, facts)
      state.id = integer(now) .. '-' .. client .. '-' .. integer(sequence)
      if entry > 1 then state.id = state.id .. '-' .. integer(entry) end
      state.kind, state.facts, state.dest, state.count, state.tries = kind, facts, destination, total, 1
      state.raised, claimed = now, true
    end
    local isMine = state.dest == destination
    if state.kind == 'firing' and (isLeased or isMine) then
      -- Our own cooldown was over when it was raised; one that somebody else has set since then still counts.
      local since = redis.call('GET', cooldownKey)
      if not isLeased and (state['until'] > 0 or fresh > 0) and (not since or since == state.held) then
        state.tries, claimed = state.tries + 1, true
      end
    elseif fresh > 0 and isReached and not isCool then
      -- Whoever is telling that the errors have stopped ends that episode; this is another one.
      if state.kind == 'resolved' then forget(state, EPISODE) end
      local oldest = latest
      if windowType ~= 'fixed' then oldest = math.min(latest, oldestInRing(counters[1], window)) end
      claim('firing', table.concat({ 'firing', integer(suppressed), integer(oldest), integer(latest) }, ' '))
      state.draft, state.suppressed = draft, nil
      if sendResolved and not state.since then
        state.since, state.peak, state.total, state.quiet = now, total, total, ends
      end
    elseif state.kind == 'resolved' then
      if not isLeased then state.tries, claimed = state.tries + 1, true end
    elseif isOver and not state.id then
      local lasted = math.max(0, state.quiet - state.since)
      claim('resolved', table.concat({ 'resolved', state.toldId, integer(lasted), integer(state.peak), integer(state.total) }, ' '))
      state.draft = state.toldDraft
    end
    if claimed then
      state.by, state['until'] = me, now + LEASE
      if state.kind == 'firing' then
        state.held = integer(math.floor(now / 1000))
        redis.call('SET', cooldownKey, state.held, 'PX', integer(LEASE))
      end
    end
    writeState(alertKey, before, state, ttlOf(window, cooldown, cooldownMax))

    -- What is pending comes first: while it is told there is nothing else to do, and once released an error tries it again.
    local due
    if state.id then
      if state['until'] > 0 then due = state['until'] > now and state['until'] or now + RETRY end
    elseif state.since then due = math.max((state.quiet or now) + window, now + 1) end
    if due then
      redis.call('ZADD', KEYS[4], integer(due), series)
      redis.call('PEXPIRE', KEYS[4], ttlOf(window, cooldown, cooldownMax))
    elseif before.id or before.since or given == 0 then redis.call('ZREM', KEYS[4], series) end
  end

  local isHushed = (isCool or (state.id and state['until'] > now)) and 1 or 0
  if claimed then
    tallies[entry] = { total, dropped, isHushed, isMixed and 1 or 0, state.id, state.facts, state.count, state.tries, state.draft }
  else tallies[entry] = { total, dropped, isHushed, isMixed and 1 or 0, '', '', 0, 0, '' } end
end

local due = {}
for _, series in ipairs(redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', integer(now), 'LIMIT', 0, ${MAX_DUE})) do
  if not seen[series] then
    due[#due + 1] = series
    redis.call('ZADD', KEYS[4], 'XX', integer(now + ${DUE_RESERVED_MS}), series)
  end
end

if next(windows) then redis.call('PEXPIRE', KEYS[3], integer(math.max(3600000, 2 * longest))) end
if isFresh then redis.call('SET', KEYS[2], integer(sequence), 'PX', integer(math.max(3600000, 2 * longest))) end
return { 'counted', integer(now), due, unpack(tallies) }
`)
}
