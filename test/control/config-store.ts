import t, { type Test } from 'tap'
import { type ConfigStore, createConfigStore } from '../../src/control/config-store.js'
import { freePort, startRedis } from '../fixtures/redis.js'
import { run } from '../fixtures/run.js'

const redis = await startRedis(t)

function open(t: Test): { store: ConfigStore; configKey: string; stored: () => Promise<unknown> } {
  const configKey = redis.newConfigKey()
  const store = createConfigStore({ redis: redis.url, configKey })
  t.teardown(() => store.close())
  return { store, configKey, stored: async () => JSON.parse((await redis.client.get(configKey)) ?? 'null') }
}

const defaults = {
  enabled: false,
  url: '',
  secret: '',
  threshold: 10,
  windowSeconds: 60,
  cooldownSeconds: 300,
  statusCodeThreshold: 500,
}

t.test('gives the defaults where there is no key', async (t) => {
  const { store } = open(t)
  t.strictSame(await store.get(), defaults)
})

t.test('stores the seven members filled in, trimmed, in snake_case, and further ones that were given', async (t) => {
  const { store, stored } = open(t)
  await store.set({
    enabled: true,
    url: ' https://example.test/hook ',
    secret: ' x ',
    threshold: 0,
    windowSeconds: -5,
    windowType: 'fixed',
  })
  t.strictSame(await stored(), {
    enabled: true,
    url: 'https://example.test/hook',
    secret: 'x',
    threshold: 10,
    window_seconds: 60,
    cooldown_seconds: 300,
    status_code_threshold: 500,
    window_type: 'fixed',
  })
  t.strictSame(await store.get(), {
    ...defaults,
    enabled: true,
    url: 'https://example.test/hook',
    secret: 'x',
    windowType: 'fixed',
  })
  await store.set({ url: 'https://example.test/hook' })
  t.strictSame(Object.keys((await stored()) as object).length, 7, 'a whole replace')
})

t.test('keeps members that it does not know', async (t) => {
  const { store, configKey, stored } = open(t)
  await redis.client.set(configKey, '{"enabled":false,"url":"https://a.test/","owner":"ops","window_type":"fixed"}')
  await store.set({ enabled: true, url: 'https://b.test/' })
  t.match(await stored(), { owner: 'ops', url: 'https://b.test/' })
  t.notOk(Object.hasOwn((await stored()) as object, 'window_type'))
})

t.test('needs a url where it is enabled, and deletes the key where it is neither', async (t) => {
  const { store, configKey } = open(t)
  await t.rejects(store.set({ enabled: true, url: '  ' }), {
    code: 'ERR_LOGSIREN_CONFIG',
    message: 'logsiren: url is required when enabled',
    problems: [{ path: 'url', message: 'url is required when enabled' }],
  })
  await store.set({ url: 'https://example.test/' })
  t.equal(await redis.client.exists(configKey), 1)
  await store.set({ enabled: false, url: '' })
  t.equal(await redis.client.exists(configKey), 0)
  await store.set({ enabled: true, url: 'https://example.test/' })
  await store.delete()
  await store.delete()
  t.equal(await redis.client.exists(configKey), 0)
})

t.test('refuses what is not valid, under the names that its caller knows, and never shows a secret', async (t) => {
  const { store, configKey } = open(t)
  const bad = { windowSeconds: 1.5, url: 'https://user:canary@a.test/', secret: 'whsec_canary' }
  const error: unknown = await store.set(bad).catch((error: unknown) => error)
  t.match(error, {
    problems: [{ path: 'url' }, { path: 'secret' }, { path: 'windowSeconds', message: /`windowSeconds`/ }],
  })
  t.notMatch(`${error} ${JSON.stringify(error)}`, /canary/)
  await t.rejects(store.set({ window_seconds: 5 } as object), {
    code: 'ERR_LOGSIREN_CONFIG',
    message: /`window_seconds`/,
  })
  await redis.client.set(configKey, 'not json')
  await t.rejects(store.get(), { code: 'ERR_LOGSIREN_CONFIG' })
  await store.set({ enabled: true, url: 'https://example.test/' })
  t.match(await store.get(), { enabled: true })
})

t.test('writers at the same time do not lose each other’s unknown members', async (t) => {
  const { store, configKey, stored } = open(t)
  await redis.client.set(configKey, '{"url":"https://a.test/","owner":"ops"}')
  await Promise.all(Array.from({ length: 10 }, (_, i) => store.set({ enabled: true, url: `https://a.test/${i}` })))
  t.match(await stored(), { owner: 'ops', url: /^https:\/\/a\.test\/\d$/ })
})

t.test('fails with a code where Redis is away, and needs one to be named', async (t) => {
  const store = createConfigStore({ redis: `redis://127.0.0.1:${await freePort()}` })
  t.teardown(() => store.close())
  await t.rejects(store.get(), { code: 'ERR_LOGSIREN_REDIS' })
  t.throws(() => createConfigStore({} as { redis: string }), {
    code: 'ERR_LOGSIREN_CONFIG',
    problems: [{ path: 'redis' }],
  })
})

t.test('a script that only reads the config gets its answer, and ends when it closes the store', async (t) => {
  const program = `import { createConfigStore } from 'logsiren'
    const store = createConfigStore({ redis: '${redis.url}', configKey: '${redis.newConfigKey()}' })
    process.stdout.write(String((await store.get()).threshold))
    await store.close()`
  t.strictSame(await run(program), { code: 0, signal: null, stdout: '10', stderr: '' })
})

t.test('stores rules in snake_case and gives them back as they were', async (t) => {
  const { store, stored } = open(t)
  const rules = [
    { name: 'payments', match: { 'app.area': 'payments', statusCode: { gte: 500 } }, windowSeconds: 5 },
    { name: 'rest', enabled: false, cooldownSeconds: 7 },
  ]
  await store.set({ url: 'https://example.test/hook', rules })
  t.match(await stored(), {
    rules: [
      { name: 'payments', match: { 'app.area': 'payments', statusCode: { gte: 500 } }, window_seconds: 5 },
      { name: 'rest', enabled: false, cooldown_seconds: 7 },
    ],
  })
  t.strictSame((await store.get()).rules, rules)
  await t.rejects(store.set({ url: 'https://example.test/hook', rules: [{ name: 'a', threshold: 2 ** 31 }] }), {
    code: 'ERR_LOGSIREN_CONFIG',
    problems: [{ path: 'rules.0.threshold', message: /^Expected `rules.0.threshold` to be an integer/ }],
  })
  await t.rejects(store.set({ rules: [{ name: 'a', window_seconds: 5 } as object as { name: string }] }), {
    code: 'ERR_LOGSIREN_CONFIG',
    problems: [{ path: 'rules.0.window_seconds' }],
  })
  const strange = { name: 'a', owner: 'me' }
  await t.rejects(store.set({ rules: [strange] }), {
    code: 'ERR_LOGSIREN_CONFIG',
    problems: [{ path: 'rules.0.owner' }],
  })
  t.strictSame((await store.get()).rules, rules, 'what is refused changes nothing')
})

t.test('stores the further members where they were given, and gives them back', async (t) => {
  const { store, stored } = open(t)
  const url = 'https://example.test/hook'
  await store.set({ url, cooldownMaxSeconds: 900, groupBy: ['model'], format: 'slack', sendResolved: true })
  t.match(await stored(), { cooldown_max_seconds: 900, group_by: ['model'], format: 'slack', send_resolved: true })
  t.match(await store.get(), { cooldownMaxSeconds: 900, groupBy: ['model'], format: 'slack', sendResolved: true })
  await store.set({ url })
  await t.rejects(store.set({ enabled: true, url: 'https://events.pagerduty.com/v2/enqueue' }), {
    code: 'ERR_LOGSIREN_CONFIG',
    problems: [{ path: 'secret', message: 'Expected `secret` to be PagerDuty’s routing key, got none' }],
  })
  t.strictSame(
    Object.keys(await store.get()).filter((name) => /Max|group|Resolved|format/.test(name)),
    [],
  )
})

t.test('rules keep what this version does not know of them, and are no reason to delete the key', async (t) => {
  const { store, configKey, stored } = open(t)
  const url = 'https://example.test/hook'
  await redis.client.set(configKey, JSON.stringify({ url, rules: [{ name: 'a', team: 'db', threshold: 3 }] }))
  await store.set({ url, rules: [{ name: 'a' }, { name: 'b' }] })
  t.match(await stored(), { rules: [{ name: 'a', team: 'db' }, { name: 'b' }] })
  await store.set({ rules: [{ name: 'a', enabled: true, url }] })
  t.match(await stored(), { enabled: false, url: '', rules: [{ name: 'a', enabled: true, url, team: 'db' }] })
  await store.set({ rules: [{ name: 'a' }] })
  t.equal(await redis.client.exists(configKey), 0)
})

t.test('what has not even the shape of a config is told as every other problem', async (t) => {
  const { store } = open(t)
  const cases: [given: unknown, path: string][] = [
    [null, ''],
    ['x', ''],
    [[], ''],
    [{ rules: {} }, 'rules'],
    [{ rules: 'abc' }, 'rules'],
    [{ rules: [null] }, 'rules.0'],
  ]
  for (const [given, path] of cases)
    await t.rejects(store.set(given as object), { code: 'ERR_LOGSIREN_CONFIG', problems: [{ path }] })
})

t.test('a secret that is left out is none, in a rule, too', async (t) => {
  const { store, stored } = open(t)
  const url = 'https://example.test/hook'
  const rules = [{ name: 'a', url, secret: 'canary' }]
  await store.set({ url, secret: 'canary', rules })
  t.match(await stored(), { secret: 'canary', rules: [{ secret: 'canary' }] })
  await store.set({ url, rules: [{ name: 'a', url }] })
  t.notMatch(JSON.stringify(await stored()), /canary/)
  t.match(await store.get(), { url, secret: '', rules: [{ name: 'a', url }] })
})

t.test('stores nothing that no process would follow', async (t) => {
  const { store, configKey } = open(t)
  const groupBy = Array.from({ length: 8 }, () => 'x'.repeat(9000))
  for (const config of [
    { url: 'http://169.254.169.254/' },
    { url: 'https://a.test/', secret: '***' },
    { url: 'https://a.test/', groupBy },
  ])
    await t.rejects(store.set(config), { code: 'ERR_LOGSIREN_CONFIG' })
  t.equal(await redis.client.exists(configKey), 0)
})

t.test('leaves a value of another type alone', async (t) => {
  const { store, configKey } = open(t)
  await redis.client.rpush(configKey, 'x')
  const refused = { code: 'ERR_LOGSIREN_REDIS', message: /another type/ }
  await t.rejects(store.set({ enabled: true, url: 'https://a.test/' }), refused)
  await t.rejects(store.delete(), refused)
  t.strictSame(await redis.client.lrange(configKey, 0, -1), ['x'])
})
