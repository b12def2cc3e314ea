import t from 'tap'
import {
  type AlertState,
  initialState,
  LEASE_MS,
  MAX_NEWS_AGE_MS,
  type Pending,
  RETRY_MS,
} from '../../src/rule/alert-state.js'
import { dueAt, type Settlement, settle } from '../../src/rule/settle.js'

const policy = { threshold: 10, windowMs: 60_000, cooldownMs: 300_000, cooldownMaxMs: 0, sendResolved: true }
const moment = { nowMs: 500_000, policy }
const claimed = { id: 'old', holder: 'me', configVersion: 'v1' }
const firing: Pending = {
  id: 'old',
  facts: { kind: 'firing', suppressed: 0, firstSeenMs: undefined, lastSeenMs: undefined },
  count: 11,
  draft: '"old"',
  destination: 'here',
  raisedAtMs: 400_000,
  tries: 3,
  holder: 'me',
  untilMs: 500_001,
  parked: undefined,
}
const ended: Pending = { ...firing, facts: { kind: 'resolved', alertId: 'a', durationMs: 1, peak: 1, total: 1 } }
const episode = { sinceMs: 100_000, peak: 12, total: 30, quietFromMs: 440_000, told: undefined }
const state: AlertState = { ...initialState, pending: firing, episode }
const over: AlertState = { ...state, pending: ended }

t.test('settles what is pending and the holder’s, and nothing else', (t) => {
  const delivered = { kind: 'delivered' } as const
  t.equal(settle(state, { ...claimed, id: 'another' }, delivered, moment), state)
  t.equal(settle(initialState, claimed, delivered, moment), initialState)
  const others: readonly Settlement[] = [
    { kind: 'renewed' },
    { kind: 'postponed', waitMs: 7, wasTried: true },
    { kind: 'parked', waitMs: 7 },
    { kind: 'gone' },
    { kind: 'abandoned' },
  ]
  for (const settlement of others)
    t.equal(settle(state, { ...claimed, holder: 'another' }, settlement, moment), state, settlement.kind)
  t.not(settle(state, { ...claimed, holder: 'another' }, delivered, moment), state, 'delivered is delivered')
  t.end()
})

t.test('says what becomes of news by how telling them ended', (t) => {
  const rows: [settlement: Settlement, pending: Partial<Pending> | undefined][] = [
    [{ kind: 'renewed' }, { holder: 'me', untilMs: 500_000 + LEASE_MS, tries: 3 }],
    [
      { kind: 'postponed', waitMs: 7, wasTried: true },
      { holder: '', untilMs: 500_007, tries: 3, parked: undefined },
    ],
    [
      { kind: 'postponed', waitMs: 7, wasTried: false },
      { holder: '', untilMs: 500_007, tries: 2 },
    ],
    [
      { kind: 'parked', waitMs: 7 },
      { holder: '', untilMs: 500_007, parked: { configVersion: 'v1', crossingFromMs: 800_000 } },
    ],
    [
      { kind: 'gone' },
      {
        untilMs: 400_000 + MAX_NEWS_AGE_MS,
        parked: { configVersion: 'v1', crossingFromMs: 400_000 + MAX_NEWS_AGE_MS },
      },
    ],
    [{ kind: 'abandoned' }, undefined],
    [{ kind: 'delivered' }, undefined],
  ]
  for (const [settlement, pending] of rows) {
    for (const before of [state, over]) {
      const after = settle(before, claimed, settlement, moment).pending
      t.match(after, pending, settlement.kind)
      t.equal(after === undefined, pending === undefined)
    }
  }
  t.end()
})

t.test('starts the cooldown with the delivery of an alert, and ends the episode with that of its end', (t) => {
  t.match(settle(state, claimed, { kind: 'delivered' }, moment), {
    told: { atMs: 500_000, step: 0 },
    episode: { sinceMs: 100_000, told: { id: 'old', draft: '"old"', destination: 'here' } },
  })
  t.strictSame(settle(over, claimed, { kind: 'delivered' }, moment), {
    ...over,
    pending: undefined,
    episode: undefined,
  })
  t.equal(settle(state, claimed, { kind: 'abandoned' }, moment).told, undefined)
  t.equal(settle(over, claimed, { kind: 'abandoned' }, moment).episode, undefined)
  const quiet = { ...moment, policy: { ...policy, sendResolved: false } }
  t.equal(settle(state, claimed, { kind: 'delivered' }, quiet).episode, undefined)
  t.match(settle({ ...state, episode: undefined }, claimed, { kind: 'delivered' }, moment), {
    episode: { sinceMs: 400_000, peak: 11, total: 11 },
  })
  t.end()
})

t.test('says when to look again though no error comes', (t) => {
  for (const [state, due] of [
    [{}, undefined],
    [{ pending: firing }, 500_001],
    [{ pending: { ...firing, holder: '', untilMs: 600_000 } }, 600_000],
    [{ pending: { ...firing, untilMs: 500_000 } }, 500_000 + RETRY_MS],
    [{ episode }, 500_001],
    [{ episode: { ...episode, quietFromMs: undefined } }, 560_000],
    [{ episode: { ...episode, quietFromMs: 499_000 } }, 559_000],
    [{ episode, pending: ended }, 500_001],
  ] as const) {
    t.equal(dueAt({ ...initialState, ...state }, moment), due, JSON.stringify(state))
  }
  t.end()
})
