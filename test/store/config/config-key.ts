import t from 'tap'
import { systemClock } from '../../../src/clock.js'
import { redisTarget } from '../../../src/config/checks/redis-option.js'
import { ConfigKey } from '../../../src/store/config/config-key.js'
import { Connection } from '../../../src/store/connection/connection.js'
import { freePort, startRedis } from '../../fixtures/redis.js'

const redis = await startRedis(t)

function open(t: Tap, url: string, configKey: string): ConfigKey {
  const target = redisTarget(url)
  if (target === undefined) throw new Error('no address')
  const connection = new Connection({ target, clock: systemClock, connectTimeoutMs: 500, holdsProcess: true })
  t.teardown(() => connection.close())
  return new ConfigKey(connection, configKey)
}
type Tap = typeof t | { teardown(task: () => void): void }

t.test('reads and replaces; writers at the same time each see what the others wrote', async (t) => {
  const configKey = redis.newConfigKey()
  const key = open(t, redis.url, configKey)
  t.equal(await key.peek(), null)
  t.equal(await redis.client.exists(`${configKey}:revision`), 0, 'a look writes nothing')
  t.match(await key.read(), { kind: 'missing', revision: /^\d+$/ })
  const add = (): Promise<string> =>
    key.replace((stored) => String(1 + Number(stored.kind === 'text' ? stored.text : 0)))
  const revisions = await Promise.all(Array.from({ length: 15 }, add))
  t.equal(new Set(revisions).size, 15)
  t.equal(await key.peek(), '15')
  t.match(await key.read(), { kind: 'text', text: '15' })
})

t.test('what its caller throws ends it, and nothing is written', async (t) => {
  const configKey = redis.newConfigKey()
  const key = open(t, redis.url, configKey)
  const refuse = (): string => {
    throw new RangeError('not this one')
  }
  await t.rejects(key.replace(refuse), RangeError)
  t.equal(await redis.client.exists(configKey), 0)
})

t.test('a value of another type is told, and may be replaced and deleted by who has seen it', async (t) => {
  const configKey = redis.newConfigKey()
  await redis.client.rpush(configKey, 'a')
  const key = open(t, redis.url, configKey)
  const { kind, revision } = await key.read()
  t.equal(kind, 'unreadable')
  const refuse = (stored: { readonly kind: string }): string => {
    throw new RangeError(stored.kind)
  }
  await t.rejects(key.replace(refuse), { name: 'RangeError', message: 'unreadable' })
  t.strictSame(await redis.client.lrange(configKey, 0, -1), ['a'])
  t.not(await key.replace(() => '{}'), revision)
  t.equal(await key.peek(), '{}')
  await redis.client.del(configKey)
  await redis.client.rpush(configKey, 'a')
  await key.replace(() => '')
  t.equal(await redis.client.exists(configKey), 0)
})

t.test('fails with a code where Redis is away', async (t) => {
  const key = open(t, `redis://127.0.0.1:${await freePort()}`, 'k')
  await t.rejects(key.peek(), { code: 'ERR_LOGSIREN_REDIS', message: /^logsiren: Expected Redis to answer/ })
  await t.rejects(key.read(), { code: 'ERR_LOGSIREN_REDIS' })
  await t.rejects(
    key.replace(() => ''),
    { code: 'ERR_LOGSIREN_REDIS' },
  )
})
