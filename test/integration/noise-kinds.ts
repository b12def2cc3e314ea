// Kinds of errors, conditions that must not hold, and errors that are ignored: as options and as what is in Redis say, to a real receiver.
import pino from 'pino'
import t, { type Test } from 'tap'
import { createEvaluator, type Evaluator } from '../../src/index.js'
import logsirenPino, { type LogsirenPinoStream } from '../../src/pino.js'
import { fc } from '../fixtures/properties.js'
import { type Receiver, startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'

const redis = await startRedis(t)

function start(t: Test, options: object): Evaluator {
  const evaluator = createEvaluator(options as never)
  t.teardown(() => evaluator.close())
  return evaluator
}

async function startLogger(
  t: Test,
  options: object,
  settings: pino.LoggerOptions = {},
): Promise<{ readonly logger: pino.Logger; readonly stream: LogsirenPinoStream }> {
  const stream = await logsirenPino(options as never)
  t.teardown(() => new Promise((resolve) => stream.end(resolve)))
  return { logger: pino(settings, stream), stream }
}

async function fail(evaluator: Evaluator, ...records: object[]): Promise<void> {
  for (const record of records) evaluator.observe({ statusCode: 503, ...record })
  await evaluator.flush()
}

function groupsOf({ received }: Receiver): readonly unknown[] {
  return received.map(({ body }) => body.group_by)
}

t.test('errors that differ in numbers, ids, addresses and quoted texts are of one kind, others are not', async (t) => {
  const receiver = await startReceiver(t)
  const { logger, stream } = await startLogger(t, { url: receiver.url, threshold: 2, groupBy: ['kind'] })
  const alike = [
    'order 17 failed for "ann"',
    'order 18234 failed for "bob"',
    'no route to 10.0.0.1 from 7f1b2c34-0b5e-4c55-9a0b-3f0a8f2b9f10',
    'no route to 192.168.7.23 from 11111111-2222-4333-8444-555555555555',
  ]
  for (const text of alike) logger.error({ err: new TypeError(text) }, 'failed')
  logger.error({ err: new RangeError('order 19 failed for "ann"') }, 'failed')
  logger.error({ err: new TypeError('order 20 was refused for "ann"') }, 'failed')
  await stream.flush()
  t.equal(receiver.received.length, 2, 'each of the two kinds has reached its threshold')
  const kinds = receiver.received.map(({ body }) => body.group_by.kind)
  for (const kind of kinds) t.match(kind, /^TypeError: (order|no route)/)
  t.notMatch(kinds.join(), /17|18234|ann|bob|10\.0|192\.168|7f1b/)
  for (const { body } of receiver.received) {
    t.match(body.top.kind, [{ value: body.group_by.kind, count: 2 }])
    t.ok(body.samples.every((one: { kind: string }) => one.kind === body.group_by.kind))
    t.notOk('kind' in body.sample, 'the sample has the members of the original')
  }
})

t.test('an error whose type says nothing is its shape alone, and a kind has 200 characters at most', async (t) => {
  const receiver = await startReceiver(t)
  const { logger, stream } = await startLogger(t, { url: receiver.url, threshold: 1, groupBy: 'kind' })
  logger.error({ err: new Error('the disk is full') }, 'failed')
  logger.error('the door is open')
  logger.error({ err: new SyntaxError('word '.repeat(200)) }, 'failed')
  await stream.flush()
  const kinds = receiver.received.map(({ body }) => String(body.group_by.kind))
  t.strictSame(kinds.slice(0, 2), ['the disk is full', 'the door is open'])
  t.match(kinds[2], /^SyntaxError: word word/)
  t.ok((kinds[2]?.length ?? 0) <= 200, String(kinds[2]?.length))
})

t.test('a kind is taken as it is from the place that options name, and from a record', async (t) => {
  const receiver = await startReceiver(t)
  const options = { url: receiver.url, threshold: 2, groupBy: ['kind'], fields: { kind: 'failure.code' } }
  const { logger, stream } = await startLogger(t, options)
  logger.error({ failure: { code: 'E-17' } }, 'one text')
  logger.error({ failure: { code: 'E-17' } }, 'quite another')
  logger.error({ failure: { code: 'E-18' } }, 'one text')
  await stream.flush()
  t.match(receiver.received, [{ body: { count: 2, group_by: { kind: 'E-17' }, top: { kind: [{ value: 'E-17' }] } } }])
  t.equal(receiver.received.length, 1)
  const evaluator = start(t, { url: receiver.url, threshold: 2, groupBy: ['kind'] })
  await fail(
    evaluator,
    { kind: 'billing 1', errorMessage: 'a' },
    { kind: 'billing 2', errorMessage: 'a' },
    { kind: 'billing 2', errorMessage: 'b' },
  )
  t.strictSame(groupsOf(receiver).slice(1), [{ kind: 'billing 2' }])
  t.match(receiver.received[1]?.body.samples, [{ kind: 'billing 2' }])
})

t.test('rules match kinds', async (t) => {
  const receiver = await startReceiver(t)
  const rules = [
    { name: 'timeouts', match: { kind: { regex: '[Tt]imeout' } }, threshold: 2 },
    { name: 'others', match: { kind: { not: { regex: '[Tt]imeout' } } }, threshold: 1 },
  ]
  const evaluator = start(t, { url: receiver.url, rules, redis: redis.url, configKey: redis.newConfigKey() })
  await fail(evaluator, { errorMessage: 'timeout after 30 ms' }, { errorMessage: 'timeout after 31 ms' })
  t.match(receiver.received, [{ body: { rule: 'timeouts', count: 2 } }])
  await fail(evaluator, { errorMessage: 'refused' })
  t.match(receiver.received.slice(1), [{ body: { rule: 'others', count: 1 } }])
})

t.test('what must not hold also meets errors that have no such value, and not of not is the condition', async (t) => {
  const receiver = await startReceiver(t)
  const rules = [
    { name: 'not-a', match: { model: { not: 'a' } }, threshold: 1 },
    { name: 'not-5xx', match: { statusCode: { not: { gte: 500, lte: 599 } } }, threshold: 1 },
    { name: 'neither', match: { model: { not: ['a', 'b'] } }, threshold: 1 },
    { name: 'twice', match: { model: { not: { not: { prefix: 'a' } } } }, threshold: 1 },
    { name: 'deep', match: { 'job.queue': { not: 'mail' } }, threshold: 1 },
  ]
  const told = async (record: object): Promise<readonly string[]> => {
    const evaluator = start(t, { url: receiver.url, rules })
    const before = receiver.received.length
    evaluator.observe(record)
    await evaluator.flush()
    return receiver.received
      .slice(before)
      .map(({ body }) => body.rule)
      .sort()
  }
  t.strictSame(await told({ statusCode: 503, model: 'a' }), ['deep', 'twice'])
  t.strictSame(await told({ statusCode: 503, model: 'b' }), ['deep', 'not-a'])
  t.strictSame(await told({ errorMessage: 'no model, no status' }), ['deep', 'neither', 'not-5xx', 'not-a'])
  const { logger, stream } = await startLogger(t, { url: receiver.url, rules: rules.slice(4) })
  const before = receiver.received.length
  logger.error({ job: { queue: 'mail' } }, 'failed')
  await stream.flush()
  t.equal(receiver.received.length, before)
  logger.error({ job: {} }, 'failed')
  await stream.flush()
  t.equal(receiver.received.length, before + 1)
})

t.test(
  'what is ignored is counted by no rule, and what must not hold of conditions is as their negation',
  async (t) => {
    const condition = fc.constantFrom<unknown>('a', ['a', 'b'], { prefix: 'a' }, { regex: '^[ab]$' })
    const models = fc.array(fc.constantFrom('a', 'b', 'ab', 'c', ''), { maxLength: 12 })
    let ignored = 0
    await fc.assert(
      fc.asyncProperty(condition, models, async (one, given) => {
        const plain = createEvaluator({
          url: 'http://127.0.0.1:9/',
          threshold: 1000,
          ignore: [{ model: one }],
        } as never)
        const negated = createEvaluator({
          url: 'http://127.0.0.1:9/',
          threshold: 1000,
          ignore: [{ model: { not: one } }],
        } as never)
        for (const model of given) for (const each of [plain, negated]) each.observe({ statusCode: 500, model })
        await Promise.all([plain.close(), negated.close()])
        const [some, others] = [plain.stats() as never, negated.stats() as never] as Record<string, number>[]
        if ((some?.['ignored'] ?? -1) + (others?.['ignored'] ?? -1) !== given.length) throw new Error('not a negation')
        ignored += some?.['ignored'] ?? 0
        if (some?.['errors'] !== others?.['ignored']) throw new Error('what is not ignored is counted')
      }),
      { numRuns: 60 },
    )
    t.ok(ignored > 20, `${ignored} were ignored`)
  },
)

t.test('an ignored error shows in stats, not in alerts, samples or top', async (t) => {
  const receiver = await startReceiver(t)
  const options = {
    url: receiver.url,
    threshold: 2,
    ignore: [
      { path: '/health' },
      { model: 'probe', statusCode: { gte: 500 } },
      { kind: { prefix: 'TypeError: noise' } },
    ],
    redis: redis.url,
    configKey: redis.newConfigKey(),
  }
  const { logger, stream } = await startLogger(t, options)
  for (let i = 0; i < 5; i += 1) {
    logger.error({ path: '/health' }, 'unhealthy')
    logger.error({ err: new TypeError(`noise ${i}`) }, 'failed')
  }
  logger.error({ model: 'probe' }, 'one condition of two holds')
  await stream.flush()
  t.equal(receiver.received.length, 0)
  t.match(stream.stats(), { errors: 1, ignored: 10, dropped: 0 })
  logger.error('a real one')
  await stream.flush()
  t.match(receiver.received, [{ body: { count: 2, sample: { error_message: 'a real one' } } }])
  t.notMatch(receiver.received[0]?.text, /unhealthy|noise/)
})

t.test('an ignored line takes its open request along', async (t) => {
  const receiver = await startReceiver(t)
  const ignore = [{ 'req.url': { prefix: '/health' } }]
  const { logger, stream } = await startLogger(t, { url: receiver.url, threshold: 1, ignore })
  logger.error({ req: { id: 'r-1' } }, 'the check failed')
  logger.error({ req: { id: 'r-1', url: '/health' }, res: { statusCode: 503 }, responseTime: 3 }, 'request errored')
  await stream.flush()
  t.equal(receiver.received.length, 0)
  t.match(stream.stats(), { ignored: 1 })
  logger.error({ req: { id: 'r-2' } }, 'a customer failed')
  logger.error({ req: { id: 'r-2', url: '/orders' }, res: { statusCode: 503 }, responseTime: 3 }, 'request errored')
  await stream.flush()
  t.match(receiver.received, [{ body: { count: 1 } }])
})

t.test('a document replaces what options ignore, and gives it back when it goes', async (t) => {
  const configKey = redis.newConfigKey()
  const options = { url: 'http://127.0.0.1:9/', threshold: 1000, redis: redis.url, configKey, ignore: [{ model: 'a' }] }
  const evaluator = start(t, options)
  const ignoredAnew = async (): Promise<readonly string[]> => {
    const found: string[] = []
    for (const model of ['a', 'b']) {
      const before = (evaluator.stats() as unknown as { ignored: number }).ignored
      evaluator.observe({ statusCode: 503, model })
      await evaluator.flush()
      if ((evaluator.stats() as unknown as { ignored: number }).ignored > before) found.push(model)
    }
    return found
  }
  t.strictSame(await ignoredAnew(), ['a'])
  const set = async (document: object): Promise<void> => {
    await redis.client.set(configKey, JSON.stringify(document))
    // What was read with this batch is in force for the next.
    evaluator.observe({ statusCode: 503, model: 'c' })
    await evaluator.flush()
  }
  await set({ ignore: [{ model: 'b' }] })
  t.strictSame(await ignoredAnew(), ['b'])
  await set({ ignore: [] })
  t.strictSame(await ignoredAnew(), [])
  await set({ threshold: 500 })
  t.strictSame(await ignoredAnew(), ['a'])
  await set({ ignore: [{ model: 'b' }] })
  await redis.client.set(configKey, '{"ignore":{"model":"a"}}')
  evaluator.observe({ statusCode: 503, model: 'c' })
  await evaluator.flush()
  t.strictSame(await ignoredAnew(), ['b'], 'a document that is not valid changes nothing')
  await redis.client.del(configKey)
  evaluator.observe({ statusCode: 503, model: 'c' })
  await evaluator.flush()
  t.strictSame(await ignoredAnew(), ['a'])
})
