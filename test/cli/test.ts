import t from 'tap'
import { createEvaluator } from '../../src/evaluator/evaluator.js'
import { runCli } from '../fixtures/cli.js'
import { eventually } from '../fixtures/eventually.js'
import { startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'

const redis = await startRedis(t)

t.test('sends a test alert to the stored destination, and exits by how that went', async (t) => {
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  const send = (...args: string[]) => runCli(['test', '--redis', redis.url, '--config-key', configKey, ...args])
  t.match(await send(), { code: 1, stdout: '', stderr: /^logsiren: Expected the stored config to have a `url`.*\n$/ })
  const rules = [{ name: 'x' }, { name: 'y', url: `${receiver.origin}/y` }]
  await redis.client.set(configKey, JSON.stringify({ url: receiver.url, secret: 's3cret', rules }))
  t.match(await send(), {
    code: 0,
    stdout:
      /^Delivered to 127\.0\.0\.1:\d+ as json in \d+ ms \(status 204\), rule x, id \S+\nAlerts that are parked for this url .*15 s\nNot tested: y, with other destinations; --rule NAME tests one\n$/,
    stderr: '',
  })
  t.match(receiver.received[0], { headers: { authorization: 'Bearer s3cret' }, body: { test: true, rule: 'x' } })
  const json = await send('--rule', 'y', '--json')
  t.match(JSON.parse(json.stdout), { outcome: 'delivered', status: 204, rule: 'y', host: /^127/, format: 'json' })
  t.notOk('untested' in JSON.parse(json.stdout), 'who names a rule means that one')
  t.equal(receiver.received[1]?.path, '/y')
  t.match(await send('--rule', 'z'), { code: 1, stderr: /\(x, y\), got another name/ })
  receiver.answerWith(
    503,
    404,
    302,
    (_request, response) => response.writeHead(410).end('channel_is_archived'),
    (_request, response) => response.end('ok'),
  )
  t.match(await send(), {
    code: 1,
    stderr: /not delivered to 127\S+ as json \(serverError, status 503\); a real one would be tried again/,
  })
  t.match(await send(), { code: 1, stderr: /\(clientError, status 404\); a real one would be kept/ })
  t.match(await send(), { code: 1, stderr: /\(redirect, status 302\); redirects are not followed/ })
  const gone = await send('--json')
  t.match(gone, { code: 1, stderr: /\(clientError, status 410: channel_is_archived\); a real one would be kept/ })
  t.match(JSON.parse(gone.stdout), { outcome: 'rejected', status: 410, answer: 'channel_is_archived' })
  t.match(await send(), { code: 0, stdout: /\(status 200: ok\)/ })
  await redis.client.set(configKey, JSON.stringify({ url: 'http://no-such-host.invalid/secret-path' }))
  const unknown = await send()
  t.match(unknown, { code: 1, stderr: /not delivered to no-such-host\.invalid as json \(dns\); .* tried again/ })
  t.notMatch(unknown.stderr, /secret-path/)
})

t.test('a delivered test lets what is parked for its url be tried again at once', async (t) => {
  const receiver = await startReceiver(t)
  receiver.answerWith(403, 204)
  const options = { url: receiver.url, threshold: 1, redis: redis.url, configKey: redis.newConfigKey() }
  const evaluator = createEvaluator(options)
  t.teardown(() => evaluator.close())
  evaluator.observe({ statusCode: 500 })
  await evaluator.flush()
  t.match(evaluator.stats(), { parked: 1, delivered: 0 })
  const where = ['--redis', redis.url, '--config-key', options.configKey]
  t.match(await runCli(['test', '--url', receiver.url, ...where]), { code: 0, stdout: /parked for this url/ })
  await evaluator.flush()
  await eventually(() => evaluator.stats().delivered === 1)
  t.equal(receiver.received.length, 3)
  t.equal(receiver.received[2]?.body.id, receiver.received[0]?.body.id)
})

t.test('a test at PagerDuty is ended again, and says where that failed', async (t) => {
  const receiver = await startReceiver(t)
  const test = ['test', '--url', receiver.url, '--format', 'pagerduty', '--secret', 'k'.repeat(32)]
  receiver.answerWith((_request, response) => response.writeHead(202).end('{"message":"Event processed"}'))
  t.match(await runCli(test), {
    code: 0,
    stdout:
      /^Delivered to \S+ as pagerduty .*\(status 202: Event processed\).*\nIt is resolved again \(status 202: Event processed\)\n$/,
  })
  receiver.answerWith(202, 500)
  t.match(await runCli(test), { code: 0, stdout: /\nIt is still open there, .*\(serverError, status 500\)\n$/ })
  t.equal(receiver.received.length, 4)
})

t.test('waits for as long as it is told to', async (t) => {
  const receiver = await startReceiver(t)
  receiver.answerWith((_request, response) => setTimeout(() => response.writeHead(204).end(), 700))
  const test = ['test', '--url', receiver.url, '--timeout-ms']
  t.match(await runCli([...test, '500']), { code: 1, stderr: /\(unanswered\)/ })
  t.match(await runCli([...test, '20000']), { code: 0 })
})

t.test(
  'it goes where --url says, whatever is stored; a url in a variable is one that the stored config may replace',
  async (t) => {
    const receiver = await startReceiver(t)
    t.match(await runCli(['test', '--url', receiver.url]), { code: 0, stdout: /^Delivered to \S+ as json in \d+ ms/ })
    t.match(await runCli(['test'], { env: { LOGSIREN_URL: receiver.url, LOGSIREN_SECRET: 'abc' } }), { code: 0 })
    t.match(receiver.received[1], { headers: { authorization: 'Bearer abc' } })
    t.match(await runCli(['test', '--url', 'http://169.254.169.254/canary']), {
      code: 1,
      stderr: /Expected `--url` to be at an address that is allowed/,
    })
    t.match(await runCli(['test', '--url', receiver.url, '--no-allow-private-destinations']), {
      code: 1,
      stderr: /not public/,
    })
    receiver.answerWith(404, 204)
    t.match(await runCli(['test', '--url', receiver.url]), { code: 1, stderr: /\(clientError, status 404\)/ })
    t.match(await runCli(['test', '--url', receiver.url, '--format', 'slack']), { code: 0 })
    t.match(receiver.received.at(-1)?.body, { text: /^🧪 \[TEST\] /, blocks: Array })
    const pagerduty = ['test', '--url', receiver.url, '--format', 'pagerduty']
    t.match(await runCli(pagerduty), { code: 2, stderr: /PagerDuty’s routing key, got none/ })
    t.match(await runCli(['test', '--url', receiver.url, '--format', 'xml']), {
      code: 2,
      stderr: /`--format` to be one of/,
    })
    const configKey = redis.newConfigKey()
    const keyless = [...pagerduty, '--redis', redis.url, '--config-key', redis.newConfigKey()]
    t.match(await runCli(keyless), { code: 1, stderr: /\(noSecret\); PagerDuty takes its routing key from the secret/ })
    const where = ['--redis', redis.url, '--config-key', configKey]
    const flag = ['test', ...where, '--url', `${receiver.origin}/flag?key=canary`]
    const variable = { env: { LOGSIREN_URL: `${receiver.origin}/variable` } }
    t.match(await runCli(['test', ...where], variable), { code: 0 })
    t.equal(receiver.received.at(-1)?.path, '/variable')
    await redis.client.set(configKey, JSON.stringify({ url: `${receiver.origin}/stored`, secret: 'stored' }))
    t.match(await runCli(['test', ...where], variable), { code: 0 })
    t.equal(receiver.received.at(-1)?.path, '/stored')
    const flagged = await runCli(flag)
    t.match(flagged, { code: 0, stdout: /^Delivered to 127\.0\.0\.1:\d+ as json/ })
    t.equal(receiver.received.at(-1)?.path, '/flag?key=canary')
    t.equal(receiver.received.at(-1)?.headers.authorization, undefined, 'the stored secret stays with its url')
    t.notMatch(flagged.stdout, /canary|flag/)
    t.match(await runCli([...flag, '--rule', 'x']), { code: 2, stderr: /--url or --rule, got both/ })
  },
)

t.test('shows with --verbose what was sent, also where it was refused', async (t) => {
  const receiver = await startReceiver(t)
  const template = ['--format', 'template', '--template', '{"text":"\u202e{title}","n":"{count}"}']
  const secrets = ['--secret', 'canary1', '--headers', '{"X-Api-Key":"canary2"}']
  receiver.answerWith(400, 204)
  for (const code of [1, 0]) {
    const shown = await runCli(['test', '--url', receiver.url, ...template, ...secrets, '--verbose'])
    t.equal(shown.code, code)
    const [headers, body = ''] = shown.stdout.split('\n')
    t.equal(headers, 'Headers: content-type, user-agent, webhook-id, webhook-timestamp, authorization, x-api-key')
    t.match(body, /^\{"text":"\\u202e\[TEST\] /, 'a terminal gets nothing that it would act on')
    t.strictSame(JSON.parse(body), receiver.received.at(-1)?.body)
    t.notMatch(shown.stdout + shown.stderr, /canary/)
  }
  t.match(receiver.received.at(-1)?.headers, { authorization: 'Bearer canary1', 'x-api-key': 'canary2' })
  const json = await runCli(['test', '--url', receiver.url, ...template, '--verbose', '--json'])
  t.equal(JSON.parse(json.stdout).sent.body.includes('"n":10'), true)
})
