import t from 'tap'
import { type AlertState, initialState, type Pending } from '../../src/rule/alert-state.js'
import type { Streak } from '../../src/rule/cooldown.js'
import { dueAt, type Settlement, settle } from '../../src/rule/settle.js'

const policy = {
  threshold: 10,
  percent: 0,
  windowMs: 60_000,
  cooldownMs: 300_000,
  cooldownMaxMs: 0,
  sendResolved: true,
  timeoutMs: 3000,
}
const moment = { nowMs: 500_000, policy }
const claimed = { id: 'old', holder: 'me', revision: 'v1' }
const firing: Pending = {
  id: 'old',
  facts: { kind: 'firing', suppressed: 0, firstSeenMs: undefined, lastSeenMs: undefined },
  count: 11,
  draft: '"old"',
  raisedAtMs: 400_000,
  tries: 3,
  turn: { kind: 'leased', holder: 'me', untilMs: 500_001 },
}
const ended: Pending = { ...firing, facts: { kind: 'resolved', alertId: 'a', durationMs: 1, peak: 1, total: 1 } }
const episode = {
  sinceMs: 100_000,
  peak: 12,
  total: 30,
  lastErrorMs: 380_000,
  quietFromMs: 440_000,
  told: undefined,
  before: undefined,
}
const state: AlertState = { ...initialState, pending: firing, episode }
const over: AlertState = { ...state, pending: ended }

t.test('settles what is pending and the holder’s, and nothing else', (t) => {
  const delivered = { kind: 'delivered' } as const
  t.equal(settle(state, { ...claimed, id: 'another' }, delivered, moment), state)
  t.equal(settle(initialState, claimed, delivered, moment), initialState)
  const others: readonly Settlement[] = [
    { kind: 'begun' },
    { kind: 'postponed', waitMs: 7 },
    { kind: 'parked', waitMs: 7 },
    { kind: 'abandoned' },
  ]
  const waiting: AlertState = { ...state, pending: { ...firing, turn: { kind: 'waiting', untilMs: 1 } } }
  for (const settlement of others) {
    t.equal(settle(state, { ...claimed, holder: 'another' }, settlement, moment), state, settlement.kind)
    t.equal(settle(waiting, claimed, settlement, moment), waiting, `${settlement.kind}, of what nobody holds`)
  }
  t.not(settle(state, { ...claimed, holder: 'another' }, delivered, moment), state, 'delivered is delivered')
  t.end()
})

t.test('says what becomes of a notice by how its delivery went, and counts an attempt when it begins', (t) => {
  const rows: [settlement: Settlement, pending: Partial<Pending> | undefined][] = [
    [{ kind: 'begun' }, { tries: 4, turn: { kind: 'leased', holder: 'me', untilMs: 500_000 + 10_000 } }],
    [
      { kind: 'postponed', waitMs: 7 },
      { tries: 3, turn: { kind: 'waiting', untilMs: 500_007 } },
    ],
    [
      { kind: 'parked', waitMs: 7 },
      { tries: 3, turn: { kind: 'parked', untilMs: 500_007, revision: 'v1', crossingFromMs: 800_000 } },
    ],
    [{ kind: 'abandoned' }, undefined],
    [{ kind: 'delivered' }, undefined],
  ]
  for (const [settlement, change] of rows) {
    for (const before of [state, over]) {
      const { pending } = settle(before, claimed, settlement, moment)
      t.strictSame(pending, change && { ...before.pending, ...change }, settlement.kind)
    }
  }
  t.end()
})

t.test('starts the cooldown with the delivery of an alert, and ends the episode with that of its end', (t) => {
  t.match(settle(state, claimed, { kind: 'delivered' }, moment), {
    delivery: { atMs: 500_000, step: 0, streak: undefined },
    episode: { sinceMs: 100_000, told: { id: 'old', draft: '"old"' } },
  })
  t.strictSame(settle(over, claimed, { kind: 'delivered' }, moment), {
    ...over,
    pending: undefined,
    episode: undefined,
  })
  t.match(settle(state, claimed, { kind: 'abandoned' }, moment), { delivery: undefined, episode })
  t.equal(settle(over, claimed, { kind: 'abandoned' }, moment).episode, undefined)
  const quiet = { ...moment, policy: { ...policy, sendResolved: false } }
  const told = { ...episode, told: { id: 'old', draft: '"old"' } }
  t.strictSame(settle(state, claimed, { kind: 'delivered' }, quiet).episode, told, 'by one who tells no ends, too')
  t.equal(settle({ ...state, episode: undefined }, claimed, { kind: 'delivered' }, quiet).episode, undefined)
  t.end()
})

t.test('an end that arrives though an alert has taken its place ends the episode before', (t) => {
  const before = { endId: 'end', sinceMs: 1, peak: 20, total: 5, told: { id: 'first', draft: '' } }
  const both: AlertState = { ...state, episode: { ...episode, before } }
  const ofEnd = { ...claimed, id: 'end' }
  t.strictSame(settle(both, ofEnd, { kind: 'delivered' }, moment), state)
  t.equal(settle(both, { ...claimed, id: 'another' }, { kind: 'delivered' }, moment), both)
  for (const settlement of [
    { kind: 'begun' },
    { kind: 'postponed', waitMs: 1 },
    { kind: 'parked', waitMs: 1 },
    { kind: 'abandoned' },
  ] as const)
    t.equal(settle(both, ofEnd, settlement, moment), both, `${settlement.kind}: the next end speaks for it`)
  t.match(settle(both, claimed, { kind: 'delivered' }, moment).episode, { told: { id: 'old' }, before })
  t.match(settle(both, claimed, { kind: 'abandoned' }, moment).episode, { told: undefined, before })
  t.end()
})

t.test('goes on with the number of the alert that was raised last, whatever order they are delivered in', (t) => {
  const settled = (atMs: number, before: Streak | undefined, own: Partial<Streak>): Streak | undefined => {
    const pending = { ...firing, facts: { ...firing.facts, ...own } } as Pending
    const delivery = { atMs, step: 0, streak: before }
    return settle({ ...state, delivery, pending }, claimed, { kind: 'delivered' }, moment).delivery?.streak
  }
  const [one, two, other] = [
    { notice: 1, sinceMs: 5 },
    { notice: 2, sinceMs: 5 },
    { notice: 1, sinceMs: 6 },
  ]
  t.strictSame(settle(state, claimed, { kind: 'delivered' }, moment).delivery?.streak, undefined)
  t.strictSame(settled(399_999, one, two), two)
  t.strictSame(settled(399_999, two, other), other, 'none had come for long')
  t.strictSame(settled(400_000, two, other), two, 'another destination had one at that time')
  t.strictSame(settled(400_000, two, one), two)
  t.strictSame(settled(400_000, one, two), two)
  t.strictSame(settled(399_999, undefined, one), one)
  t.strictSame(settled(399_999, two, {}), two, 'an older version did not say')
  t.end()
})

t.test('says when to look again though no error comes', (t) => {
  const turned = (untilMs: number): Pending => ({ ...firing, turn: { kind: 'waiting', untilMs } })
  for (const [state, due] of [
    [{}, undefined],
    [{ pending: firing }, 500_001],
    [{ pending: turned(600_000) }, 600_000],
    [{ pending: turned(499_000) }, 499_000],
    [{ episode }, 500_001],
    [{ episode: { ...episode, quietFromMs: undefined } }, 515_000],
    [{ episode: { ...episode, quietFromMs: 499_000 } }, 559_000],
    [{ episode: { ...episode, quietFromMs: 501_000 } }, 515_000],
    [{ episode, pending: ended }, 500_001],
  ] as const) {
    t.equal(dueAt({ ...initialState, ...state }, moment), due, JSON.stringify(state))
  }
  const short = { ...moment, policy: { ...policy, windowMs: 4000 } }
  t.equal(dueAt({ ...initialState, episode: { ...episode, quietFromMs: undefined } }, short), 504_000)
  t.equal(dueAt({ ...initialState, episode: { ...episode, quietFromMs: 500_001 } }, short), 504_000)
  t.end()
})
