import t from 'tap'
import { runCli } from '../fixtures/cli.js'
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
    stdout: /^Delivered to 127\.0\.0\.1:\d+ as json in \d+ ms \(status 204\), rule x, id \S+\n$/,
    stderr: '',
  })
  t.match(receiver.received[0], { headers: { authorization: 'Bearer s3cret' }, body: { test: true, rule: 'x' } })
  const json = await send('--rule', 'y', '--json')
  t.match(JSON.parse(json.stdout), { outcome: 'delivered', status: 204, rule: 'y', host: /^127/, format: 'json' })
  t.equal(receiver.received[1]?.path, '/y')
  t.match(await send('--rule', 'z'), { code: 1, stderr: /\(x, y\), got another name/ })
  receiver.answerWith(503, 404, 302, 410)
  t.match(await send(), {
    code: 1,
    stderr: /not delivered to 127\S+ as json \(serverError, status 503\); a real one would be tried again/,
  })
  t.match(await send(), { code: 1, stderr: /\(clientError, status 404\); a real one would be kept/ })
  t.match(await send(), { code: 1, stderr: /\(redirect, status 302\); redirects are not followed/ })
  const gone = await send('--json')
  t.match(gone, { code: 1, stderr: /clientError, status 410/ })
  t.match(JSON.parse(gone.stdout), { outcome: 'rejected', status: 410 })
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
      stderr: /address that is allowed/,
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
