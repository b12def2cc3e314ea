import t, { type Test } from 'tap'
import type { LogsirenOptions } from '../../../src/config/options.js'
import { createLineEvaluator, type LineEvaluator } from '../../../src/evaluator/evaluator.js'
import { seriesOf } from '../../../src/rule/series.js'
import { eventually } from '../../fixtures/eventually.js'
import { type FakeClock, fakeClock, settled } from '../../fixtures/fake-clock.js'
import { type Receiver, startReceiver } from '../../fixtures/receiver.js'
import { RemoteStore } from '../../fixtures/remote-store.js'
import { rule } from '../../fixtures/store-bench.js'

interface Setup {
  readonly receiver: Receiver
  readonly clock: FakeClock
  readonly store: RemoteStore
  readonly evaluator: LineEvaluator
}

async function setUp(t: Test, options: LogsirenOptions = {}): Promise<Setup> {
  const receiver = await startReceiver(t)
  const clock = fakeClock()
  const store = new RemoteStore(clock)
  const evaluator = createLineEvaluator({ url: receiver.url, threshold: 3, ...options }, { clock, store })
  await clock.advance(2000)
  store.isAway = true
  return { receiver, clock, store, evaluator }
}

const failure = { statusCode: 503, errorMessage: 'db timeout' }
const delivered = (evaluator: LineEvaluator, count: number): Promise<void> =>
  eventually(() => evaluator.stats().delivered >= count).then(settled)

t.test('local: alerts by itself once Redis has been away for five seconds, marked degraded', async (t) => {
  const { receiver, clock, store, evaluator } = await setUp(t)
  const events: unknown[] = []
  evaluator.on('alert', ({ degraded }) => events.push(degraded))
  for (let i = 0; i < 4; i += 1) evaluator.observe({ ...failure, keyId: i })
  await clock.advance(4900)
  t.equal(receiver.received.length, 0)
  await clock.advance(200)
  await receiver.has(1)
  await delivered(evaluator, 1)
  t.match(receiver.received[0]?.body, { degraded: true, count: 4, sample: { key_id: 3, error_message: 'db timeout' } })
  t.match(evaluator.stats(), { alerts: 1, degraded: 1, delivered: 1, dropped: 0 })

  t.strictSame(events, [true])
  for (let i = 0; i < 10; i += 1) evaluator.observe(failure)
  await clock.advance(20_000)
  t.equal(receiver.received.length, 1, 'its own cooldown holds')

  store.isAway = false
  await clock.advance(20_000)
  const handed = store.answered.flatMap(({ entries }) => entries).filter(({ handover }) => handover !== undefined)
  t.match(handed, [{ series: { id: 'default' }, handover: { id: receiver.received[0]?.body.id, toldAtMs: Number } }])
  t.equal(evaluator.stats().dropped, 0)
})

t.test('hold: raises nothing while Redis is away, and hands over on its return what it saw cross', async (t) => {
  const { receiver, clock, store, evaluator } = await setUp(t, { onRedisDown: 'hold' })
  for (let i = 0; i < 4; i += 1) evaluator.observe(failure)
  await clock.advance(200_000)
  t.equal(receiver.received.length, 0)
  store.isAway = false
  await clock.advance(20_000)
  const handed = store.answered.flatMap(({ entries }) => entries).filter(({ handover }) => handover !== undefined)
  t.match(handed, [{ handover: { count: 4, toldAtMs: undefined, isNew: true } }])
  t.match(evaluator.stats(), { dropped: 4 }, 'counts that left the window are not counted late')
})

t.test('counts what it could not raise, since there is too much for the fleet to learn of', async (t) => {
  const options = { onRedisDown: 'hold', groupBy: 'model', maxGroups: 2000, threshold: 1 } as const
  const { clock, evaluator } = await setUp(t, options)
  for (let i = 0; i < 1003; i += 1) evaluator.observe({ ...failure, model: `${i}` })
  await clock.advance(6000)
  t.match(evaluator.stats(), { degraded: 1000, unraised: 3 })
})

t.test('an idle process that finds Redis away alerts at once', async (t) => {
  const { receiver, clock, evaluator } = await setUp(t)
  await clock.advance(30_000)
  for (let i = 0; i < 3; i += 1) evaluator.observe(failure)
  await clock.advance(100)
  await receiver.has(1)
  t.match(receiver.received[0]?.body, { degraded: true, count: 3 })
})

t.test('while Redis may still answer it has the word', async (t) => {
  const { receiver, clock, store, evaluator } = await setUp(t)
  for (let i = 0; i < 3; i += 1) evaluator.observe(failure)
  await clock.advance(4000)
  store.isHanging = true
  await clock.advance(30_000)
  t.equal(receiver.received.length, 0)
  store.isAway = false
  store.isHanging = false
  store.release?.()
  await clock.advance(100)
  await delivered(evaluator, 1)
  t.equal(receiver.received[0]?.body.degraded, undefined)
})

t.test('at close() it alerts by itself when the time that an attempt takes is all that is left', async (t) => {
  for (const [onRedisDown, told] of [
    ['local', 1],
    ['hold', 0],
  ] as const) {
    const { receiver, clock, evaluator } = await setUp(t, { onRedisDown })
    for (let i = 0; i < 3; i += 1) evaluator.observe(failure)
    const closed = evaluator.close()
    await clock.advance(2600)
    if (told > 0) await receiver.has(told)
    else await clock.advance(5000)
    await closed
    t.equal(receiver.received.length, told, onRedisDown)
    t.equal(evaluator.stats().dropped, 3, 'the fleet never counts them')
  }
})

t.test('a flush waits for no answer once Redis is down', async (t) => {
  const { receiver, clock, evaluator } = await setUp(t)
  await clock.advance(30_000)
  for (let i = 0; i < 3; i += 1) evaluator.observe(failure)
  await evaluator.flush()
  t.match(receiver.received, [{ body: { degraded: true } }])
})

t.test(
  'what it could not deliver by itself is tried by the schedule, and told by the fleet on its return',
  async (t) => {
    const { receiver, clock, store, evaluator } = await setUp(t)
    receiver.answerWith(503)
    await clock.advance(30_000)
    for (let i = 0; i < 3; i += 1) evaluator.observe(failure)
    await clock.advance(100)
    await eventually(() => evaluator.stats().failed === 1)
    await settled()
    await clock.advance(2100)
    await eventually(() => evaluator.stats().failed === 2)
    await settled()
    store.isAway = false
    await clock.advance(9000)
    const [handed] = store.answered.flatMap(({ entries }) => entries.filter(({ handover }) => handover !== undefined))
    t.match(handed?.handover, { id: receiver.received[0]?.body.id, tries: 2, toldAtMs: undefined, isNew: false })
  },
)

t.test('what Redis raises of the same errors, when it answers after all, is not told beside it', async (t) => {
  const { receiver, clock, store, evaluator } = await setUp(t)
  let answer = (): void => {}
  receiver.answerWith((_request, response) => {
    answer = () => response.writeHead(204).end()
  })
  store.isAway = false
  store.isHanging = true
  for (let i = 0; i < 3; i += 1) evaluator.observe(failure)
  const closed = evaluator.close()
  await clock.advance(2600)
  await receiver.has(1)
  store.isHanging = false
  store.release?.()
  await settled()
  answer()
  await closed
  t.equal(receiver.received.length, 1)
  t.match(evaluator.stats(), { alerts: 1, degraded: 1, delivered: 1 })
  t.equal(store.alertOf(seriesOf({ ...rule, url: receiver.url })).pending, undefined, 'and nobody else tells it')
})

t.test('nothing is submitted while an alert is told alone, whose end has to be handed over', async (t) => {
  const { receiver, clock, store, evaluator } = await setUp(t)
  let answer = (): void => {}
  receiver.answerWith((_request, response) => {
    answer = () => response.writeHead(204).end()
  })
  await clock.advance(30_000)
  for (let i = 0; i < 3; i += 1) evaluator.observe(failure)
  await clock.advance(100)
  await receiver.has(1)
  store.isAway = false
  const before = store.answered.length
  await clock.advance(8000)
  t.equal(store.answered.length, before)
  answer()
  await delivered(evaluator, 1)
  await clock.advance(1000)
  t.match(
    store.answered.slice(before).flatMap(({ entries }) => entries.flatMap(({ handover }) => handover ?? [])),
    [{ toldAtMs: Number }],
  )
})
