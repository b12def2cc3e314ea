import t from 'tap'
import { type AlertState, initialState, LEASE_MS, type Pending } from '../../src/rule/alert-state.js'
import { decide, type Situation } from '../../src/rule/decide.js'

const policy = { threshold: 10, windowMs: 60_000, cooldownMs: 300_000, cooldownMaxMs: 0, sendResolved: true }
const crossing: Situation = {
  nowMs: 500_000,
  policy,
  destination: 'here',
  earlierDestinations: [],
  configVersion: 'v1',
  holder: 'me',
  isForced: false,
  total: 10,
  fresh: 1,
  fellAtMs: undefined,
  endsAtMs: undefined,
  firstSeenMs: 1,
  lastSeenMs: 2,
  draft: '{}',
  newId: () => 'new',
}
const firing: Pending = {
  id: 'old',
  facts: { kind: 'firing', suppressed: 0, firstSeenMs: undefined, lastSeenMs: undefined },
  count: 11,
  draft: '"old"',
  destination: 'here',
  raisedAtMs: 400_000,
  tries: 1,
  holder: 'other',
  untilMs: 500_001,
  parked: undefined,
}
const ended: Pending = { ...firing, facts: { kind: 'resolved', alertId: 'a', durationMs: 1, peak: 1, total: 1 } }
const over = { untilMs: 500_000 }
const waiting = { holder: '' }
const due = { ...waiting, ...over }
const parked = { ...waiting, parked: { configVersion: 'v1', crossingFromMs: 500_000 } }
const parkedLately = { ...waiting, parked: { configVersion: 'v1', crossingFromMs: 500_001 } }
const elsewhere = { destination: 'there' }
const episode = {
  sinceMs: 100_000,
  peak: 12,
  total: 30,
  quietFromMs: 440_000,
  told: { id: 'a', draft: '"a"', destination: 'here' },
}
const cooling = { told: { atMs: 200_001, step: 0 } }

t.test('says what is to be told, and why nothing is', (t) => {
  const rows: [state: Partial<AlertState>, change: Partial<Situation>, reason: string][] = [
    [{}, {}, 'raised'],
    [{}, { total: 500 }, 'raised'],
    [{}, { total: 9 }, 'belowThreshold'],
    [{}, { fresh: 0 }, 'nothingNew'],
    [cooling, {}, 'cooling'],
    [{ told: { atMs: 200_000, step: 0 } }, {}, 'raised'],
    [cooling, { total: 9 }, 'belowThreshold'],
    [{ pending: firing }, {}, 'pendingElsewhere'],
    [{ pending: firing }, { isForced: true }, 'pendingElsewhere'],
    [{ pending: { ...firing, ...elsewhere } }, {}, 'pendingElsewhere'],
    [{ pending: { ...firing, ...over } }, { fresh: 0, total: 0 }, 'triedAgain'],
    [{ pending: { ...firing, ...over, raisedAtMs: 200_001 }, ...cooling }, {}, 'triedAgain'],
    [{ pending: { ...firing, ...over, raisedAtMs: 200_000 }, ...cooling }, {}, 'waiting'],
    [{ pending: { ...firing, ...waiting } }, {}, 'waiting'],
    [{ pending: { ...firing, ...waiting } }, { fresh: 0, isForced: true }, 'triedAgain'],
    [{ pending: { ...firing, ...due } }, { fresh: 0 }, 'triedAgain'],
    [{ pending: { ...firing, ...waiting, ...elsewhere } }, {}, 'pendingElsewhere'],
    [{ pending: { ...firing, ...waiting, ...elsewhere } }, { earlierDestinations: ['there'] }, 'triedAgain'],
    [{ pending: { ...firing, ...elsewhere } }, { earlierDestinations: ['there'] }, 'pendingElsewhere'],
    [{ pending: { ...firing, ...due, ...elsewhere } }, {}, 'raised'],
    [{ pending: { ...firing, ...due, ...elsewhere } }, { total: 9 }, 'belowThreshold'],
    [{ pending: { ...firing, ...due, ...elsewhere, raisedAtMs: 1 }, ...cooling }, {}, 'cooling'],
    [{ pending: { ...firing, ...parked } }, {}, 'triedAgain'],
    [{ pending: { ...firing, ...parked } }, { total: 9 }, 'waiting'],
    [{ pending: { ...firing, ...parked } }, { fresh: 0 }, 'waiting'],
    [{ pending: { ...firing, ...parked } }, { fresh: 0, isForced: true }, 'waiting'],
    [{ pending: { ...firing, ...parked } }, { fresh: 0, configVersion: 'v2' }, 'triedAgain'],
    [{ pending: { ...firing, ...parked, ...over } }, { fresh: 0 }, 'triedAgain'],
    [{ pending: { ...firing, ...parkedLately } }, {}, 'waiting'],
    [{ pending: { ...firing, ...parkedLately, ...elsewhere } }, {}, 'raised'],
    [{ episode }, { fresh: 0, total: 0 }, 'resolved'],
    [{ episode, ...cooling }, { total: 9 }, 'resolved'],
    [{ episode: { ...episode, quietFromMs: 440_001 } }, { fresh: 0, total: 0 }, 'belowThreshold'],
    [{ episode: { ...episode, told: undefined } }, { fresh: 0, total: 0 }, 'belowThreshold'],
    [{ episode }, { fresh: 0, total: 0, ...elsewhere }, 'belowThreshold'],
    [{ episode }, { fresh: 0, total: 0, policy: { ...policy, sendResolved: false } }, 'belowThreshold'],
    [{ episode, pending: firing }, { fresh: 0, total: 0 }, 'pendingElsewhere'],
    [{ episode, ...cooling }, {}, 'cooling'],
    [{ episode, pending: ended }, { fresh: 0, total: 0 }, 'pendingElsewhere'],
    [{ episode, pending: { ...ended, ...over } }, { fresh: 0, total: 0 }, 'triedAgain'],
    [{ episode, pending: { ...ended, ...waiting } }, { fresh: 0, total: 0 }, 'waiting'],
    [{ episode, pending: { ...ended, ...waiting } }, {}, 'raised'],
    [{ episode, pending: { ...ended, ...waiting } }, { total: 9, isForced: true }, 'triedAgain'],
    [{ episode, pending: { ...ended, ...parked } }, { fresh: 0, total: 0 }, 'waiting'],
    [{ episode, pending: { ...ended, ...parked } }, { total: 1, configVersion: 'v2' }, 'triedAgain'],
    [{ episode, pending: { ...ended, ...over }, ...cooling }, {}, 'cooling'],
    [{ episode, pending: ended }, {}, 'raised'],
    [{ episode, pending: { ...ended, ...over } }, { fresh: 0, total: 0, ...elsewhere }, 'belowThreshold'],
  ]
  for (const [state, change, expected] of rows) {
    const { reason, claim, state: after } = decide({ ...initialState, ...state }, { ...crossing, ...change })
    const name = `${JSON.stringify(state)} ${JSON.stringify(change)}`
    t.equal(reason, expected, name)
    t.equal(claim !== undefined, ['raised', 'triedAgain', 'resolved'].includes(reason), name)
    if (claim === undefined) continue
    t.equal(after.pending, claim)
    t.match(claim, {
      holder: 'me',
      untilMs: 500_000 + LEASE_MS,
      parked: undefined,
      destination: change.destination ?? 'here',
    })
    t.equal(claim.tries, reason === 'triedAgain' ? 2 : 1)
  }
  t.end()
})
