// Silences as operators set them: from code, over HTTP and on the command line, with evaluators on the same Redis and a real receiver.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { createAdminHandler } from '../../src/admin.js'
import { ConfigError, createEvaluator, createSilences, type Evaluator } from '../../src/index.js'
import { type Ran, runCli, startCli } from '../fixtures/cli.js'
import { eventually } from '../fixtures/eventually.js'
import { startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'

const redis = await startRedis(t)
const DAY = 86_400
/** RFC 3339, in UTC. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/

function start(t: Test, options: object): Evaluator {
  const evaluator = createEvaluator({ threshold: 2, redis: redis.url, ...options } as never)
  t.teardown(() => evaluator.close())
  return evaluator
}

function open(t: Test, configKey: string): ReturnType<typeof createSilences> {
  const silences = createSilences({ redis: redis.url, configKey })
  t.teardown(() => silences.close())
  return silences
}

async function fail(evaluator: Evaluator, times: number, record: object = {}): Promise<void> {
  for (let i = 0; i < times; i += 1) evaluator.observe({ statusCode: 503, ...record })
  await evaluator.flush()
}

/** As a shell runs it. */
async function command(...args: readonly string[]): Promise<Ran> {
  const child = startCli(args)
  child.stdin.end()
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code: code as number | null, stdout, stderr }
}

t.test('a silence is added, listed and ended', async (t) => {
  const silences = open(t, redis.newConfigKey())
  t.strictSame(await silences.list(), [])
  const before = Date.now()
  const added = await silences.add({ rule: 'a', forSeconds: 600, reason: 'deploy', by: 'ann' })
  t.match(added, { id: /^[a-z0-9]{8}$/, rule: 'a', until: TIME, createdAt: TIME, reason: 'deploy', by: 'ann' })
  const lastsMs = Date.parse(added.until) - Date.parse(added.createdAt)
  t.ok(Math.abs(lastsMs - 600_000) <= 1000, `${lastsMs} ms`)
  t.ok(Math.abs(Date.parse(added.createdAt) - before) < 60_000)
  const group = await silences.add({ rule: 'a', group: { model: 'gpt', statusCode: 503 }, forSeconds: 30 * DAY })
  const all = await silences.add({ forSeconds: 1200 })
  t.notOk('rule' in all)
  const listed = await silences.list()
  t.strictSame(new Set(listed.map(({ id }) => id)), new Set([added.id, group.id, all.id]))
  t.strictSame(
    listed.find(({ id }) => id === added.id),
    added,
  )
  t.equal(await silences.end(added.id), true)
  t.equal(await silences.end(added.id), false)
  t.equal(await silences.end('nobody00'), false)
  t.equal((await silences.list()).length, 2)
})

t.test('what is wrong with a silence rejects with its problems', async (t) => {
  const silences = open(t, redis.newConfigKey())
  const wrongs: readonly object[] = [
    {},
    { rule: 'a' },
    { forSeconds: 0 },
    { forSeconds: -5 },
    { forSeconds: 1.5 },
    { forSeconds: '600' },
    { forSeconds: Number.POSITIVE_INFINITY },
    { forSeconds: 30 * DAY + 1 },
    { group: { model: 'a' }, forSeconds: 60 },
    { rule: 'a b', forSeconds: 60 },
    { rule: '', forSeconds: 60 },
    { rule: 7, forSeconds: 60 },
    { rule: 'a', group: {}, forSeconds: 60 },
    { rule: 'a', group: 'model=a', forSeconds: 60 },
    { rule: 'a', group: { model: { deep: 1 } }, forSeconds: 60 },
    { rule: 'a', reason: 7, forSeconds: 60 },
    { rule: 'a', unknown: true, forSeconds: 60 },
  ]
  for (const wrong of wrongs) {
    const error = await silences.add(wrong as never).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    if (!(error instanceof ConfigError)) {
      t.fail(`${JSON.stringify(wrong)}: ${error}`)
      continue
    }
    t.equal(error.code, 'ERR_LOGSIREN_CONFIG')
    t.equal(error.problems.length, 1, JSON.stringify(wrong))
    t.match(error.problems[0]?.message, /^Expected /)
    t.notMatch(error.message, /\n/)
  }
  t.strictSame(await silences.list(), [])
})

t.test('a hundred at most', async (t) => {
  const silences = open(t, redis.newConfigKey())
  for (let i = 0; i < 100; i += 1) await silences.add({ rule: `r-${i}`, forSeconds: 600 })
  await t.rejects(silences.add({ forSeconds: 600 }))
  const [first] = await silences.list()
  await silences.end(first?.id ?? '')
  await silences.add({ forSeconds: 600 })
  t.equal((await silences.list()).length, 100)
})

t.test('a silent rule raises nothing in any process, counts, and alerts with the next error afterwards', async (t) => {
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  const options = {
    url: receiver.url,
    configKey,
    rules: [{ name: 'a' }, { name: 'b', url: `${receiver.origin}/b` }],
  }
  const [one, two] = [start(t, options), start(t, options)]
  await Promise.all([one.flush(), two.flush()])
  const silences = open(t, configKey)
  const { id } = await silences.add({ rule: 'a', forSeconds: 600 })
  await fail(one, 3)
  await fail(two, 3)
  t.match(receiver.received, [{ path: '/b', body: { rule: 'b' } }])
  t.equal(receiver.received.length, 1)
  await silences.end(id)
  await fail(two, 1)
  t.match(receiver.received.slice(1), [{ path: '/hook', body: { rule: 'a', count: 7 } }])
  t.equal(receiver.received.length, 2)
  t.ok(receiver.received[1]?.body.suppressed >= 4, String(receiver.received[1]?.body.suppressed))
})

t.test('a silence ends by itself', async (t) => {
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  const evaluator = start(t, { url: receiver.url, configKey })
  const silences = open(t, configKey)
  const { until } = await silences.add({ forSeconds: 1 })
  await fail(evaluator, 2)
  await eventually(async () => {
    await fail(evaluator, 1)
    return receiver.received.length > 0
  })
  t.ok(Date.parse(receiver.received[0]?.body.sent_at) + 999 >= Date.parse(until))
  t.strictSame(await silences.list(), [])
})

t.test('a silence of a group is for that group alone, its values compared as text', async (t) => {
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  const groupBy = ['model', 'statusCode', 'tenant.id']
  const evaluator = start(t, { url: receiver.url, configKey, groupBy, maxAlertsPerMinute: 1000 })
  const silences = open(t, configKey)
  const crossed = async (): Promise<readonly string[]> => {
    const before = receiver.received.length
    for (const model of ['a', 'b']) await fail(evaluator, 2, { model })
    return receiver.received.slice(before).map(({ body }) => body.group_by.model)
  }
  await silences.add({ rule: 'default', group: { model: 'a', statusCode: '503', 'tenant.id': '' }, forSeconds: 600 })
  // Not all names of the group, or one too many: it meets nothing.
  await silences.add({ rule: 'default', group: { model: 'b' }, forSeconds: 600 })
  await silences.add({ rule: 'default', group: { model: 'b', statusCode: 404, 'tenant.id': '' }, forSeconds: 600 })
  t.strictSame(await crossed(), ['b'])
})

t.test('what was raised before is still told, and a test alert goes on', async (t) => {
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  await redis.client.set(configKey, JSON.stringify({ enabled: true, url: receiver.url, threshold: 2 }))
  const evaluator = start(t, { configKey })
  receiver.answerWith(503, 204)
  await fail(evaluator, 2)
  await open(t, configKey).add({ forSeconds: 600 })
  await receiver.has(2)
  t.equal(receiver.received[1]?.body.id, receiver.received[0]?.body.id)
  const { code } = await command('test', '--redis', redis.url, '--config-key', configKey)
  t.equal(code, 0)
  t.match(receiver.received[2]?.body, { test: true })
})

t.test('over HTTP', async (t) => {
  const configKey = redis.newConfigKey()
  const handler = createAdminHandler({ redis: redis.url, configKey, token: 'canary' })
  const server = createServer(handler)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(async () => {
    server.closeAllConnections()
    server.close()
    await handler.close()
  })
  const path = `http://127.0.0.1:${(server.address() as AddressInfo).port}/admin/logs/webhook/silences`
  const ask = (method: string, route = '', body?: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${path}${route}`, {
      method,
      headers: {
        authorization: 'Bearer canary',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })

  t.strictSame(await (await ask('GET')).json(), [])
  const given = { rule: 'a', group: { model: 'x', status_code: 503 }, for_seconds: 60, reason: 'deploy', by: 'ann' }
  const created = await ask('POST', '', given)
  t.equal(created.status, 201)
  const { note, ...silence } = (await created.json()) as { id: string; note?: string }
  t.match(note, /\ba\b/, 'nobody is known to have the rule')
  const { for_seconds: _, ...told } = given
  t.match(silence, { ...told, id: /^[a-z0-9]{8}$/, until: TIME, created_at: TIME })
  t.notOk('createdAt' in silence)
  t.strictSame(await (await ask('GET')).json(), [silence])

  for (const [body, pointer] of [
    [{}, '/for_seconds'],
    [{ for_seconds: 30 * DAY + 1 }, '/for_seconds'],
    [{ for_seconds: 60, group: { model: 'x' } }, '/group'],
    [{ for_seconds: 60, rule: 5 }, '/rule'],
  ] as const) {
    const answer = await ask('POST', '', body)
    t.equal(answer.status, 400, JSON.stringify(body))
    t.match(answer.headers.get('content-type'), /^application\/problem\+json/)
    t.match(await answer.text(), new RegExp(pointer), JSON.stringify(body))
  }
  t.equal((await ask('POST', '', '[]')).status, 400)
  t.equal((await ask('POST', '', '{"for_seconds"')).status, 400)
  t.equal((await ask('POST', '', 'for_seconds=60', { 'content-type': 'text/plain' })).status, 415)
  t.equal((await ask('POST', '', { for_seconds: 60, reason: 'x'.repeat(70_000) })).status, 413)
  const put = await ask('PUT', '', {})
  t.equal(put.status, 405)
  t.match(put.headers.get('allow'), /GET.*POST|POST.*GET/)
  for (const method of ['GET', 'POST']) {
    const refused = await ask(method, '', method === 'POST' ? given : undefined, { authorization: 'Bearer wrong' })
    t.equal(refused.status, 401)
    t.ok(refused.headers.get('www-authenticate'))
  }
  t.equal((await ask('DELETE', `/${silence.id}`, undefined, { authorization: '' })).status, 401)
  t.equal((await ask('DELETE', '/nobody00')).status, 404)
  t.equal((await ask('DELETE', `/${silence.id}`)).status, 204)
  t.equal((await ask('DELETE', `/${silence.id}`)).status, 404)
  t.strictSame(await (await ask('GET')).json(), [])
})

t.test('on the command line', async (t) => {
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  const evaluator = start(t, { url: receiver.url, configKey, groupBy: ['model'] })
  await fail(evaluator, 1, { model: 'y' })
  const at = ['--redis', redis.url, '--config-key', configKey]
  const isUsage = async (...args: readonly string[]): Promise<void> => {
    const { code, stdout, stderr } = await runCli(['silence', ...args, ...at])
    t.equal(code, 2, args.join(' '))
    t.equal(stdout, '')
    t.match(stderr, /^[^\n]+\n$/, `one line: ${stderr}`)
  }
  await isUsage('--for', '30m')
  await isUsage('default')
  await isUsage('default', '--for', '30')
  await isUsage('default', '--for', '31d')
  await isUsage('default', '--all', '--for', '30m')
  await isUsage('--all', '--for', '30m', '--group', 'model=x')
  await isUsage('default', '--for', '30m', '--group', 'model')
  await isUsage('end')

  const made = await command('silence', 'default', '--for', '2h', '--group', 'model=a=b', '--reason', 'why', ...at)
  t.match(made, { code: 0, stderr: '' })
  const json = await runCli(['silence', 'list', '--json', ...at])
  const listed = JSON.parse(json.stdout) as { id: string; group: unknown; reason: string }[]
  t.match(listed, [{ rule: 'default', group: { model: 'a=b' }, reason: 'why', until: TIME }])
  const [{ id = '' } = {}] = listed
  t.match(made.stdout, new RegExp(id))
  const human = await runCli(['silence', 'list', ...at])
  t.match(human.stdout, new RegExp(id))
  t.match(human.stdout, /why/)
  await fail(evaluator, 3, { model: 'a=b' })
  t.equal(receiver.received.length, 0)
  t.match(await runCli(['silence', 'end', id, ...at]), { code: 0, stderr: '' })
  t.match(await command('silence', 'end', id, ...at), { code: 1, stderr: /^[^\n]+\n$/ })
  await fail(evaluator, 1, { model: 'a=b' })
  t.equal(receiver.received.length, 1)

  const unknown = await runCli(['silence', 'nobody', '--for', '5s', ...at])
  t.equal(unknown.code, 0, 'it is accepted, with a note')
  t.match(unknown.stdout + unknown.stderr, /nobody/)
  const everything = await command('silence', '--all', '--for', '1d', '--json', ...at)
  t.equal(everything.code, 0)
  t.match(JSON.parse(everything.stdout), { id: /^[a-z0-9]{8}$/, until: TIME })
  await fail(evaluator, 3, { model: 'other' })
  t.equal(receiver.received.length, 1)
  t.match(await runCli(['status', ...at]), { code: 0, stdout: /silen/i })
  const away = await runCli(['silence', '--all', '--for', '5m', '--redis', 'redis://127.0.0.1:1'])
  t.match(away, { code: 1, stdout: '', stderr: /^[^\n]+\n$/ })
})
