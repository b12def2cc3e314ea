import t from 'tap'
import { HEARTBEAT_MS, SPACING_MS } from '../../../src/evaluator/counting/pace.js'
import { createLineEvaluator, type LineEvaluator } from '../../../src/evaluator/evaluator.js'
import { type FakeClock, fakeClock } from '../../fixtures/fake-clock.js'
import { RemoteStore } from '../../fixtures/remote-store.js'

const failure = { statusCode: 500 }

function setUp(): { clock: FakeClock; store: RemoteStore; evaluator: LineEvaluator } {
  const clock = fakeClock()
  const store = new RemoteStore(clock)
  return {
    clock,
    store,
    evaluator: createLineEvaluator({ url: 'http://127.0.0.1:9/', threshold: 1000 }, { clock, store }),
  }
}

t.test('a quiet process asks once at the start, and then at each heartbeat', async (t) => {
  const { clock, store } = setUp()
  await clock.advance(0)
  t.equal(store.attempts, 1)
  await clock.advance(HEARTBEAT_MS - 1)
  t.equal(store.attempts, 1)
  await clock.advance(1)
  t.equal(store.attempts, 2)
})

t.test('the first error goes at once, and those that follow ride together', async (t) => {
  const { clock, store, evaluator } = setUp()
  await clock.advance(2000)
  evaluator.observe(failure)
  await clock.advance(0)
  t.equal(store.attempts, 2)
  for (let ms = 0; ms < SPACING_MS - 1; ms += 1) {
    evaluator.observe(failure)
    await clock.advance(1)
  }
  t.equal(store.attempts, 2)
  await clock.advance(1)
  t.equal(store.attempts, 3)
})

t.test('while the store is away it is asked ever more rarely; at its return nothing is missing', async (t) => {
  const { clock, store, evaluator } = setUp()
  await clock.advance(2000)
  store.isAway = true
  for (let second = 0; second < 30; second += 1) {
    evaluator.observe(failure)
    await clock.advance(1000)
  }
  t.ok(store.attempts > 5 && store.attempts < 30, `${store.attempts} attempts`)
  t.match(evaluator.stats(), { errors: 30, dropped: 0, submissions: 1, warnings: 1 })
  store.isAway = false
  store.reachable()
  await clock.advance(0)
  await clock.advance(SPACING_MS)
  t.equal(evaluator.stats().submissions, 3, 'what had been tried, and what came meanwhile')
  t.equal(evaluator.stats().dropped, 0)
})

t.test('errors that left their window while the store was away are dropped, and said to be', async (t) => {
  const { clock, store, evaluator } = setUp()
  await clock.advance(2000)
  store.isAway = true
  for (let minute = 0; minute < 10; minute += 1) {
    evaluator.observe(failure)
    await clock.advance(60_000)
  }
  store.isAway = false
  store.reachable()
  await clock.advance(0)
  await clock.advance(SPACING_MS)
  t.match(evaluator.stats(), { errors: 10, dropped: 10 })
})

t.test('a flush waits for no backoff that was set before it', async (t) => {
  const { clock, store, evaluator } = setUp()
  await clock.advance(2000)
  store.isAway = true
  evaluator.observe(failure)
  await clock.advance(30_000)
  store.isAway = false
  const flushed = evaluator.flush()
  await clock.advance(100)
  await flushed
  t.match(evaluator.stats(), { errors: 1, dropped: 0, submissions: 2 })
})

t.test('what could not be submitted by the time it is closed is said to be dropped', async (t) => {
  const { clock, store, evaluator } = setUp()
  await clock.advance(2000)
  store.isAway = true
  for (let i = 0; i < 3; i += 1) evaluator.observe(failure)
  const closed = evaluator.close()
  await clock.advance(5000)
  await closed
  t.match(evaluator.stats(), { errors: 3, dropped: 3 })
})
