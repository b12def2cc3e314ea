// Groups of one rule, in two processes on one Redis, and in one process without.
import t, { type Test } from 'tap'
import { createEvaluator, type Evaluator } from '../../src/evaluator/evaluator.js'
import { startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'

const redis = await startRedis(t)

function start(t: Test, options: object): Evaluator {
  const evaluator = createEvaluator(options)
  t.teardown(() => evaluator.close())
  return evaluator
}

async function fail(evaluator: Evaluator, model: string, times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) evaluator.observe({ statusCode: 503, model })
  await evaluator.flush()
}

t.test('each value has its own count, cooldown and alert across processes, and the payload names it', async (t) => {
  const receiver = await startReceiver(t)
  const options = {
    url: receiver.url,
    threshold: 3,
    groupBy: ['model'],
    redis: redis.url,
    configKey: redis.newConfigKey(),
  }
  const [one, two] = [start(t, options), start(t, options)]
  await fail(one, 'a', 2)
  await fail(two, 'b', 2)
  await fail(two, '', 2)
  t.equal(receiver.received.length, 0)
  await fail(two, 'a', 1)
  t.match(receiver.received, [{ body: { count: 3, rule: 'default', group_by: { model: 'a' } } }])
  await fail(one, 'a', 5)
  t.equal(receiver.received.length, 1, 'that group is cooling')
  await fail(one, 'b', 1)
  await fail(one, '', 1)
  t.match(receiver.received.slice(1), [
    { body: { count: 3, group_by: { model: 'b' } } },
    { body: { count: 3, group_by: { model: '' } } },
  ])
  t.equal(new Set(receiver.received.map(({ body }) => body.id)).size, 3)
})

t.test('each kind of error has its own count and alert across processes', async (t) => {
  const receiver = await startReceiver(t)
  const options = { url: receiver.url, threshold: 3, redis: redis.url, configKey: redis.newConfigKey() }
  const rules = [{ name: 'faults', groupBy: ['kind'], match: { kind: { prefix: 'db' } } }]
  const [one, two] = [start(t, { ...options, rules }), start(t, { ...options, rules })]
  for (const [evaluator, id] of [
    [one, 17],
    [two, 4711],
    [two, '507f1f77bcf86cd799439011'],
  ] as const) {
    evaluator.observe({ errorMessage: `db timeout of order ${id}` })
    evaluator.observe({ errorMessage: `mail timeout of order ${id}` })
    evaluator.observe({ errorMessage: `refused ${id} times`, kind: 'db-pool' })
    await evaluator.flush()
  }
  const bodies = receiver.received
    .map(({ body }) => body)
    .sort((a, b) => (String(a.group_by?.kind) < String(b.group_by?.kind) ? -1 : 1))
  t.match(bodies, [
    {
      count: 3,
      group_by: { kind: 'db timeout of order <n>' },
      samples: [{ kind: 'db timeout of order <n>', count: 2 }],
      top: { kind: [{ value: 'db timeout of order <n>', count: 2 }] },
    },
    { count: 3, group_by: { kind: 'db-pool' }, samples: [{ kind: 'db-pool' }] },
  ])
  t.equal(bodies.length, 2)
  t.notOk('kind' in (bodies[0]?.sample ?? {}))
})

t.test('all that find no room share one group that says so', async (t) => {
  for (const where of [{}, { redis: redis.url, configKey: redis.newConfigKey() }]) {
    const receiver = await startReceiver(t)
    const evaluator = start(t, { url: receiver.url, threshold: 4, groupBy: 'model', maxGroups: 10, ...where })
    for (let i = 0; i < 14; i += 1) evaluator.observe({ statusCode: 503, model: `m-${i}` })
    await evaluator.flush()
    t.match(receiver.received, [{ body: { count: 4, group_by: { model: '(overflow)' } } }])
    t.match(evaluator.stats(), { errors: 14, overflowed: 4 })
  }
})

t.test('many groups at once are counted, each for itself, and every alert has its samples', async (t) => {
  const receiver = await startReceiver(t)
  const limits = { maxGroups: 5000, maxAlertsPerMinute: 5000 }
  const options = { url: receiver.url, threshold: 2, groupBy: ['model'], ...limits }
  const evaluator = start(t, { ...options, redis: redis.url, configKey: redis.newConfigKey(), closeTimeoutMs: 60_000 })
  for (let i = 0; i < 1500; i += 1) evaluator.observe({ statusCode: 500, model: `m-${i}` })
  for (let i = 0; i < 300; i += 1) evaluator.observe({ statusCode: 500, model: `m-${5 * i}`, errorMessage: `of ${i}` })
  await evaluator.flush()
  t.equal(receiver.received.length, 300)
  t.equal(new Set(receiver.received.map(({ body }) => body.group_by.model)).size, 300)
  for (const { body } of receiver.received) {
    if (body.count !== 2 || body.samples.length !== 2) t.fail(JSON.stringify(body))
  }
  t.match(evaluator.stats(), { errors: 1800, dropped: 0, overflowed: 0, alerts: 300 })
})
