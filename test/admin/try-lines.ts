import t from 'tap'
import type { AdminRequest } from '../../src/admin/exchange.js'
import { tryLines } from '../../src/admin/try-lines.js'
import { openControl } from '../../src/control/control.js'
import { startRedis } from '../fixtures/redis.js'

const redis = await startRedis(t)

function request(value: unknown): AdminRequest {
  return {
    method: 'POST',
    route: '/try',
    url: new URL('http://localhost/try'),
    headers: new Headers({ 'content-type': 'application/json' }),
    body: async () => ({ kind: 'parsed', value }),
  }
}

const lines = Array.from({ length: 6 }, (_, i) =>
  JSON.stringify({ level: 50, time: 1_790_000_000_000 + i * 1000, model: i % 2 ? 'a' : 'b', msg: 'db timeout' }),
).join('\n')

t.test('tells what a config would have raised, by its JSON names', async (t) => {
  const control = openControl({ redis: redis.url, configKey: redis.newConfigKey() })
  t.teardown(() => control.close())
  const config = {
    enabled: false,
    url: '',
    secret: 's',
    threshold: 3,
    window_seconds: 30,
    cooldown_seconds: 0,
    group_by: ['model'],
  }
  const report = await (await tryLines(control, request({ lines, config }))).json()
  t.match(report, {
    lines: 6,
    errors: 6,
    alerts: [
      {
        rule: 'default',
        count: 3,
        window_seconds: 30,
        group_by: { model: 'b' },
        sample: { error_message: 'db timeout' },
      },
      { group_by: { model: 'a' } },
    ],
  })
  t.notMatch(report, { compared: [] })
  const rules = [{ name: 'x', enabled: false, match: { model: 'a' }, threshold: 2, cooldown_seconds: 60 }]
  t.match(await (await tryLines(control, request({ lines, config: { rules } }))).json(), {
    alerts: [{ rule: 'x', count: 2 }],
  })
  // 0 is the default, as in every process, and not what the rule would inherit.
  const ofDefault = { threshold: 3, rules: [{ name: 'x', threshold: 0 }] }
  const { alerts } = Object(await (await tryLines(control, request({ lines, config: ofDefault }))).json())
  t.strictSame(alerts, [])
})

t.test('without a config it is the stored one', async (t) => {
  const configKey = redis.newConfigKey()
  const control = openControl({ redis: redis.url, configKey })
  t.teardown(() => control.close())
  t.match(await (await tryLines(control, request({ lines }))).json(), { alerts: [] }, 'the default is 10')
  await redis.client.set(configKey, '{"threshold":5}')
  t.match(await (await tryLines(control, request({ lines }))).json(), { alerts: [{ threshold: 5 }] })
  await redis.client.set(configKey, '{"threshold":"5"}')
  await t.rejects(tryLines(control, request({ lines })), { code: 'ERR_LOGSIREN_CONFIG', message: /stored config/ })
})

t.test('what is wrong is told where it is', async (t) => {
  const control = openControl({ redis: redis.url, configKey: redis.newConfigKey() })
  t.teardown(() => control.close())
  for (const value of [{}, null, 'x', { lines: 7 }])
    await t.rejects(tryLines(control, request(value)), { code: 'ERR_LOGSIREN_CONFIG', problems: [{ path: 'lines' }] })
  const bad = { lines, config: { threshold: 1.5 } }
  await t.rejects(tryLines(control, request(bad)), {
    code: 'ERR_LOGSIREN_CONFIG',
    problems: [{ path: 'config.threshold' }],
  })
})

t.test('reads what watch reads, and says what was not understood', async (t) => {
  const control = openControl({ redis: redis.url, configKey: redis.newConfigKey() })
  t.teardown(() => control.close())
  const config = { threshold: 2 }
  const text = [
    '2026-11-23T18:00:00Z ERROR a',
    '203.0.113.9 - - [23/Nov/2026:18:00:01 +0000] "GET / HTTP/1.1" 503 1',
    'what is this?',
  ]
  const trial = async (value: object): Promise<unknown> => (await tryLines(control, request(value))).json()
  t.match(await trial({ lines: text.join('\n'), config }), {
    lines: 3,
    errors: 2,
    not_understood: { lines: 1, first: 'what is this?', most: false },
    alerts: [{ count: 2, at: '2026-11-23T18:00:01.000Z' }],
  })
  t.match(await trial({ lines: text.join('\n'), config, parser: 'json' }), {
    errors: 0,
    not_understood: { lines: 3, most: true },
  })
  await t.rejects(trial({ lines: 'x', parser: 'xml' }), { code: 'ERR_LOGSIREN_CONFIG', problems: [{ path: 'parser' }] })
})
