// Redis goes away and comes back, `onRedisDown`. Two processes, each behind a way to Redis of its own.
import t, { type Test } from 'tap'
import type { LogsirenOptions } from '../../src/config/options.js'
import { createEvaluator, type Evaluator } from '../../src/evaluator/evaluator.js'
import { eventually } from '../fixtures/eventually.js'
import { type Mode, type Proxy as RedisProxy, startProxy } from '../fixtures/proxy.js'
import { type Receiver, startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'

const redis = await startRedis(t)
t.jobs = 6

const failure = { statusCode: 503, errorMessage: 'db timeout' }

interface Setup {
  readonly receiver: Receiver
  readonly configKey: string
  readonly start: (options?: LogsirenOptions) => Promise<{ evaluator: Evaluator; proxy: RedisProxy }>
}

async function setUp(t: Test): Promise<Setup> {
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  const start = async (options: LogsirenOptions = {}) => {
    const proxy = await startProxy(t, redis.url)
    const url = `redis://127.0.0.1:${proxy.port}`
    const evaluator = createEvaluator({ url: receiver.url, threshold: 5, redis: url, configKey, ...options })
    t.teardown(() => evaluator.close())
    await evaluator.flush()
    return { evaluator, proxy }
  }
  return { receiver, configKey, start }
}

function observe(evaluator: Evaluator, count: number): void {
  for (let i = 0; i < count; i += 1) evaluator.observe(failure)
}

function away(proxy: RedisProxy, mode: Mode): void {
  proxy.mode = mode
  proxy.cut()
}

async function back(proxy: RedisProxy, evaluator: Evaluator): Promise<void> {
  proxy.mode = 'pass'
  proxy.cut()
  const { submissions } = evaluator.stats()
  await eventually(() => evaluator.stats().submissions > submissions + 1)
}

const totalOf = async (configKey: string): Promise<number> =>
  Number((await redis.client.hget(`${configKey}:ring:60`, 'total')) ?? 0)

t.test(
  'local: each process alerts alone, marked degraded; on return the cooldown comes before the counts',
  async (t) => {
    for (const mode of ['refuse', 'blackhole'] as const) {
      const { receiver, configKey, start } = await setUp(t)
      const [one, other] = [await start(), await start()]
      observe(one.evaluator, 3)
      await one.evaluator.flush()
      away(one.proxy, mode)
      observe(one.evaluator, 2)
      await receiver.has(1)
      t.match(
        receiver.received,
        [{ body: { degraded: true, count: 5, sample: { error_message: 'db timeout' } } }],
        mode,
      )
      await eventually(() => one.evaluator.stats().delivered === 1)
      observe(one.evaluator, 4)
      await back(one.proxy, one.evaluator)
      observe(other.evaluator, 10)
      await other.evaluator.flush()
      t.equal(receiver.received.length, 1, 'the fleet is quiet, since it was told')
      t.equal(await totalOf(configKey), 19, 'and counts all of it')
      const leftMs = await redis.client.pttl(`${configKey}:cooldown`)
      t.ok(leftMs > 250_000 && leftMs < 300_000, `the cooldown runs from the delivery: ${leftMs}`)
      t.match(one.evaluator.stats(), { alerts: 1, degraded: 1, dropped: 0 })
    }
  },
)

t.test(
  'local: a process alone respects the cooldown that the fleet had when Redis went',
  { buffered: true },
  async (t) => {
    const { receiver, start } = await setUp(t)
    const { evaluator, proxy } = await start()
    observe(evaluator, 5)
    await evaluator.flush()
    observe(evaluator, 1)
    await evaluator.flush()
    away(proxy, 'refuse')
    observe(evaluator, 20)
    await eventually(() => evaluator.stats().storeFailures > 3)
    await evaluator.flush()
    t.equal(receiver.received.length, 1)
    t.equal(evaluator.stats().degraded, 0)
  },
)

t.test(
  'local: an alert that could not be told alone becomes the fleet’s, which tells it',
  { buffered: true },
  async (t) => {
    const { receiver, start } = await setUp(t)
    receiver.answerWith(503)
    const { evaluator, proxy } = await start()
    away(proxy, 'refuse')
    observe(evaluator, 5)
    await eventually(() => evaluator.stats().failed > 0)
    receiver.answerWith(204)
    await back(proxy, evaluator)
    await eventually(() => evaluator.stats().delivered === 1)
    t.equal(new Set(receiver.received.map(({ body }) => body.id)).size, 1)
    t.match(receiver.received.at(-1)?.body, { degraded: true, count: 5 })
  },
)

t.test(
  'hold: tells nothing alone, and on return raises what the process alone saw cross',
  { buffered: true },
  async (t) => {
    const { receiver, configKey, start } = await setUp(t)
    const { evaluator, proxy } = await start({ onRedisDown: 'hold' })
    const alerts: number[] = []
    evaluator.on('alert', ({ count }) => alerts.push(count))
    away(proxy, 'blackhole')
    observe(evaluator, 7)
    await eventually(() => evaluator.stats().degraded === 1)
    t.strictSame([receiver.received.length, alerts], [0, []])
    await back(proxy, evaluator)
    await receiver.has(1)
    await evaluator.flush()
    t.match(receiver.received, [{ body: { count: 7 } }])
    t.strictSame(alerts, [7])
    t.equal(await totalOf(configKey), 7)
    t.match(evaluator.stats(), { alerts: 1, delivered: 1, dropped: 0 })
  },
)

t.test('from the start: the options judge, and the config when it can be read', { buffered: true }, async (t) => {
  const { receiver, configKey } = await setUp(t)
  await redis.client.set(configKey, JSON.stringify({ threshold: 1000 }))
  const proxy = await startProxy(t, redis.url)
  away(proxy, 'blackhole')
  const url = `redis://127.0.0.1:${proxy.port}`
  const evaluator = createEvaluator({ url: receiver.url, threshold: 5, redis: url, configKey })
  t.teardown(() => evaluator.close())
  observe(evaluator, 6)
  await receiver.has(1)
  t.match(receiver.received, [{ body: { degraded: true, count: 6, threshold: 5 } }])
  await back(proxy, evaluator)
  observe(evaluator, 6)
  await evaluator.flush()
  t.equal(await totalOf(configKey), 12)
  t.equal(receiver.received.length, 1)
})
