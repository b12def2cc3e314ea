// Rules that ask for new kinds of errors: in a fleet on one Redis, in a process without, and while Redis is away.
import t, { type Test } from 'tap'
import { createLineEvaluator } from '../../src/evaluator/evaluator.js'
import { createEvaluator, type Evaluator } from '../../src/index.js'
import { MemoryStore } from '../../src/store/memory/memory-store.js'
import { eventually } from '../fixtures/eventually.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { FakeHttp } from '../fixtures/fake-http.js'
import { startReceiver } from '../fixtures/receiver.js'
import { startRedis, startRedisServer } from '../fixtures/redis.js'

const redis = await startRedis(t)

function start(t: Test, options: object): Evaluator {
  const evaluator = createEvaluator({ newOnly: true, learnSeconds: 0, ...options } as never)
  t.teardown(() => evaluator.close())
  return evaluator
}

async function fail(evaluator: Evaluator, ...messages: string[]): Promise<void> {
  for (const errorMessage of messages) evaluator.observe({ statusCode: 503, errorMessage })
  await evaluator.flush()
}

t.test('a kind is told once in a fleet, at its first error', async (t) => {
  const receiver = await startReceiver(t)
  const where = { redis: redis.url, configKey: redis.newConfigKey() }
  const options = { url: receiver.url, windowSeconds: 1, cooldownSeconds: 1, ...where }
  const [one, two] = [start(t, options), start(t, options)]
  await fail(one, 'disk 1 is full', 'disk 2 is full')
  t.match(receiver.received, [{ body: { threshold: 1, count: 1, rule: 'default' } }])
  t.match(receiver.received[0]?.body.samples, [{ kind: /^disk .* is full$/ }])
  t.match(receiver.received[0]?.body.top.kind, [{ value: /^disk .* is full$/ }])
  // What comes in the cooldown is not learned: the next one afterwards counts.
  const second = await eventually(async () => {
    await fail(two, 'disk 3 is full', 'the door is open')
    return receiver.received[1]
  })
  t.match(second.body, { count: 1, sample: { error_message: 'the door is open' } })
  t.ok(second.body.suppressed >= 0)
  const third = await eventually(async () => {
    await fail(one, 'disk 4 is full', 'the door is open', 'quite another')
    return receiver.received[2]
  })
  t.match(third.body, { count: 1, sample: { error_message: 'quite another' } })
  t.notMatch(third.text, /disk|door/, 'the alert shows what is new alone')
})

t.test('so many new kinds as the threshold says are needed, and each counts once', async (t) => {
  const receiver = await startReceiver(t)
  const evaluator = start(t, { url: receiver.url, threshold: 3, redis: redis.url, configKey: redis.newConfigKey() })
  await fail(evaluator, ...Array.from({ length: 20 }, () => 'one'))
  await fail(evaluator, ...Array.from({ length: 20 }, () => 'two'))
  t.equal(receiver.received.length, 0)
  await fail(evaluator, 'one', 'three')
  t.match(receiver.received, [{ body: { threshold: 3, count: 3, sample: { error_message: 'three' } } }])
  t.strictSame(
    receiver.received[0]?.body.top.kind.map(({ value }: { value: string }) => value).sort(),
    ['one', 'three', 'two'],
    'all that are new',
  )
})

t.test('the threshold is 1 where the object that asks for what is new names none', async (t) => {
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  const thresholdOf = async (options: object, document?: object): Promise<number | undefined> => {
    const before = receiver.received.length
    if (document === undefined) await redis.client.del(configKey)
    else await redis.client.set(configKey, JSON.stringify({ enabled: true, url: receiver.url, ...document }))
    const evaluator = createEvaluator({
      url: receiver.url,
      learnSeconds: 0,
      redis: redis.url,
      configKey,
      ...options,
    } as never)
    // Letters, so that each is of a kind of its own.
    const names = ['one', 'two', 'three', 'four', 'five'].map((name) => `${name} ${'x'.repeat(before + 1)}`)
    for (const name of names) await fail(evaluator, name)
    await evaluator.close()
    return receiver.received[before]?.body.threshold
  }
  t.equal(await thresholdOf({ newOnly: true, rules: [{ name: 'a' }] }), 1)
  t.equal(await thresholdOf({ threshold: 2, newOnly: true, rules: [{ name: 'b' }] }), 2)
  t.equal(await thresholdOf({ threshold: 2, rules: [{ name: 'c', newOnly: true }] }), 1)
  t.equal(await thresholdOf({ threshold: 2, rules: [{ name: 'd', newOnly: true, threshold: 3 }] }), 3)
  t.equal(await thresholdOf({ threshold: 2, newOnly: true, rules: [{ name: 'e', newOnly: false }] }), 2)
  t.equal(await thresholdOf({ threshold: 3 }, { rules: [{ name: 'f', new_only: true, learn_seconds: 0 }] }), 1)
  t.equal(await thresholdOf({ threshold: 3 }, { new_only: true, rules: [{ name: 'g' }] }), 1)
})

t.test('a kind that one group has met is not new in another', async (t) => {
  const receiver = await startReceiver(t)
  const options = { url: receiver.url, groupBy: ['model'], redis: redis.url, configKey: redis.newConfigKey() }
  const [one, two] = [start(t, options), start(t, options)]
  one.observe({ statusCode: 503, model: 'a', errorMessage: 'one' })
  await one.flush()
  two.observe({ statusCode: 503, model: 'b', errorMessage: 'one' })
  await two.flush()
  t.match(receiver.received, [{ body: { group_by: { model: 'a' } } }])
  two.observe({ statusCode: 503, model: 'b', errorMessage: 'two' })
  await two.flush()
  t.match(receiver.received.slice(1), [{ body: { group_by: { model: 'b' }, count: 1 } }])
})

t.test('a rule learns at first, an hour long where nothing else is said', async (t) => {
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  const learning = start(t, { url: receiver.url, redis: redis.url, configKey, learnSeconds: undefined })
  await fail(learning, 'one', 'two')
  t.strictSame(receiver.received, [])
  t.equal(learning.stats().alerts, 0)
  // Another process with the same rule goes on where the fleet is.
  const quick = start(t, { url: receiver.url, redis: redis.url, configKey })
  await fail(quick, 'one', 'two')
  t.strictSame(receiver.received, [])
  await fail(quick, 'three')
  t.match(receiver.received, [{ body: { sample: { error_message: 'three' } } }])
  const second = start(t, { url: receiver.url, redis: redis.url, configKey: redis.newConfigKey(), learnSeconds: 1 })
  await fail(second, 'four')
  let said = 0
  await eventually(async () => {
    said += 1
    await fail(second, 'four', `after ${'x'.repeat(said)}`)
    return receiver.received.length === 2
  })
  t.match(receiver.received[1]?.body.sample.error_message, /^after x/)
})

t.test('a silent rule learns nothing: the first error afterwards is told', async (t) => {
  const { createSilences } = (await import('../../src/index.js')) as unknown as {
    createSilences: (options: object) => {
      add(silence: object): Promise<{ id: string }>
      end(id: string): Promise<boolean>
      close(): Promise<void>
    }
  }
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  const evaluator = start(t, { url: receiver.url, redis: redis.url, configKey })
  const silences = createSilences({ redis: redis.url, configKey })
  t.teardown(() => silences.close())
  const { id } = await silences.add({ forSeconds: 600 })
  await fail(evaluator, 'one')
  t.strictSame(receiver.received, [])
  t.equal(await silences.end(id), true)
  await fail(evaluator, 'one')
  t.match(receiver.received, [{ body: { sample: { error_message: 'one' } } }])
})

t.test('what Redis forgets is new again', async (t) => {
  const receiver = await startReceiver(t)
  const server = await startRedis(t, ['--save', ''])
  const options = { url: receiver.url, redis: server.url, configKey: server.newConfigKey() }
  const one = start(t, options)
  await fail(one, 'one')
  await one.close()
  await server.client.flushall()
  await fail(start(t, options), 'one')
  t.equal(receiver.received.length, 2)
})

t.test('while Redis is away nothing is told, and on its return the errors are asked', async (t) => {
  const receiver = await startReceiver(t)
  const server = await startRedisServer(t)
  const rules = [
    { name: 'new', windowSeconds: 600, newOnly: true, learnSeconds: 0 },
    { name: 'witness', threshold: 1, cooldownSeconds: 600 },
  ]
  const evaluator = createEvaluator({ url: receiver.url, redis: server.url, rules } as never)
  t.teardown(() => evaluator.close())
  await evaluator.flush()
  server.pause()
  await eventually(async () => {
    evaluator.observe({ statusCode: 503, errorMessage: 'one' })
    return evaluator.stats().degraded > 0
  })
  await receiver.has(1)
  t.match(receiver.received, [{ body: { rule: 'witness', degraded: true } }])
  server.resume()
  await receiver.has(2)
  const { body } = receiver.received[1] ?? {}
  t.match(body, { rule: 'new', count: 1, threshold: 1, sample: { error_message: 'one' } })
  t.notOk(body.degraded)
})

t.test('a process without Redis knows its own kinds, and forgets those it did not meet for long enough', async (t) => {
  const clock = fakeClock()
  const http = new FakeHttp()
  const options = { url: 'http://a.test/', newOnly: true, learnSeconds: 0, newAfterDays: 1, cooldownSeconds: 60 }
  const evaluator = createLineEvaluator(options as never, { clock, store: new MemoryStore(clock), http } as never)
  t.teardown(() => evaluator.close())
  const alertsAfter = async (hours: number, errorMessage: string): Promise<number> => {
    await clock.advance(hours * 3_600_000)
    evaluator.observe({ statusCode: 503, errorMessage })
    await clock.advance(2000)
    return evaluator.stats().alerts
  }
  t.equal(await alertsAfter(0, 'one'), 1)
  t.equal(await alertsAfter(23, 'one'), 1)
  t.equal(await alertsAfter(23, 'one'), 1, 'each meeting renews it')
  t.equal(await alertsAfter(1, 'two'), 2)
  t.equal(await alertsAfter(24.5, 'one'), 3)
})
