import t, { type Test } from 'tap'
import type { LogsirenOptions } from '../../src/config/options.js'
import { createLineEvaluator, type LineEvaluator } from '../../src/evaluator/evaluator.js'
import { type FakeClock, fakeClock } from '../fixtures/fake-clock.js'
import { type Receiver, startReceiver } from '../fixtures/receiver.js'
import { RemoteStore } from '../fixtures/remote-store.js'

interface Parts {
  readonly clock: FakeClock
  readonly receiver: Receiver
  readonly store: RemoteStore
  readonly evaluator: LineEvaluator
}

/** With one error that crosses the threshold, and a Redis that does not answer. */
async function observed(t: Test, options: LogsirenOptions = {}): Promise<Parts> {
  const receiver = await startReceiver(t)
  const clock = fakeClock()
  const store = new RemoteStore(clock)
  store.isHanging = true
  const evaluator = createLineEvaluator({ url: receiver.url, threshold: 1, ...options }, { clock, store })
  evaluator.observe({ statusCode: 503, errorMessage: 'db timeout' })
  return { clock, receiver, store, evaluator }
}

async function close({ clock, evaluator }: Parts, afterMs = 5000): Promise<void> {
  const closed = evaluator.close()
  await clock.advance(afterMs)
  await closed
}

/** Whether it is over, without waiting for that. */
function over(task: Promise<void>): () => boolean {
  let isOver = false
  void task.then(() => {
    isOver = true
  })
  return () => isOver
}

t.test('in a process that is ended soon, waits for Redis only as long as it can still tell alone', async (t) => {
  const parts = await observed(t)
  const { clock, receiver, evaluator } = parts
  const flushed = evaluator.flushWithin(2500)
  await clock.advance(1249)
  t.equal(evaluator.stats().alerts, 0)
  await clock.advance(1)
  t.match(evaluator.stats(), { alerts: 1, degraded: 1 })
  await receiver.has(1)
  t.match(receiver.received, [{ body: { degraded: true, count: 1 } }])
  await clock.advance(1250)
  await flushed
  await close(parts)
})

t.test('a process that closes leaves one attempt its time, and never takes more than it may', async (t) => {
  const parts = await observed(t, { closeTimeoutMs: 9000 })
  const { clock, receiver, evaluator } = parts
  const isClosed = over(evaluator.close())
  await clock.advance(5499)
  t.equal(evaluator.stats().alerts, 0)
  await clock.advance(1)
  t.equal(evaluator.stats().degraded, 1)
  await receiver.has(1)
  t.equal(isClosed(), false, 'Redis might still be told of it')
  await clock.advance(3500)
  t.equal(isClosed(), true)
})

t.test('a flush waits for closeTimeoutMs at most, and judges nothing alone before Redis is down', async (t) => {
  const parts = await observed(t, { closeTimeoutMs: 1200 })
  const { clock, evaluator } = parts
  const isFlushed = over(evaluator.flush())
  await clock.advance(1199)
  t.equal(isFlushed(), false)
  await clock.advance(1)
  t.equal(isFlushed(), true)
  t.match(evaluator.stats(), { errors: 1, alerts: 0, degraded: 0 })
  await close(parts)
})

t.test('a process that closes asks on though Redis was down, and loses nothing where it comes back', async (t) => {
  const { clock, store, evaluator } = await observed(t, { threshold: 9 })
  store.isHanging = false
  store.isAway = true
  await clock.advance(0)
  store.release?.()
  await clock.advance(10_000)
  const isClosed = over(evaluator.close())
  await clock.advance(2000)
  t.equal(isClosed(), false)
  store.isAway = false
  await clock.advance(100)
  t.equal(isClosed(), true)
  t.match(evaluator.stats(), { errors: 1, dropped: 0 })
})
