// How a script finds out which kinds of errors are new to the fleet, for rules that count only those; twin of rule/known-kinds.ts.
import { MAX_KINDS, type Meeting, NOTED_EVERY_MS } from '../../../rule/known-kinds.js'

/**
 * A rule's kinds are kept for this long after the last of them would be new again. With them the rule would forget that it has learned: the
 * first error after a quiet time, which is worth an alert most of all, would be learned.
 */
const TTL_MARGIN_MS = 30 * 86_400_000

/** What became of the errors of one kind travels as one letter. */
const letters: Readonly<Record<Meeting, string>> = {
  new: 'n',
  known: 'k',
  learned: 'l',
  withheld: 'w',
  dropped: 'd',
}

/** Reads the letters of an entry: one for each of its counts. */
export function meetingsOf(text: string): readonly Meeting[] {
  const meetings = Object.keys(letters) as Meeting[]
  return [...text].map((letter) => meetings.find((meeting) => letters[meeting] === letter) ?? 'known')
}

/**
 * Lua of what a rule knows: one sorted set for all its groups. Its members are digests of kinds, by when each was last noted; and `since`,
 * whose score is negative, the time at which the rule began to learn: so neither age nor rank takes it out with the kinds. Where it is
 * missing the rule learns anew. So a replica that has forgotten everything does not call anybody for each kind that goes on.
 *
 * All of an entry's kinds are asked for at once, and only those that go on for a while, are learned or are new cost a write.
 */
export const KINDS: string = `
-- Asks for the kinds of an entry's counts. Its 'meetings' are a letter for each; those at 'unknown' are known nowhere, and it depends on the
-- series' alerts what becomes of them.
local function meet(e, rule)
  local names = { 'since' }
  for at, one in ipairs(e.counts) do names[at + 1] = one.kind end
  local scores = read('ZMSCORE', e.kindsKey, unpack(names)) or {}
  local since, slot = tonumber(scores[1] or nil), math.floor(now * SLOTS / rule.windowMs)
  e.meetings, e.unknown, e.late, e.noted = {}, {}, 0, {}
  local sinceMs = since and since < 0 and -since
  -- After a step back of the server's clock a time to come would make the rule learn for longer.
  local isBegun = sinceMs and sinceMs <= now
  if not isBegun then sinceMs = now end
  local isLearning = now < sinceMs + rule.learnMs
  for at, one in ipairs(e.counts) do
    local score = tonumber(scores[at + 1] or nil)
    local letter, isNoted = '${letters.known}', false
    if one.kind == '' or math.floor(one.at * SLOTS / rule.windowMs) <= slot - SLOTS then
      letter, e.late = '${letters.dropped}', e.late + one.count
    elseif score and score > now - rule.newAfterMs then
      isNoted = score <= now - ${NOTED_EVERY_MS} or score > now
    elseif isLearning then letter, isNoted = '${letters.learned}', true
    else letter, e.unknown[#e.unknown + 1] = '${letters.withheld}', at end
    e.meetings[at] = letter
    if not isBegun and letter ~= '${letters.dropped}' then
      isBegun, e.noted = true, { integer(-now), 'since' }
    end
    if isNoted then e.noted[#e.noted + 1], e.noted[#e.noted + 2] = integer(now), one.kind end
  end
end

-- Decides on the unknown kinds of an entry. Gives those that count, once each; where no alert can be raised none does, and each stays unknown.
local function welcome(e, isHeldBack)
  local newest, latest = {}, 0
  e.withheld = 0
  for _, at in ipairs(e.unknown) do
    local one = e.counts[at]
    if isHeldBack then e.withheld = e.withheld + one.count
    else
      newest[#newest + 1], latest = { at = one.at, count = 1 }, math.max(latest, one.at)
      e.meetings[at] = '${letters.new}'
      e.noted[#e.noted + 1], e.noted[#e.noted + 2] = integer(now), one.kind
    end
  end
  if #newest > 0 then e.latestMs = latest end
  return newest
end

-- Writes what was noted, before the next entry of the rule asks.
local function note(e, rule)
  if #e.noted == 0 then return end
  redis.call('ZADD', e.kindsKey, unpack(e.noted))
  redis.call('ZREMRANGEBYSCORE', e.kindsKey, 1, integer(now - rule.newAfterMs))
  redis.call('ZREMRANGEBYRANK', e.kindsKey, 1, ${-(MAX_KINDS + 1)})
  redis.call('PEXPIRE', e.kindsKey, integer(rule.newAfterMs + ${TTL_MARGIN_MS}))
end
`
