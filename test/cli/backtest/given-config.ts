import { PassThrough } from 'node:stream'
import t from 'tap'
import { type GivenConfig, givenConfig } from '../../../src/cli/backtest/given-config.js'
import { startRedis } from '../../fixtures/redis.js'

const redis = await startRedis(t)

function parts(variables: Record<string, string> = {}) {
  const terminal = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() }
  return { terminal, variables, ended: new AbortController().signal }
}

t.test('says what flags and variables try', async (t) => {
  const given = (flags: object, variables = {}): Promise<GivenConfig> =>
    givenConfig({ ...flags }, parts(variables), false)
  t.match(await given({}), { source: 'options', text: 'the defaults: 10 errors in 60 s, cooldown 5 min', notes: [] })
  t.match(await given({ threshold: '20' }, { LOGSIREN_WINDOW_SECONDS: '7200', REDIS_URL: redis.url }), {
    options: { threshold: 20, windowSeconds: 7200 },
    text: '--threshold, LOGSIREN_WINDOW_SECONDS: 20 errors in 2 h, cooldown 5 min',
  })
  const rules = JSON.stringify(Array.from({ length: 7 }, (_, i) => ({ name: `r${i}`, threshold: i + 1 })))
  t.match((await given({ rules })).text, /^--rules: r0 1 error in 60 s, .*; r4 5 errors .*; and 2 more rules$/)
  t.match((await given({ newOnly: true })).text, /: 1 new kind in 60 s, /)
  t.match((await given({ enabled: 'false' })).notes, ['Alerts are off: enabled is false.'])
})

t.test('does not take a place in Redis for nothing', async (t) => {
  for (const flags of [{ redis: redis.url }, { configKey: 'k' }])
    await t.rejects(givenConfig(flags, parts(), false), {
      name: 'UsageError',
      message: /^Expected --(redis|config-key) together with --stored/,
    })
  await t.rejects(givenConfig({}, parts(), true), { name: 'UsageError', message: /--redis/ })
})

t.test('lays the stored config over flags, as every process does over its options', async (t) => {
  const configKey = redis.newConfigKey()
  const given = (flags: object): Promise<GivenConfig> =>
    givenConfig({ redis: redis.url, configKey, ...flags }, parts(), true)
  await t.rejects(given({}), {
    message: `Expected a config to be stored under \`${configKey}\`, but there is none: every process uses the options in its code; give those as flags, without --stored`,
  })
  await redis.client.set(configKey, '{"threshold":"x"}')
  await t.rejects(given({}), { code: 'ERR_LOGSIREN_CONFIG', message: /the stored config is not valid/ })
  const document = {
    url: 'https://a.test/canary',
    secret: 'canary',
    threshold: 7,
    rules: [{ name: 'db', window_seconds: 30 }],
  }
  await redis.client.set(configKey, JSON.stringify(document))
  const { options, source, text, notes } = await given({ threshold: '3', windowSeconds: '5', minLevel: 'error' })
  t.match(options, { threshold: 7, windowSeconds: 5, minLevel: 'error', rules: [{ name: 'db', windowSeconds: 30 }] })
  t.equal(source, 'stored')
  t.equal(
    text,
    `stored under \`${configKey}\`, over --window-seconds, --min-level: db 7 errors in 30 s, cooldown 5 min`,
  )
  t.strictSame(notes, [
    '--threshold makes no difference: the stored config has its own. Try it with --compare.',
    'Alerts are off: enabled is missing beside a url. The report tells what would be sent if they were on.',
  ])
  t.notMatch(JSON.stringify([options, text, notes]), /canary/)
})
