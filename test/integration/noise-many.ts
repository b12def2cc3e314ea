// Storms: when many groups of a rule cross at once, few are told one by one and the others in one alert, whatever process they cross in.
import t, { type Test } from 'tap'
import { createLineEvaluator } from '../../src/evaluator/evaluator.js'
import { createEvaluator, type Evaluator } from '../../src/index.js'
import { MemoryStore } from '../../src/store/memory/memory-store.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { FakeHttp } from '../fixtures/fake-http.js'
import { type Receiver, startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'

const redis = await startRedis(t)

function start(t: Test, options: object): Evaluator {
  const evaluator = createEvaluator({ threshold: 2, groupBy: ['model'], maxAlertsPerMinute: 2, ...options } as never)
  t.teardown(() => evaluator.close())
  return evaluator
}

/** Has each of these groups reach the threshold of 2, all in one turn. */
async function cross(evaluator: Evaluator, ...models: string[]): Promise<void> {
  for (const model of models)
    for (let i = 0; i < 2; i += 1) evaluator.observe({ statusCode: 503, model, errorMessage: `failed in ${model}` })
  await evaluator.flush()
}

function groupsOf({ received }: Receiver): readonly string[] {
  return received.map(({ body }) => body.group_by.model)
}

function names(count: number, prefix = 'm'): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}-${i}`)
}

t.test('beyond so many in a minute, the groups that cross at once share one alert', async (t) => {
  for (const where of [{}, { redis: redis.url, configKey: redis.newConfigKey() }]) {
    const receiver = await startReceiver(t)
    const evaluator = start(t, { url: receiver.url, ...where })
    const alerts: { groups?: number }[] = []
    evaluator.on('alert', (alert) => alerts.push(alert as never))
    await cross(evaluator, ...names(7))
    t.equal(receiver.received.length, 3)
    const many = receiver.received.find(({ body }) => body.group_by.model === '(many)')?.body
    t.match(many, { type: 'log_error_threshold', rule: 'default', threshold: 2, count: 10, groups: 5 })
    const told = [
      ...groupsOf(receiver).filter((name) => name !== '(many)'),
      ...many.top.group.map(({ value }: { value: string }) => value.replace(/^model=/, '')),
    ]
    t.strictSame(told.sort(), names(7))
    for (const { value, count } of many.top.group) t.match({ value, count }, { value: /^model=m-\d$/, count: 2 })
    t.strictSame(alerts.map(({ groups }) => groups ?? 0).sort(), [0, 0, 5], 'the event says of how many groups it is')
    await cross(evaluator, ...names(7))
    t.equal(receiver.received.length, 3, 'all are cooling, the members too')
    await cross(evaluator, 'late')
    t.equal(receiver.received.length, 3, 'and what would join meanwhile is suppressed')
    t.match(evaluator.stats(), { dropped: 0, alerts: 3 })
  }
})

t.test('ten may where nothing is said', async (t) => {
  const receiver = await startReceiver(t)
  const evaluator = start(t, { url: receiver.url, maxAlertsPerMinute: undefined })
  await cross(evaluator, ...names(25))
  t.equal(receiver.received.length, 11)
  t.match(receiver.received.find(({ body }) => body.groups !== undefined)?.body, { groups: 15, count: 30 })
})

t.test('the limit is the fleet’s, and each rule has its own', async (t) => {
  const receiver = await startReceiver(t)
  const rules = [
    { name: 'a', match: { providerName: 'a' } },
    { name: 'b', match: { providerName: 'b' } },
  ]
  const options = { url: receiver.url, rules, redis: redis.url, configKey: redis.newConfigKey() }
  const [one, two] = [start(t, options), start(t, options)]
  const crossIn = async (evaluator: Evaluator, providerName: string, ...models: string[]): Promise<void> => {
    for (const model of models)
      for (let i = 0; i < 2; i += 1) evaluator.observe({ statusCode: 503, model, providerName })
    await evaluator.flush()
  }
  await crossIn(one, 'a', 'x', 'y')
  await crossIn(two, 'a', 'z')
  await crossIn(two, 'b', 'z')
  const told = receiver.received.map(({ body }) => `${body.rule} ${body.group_by.model}`)
  t.strictSame(told, ['a x', 'a y', 'a (many)', 'b z'])
  t.match(receiver.received[2]?.body, { groups: 1, count: 2, top: { group: [{ value: 'model=z', count: 2 }] } })
})

t.test('what it says is as of its first attempt', async (t) => {
  const receiver = await startReceiver(t)
  const options = { url: receiver.url, maxAlertsPerMinute: 1, redis: redis.url, configKey: redis.newConfigKey() }
  const [one, two] = [start(t, options), start(t, options)]
  await cross(one, 'first')
  receiver.answerWith(503, 204)
  await cross(one, 'a', 'b')
  t.match(receiver.received[1]?.body, { group_by: { model: '(many)' }, groups: 2, count: 4 })
  await cross(two, 'c', 'd')
  await receiver.has(3)
  const [{ sent_at: _, ...before }, { sent_at: __, ...again }] = [
    receiver.received[1]?.body,
    receiver.received[2]?.body,
  ]
  t.strictSame(again, before, 'all but the time of the attempt is frozen')
  t.equal(receiver.received[1]?.headers['webhook-id'], receiver.received[2]?.headers['webhook-id'])
})

t.test('each name of the groups says so, and a member is told by all of its values', async (t) => {
  const receiver = await startReceiver(t)
  const groupBy = ['model', 'providerName']
  const evaluator = start(t, { url: receiver.url, maxAlertsPerMinute: 1, groupBy })
  for (const model of ['a', 'b, c=d', ''])
    for (let i = 0; i < 2; i += 1) evaluator.observe({ statusCode: 503, model, providerName: 'p=1' })
  await evaluator.flush()
  const many = receiver.received.find(({ body }) => body.groups !== undefined)?.body
  t.strictSame(many.group_by, { model: '(many)', provider_name: '(many)' })
  t.equal(many.groups, 2)
  const values: string[] = many.top.group.map(({ value }: { value: string }) => value)
  t.ok(
    values.every((value) => value.includes('model=') && value.includes('provider_name=p=1')),
    values.join(' | '),
  )
})

t.test('a silenced group never joins, and those without room are a group like others', async (t) => {
  const { createSilences } = (await import('../../src/index.js')) as unknown as {
    createSilences: (options: object) => { add(silence: object): Promise<unknown>; close(): Promise<void> }
  }
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  const silences = createSilences({ redis: redis.url, configKey })
  t.teardown(() => silences.close())
  await silences.add({ rule: 'default', group: { model: 'm-3' }, forSeconds: 600 })
  const evaluator = start(t, { url: receiver.url, maxGroups: 5, redis: redis.url, configKey })
  // Eight groups of which five find room, and one of these is silent: (overflow) is the fifth that is told.
  await cross(evaluator, ...names(8))
  const many = receiver.received.find(({ body }) => body.groups !== undefined)?.body
  t.equal(receiver.received.length, 3)
  t.equal(many.groups, 3)
  const told = [...groupsOf(receiver), ...many.top.group.map(({ value }: { value: string }) => value)].join(' ')
  t.match(told, /\(overflow\)/)
  t.notMatch(told, /m-3/)
})

t.test('it is over when all of its groups are, and these have no end of their own', async (t) => {
  const clock = fakeClock()
  const http = new FakeHttp()
  const options = {
    url: 'http://a.test/',
    threshold: 2,
    windowSeconds: 60,
    groupBy: ['model'],
    maxAlertsPerMinute: 1,
    sendResolved: true,
  }
  const evaluator = createLineEvaluator(options as never, { clock, store: new MemoryStore(clock), http } as never)
  t.teardown(() => evaluator.close())
  const crossAll = async (...models: string[]): Promise<void> => {
    for (const model of models) for (let i = 0; i < 2; i += 1) evaluator.observe({ statusCode: 503, model })
    await clock.advance(1000)
  }
  await crossAll('a', 'b', 'c')
  t.equal(http.posts.length, 2)
  for (let i = 0; i < 6; i += 1) {
    evaluator.observe({ statusCode: 503, model: 'c' })
    await clock.advance(50_000)
  }
  const ends = (): readonly string[] =>
    http.posts.filter(({ body }) => body.type === 'log_error_resolved').map(({ body }) => body.group_by.model)
  t.strictSame(ends(), ['a'], 'one of its groups goes on')
  await clock.advance(120_000)
  t.strictSame(ends(), ['a', '(many)'])
})
