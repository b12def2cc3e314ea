// What is wrong with a share, links, labels, a template and headers: one sentence each, in options, in a document, at the admin endpoint and on the
// command line. The last good document stays in force, and no header's value is told.
import t, { type Test } from 'tap'
import { createAdminHandler } from '../../src/admin.js'
import { renamedConfig, toKebabCase, toSnakeCase } from '../../src/config/names.js'
import { ConfigError, createEvaluator, type Evaluator } from '../../src/index.js'
import { runCli } from '../fixtures/cli.js'
import { startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'

const redis = await startRedis(t)
const link = 'https://wiki.test/'
const many = (count: number, value: string): object =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, value]))

interface Wrong {
  /** Options; a document has them under its own names. */
  readonly options: Readonly<Record<string, unknown>>
  /** Where it is, in options. */
  readonly path: string
  readonly says: RegExp
}

const share = /a number above 0 and at most 100, got/
const wrongs: readonly Wrong[] = [
  ...[0, 101, -1, '5 %', null, true].map((percent) => ({ options: { percent }, path: 'percent', says: share })),
  { options: { links: many(6, link) }, path: 'links', says: /at most 5 names and urls, got an object$/ },
  { options: { links: { Runbook: 'ftp://wiki.test/' } }, path: 'links.Runbook', says: /an http or https URL/ },
  { options: { links: { Runbook: 'https://{service}/' } }, path: 'links.Runbook', says: /behind its origin/ },
  { options: { links: { Runbook: `${link}{ruel}` } }, path: 'links.Runbook', says: /got "\{ruel\}"$/ },
  { options: { labels: many(11, 'x') }, path: 'labels', says: /at most 10 names and texts/ },
  { options: { labels: { 'my-team': 'x' } }, path: 'labels.my-team', says: /named with 1 to 64 letters/ },
  { options: { labels: { team: 'x'.repeat(201) } }, path: 'labels.team', says: /at most 200 characters/ },
  { options: { template: 'x'.repeat(16_385) }, path: 'template', says: /at most 16384 bytes, got `16387`$/ },
  { options: { template: { a: ['{cuont}'] } }, path: 'template.a.0', says: /no placeholders but .* got "\{cuont\}"$/ },
  { options: { headers: many(21, '') }, path: 'headers', says: /at most 20 names and values/ },
  { options: { headers: { Host: 'canary' } }, path: 'headers.Host', says: /left out, since the request sets it/ },
  { options: { headers: { 'Content-Type': 'canary' } }, path: 'headers.Content-Type', says: /left out/ },
  { options: { headers: { 'X-Key': 'canary\r\nA: b' } }, path: 'headers.X-Key', says: /printable ASCII in one line/ },
  { options: { headers: { 'X-Key: canary': '' } }, path: 'headers', says: /each name of letters/ },
  { options: { headers: { a: 'canary', A: 'canary' } }, path: 'headers.A', says: /given once/ },
  {
    options: { headers: { 'X-Key': 'canary'.repeat(700) } },
    path: 'headers',
    says: /at most 4096 characters together/,
  },
  { options: { percent: 5, windowType: 'fixed' }, path: 'windowType', says: /have sliding windows/ },
  { options: { percent: 5, newOnly: true }, path: 'percent', says: /counts only what is new/ },
  { options: { percent: 5, groupBy: 'errorMessage' }, path: 'groupBy', says: /no groups by level, status, message/ },
  {
    options: { secret: 'canary', headers: { authorization: 'canary' } },
    path: 'headers',
    says: /no header `authorization`, since it has a `secret`/,
  },
  { options: { format: 'template', template: '' }, path: 'template', says: /to have a `(--)?template`/ },
]

/** What a document can say too: null is a member that is left out there. */
const inDocuments = wrongs.filter(({ options }) => !Object.values(options).includes(null))

function start(t: Test, options: object): Evaluator {
  const evaluator = createEvaluator(options as never)
  t.teardown(() => evaluator.close())
  return evaluator
}

const snakePath = (path: string): string => path.replace(/^\w+/, toSnakeCase)

t.test('in options', async (t) => {
  for (const { options, path, says } of wrongs) {
    const what = JSON.stringify(options).slice(0, 80)
    try {
      await createEvaluator({ url: `${link}canary`, ...options } as never).close()
      t.fail(`${what} was taken`)
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      t.strictSame([error.problems.length, error.problems[0]?.path], [1, path], what)
      t.match(error.problems[0]?.message, says, what)
      t.match(error.problems[0]?.message, /^Expected /)
      t.notMatch(error.message, /canary|\n/, what)
    }
  }
})

t.test('in a document, under which the last good one stays', async (t) => {
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  const evaluator = start(t, { redis: redis.url, configKey })
  const warnings: string[] = []
  evaluator.on('warning', ({ message }) => warnings.push(message))
  const good = { enabled: true, url: receiver.url, threshold: 2, cooldown_seconds: 1 }
  const follow = async (document: object): Promise<void> => {
    await redis.client.set(configKey, JSON.stringify(document))
    evaluator.observe({ statusCode: 200 })
    await evaluator.flush()
  }
  await follow(good)
  for (const { options, says } of inDocuments) {
    const document = renamedConfig(options, toSnakeCase)
    const what = JSON.stringify(document).slice(0, 80)
    const before = warnings.length
    await follow({ ...good, threshold: 1, ...document })
    await evaluator.flush()
    const [message, ...more] = warnings.slice(before)
    t.match(message, says, what)
    t.notMatch(message, /canary|127\.0\.0\.1|\n/, what)
    t.strictSame(more, [], what)
  }
  evaluator.observe({ statusCode: 503 })
  await evaluator.flush()
  t.equal(receiver.received.length, 0, 'the threshold is still 2')
})

t.test('at the admin endpoint, with a pointer', async (t) => {
  const handler = createAdminHandler({ redis: redis.url, configKey: redis.newConfigKey(), token: 'token' })
  t.teardown(() => handler.close())
  for (const { options, path, says } of inDocuments) {
    const document = { url: `${link}canary`, ...renamedConfig(options, toSnakeCase) }
    const what = JSON.stringify(document).slice(0, 80)
    const answer = await handler.fetch(
      new Request('http://localhost/admin/logs/webhook', {
        method: 'PUT',
        headers: { authorization: 'Bearer token', 'content-type': 'application/json' },
        body: JSON.stringify(document),
      }),
    )
    const text = await answer.text()
    t.equal(answer.status, 400, what)
    const { errors } = JSON.parse(text)
    t.strictSame([errors.length, errors[0]?.pointer], [1, `#/${snakePath(path).replaceAll('.', '/')}`], what)
    t.match(errors[0]?.detail, says, what)
    t.notMatch(text, /canary/, what)
  }
})

t.test('on the command line, which names the flag', async (t) => {
  const where = ['--redis', redis.url, '--config-key', redis.newConfigKey()]
  for (const { options, path, says } of inDocuments) {
    const flags = Object.entries({ url: `${link}canary`, ...options }).flatMap(([name, value]) => [
      `--${toKebabCase(name)}`,
      typeof value === 'string' && name !== 'template' ? value : JSON.stringify(value),
    ])
    const { code, stdout, stderr } = await runCli(['config', 'set', ...where, ...flags])
    t.strictSame([code, stdout], [2, ''], stderr)
    t.match(stderr.trimEnd(), says)
    t.match(stderr, new RegExp(`^logsiren: .*(\`--${toKebabCase(path.split('.')[0] ?? '')}[.\`]|the rule default)`))
    t.notMatch(stderr.slice(0, -1), /canary|\n/, 'one line')
  }
  t.equal(await redis.client.exists(where[3] ?? ''), 0, 'and nothing was written')
})

t.test('what is right is followed in each way', async (t) => {
  const configKey = redis.newConfigKey()
  const options = {
    percent: 0.5,
    links: { Runbook: `${link}{rule}?from={fromMs}` },
    labels: { team: 'payments', severity: 'critical' },
    template: { text: '{title}', at: '{toMs}' },
    headers: { 'X-Key': 'canary' },
  }
  await createEvaluator(options).close()
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, JSON.stringify(value)])
  const set = await runCli(['config', 'set', '--redis', redis.url, '--config-key', configKey, ...flags])
  t.equal(set.code, 0, set.stderr)
  t.notMatch(set.stdout, /canary/)
  t.strictSame(JSON.parse((await redis.client.get(configKey)) ?? ''), options)
  const evaluator = start(t, { redis: redis.url, configKey, url: 'http://127.0.0.1:9/' })
  const warnings: unknown[] = []
  evaluator.on('warning', (warning) => warnings.push(warning))
  await evaluator.flush()
  t.strictSame(warnings, [])
})
