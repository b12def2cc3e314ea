import { once } from 'node:events'
import t from 'tap'
import { createEvaluator } from '../../../src/evaluator/evaluator.js'
import { runCli, startCli } from '../../fixtures/cli.js'
import { startReceiver } from '../../fixtures/receiver.js'
import { freePort, startRedis } from '../../fixtures/redis.js'

const redis = await startRedis(t)

t.test('shows what a running process counts and tells', async (t) => {
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  const where = ['--redis', redis.url, '--config-key', configKey]
  const evaluator = createEvaluator({ redis: redis.url, configKey, url: receiver.url, threshold: 3, groupBy: 'model' })
  t.teardown(() => evaluator.close())
  for (let i = 0; i < 3; i += 1) evaluator.observe({ statusCode: 503, model: 'm1', errorMessage: 'db timeout' })
  evaluator.observe({ statusCode: 503, model: 'm2' })
  await evaluator.flush()
  const { code, stdout } = await runCli(['status', ...where])
  t.equal(code, 0)
  t.match(stdout, /^default +model=m1 +██████████ +3 +3 in 60 s +\d+ (?:s|min) +- +\d+ s ago$/m)
  t.match(stdout, /^default +model=m2 +███░░░░░░░ +1 +3 in 60 s +- +- +-$/m)
  t.match(stdout, /\nReceivers\n.*\ndefault +127\.0\.0\.1:\d+ +json +delivered \d+ s ago: status 204\n/)
  t.match(stdout, /\nProcesses\n.*\n- +\S+ +\d+ +evaluator +[\d.]+ +\d+ +\d+ s ago +its options\n/)
  t.match(stdout, /Lately\n\d+ s ago +alert +default +model=m1 +delivered +3 errors: db timeout\n/)
  const json = await runCli(['status', '--json', ...where])
  t.match(JSON.parse(json.stdout), {
    rows: [{ rule: 'default', count: 3 }, { count: 1 }],
    recent: [{ outcome: 'delivered' }],
    processes: [{ logger: 'evaluator', config: 'options' }],
    rows_beyond: 0,
    config: { state: 'missing', problem: null },
  })
})

t.test('says under which key nothing is known', async (t) => {
  const configKey = redis.newConfigKey()
  const { code, stdout } = await runCli(['status', '--redis', redis.url, '--config-key', configKey])
  t.equal(code, 0)
  t.match(stdout.replaceAll('\n', ' '), `Nothing is known under the key ${configKey} in this database: `)
})

t.test('with --watch it goes on until it is interrupted, and then ends well', async (t) => {
  const configKey = redis.newConfigKey()
  const args = ['status', '--watch', '0.1', '--json', '--redis', redis.url, '--config-key', configKey]
  const child = startCli(args)
  let lines = 0
  for await (const chunk of child.stdout) {
    lines += String(chunk).split('\n').length - 1
    if (lines >= 3) break
  }
  child.kill('SIGINT')
  const [code] = await once(child, 'close')
  t.equal(code, 0)
  t.match(await runCli(['status', '--watch', '0']), { code: 2, stderr: /seconds from 0\.1 to 3600/ })
})

t.test('with --watch, what is read by programs holds no errors', async (t) => {
  const away = `redis://:canary@127.0.0.1:${await freePort()}`
  for (const json of [[], ['--json']]) {
    const child = startCli(['status', '--watch', '0.1', '--redis', away, ...json])
    let stdout = ''
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += String(chunk)
    })
    const [said] = await once(child.stderr, 'data')
    t.match(String(said), /^logsiren: Expected Redis to answer for the status, got: /)
    t.notMatch(String(said), /canary/)
    child.kill('SIGTERM')
    t.strictSame(await once(child, 'close'), [0, null])
    t.equal(stdout, '')
  }
})
