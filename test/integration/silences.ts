// Two processes whose clocks are hours apart count on one Redis; operators silence a rule and its groups while errors go on.
import t, { type Test } from 'tap'
import { createEvaluator, createSilences, type Silences } from '../../src/index.js'
import { eventually } from '../fixtures/eventually.js'
import { startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'
import { startCluster } from '../fixtures/redis-cluster.js'
import { run } from '../fixtures/run.js'

const redis = await startRedis(t)

interface Fleet {
  readonly silences: Silences
  readonly configKey: string
  /** Has each process log so many errors with this model, and waits until they are counted and what that raised was tried. */
  readonly fail: (model: string, each?: number) => Promise<void>
  /** What the receiver was told of, as group and count. */
  readonly told: () => readonly (readonly [model: string, count: number, suppressed: number])[]
  /** Ends both, which have nothing to complain of. */
  readonly end: () => Promise<void>
}

async function startFleet(t: Test, options: object): Promise<Fleet> {
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  const done = `${configKey}:test:done`
  const waiting = redis.client.duplicate()
  const skewsMs = [-5_400_000, 7_200_000]
  const ended = skewsMs.map((skewMs, name) =>
    run(`
      const [now, RealDate] = [Date.now, Date]
      Date.now = () => now() + (${skewMs})
      globalThis.Date = class extends RealDate {
        constructor(...args) { super(...(args.length === 0 ? [Date.now()] : args)) }
        static now() { return now() + (${skewMs}) }
      }
      const { createEvaluator } = await import('logsiren')
      const { Redis } = await import('ioredis')
      const evaluator = createEvaluator(${JSON.stringify({ redis: redis.url, configKey, url: receiver.url, ...options })})
      evaluator.on('warning', ({ message }) => console.error(message))
      const client = new Redis('${redis.url}')
      for (;;) {
        const [, order] = await client.blpop('${configKey}:test:go:${name}', 0)
        if (order === 'end') break
        const [model, each] = JSON.parse(order)
        for (let i = 0; i < each; i += 1) evaluator.observe({ statusCode: 503, model })
        await evaluator.flush()
        await client.rpush('${done}', '${name}')
      }
      await evaluator.close()
      client.disconnect()`),
  )
  const silences = createSilences({ redis: redis.url, configKey })
  const order = async (name: number, text: string): Promise<void> =>
    void (await redis.client.rpush(`${configKey}:test:go:${name}`, text))
  const fail: Fleet['fail'] = async (model, each = 1) => {
    for (const name of skewsMs.keys()) {
      await order(name, JSON.stringify([model, each]))
      await waiting.blpop(done, 30)
    }
  }
  const end = async (): Promise<void> => {
    for (const name of skewsMs.keys()) await order(name, 'end')
    t.match(await Promise.all(ended), Array(2).fill({ code: 0, stderr: '' }))
    await silences.close()
    waiting.disconnect()
  }
  const told: Fleet['told'] = () =>
    receiver.received.map(({ body }) => [body.group_by?.model ?? '', body.count, body.suppressed ?? 0])
  return { silences, configKey, fail, told, end }
}

t.test('a silence holds for both at once, ends early or by itself, and then the next error alerts', async (t) => {
  const { silences, configKey, fail, told, end } = await startFleet(t, { threshold: 6, cooldownSeconds: 1 })
  await fail('', 2)
  const { id } = await silences.add({ forSeconds: 600, reason: 'a deployment' })
  await fail('', 20)
  t.strictSame(told(), [])
  t.ok(await silences.end(id))
  await fail('')
  t.strictSame(told(), [['', 45, 40]])
  await eventually(async () => (await redis.client.exists(`${configKey}:cooldown`)) === 0)
  await silences.add({ rule: 'default', forSeconds: 600 })
  const second = await silences.add({ rule: 'default', forSeconds: 1 })
  await fail('')
  t.equal(told().length, 1, 'the cooldown is over, and both know of the silence that lasts')
  for (const one of await silences.list()) if (one.id !== second.id) await silences.end(one.id)
  await eventually(async () => (await redis.client.exists(`${configKey}:silences`)) === 0)
  await fail('')
  t.strictSame(told(), [
    ['', 45, 40],
    ['', 49, 3],
  ])
  await end()
})

t.test('a silence of one group leaves the others alone', async (t) => {
  const { silences, fail, told, end } = await startFleet(t, { threshold: 4, groupBy: ['model'] })
  await silences.add({ rule: 'default', group: { model: 'gpt' }, forSeconds: 600 })
  await silences.add({ rule: 'another', forSeconds: 600 })
  for (const model of ['gpt', 'o1', '']) await fail(model, 2)
  t.strictSame(told(), [
    ['o1', 4, 0],
    ['', 4, 0],
  ])
  for (const { id } of await silences.list()) await silences.end(id)
  await fail('gpt', 1)
  t.strictSame(told().slice(2), [['gpt', 5, 4]])
  await end()
})

t.test('on a cluster the silences lie in the slot of all other keys', async (t) => {
  const { option, client } = await startCluster(t)
  const receiver = await startReceiver(t)
  const silences = createSilences({ redis: option })
  const evaluator = createEvaluator({ redis: option, url: receiver.url, threshold: 2 })
  t.teardown(() => Promise.all([silences.close(), evaluator.close()]))
  const { id } = await silences.add({ forSeconds: 600 })
  t.equal(await client.exists('{meta:log:webhook}:silences'), 1)
  for (let i = 0; i < 3; i += 1) evaluator.observe({ statusCode: 503 })
  await evaluator.flush()
  t.strictSame(receiver.received, [])
  await silences.end(id)
  evaluator.observe({ statusCode: 503 })
  await evaluator.flush()
  t.match(receiver.received, [{ body: { count: 4, suppressed: 3 } }])
})
