// Rules that count only what is new, in a fleet on a real Redis: `newOnly`.
import t, { type Test } from 'tap'
import type { LogsirenOptions } from '../../src/config/options.js'
import { createEvaluator, type Evaluator } from '../../src/evaluator/evaluator.js'
import { eventually } from '../fixtures/eventually.js'
import { startProxy } from '../fixtures/proxy.js'
import { type Received, type Receiver, startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'

const redis = await startRedis(t)

interface Setup {
  readonly receiver: Receiver
  readonly configKey: string
  /** Starts a process whose rule has learned what there was before. */
  readonly start: (options?: LogsirenOptions) => Evaluator
  /** Ends the cooldown of the default rule, as operators do. */
  readonly endCooldown: () => Promise<unknown>
}

async function setUp(t: Test): Promise<Setup> {
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  const start = (options: LogsirenOptions = {}): Evaluator => {
    const common = {
      url: receiver.url,
      newOnly: true,
      learnSeconds: 0,
      redis: redis.url,
      configKey,
      timeoutMs: 30_000,
      closeTimeoutMs: 30_000,
    }
    const evaluator = createEvaluator({ ...common, ...options })
    evaluator.on('warning', ({ message }) => t.comment(message))
    t.teardown(() => evaluator.close())
    return evaluator
  }
  return { receiver, configKey, start, endCooldown: () => redis.client.del(`${configKey}:cooldown`) }
}

const observe = (evaluator: Evaluator, ...messages: readonly string[]): void => {
  for (const errorMessage of messages) evaluator.observe({ statusCode: 500, errorMessage })
}

const kindsOf = ({ body }: Received): readonly string[] =>
  body.samples.map(({ kind }: { readonly kind: string }) => kind).sort()

t.test('a kind alerts once for a fleet, with a sample of each that is new and of no other', async (t) => {
  const { receiver, start, endCooldown } = await setUp(t)
  const [one, other] = [start(), start()]
  observe(one, 'order 17 is lost', 'order 18 is lost')
  await one.flush()
  t.match(receiver.received, [
    { body: { count: 1, threshold: 1, new_only: true, suppressed: 0, sample: { error_message: 'order 18 is lost' } } },
  ])
  await endCooldown()
  observe(other, 'order 19 is lost')
  await other.flush()
  t.equal(receiver.received.length, 1, 'the fleet knows it')
  // The other process has not heard of `slow` and tells of it with the alert that it raises; the fleet knows it.
  observe(one, 'slow', 'broken pipe')
  await one.flush()
  await endCooldown()
  observe(other, 'slow', 'refused', 'broken pipe', 'no such table', 'order 20 is lost')
  await other.flush()
  t.equal(receiver.received.length, 3)
  t.match(receiver.received.map(kindsOf), [
    ['order <n> is lost'],
    ['broken pipe', 'order <n> is lost', 'slow'],
    ['no such table', 'refused'],
  ])
  t.match(receiver.received[2]?.body, { count: 5, sample: { error_message: 'no such table' } })
  await endCooldown()
  observe(one, 'refused', 'no such table', 'slow', 'broken pipe')
  observe(other, 'refused', 'no such table', 'slow', 'broken pipe')
  await Promise.all([one.flush(), other.flush()])
  t.equal(receiver.received.length, 3)
})

t.test('keeps with the alert what turned out to be new, for who takes it over', async (t) => {
  const { receiver, configKey, start, endCooldown } = await setUp(t)
  observe(start(), 'slow')
  await eventually(() => receiver.received.length === 1)
  receiver.answerWith(503)
  const evaluator = start()
  await endCooldown()
  observe(evaluator, 'slow', 'refused')
  await evaluator.flush()
  const keys = (await redis.client.keys(`${configKey}:alert:*`)).sort()
  const draft = JSON.parse((await redis.client.hget(keys[0] ?? '', 'draft')) ?? '')
  t.match(draft, { new_only: true, sample: { error_message: 'refused' }, samples: [{ kind: 'refused' }] })
  t.equal(draft.samples.length, 1)
})

t.test('what comes while an alert waits or its cooldown runs is told afterwards', async (t) => {
  const { receiver, start, endCooldown } = await setUp(t)
  const evaluator = start()
  observe(evaluator, 'one')
  await evaluator.flush()
  observe(evaluator, 'two', 'two', 'three', 'one')
  await evaluator.flush()
  t.equal(receiver.received.length, 1)
  await endCooldown()
  observe(evaluator, 'two', 'one')
  await evaluator.flush()
  t.match(receiver.received[1]?.body, { count: 2, suppressed: 3, sample: { error_message: 'two' } })
  t.strictSame(receiver.received.map(kindsOf), [['one'], ['one', 'two']], 'those of the window')
})

t.test('learns from when the document asks for it, and all processes then know', async (t) => {
  const { receiver, configKey, start } = await setUp(t)
  const options = { newOnly: false, threshold: 100 }
  const [one, other] = [start(options), start(options)]
  observe(one, 'slow', 'refused')
  await one.flush()
  const document = { enabled: true, url: receiver.url, new_only: true, learn_seconds: 3600 }
  await redis.client.set(configKey, JSON.stringify(document))
  observe(one, 'slow')
  await one.flush()
  observe(other, 'refused', 'reset')
  await other.flush()
  await redis.client.set(configKey, JSON.stringify({ ...document, learn_seconds: 0 }))
  observe(one, 'slow', 'refused', 'reset')
  await one.flush()
  t.equal(receiver.received.length, 0)
  observe(other, 'slow', 'no such table')
  await other.flush()
  t.match(receiver.received, [{ body: { count: 1, threshold: 1, samples: [{ kind: 'no such table' }] } }])
  await redis.client.set(configKey, JSON.stringify({ ...document, new_only: false, threshold: 2 }))
  await redis.client.del(`${configKey}:cooldown`)
  observe(other, 'slow', 'slow')
  await other.flush()
  t.match(receiver.received[1], { body: { count: 4 } }, 'any error counts again')
  t.notMatch(receiver.received[1], { body: { new_only: true } })
})

t.test(
  'processes that start later know what the fleet knew, and learn anew where Redis has forgotten it',
  async (t) => {
    const { receiver, configKey, start, endCooldown } = await setUp(t)
    const before = start()
    observe(before, 'slow')
    await before.close()
    const after = start()
    await endCooldown()
    observe(after, 'slow')
    await after.flush()
    t.equal(receiver.received.length, 1)
    await redis.client.del(...(await redis.client.keys(`${configKey}:*`)))
    const learning = start({ learnSeconds: 3600 })
    observe(learning, 'slow', 'refused')
    await learning.flush()
    observe(after, 'slow', 'refused')
    await after.flush()
    t.equal(receiver.received.length, 1)
  },
)

t.test('waits for as many new kinds as the threshold says, and tells all of the window', async (t) => {
  const { receiver, start } = await setUp(t)
  const evaluator = start({ threshold: 3 })
  for (const message of ['one', 'two', 'one', 'two']) {
    observe(evaluator, message)
    await evaluator.flush()
  }
  t.equal(receiver.received.length, 0)
  observe(evaluator, 'two', 'three')
  await evaluator.flush()
  t.match(receiver.received, [{ body: { count: 3, threshold: 3 } }])
  t.strictSame(receiver.received.map(kindsOf), [['one', 'three', 'two']])
})

t.test('a kind is new to a rule, and not to each of its groups', async (t) => {
  const { receiver, start } = await setUp(t)
  const evaluator = start({ groupBy: 'model' })
  for (const model of ['a', 'b', 'c']) evaluator.observe({ statusCode: 500, errorMessage: 'slow', model })
  await evaluator.flush()
  evaluator.observe({ statusCode: 500, errorMessage: 'refused', model: 'b' })
  await evaluator.flush()
  const groups = receiver.received.map(({ body }) => body.group_by)
  t.strictSame(groups, [{ model: 'a' }, { model: 'b' }])
})

t.test('while Redis is away nothing is raised, and on return its errors are asked', async (t) => {
  const { receiver, start } = await setUp(t)
  const proxy = await startProxy(t, redis.url)
  const options = { redis: `redis://127.0.0.1:${proxy.port}`, closeTimeoutMs: 1000, windowSeconds: 600 }
  const evaluator = start(options)
  observe(evaluator, 'slow')
  await evaluator.flush()
  t.equal(receiver.received.length, 1)
  proxy.mode = 'refuse'
  proxy.cut()
  observe(evaluator, 'slow', 'refused')
  await evaluator.flush()
  await eventually(() => evaluator.stats().storeFailures > 0)
  t.match([receiver.received.length, evaluator.stats()], [1, { degraded: 0, dropped: 0 }])
  const ending = start(options)
  observe(ending, 'reset')
  await ending.close()
  t.match([receiver.received.length, ending.stats()], [1, { degraded: 0, alerts: 0, dropped: 1 }])
  proxy.mode = 'pass'
  await redis.client.del(...(await redis.client.keys('*:cooldown')))
  await eventually(() => receiver.received.length === 2)
  t.match(receiver.received[1], { body: { count: 2, sample: { error_message: 'refused' } } })
  t.notMatch(receiver.received[1], { body: { degraded: true } })
})

t.test('without Redis a process knows its own', async (t) => {
  const { receiver, start } = await setUp(t)
  for (const evaluator of [1, 2].map(() => start({ redis: undefined, cooldownSeconds: 1 }))) {
    observe(evaluator, 'slow', 'slow')
    await evaluator.flush()
    observe(evaluator, 'slow')
    await evaluator.flush()
  }
  t.equal(receiver.received.length, 2)
  t.match(receiver.received[0], { body: { count: 1, samples: [{ kind: 'slow', count: 1 }], new_only: true } })
})
