import t from 'tap'
import {
  type AlertState,
  decide,
  dueAt,
  initialState,
  LEASE_MS,
  type Pending,
  RETRY_MS,
  type Situation,
  settle,
} from '../../src/rule/decide.js'

const policy = { threshold: 10, windowMs: 60_000, cooldownMs: 300_000, cooldownMaxMs: 0, sendResolved: true }
const crossing: Situation = {
  nowMs: 500_000,
  policy,
  destination: 'here',
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
  leasedUntilMs: 500_001,
}
const ended: Pending = { ...firing, facts: { kind: 'resolved', alertId: 'a', durationMs: 1, peak: 1, total: 1 } }
const over = { leasedUntilMs: 500_000 }
const released = { leasedUntilMs: 0 }
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
    [{ pending: { ...firing, ...elsewhere } }, {}, 'pendingElsewhere'],
    [{ pending: { ...firing, ...over } }, { fresh: 0, total: 0 }, 'takenOver'],
    [{ pending: { ...firing, ...over }, ...cooling }, {}, 'takenOver'],
    [{ pending: { ...firing, ...released } }, { total: 1 }, 'takenOver'],
    [{ pending: { ...firing, ...released } }, { fresh: 0 }, 'nothingNew'],
    [{ pending: { ...firing, ...released, ...elsewhere } }, {}, 'raised'],
    [{ pending: { ...firing, ...released, ...elsewhere } }, { total: 9 }, 'belowThreshold'],
    [{ pending: { ...firing, ...released, ...elsewhere }, ...cooling }, {}, 'cooling'],
    [{ episode }, { fresh: 0, total: 0 }, 'resolved'],
    [{ episode, ...cooling }, { total: 9 }, 'resolved'],
    [{ episode: { ...episode, quietFromMs: 440_001 } }, { fresh: 0, total: 0 }, 'belowThreshold'],
    [{ episode: { ...episode, told: undefined } }, { fresh: 0, total: 0 }, 'belowThreshold'],
    [{ episode }, { fresh: 0, total: 0, ...elsewhere }, 'belowThreshold'],
    [{ episode }, { fresh: 0, total: 0, policy: { ...policy, sendResolved: false } }, 'belowThreshold'],
    [{ episode, pending: firing }, { fresh: 0, total: 0 }, 'pendingElsewhere'],
    [{ episode, ...cooling }, {}, 'cooling'],
    [{ episode, pending: ended }, { fresh: 0, total: 0 }, 'pendingElsewhere'],
    [{ episode, pending: { ...ended, ...over } }, { fresh: 0, total: 0 }, 'takenOver'],
    [{ episode, pending: { ...ended, ...over }, ...cooling }, {}, 'cooling'],
    [{ episode, pending: ended }, {}, 'raised'],
    [{ episode, pending: { ...ended, ...over } }, { fresh: 0, total: 0, ...elsewhere }, 'belowThreshold'],
  ]
  for (const [state, change, expected] of rows) {
    const { reason, claim, state: after } = decide({ ...initialState, ...state }, { ...crossing, ...change })
    const name = `${JSON.stringify(state)} ${JSON.stringify(change)}`
    t.equal(reason, expected, name)
    t.equal(claim !== undefined, ['raised', 'takenOver', 'resolved'].includes(reason), name)
    if (claim !== undefined) t.strictSame([after.pending, claim.leasedUntilMs], [claim, 500_000 + LEASE_MS])
  }
  t.end()
})

t.test('settles what is pending, and nothing else', (t) => {
  const moment = { nowMs: 500_000, policy }
  const state = { ...initialState, pending: firing, episode: { ...episode, told: undefined } }
  t.equal(settle(state, 'another', 'delivered', moment), state)
  t.match(settle(state, 'old', 'released', moment), { pending: { leasedUntilMs: 0 } })
  t.match(settle(state, 'old', 'delivered', moment), {
    pending: undefined,
    told: { atMs: 500_000, step: 0 },
    episode: { sinceMs: 100_000, told: { id: 'old', draft: '"old"', destination: 'here' } },
  })
  const over = { ...state, pending: ended }
  t.match(settle(over, 'old', 'released', moment), { pending: { leasedUntilMs: 500_000 + RETRY_MS } })
  t.strictSame(settle(over, 'old', 'delivered', moment), { ...over, pending: undefined, episode: undefined })
  t.end()
})

t.test('says when to look again though no error comes', (t) => {
  const moment = { nowMs: 500_000, policy }
  for (const [state, due] of [
    [{}, undefined],
    [{ pending: firing }, 500_001],
    [{ pending: { ...firing, ...released } }, undefined],
    [{ pending: { ...firing, ...over } }, 500_000 + RETRY_MS],
    [{ episode }, 500_001],
    [{ episode: { ...episode, quietFromMs: undefined } }, 560_000],
    [{ episode: { ...episode, quietFromMs: 499_000 } }, 559_000],
    [{ episode, pending: ended }, 500_001],
  ] as const) {
    t.equal(dueAt({ ...initialState, ...state }, moment), due, JSON.stringify(state))
  }
  t.end()
})
