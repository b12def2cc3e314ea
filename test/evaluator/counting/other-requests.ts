import t from 'tap'
import { withSuspensions } from '../../../src/clock.js'
import type { LogsirenOptions } from '../../../src/config/options.js'
import { OtherRequests } from '../../../src/evaluator/counting/other-requests.js'
import { createLineEvaluator, type LineEvaluator } from '../../../src/evaluator/evaluator.js'
import { seriesOf } from '../../../src/rule/series.js'
import { type FakeClock, fakeClock } from '../../fixtures/fake-clock.js'
import { FakeHttp } from '../../fixtures/fake-http.js'
import { RemoteStore } from '../../fixtures/remote-store.js'
import { rule, series } from '../../fixtures/store-bench.js'

const now = (clock: FakeClock): { monotonicMs: number; wallMs: number } => ({
  monotonicMs: clock.monotonicMs(),
  wallMs: clock.nowMs(),
})

t.test('waits as numbers, for a second or a sixtieth of the window less the way', async (t) => {
  const clock = fakeClock()
  const others = new OtherRequests(clock)
  t.equal(others.dueAtMs, Number.POSITIVE_INFINITY)
  const slow = seriesOf({ ...rule, name: 'slow', windowMs: 3_600_000 })
  const fromMs = clock.monotonicMs()
  others.add(slow, 1, now(clock))
  t.equal(others.dueAtMs, fromMs + 48_000)
  others.add(series, 5, now(clock))
  t.equal(others.dueAtMs, fromMs + 800)
  await clock.advance(500)
  others.add(series, 2, now(clock))
  t.equal(others.argumentsOf(series), 4)
  t.match(others.takeUnseen()[1], { others: [{ count: 5 }, { count: 2 }] })
  t.match(others.takeUnseen()[1], { others: [] })
  t.match(others.takeOf(series), [
    { monotonicMs: fromMs, count: 5 },
    { monotonicMs: fromMs + 500, count: 2 },
  ])
  t.match(
    others.take(() => false),
    [],
  )
  t.equal(others.dueAtMs, fromMs + 500, 'what found no room goes with the next batch')
  t.match(
    others.take(() => true),
    [{ series: slow, others: [{ count: 1 }] }],
  )
  t.equal(others.isEmpty, true)
  t.equal(others.dueAtMs, Number.POSITIVE_INFINITY)
})

t.test('keeps no more than a window has, however long nobody takes it', async (t) => {
  const clock = fakeClock()
  const others = new OtherRequests(clock)
  for (let i = 0; i < 200; i += 1) {
    others.add(series, 1, now(clock))
    others.add(seriesOf(rule, `${i}`), 1, now(clock))
    await clock.advance(1000)
  }
  t.ok(others.size <= 62, `${others.size} series`)
  t.ok(others.argumentsOf(series) <= 2 * 61)
})

interface Setup {
  readonly clock: FakeClock
  readonly store: RemoteStore
  readonly http: FakeHttp
  readonly evaluator: LineEvaluator
  /** Errors and other requests that the store has counted. */
  readonly counted: () => readonly [errors: number, others: number]
}

function setUp(options: LogsirenOptions = {}): Setup {
  const clock = fakeClock()
  const [store, http] = [new RemoteStore(withSuspensions(clock)), new FakeHttp()]
  const evaluator = createLineEvaluator(
    { url: 'http://a.test/', percent: 5, threshold: 2, ...options },
    { clock, store, http },
  )
  const sum = (counts: readonly { readonly count: number }[] = []): number =>
    counts.reduce((all, { count }) => all + count, 0)
  const counted = (): readonly [number, number] => {
    const entries = store.answered.flatMap(({ entries }) => entries)
    return [
      entries.reduce((all, { counts }) => all + sum(counts), 0),
      entries.reduce((all, { others }) => all + sum(others), 0),
    ]
  }
  return { clock, store, http, evaluator, counted }
}

t.test('a process whose requests go well tells so once in a second', async (t) => {
  const { clock, store, evaluator, counted } = setUp()
  await clock.advance(2000)
  const before = store.attempts
  for (let i = 0; i < 500; i += 1) {
    evaluator.observe({ statusCode: 200 })
    await clock.advance(10)
  }
  await clock.advance(1000)
  t.strictSame(counted(), [0, 500])
  t.ok(store.attempts - before <= 7, `${store.attempts - before} calls in six seconds`)
  t.match(store.answered.at(-1)?.entries, [{ kind: 'counted', counts: [] }])
})

t.test('a long window asks for them no more often than heartbeats do', async (t) => {
  const { clock, store, evaluator, counted } = setUp({ windowSeconds: 3600 })
  await clock.advance(2000)
  const before = store.attempts
  for (let i = 0; i < 60; i += 1) {
    evaluator.observe({ statusCode: 200 })
    await clock.advance(1000)
  }
  t.ok(store.attempts - before <= 8, `${store.attempts - before} calls in a minute`)
  t.ok(counted()[1] > 40)
})

t.test('an error takes all requests along, of all rules', async (t) => {
  const { clock, evaluator, counted, store } = setUp({
    rules: [
      { name: 'a', statusCodeThreshold: 400 },
      { name: 'b', windowSeconds: 3600 },
    ],
  })
  await clock.advance(2000)
  for (let i = 0; i < 10; i += 1) evaluator.observe({ statusCode: 200 })
  evaluator.observe({ statusCode: 404 })
  await clock.advance(150)
  t.strictSame(counted(), [1, 21])
  t.equal(store.answered.at(-1)?.entries.length, 2)
})

t.test('a rule without percent asks for nothing', async (t) => {
  const { clock, store, evaluator, counted } = setUp({ percent: undefined })
  await clock.advance(2000)
  const before = store.attempts
  for (let i = 0; i < 100; i += 1) evaluator.observe({ statusCode: 200 })
  await clock.advance(5000)
  t.equal(store.attempts, before)
  t.equal(evaluator.sizes()['requests'], 0)
  evaluator.observe({ statusCode: 500 })
  await clock.advance(200)
  t.strictSame(counted(), [1, 0])
})

t.test('an alert needs the share, also of requests that came before', async (t) => {
  const { clock, evaluator, http } = setUp()
  await clock.advance(2000)
  for (let i = 0; i < 98; i += 1) evaluator.observe({ statusCode: 200 })
  await clock.advance(1500)
  for (let i = 0; i < 4; i += 1) {
    evaluator.observe({ statusCode: 500 })
    await clock.advance(200)
  }
  t.equal(evaluator.stats().alerts, 0)
  for (let i = 0; i < 2; i += 1) {
    evaluator.observe({ statusCode: 500 })
    await clock.advance(200)
  }
  t.equal(evaluator.stats().alerts, 1)
  t.equal(http.posts.length, 1)
})

t.test('low traffic is judged as it is: 1 of 1 is all of it, 1 of 3 a third', async (t) => {
  const all = setUp({ percent: 100, threshold: 1 })
  await all.clock.advance(2000)
  all.evaluator.observe({ statusCode: 500 })
  await all.clock.advance(200)
  t.equal(all.evaluator.stats().alerts, 1)
  const third = setUp({ percent: 50, threshold: 1 })
  await third.clock.advance(2000)
  for (const statusCode of [200, 200, 500]) third.evaluator.observe({ statusCode })
  await third.clock.advance(2000)
  t.equal(third.evaluator.stats().alerts, 0)
})

t.test('a flush and a close hand over what waits', async (t) => {
  const { clock, evaluator, counted } = setUp({ windowSeconds: 3600 })
  await clock.advance(2000)
  evaluator.observe({ statusCode: 200 })
  const flushed = evaluator.flush()
  await clock.advance(100)
  await flushed
  t.strictSame(counted(), [0, 1])
  evaluator.observe({ statusCode: 200 })
  const closed = evaluator.close()
  await clock.advance(100)
  await closed
  t.strictSame(counted(), [0, 2])
})

t.test('while the store is away a process decides by its own requests, and hands them over on return', async (t) => {
  const { clock, store, evaluator, counted } = setUp()
  await clock.advance(2000)
  store.isAway = true
  for (let i = 0; i < 90; i += 1) {
    evaluator.observe({ statusCode: 200 })
    if (i % 30 === 0) evaluator.observe({ statusCode: 500 })
    await clock.advance(100)
  }
  t.equal(evaluator.stats().degraded, 0, '3 of 93')
  for (let i = 0; i < 4; i += 1) evaluator.observe({ statusCode: 500 })
  await clock.advance(1000)
  t.equal(evaluator.stats().degraded, 1, '7 of 97')
  store.isAway = false
  await clock.advance(10_000)
  t.strictSame(counted(), [7, 90])
})
