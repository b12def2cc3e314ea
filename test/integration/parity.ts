// The same records through the original's algorithm and through ours, on one real Redis, to real receivers.
import t, { type Test } from 'tap'
import { fromSample, type Sample } from '../../src/alert/sample.js'
import { createConfigStore, createEvaluator } from '../../src/index.js'
import { originalEvaluate } from '../fixtures/original-service.js'
import { fc } from '../fixtures/properties.js'
import { startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'

const redis = await startRedis(t)

const text = fc.oneof(fc.constantFrom('', '  ', 'db timeout'), fc.string({ unit: 'grapheme', maxLength: 20 }))
const sample: fc.Arbitrary<Sample> = fc.record({
  group: text,
  key_id: fc.nat(),
  model: text,
  provider_name: text,
  provider_type: text,
  status_code: fc.constantFrom(0, 200, 404, 499, 500, 503, 599, 600),
  error_message: fc.oneof({ weight: 2, arbitrary: fc.constant('') }, { weight: 1, arbitrary: text }),
  client_ip: text,
})
const config = fc.record({
  enabled: fc.constantFrom(true, true, true, false),
  secret: fc.constantFrom('', 's3cret'),
  threshold: fc.integer({ min: -1, max: 6 }),
  // Long windows, so that no run happens to straddle two of them.
  window_seconds: fc.constantFrom(2_000_000_000, 1_900_000_000),
  cooldown_seconds: fc.constantFrom(0, 300, 600),
  status_code_threshold: fc.constantFrom(0, 400, 500, 600),
})
const step = fc.oneof(
  { weight: 12, arbitrary: sample },
  { weight: 1, arbitrary: fc.constant('cooldown ends' as const) },
)

for (const windowType of ['fixed', 'sliding'] as const) {
  t.test(`${windowType}: sends exactly the webhooks of the original, member for member`, async (t) => {
    const [theirs, ours] = [await startReceiver(t), await startReceiver(t)]
    await fc.assert(
      fc.asyncProperty(config, fc.array(step, { minLength: 5, maxLength: 40 }), async (document, steps) => {
        const [theirKey, ourKey] = [redis.newConfigKey(), redis.newConfigKey()]
        await redis.client.set(theirKey, JSON.stringify({ ...document, url: theirs.url }))
        await redis.client.set(ourKey, JSON.stringify({ ...document, url: ours.url, window_type: windowType }))
        const evaluator = createEvaluator({ redis: redis.url, configKey: ourKey })
        const [theirStart, ourStart] = [theirs.received.length, ours.received.length]
        for (const one of steps) {
          if (one === 'cooldown ends') await redis.client.del(`${theirKey}:cooldown`, `${ourKey}:cooldown`)
          else {
            await originalEvaluate(redis.client, theirKey, one)
            evaluator.observe(fromSample(one))
            await evaluator.flush()
          }
        }
        await evaluator.close()
        const told = (received: typeof ours.received): unknown[] =>
          received.map(({ headers, body: { type, sent_at, threshold, window_seconds, count, sample } }) => ({
            body: { type, threshold, window_seconds, count, sample },
            authorization: headers.authorization,
            isWholeSecond: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(sent_at),
          }))
        same(t, told(ours.received.slice(ourStart)), told(theirs.received.slice(theirStart)))
      }),
      { numRuns: 25 },
    )
    t.ok(theirs.received.length > 5, 'the comparison saw webhooks at all')
  })
}

t.test('fixed: shares count and cooldown with a fleet that still runs the original', async (t) => {
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  const record = { ...blank, status_code: 503, error_message: 'db timeout' }
  const document = { enabled: true, url: receiver.url, threshold: 7, window_seconds: 2_000_000_000 }
  await redis.client.set(configKey, JSON.stringify({ ...document, window_type: 'fixed' }))
  const evaluator = createEvaluator({ redis: redis.url, configKey })
  for (let i = 0; i < 10; i += 1) {
    await originalEvaluate(redis.client, configKey, record)
    evaluator.observe({ statusCode: 503, errorMessage: 'db timeout' })
    await evaluator.flush()
  }
  t.equal(receiver.received.length, 1)
  t.match(receiver.received[0]?.body, { count: 7, sample: record })
  await redis.client.del(`${configKey}:cooldown`)
  evaluator.observe({ statusCode: 503 })
  await evaluator.flush()
  t.equal(await originalEvaluate(redis.client, configKey, record), false, 'the original keeps quiet for our cooldown')
  await evaluator.close()
  t.strictSame(
    receiver.received.map(({ body }) => body.count),
    [7, 21],
  )
  t.match(await redis.client.get(`${configKey}:cooldown`), /^\d{10}$/)
})

t.test('config documents written by either side are read by the other', async (t) => {
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  const store = createConfigStore({ redis: redis.url, configKey })
  t.teardown(() => store.close())
  await store.set({ enabled: true, url: ` ${receiver.url} `, threshold: 1, secret: ' s3cret ' })
  t.equal(await originalEvaluate(redis.client, configKey, { ...blank, status_code: 500 }), true)
  t.equal(receiver.received[0]?.headers.authorization, 'Bearer s3cret')
  const theirs =
    '{"enabled":true,"url":"https://example.test/hook","secret":"x","threshold":3,"window_seconds":30,"cooldown_seconds":0,"status_code_threshold":400}'
  await redis.client.set(configKey, theirs)
  t.strictSame(await store.get(), {
    enabled: true,
    url: 'https://example.test/hook',
    secret: 'x',
    threshold: 3,
    windowSeconds: 30,
    cooldownSeconds: 300,
    statusCodeThreshold: 400,
  })
})

const blank: Sample = {
  group: '',
  key_id: 0,
  model: '',
  provider_name: '',
  provider_type: '',
  status_code: 0,
  error_message: '',
  client_ip: '',
}

function same(t: Test, actual: unknown, expected: unknown): void {
  // Inside a property a failed assertion must throw, so that the schedule is shrunk.
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(`ours ${JSON.stringify(actual)}\ntheirs ${JSON.stringify(expected)}`)
  }
  t.pass('same webhooks')
}
