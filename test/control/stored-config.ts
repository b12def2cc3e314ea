import t from 'tap'
import { openControl } from '../../src/control/control.js'
import type { StoredConfig } from '../../src/control/stored-config.js'
import { startRedis } from '../fixtures/redis.js'

const redis = await startRedis(t)
const url = 'https://a.test/hook'

function open(t: { teardown(task: () => unknown): void }) {
  const configKey = redis.newConfigKey()
  const control = openControl({ redis: redis.url, configKey })
  t.teardown(() => control.close())
  return {
    configKey,
    config: control.config,
    stored: async () => JSON.parse((await redis.client.get(configKey)) ?? 'null'),
  }
}

t.test('reads, replaces, patches and deletes, each time with the revision of what is there then', async (t) => {
  const { config, stored } = open(t)
  const missing = await config.read()
  t.match(missing, { kind: 'missing', config: { enabled: false, threshold: 10 } })
  const whole = await config.replace({ enabled: true, url, secret: 's', threshold: 5 })
  t.match(whole, { kind: 'valid', config: { threshold: 5, secret_set: true } })
  t.match(await stored(), { enabled: true, url, secret: 's', threshold: 5, window_seconds: 60 })
  const { revision } = await config.read()
  t.equal(revision, whole.revision)
  const patched = await config.patch({ threshold: 6 }, ['window_seconds'])
  t.not(patched.revision, revision)
  t.match(await stored(), { threshold: 6, secret: 's' })
  t.notOk(Object.hasOwn(await stored(), 'window_seconds'))
  await config.delete()
  t.match(await config.read(), { kind: 'missing' })
})

t.test('lands on what was looked at, or nowhere', async (t) => {
  const { configKey, config, stored } = open(t)
  const { revision } = await config.replace({ url })
  const precondition = (now: StoredConfig): void => {
    if (now.revision !== revision) throw new RangeError('stale')
  }
  await redis.client.set(configKey, JSON.stringify({ url, threshold: 7 }))
  await t.rejects(config.replace({ url, threshold: 8 }, { precondition }), RangeError)
  await t.rejects(config.patch({ threshold: 8 }, [], { precondition }), RangeError)
  await t.rejects(config.delete(precondition), RangeError)
  t.strictSame(await stored(), { url, threshold: 7 })
})

t.test('of many who change what they have read, one wins each time', async (t) => {
  const { config } = open(t)
  await config.replace({ url, threshold: 1 })
  const increment = async (): Promise<void> => {
    for (;;) {
      const before = await config.read()
      if (before.kind !== 'valid') throw new Error('it is there')
      const precondition = (now: StoredConfig): void => {
        if (now.revision !== before.revision) throw new RangeError('stale')
      }
      try {
        await config.patch({ threshold: before.config.threshold + 1 }, [], { precondition })
        return
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
      }
    }
  }
  await Promise.all(Array.from({ length: 12 }, increment))
  t.match(await config.read(), { config: { threshold: 13 } })
})

t.test('a dry run says what it would do, and writes nothing', async (t) => {
  const { configKey, config } = open(t)
  t.match(await config.replace({ enabled: true, url }, { isDryRun: true }), { kind: 'valid', config: { url } })
  await t.rejects(config.replace({ enabled: true }, { isDryRun: true }), { code: 'ERR_LOGSIREN_CONFIG' })
  t.equal(await redis.client.exists(configKey), 0)
})

t.test('what is not valid is told, and may be replaced', async (t) => {
  const { configKey, config } = open(t)
  await redis.client.set(configKey, '{"threshold":"canary"}')
  t.match(await config.read(), { kind: 'invalid', problems: [{ path: 'threshold' }] })
  await t.rejects(config.replace({ url: 'http://169.254.169.254/' }), {
    code: 'ERR_LOGSIREN_CONFIG',
    problems: [{ path: 'url' }],
  })
  t.match(await config.replace({ url }), { kind: 'valid' })
  await redis.client.del(configKey)
  await redis.client.rpush(configKey, 'x')
  t.match(await config.read(), { kind: 'invalid', problems: [{ path: '', message: /another type/ }] })
  await t.rejects(config.patch({ threshold: 5 }, []), { message: /replace it as a whole, or delete it/ })
  t.match(await config.replace({ url }), { kind: 'valid' })
  await redis.client.del(configKey)
  await redis.client.rpush(configKey, 'x')
  await config.delete()
  t.equal(await redis.client.exists(configKey), 0)
  const large = { url, group_by: Array.from({ length: 8 }, () => 'x'.repeat(9000)) }
  await t.rejects(config.replace(large), { code: 'ERR_LOGSIREN_CONFIG', message: /at most 65536 characters/ })
})

t.test('what is not valid is not patched: the rest of it would be lost', async (t) => {
  const { configKey, config } = open(t)
  const text = JSON.stringify({ url, secret: 'canary', threshold: 'x' })
  await redis.client.set(configKey, text)
  for (const isDryRun of [true, false]) {
    const error: unknown = await config.patch({ window_seconds: 30 }, [], { isDryRun }).catch((error: unknown) => error)
    t.match(error, { code: 'ERR_LOGSIREN_CONFIG', problems: [{ path: 'threshold' }], message: /replace it as a whole/ })
    t.notMatch(String(error), /canary/)
  }
  t.equal(await redis.client.get(configKey), text)
})

t.test('changes one rule that is stored; peeks without writing anything', async (t) => {
  const { configKey, config, stored } = open(t)
  t.equal(await config.peek(), undefined)
  await t.rejects(config.patchRule('a', { threshold: 3 }, [], {}), {
    code: 'ERR_LOGSIREN_CONFIG',
    message: /Expected a rule `a` to be stored, but there is none/,
  })
  await redis.client.set(configKey, JSON.stringify({ rules: [{ name: 'a', window_seconds: 5 }, { name: 'b' }] }))
  t.match(await config.patchRule('a', { threshold: 3 }, ['window_seconds'], {}), { kind: 'valid' })
  t.strictSame(await stored(), { rules: [{ name: 'a', threshold: 3 }, { name: 'b' }] })
  t.strictSame(await config.peek(), { rules: [{ name: 'a', threshold: 3 }, { name: 'b' }] })
  await redis.client.set(configKey, '{')
  await t.rejects(config.peek(), { code: 'ERR_LOGSIREN_CONFIG', message: /the stored config is not valid/ })
})

t.test('stores a whole document as it is given where it is asked to', async (t) => {
  const { config, stored } = open(t)
  await config.replace({ enabled: true, threshold: 5 }, { fills: false })
  t.strictSame(await stored(), { enabled: true, threshold: 5 })
})
