import { once } from 'node:events'
import t from 'tap'
import { drawStatus } from '../../src/cli/status.js'
import type { Status } from '../../src/control/status.js'
import { createEvaluator } from '../../src/evaluator/evaluator.js'
import { runCli, startCli } from '../fixtures/cli.js'
import { startReceiver } from '../fixtures/receiver.js'
import { freePort, startRedis } from '../fixtures/redis.js'
import { blankRow, blankStatus } from '../fixtures/status.js'

const redis = await startRedis(t)

const row = { ...blankRow, rule: 'db', count: 7 }
const { now } = blankStatus

t.test('draws a row for each rule and group, and what is over with', async (t) => {
  const status: Status = {
    ...blankStatus,
    rows: [
      {
        ...row,
        cooldown_left_seconds: 12,
        last_alert: { id: 'a', count: 11, delivered_at: '2026-11-28T11:55:12.000Z' },
      },
      {
        ...row,
        enabled: false,
        count: 30,
        group_by: { model: 'x\u001b[2J', tenant: null },
        pending: {
          id: 'b',
          kind: 'alert',
          count: 30,
          raised_at: now,
          tries: 2,
          state: 'waiting',
          next_attempt_at: '2026-11-28T12:00:30.000Z',
          attempts: [{ at: now, outcome: 'serverError, status 503' }],
        },
      },
    ],
    recent: [
      {
        id: 'a',
        kind: 'alert',
        rule: 'db',
        count: 11,
        threshold: 10,
        window_seconds: 60,
        raised_at: now,
        ended_at: '2026-11-28T09:55:12.000Z',
        outcome: 'delivered',
        tries: 2,
        attempts: [],
        sample: { status_code: 503, error_message: `db\n${'x'.repeat(99)}` },
      },
    ],
  }
  const lines = drawStatus(status).split('\n')
  t.match(lines, [
    /^rule +group +errors +cooldown +pending +last alert$/,
    /^db +- +7\/10 in 60 s +███████░░░ +12 s left +- +4 min ago$/,
    /^db \(off\) +model=x tenant=null +30\/10 in 60 s +██████████ +- +alert waiting, 2 tries, serverError, status 503, next in 30 s +-$/,
    /^$/,
    /^Lately$/,
    /^2 h ago +alert +db +- +11 errors +delivered after 2 tries +db x+…$/,
    /^$/,
  ])
  t.notMatch(lines.join(), /\u001b/)
  t.equal(drawStatus({ ...status, recent: [] }).split('\n').length, 4)
})

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
  t.match(stdout, /^default +model=m1 +3\/3 in 60 s +██████████ +\d+ s left +- +\d+ s ago$/m)
  t.match(stdout, /^default +model=m2 +1\/3 in 60 s +███░░░░░░░ +- +- +-$/m)
  t.match(stdout, /Lately\n\d+ s ago +alert +default +model=m1 +3 errors +delivered +db timeout\n/)
  const json = await runCli(['status', '--json', ...where])
  t.match(JSON.parse(json.stdout), {
    rows: [{ rule: 'default', count: 3 }, { count: 1 }],
    recent: [{ outcome: 'delivered' }],
  })
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
