// What is wrong with options and documents that keep noise down: one sentence each, and the last good document stays in force.
import t, { type Test } from 'tap'
import { ConfigError, createEvaluator, type Evaluator } from '../../src/index.js'
import { startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'

const redis = await startRedis(t)

interface Wrong {
  /** In the options. */
  readonly option: object
  /** In a document. */
  readonly document: object
  /** What both messages name. */
  readonly names: RegExp
}

const url = 'https://hook.example.test/canary-path'
const wrongs: readonly Wrong[] = [
  { option: { newOnly: 'yes' }, document: { new_only: 'yes' }, names: /new_?only/i },
  { option: { newAfterDays: 1.5 }, document: { new_after_days: 1.5 }, names: /new_?after_?days/i },
  { option: { newAfterDays: 0 }, document: { new_after_days: 0 }, names: /new_?after_?days/i },
  { option: { newAfterDays: 2 ** 31 }, document: { new_after_days: 2 ** 31 }, names: /new_?after_?days/i },
  { option: { learnSeconds: -1 }, document: { learn_seconds: -1 }, names: /learn_?seconds/i },
  { option: { learnSeconds: '1h' }, document: { learn_seconds: '1h' }, names: /learn_?seconds/i },
  { option: { maxAlertsPerMinute: 0 }, document: { max_alerts_per_minute: 0 }, names: /max_?alerts_?per_?minute/i },
  { option: { maxAlertsPerMinute: [3] }, document: { max_alerts_per_minute: [3] }, names: /max_?alerts_?per_?minute/i },
  { option: { ignore: { model: 'a' } }, document: { ignore: { model: 'a' } }, names: /ignore/ },
  { option: { ignore: ['a'] }, document: { ignore: ['a'] }, names: /ignore/ },
  { option: { ignore: [{ model: { not: {} } }] }, document: { ignore: [{ model: { not: {} } }] }, names: /ignore/ },
  {
    option: { ignore: [{ model: { regex: '(' } }] },
    document: { ignore: [{ model: { regex: '(' } }] },
    names: /ignore/,
  },
  {
    option: { rules: [{ name: 'a', match: { model: { not: null } } }] },
    document: { rules: [{ name: 'a', match: { model: { not: null } } }] },
    names: /rules/,
  },
  {
    option: { newOnly: true, windowType: 'fixed' },
    document: { new_only: true, window_type: 'fixed' },
    names: /fixed/,
  },
  {
    option: { rules: [{ name: 'a', ignore: [{ model: 'b' }] }] },
    document: { rules: [{ name: 'a', new_only: 1 }] },
    names: /rules/,
  },
]

function start(t: Test, options: object): Evaluator {
  const evaluator = createEvaluator(options as never)
  t.teardown(() => evaluator.close())
  return evaluator
}

t.test('each wrong option is one problem, of one sentence, without the url', async (t) => {
  for (const { option, names } of wrongs) {
    const what = JSON.stringify(option)
    try {
      await createEvaluator({ url, ...option } as never).close()
      t.fail(`${what} was taken`)
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      t.equal(error.problems.length, 1, what)
      const [problem] = error.problems
      t.match(`${problem?.path} ${problem?.message}`, names)
      t.match(problem?.message, /^Expected /)
      t.notMatch(error.message, /canary|\n/)
    }
  }
})

t.test('each wrong member makes a document invalid: one warning, and the last good one stays', async (t) => {
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  const evaluator = start(t, { redis: redis.url, configKey })
  const warnings: { code: string; message: string }[] = []
  evaluator.on('warning', (warning) => warnings.push(warning))
  const good = {
    enabled: true,
    url: receiver.url,
    threshold: 2,
    cooldown_seconds: 1,
    group_by: ['model'],
    max_alerts_per_minute: 99,
  }
  const problemsOf = async (text: string): Promise<readonly string[]> => {
    await redis.client.set(configKey, text)
    const before = warnings.length
    for (let i = 0; i < 2; i += 1) {
      evaluator.observe({ statusCode: 503, model: `ping ${text.length} ${i}` })
      await evaluator.flush()
    }
    return warnings.slice(before).map(({ message }) => message)
  }
  t.strictSame(await problemsOf(JSON.stringify(good)), [])
  for (const [i, { document, names }] of wrongs.entries()) {
    const what = JSON.stringify(document)
    const [message, ...more] = await problemsOf(JSON.stringify({ ...good, threshold: 1, ...document }))
    t.match(message, names, what)
    t.notMatch(message, /127\.0\.0\.1|\n/, what)
    t.strictSame(more, [], what)
    const before = receiver.received.length
    evaluator.observe({ statusCode: 503, model: `m-${i}` })
    await evaluator.flush()
    t.equal(receiver.received.length, before, `${what}: the threshold is still 2`)
    evaluator.observe({ statusCode: 503, model: `m-${i}` })
    await evaluator.flush()
    t.equal(receiver.received.length, before + 1, what)
  }
})

t.test('a document with each member is followed, and its numbers below one are not taken for defaults', async (t) => {
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  const evaluator = start(t, { redis: redis.url, configKey, url: 'http://127.0.0.1:9/' })
  const warnings: unknown[] = []
  evaluator.on('warning', (warning) => warnings.push(warning))
  const document = {
    enabled: true,
    url: receiver.url,
    ignore: [{ model: 'noise' }],
    rules: [
      { name: 'new', new_only: true, learn_seconds: 0, new_after_days: 3 },
      { name: 'storm', threshold: 1, group_by: ['model'], max_alerts_per_minute: 1 },
      { name: 'plain', match: { kind: { not: 'x' } } },
    ],
  }
  await redis.client.set(configKey, JSON.stringify(document))
  await evaluator.flush()
  for (const model of ['a', 'noise', 'b']) evaluator.observe({ statusCode: 503, model, errorMessage: 'one kind' })
  await evaluator.flush()
  t.strictSame(warnings, [])
  const told = receiver.received.map(({ body }) => `${body.rule} ${body.group_by?.model ?? body.threshold}`)
  t.strictSame(told.sort(), ['new 1', 'storm (many)', 'storm a'].sort())
  t.match(evaluator.stats(), { ignored: 1 })
})
