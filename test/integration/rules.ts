// Several rules, in options and in the config key, in two processes on one Redis.
import t, { type Test } from 'tap'
import { createConfigStore } from '../../src/control/config-store.js'
import { createEvaluator, type Evaluator } from '../../src/evaluator/evaluator.js'
import { startProxy } from '../fixtures/proxy.js'
import { startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'

const redis = await startRedis(t)

function start(t: Test, options: object): Evaluator {
  const evaluator = createEvaluator({ redis: redis.url, ...options })
  t.teardown(() => evaluator.close())
  return evaluator
}

async function fail(evaluator: Evaluator, model: string, times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) evaluator.observe({ statusCode: 503, model, errorMessage: `failed in ${model}` })
  await evaluator.flush()
}

t.test('each rule has its own conditions, threshold, cooldown and destination', async (t) => {
  const receiver = await startReceiver(t)
  const options = {
    configKey: redis.newConfigKey(),
    url: `${receiver.origin}/all`,
    threshold: 5,
    rules: [
      { name: 'everything' },
      { name: 'payments', match: { model: 'pay' }, threshold: 2, url: `${receiver.origin}/payments` },
      { name: 'off', enabled: false, threshold: 1 },
    ],
  }
  const [one, two] = [start(t, options), start(t, options)]
  await fail(one, 'pay', 1)
  await fail(two, 'search', 2)
  t.strictSame(receiver.received, [])
  await fail(two, 'pay', 1)
  t.match(receiver.received, [{ path: '/payments', body: { rule: 'payments', threshold: 2, count: 2 } }])
  await fail(one, 'search', 1)
  t.match(receiver.received.slice(1), [
    { path: '/all', body: { rule: 'everything', threshold: 5, count: 5, sample: { model: 'search' } } },
  ])
  await fail(one, 'pay', 5)
  await fail(two, 'pay', 5)
  t.equal(receiver.received.length, 2, 'both are cooling')
})

t.test('a rule added, changed or removed takes effect once a process has asked, in every process', async (t) => {
  const receiver = await startReceiver(t)
  const options = { configKey: redis.newConfigKey(), url: receiver.url, threshold: 1000 }
  const [one, two] = [start(t, options), start(t, options)]
  const config = createConfigStore({ redis: redis.url, configKey: options.configKey })
  t.teardown(() => config.close())
  const set = async (...rules: { name: string; threshold: number; match?: { model: string } }[]): Promise<void> => {
    await config.set({ enabled: true, url: receiver.url, threshold: 1000, rules })
    await Promise.all([one.flush(), two.flush()])
  }
  await fail(one, 'pay', 1)
  await fail(two, 'pay', 1)

  await set({ name: 'pay', threshold: 2, match: { model: 'pay' } })
  await fail(one, 'pay', 1)
  await fail(two, 'search', 1)
  t.equal(receiver.received.length, 0)
  await fail(two, 'pay', 1)
  t.match(receiver.received, [{ body: { rule: 'pay', count: 2 } }])

  await set(
    { name: 'pay', threshold: 2, match: { model: 'pay' } },
    { name: 'search', threshold: 3, match: { model: 'search' } },
  )
  await fail(one, 'search', 2)
  await fail(two, 'search', 1)
  t.match(receiver.received.slice(1), [{ body: { rule: 'search', count: 3 } }])

  await set({ name: 'rest', threshold: 1, match: { model: 'rest' } })
  await fail(one, 'search', 9)
  await fail(two, 'pay', 9)
  t.equal(receiver.received.length, 2, 'removed rules tell nothing')
  await fail(two, 'rest', 1)
  t.match(receiver.received.slice(2), [{ body: { rule: 'rest', count: 1 } }])
})

t.test('a hostile pattern in the key hangs nobody; a bad one changes nothing and is told once', async (t) => {
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  const evaluator = start(t, { configKey, url: receiver.url, threshold: 1 })
  const warnings: string[] = []
  evaluator.on('warning', ({ message }) => warnings.push(message))
  const set = (regex: string): Promise<unknown> =>
    redis.client.set(
      configKey,
      JSON.stringify({ enabled: true, rules: [{ name: 'a', match: { errorMessage: { regex } } }] }),
    )
  await set('^(a+)+$')
  evaluator.observe({ errorMessage: `${'a'.repeat(1000)}!` })
  await evaluator.flush()
  t.strictSame([receiver.received.length, warnings], [0, []])
  evaluator.observe({ errorMessage: 'aaaa' })
  await evaluator.flush()
  t.match(receiver.received, [{ body: { rule: 'a' } }])
  await set('(?=a)')
  evaluator.observe({ errorMessage: 'aaaa' })
  await evaluator.flush()
  t.equal(warnings.length, 1)
  t.match(warnings[0], /`rules.0.match.errorMessage` to be a regular expression in RE2’s syntax/)
})

t.test('what was counted stays with the rule that counted it, and is dropped where that is gone', async (t) => {
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  const options = { configKey, url: receiver.url, threshold: 1000, rules: [{ name: 'old' }, { name: 'pay' }] }
  const evaluator = start(t, options)
  await fail(evaluator, 'pay', 1)
  const rules = [{ name: 'pay', match: { model: 'pay' }, threshold: 4 }]
  await redis.client.set(configKey, JSON.stringify({ enabled: true, url: receiver.url, rules }))
  await fail(evaluator, 'search', 3)
  t.match(receiver.received, [{ body: { rule: 'pay', count: 4 } }], 'by its threshold as it is now')
  t.match(evaluator.stats(), { errors: 4, dropped: 3 }, 'those of the rule that is gone')
  await fail(evaluator, 'search', 3)
  t.match(evaluator.stats(), { errors: 4, dropped: 3 }, 'from then on they are judged by the new config')
})

t.test('a batch that may have been counted is counted once when its reply is lost and the rules change', async (t) => {
  const receiver = await startReceiver(t)
  const proxy = await startProxy(t, redis.url)
  const configKey = redis.newConfigKey()
  const rules = [{ name: 'a' }]
  const options = { configKey, redis: `redis://127.0.0.1:${proxy.port}`, url: receiver.url, threshold: 1000, rules }
  const evaluator = start(t, options)
  await evaluator.flush()
  const counted = async (): Promise<number> => Number(await redis.client.hget(`${configKey}:ring:60:rule:a`, 'total'))
  proxy.mode = 'killReply'
  for (let i = 0; i < 3; i += 1) evaluator.observe({ statusCode: 503, model: 'pay' })
  while ((await counted()) < 3) await redis.client.ping()
  const changed = {
    enabled: true,
    url: receiver.url,
    threshold: 1000,
    rules: [{ name: 'a', match: { model: 'pay' } }],
  }
  await redis.client.set(configKey, JSON.stringify(changed))
  proxy.mode = 'pass'
  await evaluator.flush()
  evaluator.observe({ statusCode: 503, model: 'pay' })
  await evaluator.flush()
  t.equal(await counted(), 4)
  t.match(evaluator.stats(), { errors: 4, dropped: 0 })
})
