import t from 'tap'
import { type AlertState, type Episode, initialState, type Pending, type Turn } from '../../src/rule/alert-state.js'
import { type Decision, decide, type Situation } from '../../src/rule/decide.js'

const policy = {
  threshold: 10,
  percent: 0,
  windowMs: 60_000,
  cooldownMs: 300_000,
  cooldownMaxMs: 0,
  sendResolved: true,
  timeoutMs: 3000,
}
const crossing: Situation = {
  nowMs: 500_000,
  epochMs: 9_500_000,
  policy,
  revision: 'v1',
  holder: 'me',
  isForced: false,
  isReturning: false,
  isSilenced: false,
  total: 10,
  requests: 0,
  withheld: 0,
  fresh: 1,
  fellAtMs: undefined,
  endsAtMs: undefined,
  latestMs: 499_900,
  firstSeenMs: 1,
  lastSeenMs: 2,
  draft: '{}',
  newId: () => 'new',
}
const silenced = { isSilenced: true }
const still = { fresh: 0, total: 0, latestMs: undefined }
const firing: Pending = {
  id: 'old',
  facts: { kind: 'firing', suppressed: 0, firstSeenMs: undefined, lastSeenMs: undefined },
  count: 11,
  draft: '"old"',
  raisedAtMs: 400_000,
  tries: 1,
  turn: { kind: 'leased', holder: 'other', untilMs: 500_001 },
}
const ended: Pending = { ...firing, facts: { kind: 'resolved', alertId: 'a', durationMs: 1, peak: 1, total: 1 } }
const lapsed: { turn: Turn } = { turn: { kind: 'leased', holder: 'other', untilMs: 500_000 } }
const waiting: { turn: Turn } = { turn: { kind: 'waiting', untilMs: 500_001 } }
const due: { turn: Turn } = { turn: { kind: 'waiting', untilMs: 500_000 } }
const parkedFrom = (crossingFromMs: number, untilMs = 500_001): { turn: Turn } => ({
  turn: { kind: 'parked', untilMs, revision: 'v1', crossingFromMs },
})
const parked = parkedFrom(500_000)
const episode = {
  sinceMs: 100_000,
  peak: 12,
  total: 30,
  lastErrorMs: 380_000,
  quietFromMs: 440_000,
  told: { id: 'a', draft: '"a"' },
  before: undefined,
}
const streak = { notice: 2, sinceMs: 9_000_000 }
const cooling = { delivery: { atMs: 200_001, step: 0, streak } }

/** What is to be delivered now. */
function claimOf({ claim }: Decision): string {
  if (claim === undefined) return 'nothing'
  return `${claim.id} ${claim.facts.kind}`
}

t.test('says what is to be delivered', (t) => {
  const rows: [state: Partial<AlertState>, change: Partial<Situation>, claim: string][] = [
    [{}, {}, 'new firing'],
    [{}, { total: 500 }, 'new firing'],
    [{}, { total: 9 }, 'nothing'],
    [{}, { fresh: 0 }, 'nothing'],
    [cooling, {}, 'nothing'],
    [{ delivery: { atMs: 200_000, step: 0, streak } }, {}, 'new firing'],
    [cooling, { total: 9 }, 'nothing'],
    [{ pending: firing }, {}, 'nothing'],
    [{ pending: firing }, { isForced: true }, 'nothing'],
    [{ pending: firing }, { revision: 'v2' }, 'nothing'],
    [{ pending: { ...firing, ...lapsed } }, still, 'old firing'],
    // What was raised is raised, though another destination's delivery has begun a cooldown since.
    [{ pending: { ...firing, ...lapsed }, ...cooling }, {}, 'old firing'],
    [{ pending: { ...firing, ...waiting } }, {}, 'nothing'],
    [{ pending: { ...firing, ...waiting } }, { ...still, isForced: true }, 'old firing'],
    [{ pending: { ...firing, ...waiting } }, { revision: 'v2' }, 'nothing'],
    [{ pending: { ...firing, ...due } }, still, 'old firing'],
    [{ pending: { ...firing, ...parked } }, {}, 'old firing'],
    [{ pending: { ...firing, ...parked } }, { total: 9 }, 'nothing'],
    [{ pending: { ...firing, ...parked } }, { fresh: 0 }, 'nothing'],
    [{ pending: { ...firing, ...parked } }, { ...still, isForced: true }, 'nothing'],
    [{ pending: { ...firing, ...parked } }, { ...still, revision: 'v2' }, 'old firing'],
    [{ pending: { ...firing, ...parkedFrom(500_000, 500_000) } }, still, 'old firing'],
    [{ pending: { ...firing, ...parkedFrom(500_001) } }, {}, 'nothing'],
    [{ episode }, still, 'new resolved'],
    [{ episode, ...cooling }, { total: 9 }, 'new resolved'],
    [{ episode: { ...episode, quietFromMs: 440_001 } }, still, 'nothing'],
    [{ episode: { ...episode, told: undefined } }, still, 'nothing'],
    [{ episode }, { ...still, policy: { ...policy, sendResolved: false } }, 'nothing'],
    [{ episode, pending: firing }, still, 'nothing'],
    [{ episode, ...cooling }, {}, 'nothing'],
    [{ episode, pending: ended }, still, 'nothing'],
    [{ episode, pending: { ...ended, ...lapsed } }, still, 'old resolved'],
    [{ episode, pending: { ...ended, ...waiting } }, still, 'nothing'],
    [{ episode, pending: { ...ended, ...waiting } }, {}, 'new firing'],
    [{ episode, pending: { ...ended, ...waiting } }, { total: 9, isForced: true }, 'old resolved'],
    [{ episode, pending: { ...ended, ...parked } }, still, 'nothing'],
    [{ episode, pending: { ...ended, ...parked } }, { ...still, total: 1, revision: 'v2' }, 'old resolved'],
    [{ episode, pending: { ...ended, ...lapsed }, ...cooling }, {}, 'nothing'],
    // Somebody is delivering the end just now.
    [{ episode, pending: ended }, {}, 'new firing'],
    // A silence holds back what would be raised, and nothing else.
    [{}, silenced, 'nothing'],
    [cooling, silenced, 'nothing'],
    [{ episode, pending: ended }, silenced, 'nothing'],
    [{ episode, pending: { ...ended, ...waiting } }, silenced, 'nothing'],
    [{ pending: { ...firing, ...lapsed } }, silenced, 'old firing'],
    [{ pending: { ...firing, ...due } }, silenced, 'old firing'],
    [{ pending: { ...firing, ...parked } }, silenced, 'old firing'],
    [{ pending: { ...firing, ...waiting } }, { ...silenced, isForced: true }, 'old firing'],
    [{ episode }, { ...still, ...silenced }, 'new resolved'],
    [{ episode, pending: { ...ended, ...lapsed } }, { ...still, ...silenced }, 'old resolved'],
  ]
  for (const [state, change, expected] of rows) {
    const decision = decide({ ...initialState, ...state }, { ...crossing, ...change })
    const name = `${JSON.stringify(state)} ${JSON.stringify(change)}`
    t.equal(claimOf(decision), expected, name)
    const { claim, state: after } = decision
    if (claim === undefined) continue
    t.equal(after.pending, claim)
    t.strictSame(claim.turn, { kind: 'leased', holder: 'me', untilMs: 500_000 + 10_000 }, name)
    t.equal(claim.tries, claim.id === 'old' ? 1 : 0, 'a claim is no attempt yet')
  }
  t.end()
})

t.test('freezes the alert that it raises, and what was suppressed since the last', (t) => {
  const { claim, state } = decide({ ...initialState, suppressed: 7 }, { ...crossing, total: 12, fresh: 3 })
  t.match(claim, {
    facts: { kind: 'firing', suppressed: 7, firstSeenMs: 1, lastSeenMs: 2 },
    count: 12,
    draft: '{}',
    raisedAtMs: 500_000,
  })
  t.match(state, { suppressed: 0, episode: { sinceMs: 500_000, peak: 12, lastErrorMs: 499_900, told: undefined } })
  for (const before of [{ pending: firing }, cooling])
    t.equal(decide({ ...initialState, ...before, suppressed: 7 }, { ...crossing, fresh: 3 }).state.suppressed, 10)
  t.equal(decide({ ...initialState, suppressed: 7 }, { ...crossing, ...silenced, fresh: 3 }).state.suppressed, 10)
  t.equal(decide(initialState, { ...crossing, ...silenced, total: 2, fresh: 2 }).state.suppressed, 2)
  const quietly = { ...crossing, policy: { ...policy, sendResolved: false } }
  t.equal(decide(initialState, quietly).state.episode, undefined)
  const lost = { ...initialState, pending: { ...firing, ...lapsed } }
  const begun = { sinceMs: 400_000, peak: 11, total: 11, lastErrorMs: 499_900, told: undefined }
  t.match(decide(lost, crossing).state.episode, begun, 'who tells ends takes over what was raised by one who does not')
  t.match(decide(lost, { ...crossing, ...still, latestMs: undefined }).state.episode, {
    ...begun,
    lastErrorMs: 400_000,
  })
  t.equal(decide(lost, quietly).state.episode, undefined)
  t.end()
})

t.test('says which alert it is of those that keep coming, and since when', (t) => {
  const first = { notice: 1, sinceMs: 9_500_000 }
  const rows: [delivery: AlertState['delivery'], policyOf: object, expected: object][] = [
    [undefined, {}, first],
    [{ atMs: 200_000, step: 0, streak }, {}, { notice: 3, sinceMs: 9_000_000 }],
    [{ atMs: 500_000 - 599_999, step: 0, streak }, {}, { notice: 3, sinceMs: 9_000_000 }],
    [{ atMs: 500_000 - 600_000, step: 0, streak }, {}, first],
    [{ atMs: 200_000, step: 0, streak: undefined }, {}, first],
    [{ atMs: 500_000 - 1_199_999, step: 1, streak }, { cooldownMaxMs: 3_600_000 }, { notice: 3, sinceMs: 9_000_000 }],
    [{ atMs: 500_000 - 1_200_000, step: 1, streak }, { cooldownMaxMs: 3_600_000 }, first],
  ]
  for (const [delivery, change, expected] of rows) {
    const { claim } = decide({ ...initialState, delivery }, { ...crossing, policy: { ...policy, ...change } })
    t.match(claim?.facts, expected, JSON.stringify([delivery, change]))
  }
  t.end()
})

t.test('a new alert goes on with the episode of the last one, unless its end is being delivered', (t) => {
  t.match(decide({ ...initialState, episode }, crossing).state.episode, {
    sinceMs: 100_000,
    peak: 12,
    total: 31,
    quietFromMs: undefined,
  })
  const { state } = decide({ ...initialState, episode, pending: ended }, crossing)
  const before = { endId: 'old', sinceMs: 100_000, peak: 12, total: 21, told: episode.told }
  t.match(state.episode, { sinceMs: 500_000, peak: 10, total: 10, told: undefined, before })
  const again = decide({ ...state, pending: { ...ended, id: 'later' } }, { ...crossing, fresh: 2, total: 11 })
  const both = { endId: 'later', sinceMs: 100_000, peak: 12, total: 22, told: episode.told }
  t.match(again.state.episode, { total: 11, before: both }, 'two ends may be on their way')
  t.end()
})

t.test('speaks in one end for the episode before, too, unless the end of that is known to be delivered', (t) => {
  const before = { endId: 'x', sinceMs: 1000, peak: 9, total: 4, told: { id: 'first', draft: '"first"' } }
  const factsOf = (change: Partial<Episode>): unknown =>
    decide({ ...initialState, episode: { ...episode, ...change } }, { ...crossing, ...still }).claim?.facts
  t.match(factsOf({ before }), { alertId: 'a', durationMs: 439_000, peak: 12, total: 34 })
  t.match(
    factsOf({ before, told: undefined }),
    { alertId: 'first' },
    'that nobody was told of the later one is no matter',
  )
  t.equal(factsOf({ before: { ...before, told: undefined }, told: undefined }), undefined)
  t.end()
})

t.test('the end of an episode is dated by when the errors fell below the threshold, whoever looks when', (t) => {
  const going = { ...episode, quietFromMs: undefined }
  const looked = (change: Partial<Situation>): Decision =>
    decide({ ...initialState, episode: going }, { ...crossing, ...still, ...change })
  t.match(looked({ fellAtMs: 441_000 }).state.episode, { quietFromMs: 441_000 }, 'when somebody saw it fall')
  const late = looked({ nowMs: 900_000 })
  t.match(late.claim?.facts, { kind: 'resolved', durationMs: 340_000 }, 'a window after the last error where none did')
  t.match(looked({ nowMs: 420_000 }).state.episode, { quietFromMs: 420_000 }, 'and never later than now')
  t.match(looked({ total: 9, fresh: 2, latestMs: 470_000 }).state.episode, { lastErrorMs: 470_000, total: 32 })
  t.match(looked({ total: 20, fresh: 2, latestMs: 1, endsAtMs: 540_000 }).state.episode, {
    peak: 20,
    lastErrorMs: 380_000,
    quietFromMs: 540_000,
  })
  t.end()
})

t.test('the end of an episode that nobody is delivering is void once the errors are back', (t) => {
  const open = { ...initialState, episode, pending: { ...ended, ...waiting } }
  t.equal(decide({ ...open, ...cooling }, crossing).state.pending, undefined)
  t.equal(decide({ ...open, pending: ended, ...cooling }, crossing).state.pending, ended, 'unless somebody is')
  const untold = { ...initialState, episode: { ...episode, told: undefined } }
  t.equal(decide(untold, { ...crossing, ...still }).state.episode, undefined, 'one that nobody was told of just ends')
  t.end()
})

t.test('who tells no ends leaves an episode as it is to those who do, and delivers none', (t) => {
  const quietly = { ...crossing, policy: { ...policy, sendResolved: false } }
  for (const pending of [undefined, { ...ended, ...due }, { ...ended, ...waiting }]) {
    const before = { ...initialState, episode, pending }
    const { claim, state } = decide(before, { ...quietly, ...still, isForced: true })
    t.strictSame([claim, state], [undefined, before])
  }
  const untold = { ...initialState, episode: { ...episode, told: undefined } }
  t.equal(decide(untold, { ...quietly, ...still }).state.episode, untold.episode)
  t.equal(decide({ ...initialState, episode }, quietly).state.episode, episode, 'though it raises an alert')
  t.end()
})
