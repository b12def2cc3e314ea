import t from 'tap'
import { SeriesMemory } from '../../../src/evaluator/counting/series-memory.js'
import { MAX_NOTICE_AGE_MS } from '../../../src/rule/alert-state.js'
import { seriesOf } from '../../../src/rule/series.js'
import type { LocalAlert } from '../../../src/store/store.js'
import { fakeClock } from '../../fixtures/fake-clock.js'
import { judged, rule, series } from '../../fixtures/store-bench.js'

const alert: LocalAlert = {
  id: 'a',
  facts: { kind: 'firing', suppressed: 0, firstSeenMs: undefined, lastSeenMs: undefined },
  count: 10,
  tries: 1,
  draft: '{}',
  raisedAtMs: 0,
  account: '{}',
}
const told = (id = 'a') => ({ stamp: '', deliveredAtMs: 0, alert: { ...alert, id } })

t.test('remembers a delivery for as long as its cooldown runs, and knows its own', async (t) => {
  const clock = fakeClock()
  const memory = new SeriesMemory(clock)
  t.equal(memory.deliveryOf(series), undefined)
  memory.delivered(series)
  const deliveredAtMs = clock.monotonicMs()
  const known = { stamp: '', deliveredAtMs, alert: undefined }
  t.strictSame([memory.deliveryOf(series), memory.ownIds], [known, ['default']])

  await clock.advance(1000)
  memory.learn(series, { ...judged, quietMs: 299_000, delivery: { stamp: '7 0', ageMs: 1000 } }, undefined)
  t.match(memory.deliveryOf(series), { ...known, stamp: '7 0' }, 'as the store has told of it')
  t.strictSame(memory.ownIds, ['default'], 'it is the same')
  memory.learn(series, { ...judged, quietMs: 5000 }, undefined)
  t.match(memory.deliveryOf(series), { ...known, stamp: '7 0' }, 'while another process delivers an alert')

  await clock.advance(298_999)
  t.strictSame(memory.ownIds, ['default'])
  await clock.advance(1)
  t.strictSame([memory.deliveryOf(series), memory.ownIds], [undefined, []])
})

t.test('learns what others have delivered, and what somebody has ended', async (t) => {
  const clock = fakeClock()
  const memory = new SeriesMemory(clock)
  memory.delivered(series)
  await clock.advance(60_000)
  const deliveredAtMs = clock.monotonicMs() - 500
  memory.learn(series, { ...judged, quietMs: 1000, delivery: { stamp: '8 1', ageMs: 500 } }, undefined)
  t.match(memory.deliveryOf(series), { stamp: '8 1', deliveredAtMs })
  t.strictSame(memory.ownIds, [], 'it is another one')
  memory.learn(series, judged, undefined)
  t.equal(memory.deliveryOf(series), undefined)
})

t.test('carries what was delivered alone until the store has answered for it, for a day at most', async (t) => {
  const clock = fakeClock()
  const memory = new SeriesMemory(clock)
  memory.delivered(series, alert)
  memory.learn(series, judged, undefined)
  memory.learn(series, { ...judged, quietMs: 5, delivery: { stamp: '1 0', ageMs: 60_000 } }, undefined)
  memory.learn(series, judged, told('another'))
  t.match(memory.deliveryOf(series), { stamp: '', alert }, 'no answer but that one says that it knows')
  await clock.advance(rule.cooldownMs + 1)
  t.match(memory.deliveryOf(series), { alert }, 'though its cooldown is over')
  t.strictSame(memory.ownIds, ['default'])
  memory.learn(series, { ...judged, quietMs: 1000, delivery: { stamp: '9 0', ageMs: rule.cooldownMs } }, told())
  t.match(memory.deliveryOf(series), { stamp: '9 0', alert: undefined })

  memory.delivered(series, alert)
  await clock.advance(MAX_NOTICE_AGE_MS)
  t.equal(memory.deliveryOf(series), undefined)
})

t.test('knows a series to be far from its threshold while what the store said of it can be relied on', async (t) => {
  const clock = fakeClock()
  const memory = new SeriesMemory(clock)
  const isFar = (errors: number): boolean => memory.isFar(series, errors, clock.monotonicMs())
  t.notOk(isFar(1), 'nothing is known of it')
  memory.learn(series, judged, undefined)
  t.strictSame([isFar(3), isFar(4)], [true, false], 'from half of the threshold on it is looked at')
  await clock.advance(4499)
  t.ok(isFar(1))
  await clock.advance(1)
  t.notOk(isFar(1), 'others count, too')
  memory.learn(series, { ...judged, isOpen: true }, undefined)
  t.notOk(isFar(1), 'something is open of it')
  memory.learn(series, { ...judged, quietMs: 100 }, undefined)
  t.notOk(isFar(1), 'its quiet is looked at, since that may be ended')
  await clock.advance(100)
  t.ok(isFar(1))
  memory.learn(series, { ...judged, isJudged: false, total: 6 }, undefined)
  t.notOk(isFar(1), 'its count was heard of again')
  t.equal(memory.totalOf(series), 6)
  memory.forgetAnswers()
  t.strictSame([isFar(1), memory.totalOf(series)], [false, 0])
  memory.learn(series, { ...judged, isJudged: false }, undefined)
  t.notOk(isFar(1), 'a count alone says nothing of what is open')
})

t.test('knows when errors may raise an alert: near the threshold, and not while the store is quiet', async (t) => {
  const clock = fakeClock()
  const memory = new SeriesMemory(clock)
  const mayRaise = (errors: number): boolean => memory.mayRaise(series, errors, clock.monotonicMs())
  t.strictSame([mayRaise(4), mayRaise(5)], [false, true])
  memory.learn(series, { ...judged, total: 4 }, undefined)
  t.strictSame([mayRaise(0), mayRaise(1)], [false, true])
  memory.learn(series, { ...judged, total: 12, quietMs: 1000 }, undefined)
  t.notOk(mayRaise(9))
  await clock.advance(1000)
  t.ok(mayRaise(1))
})

t.test('keeps ten thousand of each, those heard of last', (t) => {
  const memory = new SeriesMemory(fakeClock())
  const group = (i: number) => seriesOf(rule, `${i}`)
  for (let i = 0; i < 10_000; i += 1) memory.delivered(group(i))
  memory.delivered(group(0))
  memory.delivered(group(10_000))
  t.strictSame(
    [0, 1, 2, 10_000].map((i) => memory.deliveryOf(group(i)) !== undefined),
    [true, false, true, true],
  )
  for (let i = 0; i < 20_000; i += 1) memory.learn(seriesOf(rule, `x${i}`), judged, undefined)
  t.equal(memory.size, 20_000)
  t.end()
})
