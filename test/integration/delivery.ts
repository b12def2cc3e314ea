// An alert that was raised reaches its receiver, through what becomes of the receiver, the config and the processes: with a real Redis.
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import type { LogsirenOptions } from '../../src/config/options.js'
import { createConfigStore } from '../../src/control/config-store.js'
import { createEvaluator, type Evaluator } from '../../src/evaluator/evaluator.js'
import { eventually } from '../fixtures/eventually.js'
import { startProxy } from '../fixtures/proxy.js'
import { type Receiver, startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'

const redis = await startRedis(t)
t.jobs = 6

const failure = { statusCode: 503, errorMessage: 'db timeout' }

interface Setup {
  readonly receiver: Receiver
  readonly configKey: string
  /** A process of the fleet. */
  readonly start: (options?: LogsirenOptions) => Evaluator
}

async function setUp(t: Test): Promise<Setup> {
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  const start = (options: LogsirenOptions = {}): Evaluator => {
    const evaluator = createEvaluator({ url: receiver.url, threshold: 2, redis: redis.url, configKey, ...options })
    t.teardown(() => evaluator.close())
    return evaluator
  }
  return { receiver, configKey, start }
}

const identities = ({ received }: Receiver): unknown[] =>
  received.map(({ body, headers }) => [body.id, headers['webhook-id'], body.count, body.sample])

t.test(
  'a failed attempt is repeated with the same id, count and sample, by whichever process is there',
  { buffered: true },
  async (t) => {
    const { receiver, start } = await setUp(t)
    receiver.answerWith(503, 429, 204)
    const first = start()
    first.observe(failure)
    first.observe({ ...failure, keyId: 2 })
    await first.flush()
    await first.close()
    t.equal(receiver.received.length, 1)
    const second = start()
    second.observe({ ...failure, keyId: 3 })
    await receiver.has(2)
    await second.close()
    const third = start()
    await receiver.has(3)
    await eventually(() => third.stats().delivered === 1)
    t.strictSame(identities(receiver), Array(3).fill(identities(receiver)[0]))
    t.match(receiver.received[0]?.body, { count: 2, sample: { key_id: 2 } })
    t.equal(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size, 1)
    third.observe(failure)
    await third.flush()
    t.equal(receiver.received.length, 3, 'then it cools')
  },
)

t.test('what a receiver refuses is kept, and told as soon as the config has changed', { buffered: true }, async (t) => {
  for (const status of [401, 410]) {
    const { receiver, configKey, start } = await setUp(t)
    const config = createConfigStore({ redis: redis.url, configKey })
    t.teardown(() => config.close())
    await config.set({ enabled: true, url: receiver.url, secret: 'old', threshold: 2 })
    receiver.answerWith((request, response) => {
      response.writeHead(request.headers.authorization === 'Bearer new' ? 204 : status).end()
    })
    const raising = start()
    raising.observe(failure)
    raising.observe(failure)
    await raising.flush()
    t.equal(receiver.received.length, 1)
    raising.observe(failure)
    await raising.flush()
    t.equal(receiver.received.length, 1, 'it is not tried again for nothing')
    t.match(raising.stats(), { failed: 1, parked: 1 })
    const [key = ''] = await redis.client.keys(`${configKey}:alert:*`)
    t.match(await redis.client.hgetall(key), { id: receiver.received[0]?.body.id, parkedUnder: /./ })
    await config.set({ enabled: true, url: receiver.url, secret: 'new', threshold: 2 })
    await raising.flush()
    await eventually(() => raising.stats().delivered === 1)
    t.strictSame(identities(receiver), Array(2).fill(identities(receiver)[0]), `${status}`)
  }
})

t.test('what was raised for one url goes to the next that the config names', { buffered: true }, async (t) => {
  const { receiver, configKey, start } = await setUp(t)
  const next = await startReceiver(t)
  receiver.answerWith(404)
  const config = createConfigStore({ redis: redis.url, configKey })
  t.teardown(() => config.close())
  await config.set({ enabled: true, url: receiver.url, threshold: 2 })
  const raising = start()
  raising.observe(failure)
  raising.observe(failure)
  await raising.flush()
  await config.set({ enabled: true, url: next.url, threshold: 2 })
  await raising.flush()
  await next.has(1)
  t.strictSame(identities(next), identities(receiver))
})

t.test('another process with another url of its own never tells it', { buffered: true }, async (t) => {
  const { receiver, start } = await setUp(t)
  const other = await startReceiver(t)
  receiver.answerWith(503)
  const raising = start()
  raising.observe(failure)
  raising.observe(failure)
  await raising.close()
  const stranger = start({ url: other.url })
  await sleep(2500)
  await stranger.flush()
  t.equal(other.received.length, 0)
  stranger.observe(failure)
  await stranger.flush()
  t.match(other.received, [{ body: { count: 3 } }], 'it raises its own')
  t.not(other.received[0]?.body.id, receiver.received[0]?.body.id)
})

t.test(
  'an answer whose settlement was lost is repeated at most once, by another process, with the same id',
  async (t) => {
    const { receiver, start } = await setUp(t)
    const proxy = await startProxy(t, redis.url)
    receiver.answerWith((_request, response) => {
      // From now on nothing of it gets through: the receiver has answered, and only it and that process know.
      proxy.mode = 'refuse'
      proxy.cut()
      response.writeHead(204).end()
    }, 204)
    const first = start({ redis: `redis://127.0.0.1:${proxy.port}`, closeTimeoutMs: 100 })
    first.observe(failure)
    first.observe(failure)
    await receiver.has(1)
    await first.close()
    const second = start()
    await receiver.has(2)
    await eventually(() => second.stats().delivered === 1)
    second.observe(failure)
    await second.flush()
    t.strictSame(identities(receiver), Array(2).fill(identities(receiver)[0]))
  },
)

t.test('one whose settlement was lost only for a while is not repeated', { buffered: true }, async (t) => {
  const { receiver, start } = await setUp(t)
  const proxy = await startProxy(t, redis.url)
  receiver.answerWith((_request, response) => {
    proxy.mode = 'killReply'
    response.writeHead(204).end()
  })
  const evaluator = start({ redis: `redis://127.0.0.1:${proxy.port}` })
  evaluator.observe(failure)
  evaluator.observe(failure)
  await receiver.has(1)
  await eventually(() => proxy.hits.killReply > 2)
  proxy.mode = 'pass'
  await evaluator.flush()
  await eventually(() => evaluator.stats().delivered === 1)
  evaluator.observe(failure)
  await evaluator.flush()
  t.equal(receiver.received.length, 1)
})
