import t, { type Test } from 'tap'
import { systemClock } from '../../../src/clock.js'
import { redisTarget } from '../../../src/config/checks/redis-option.js'
import { inForce, SilenceKey } from '../../../src/store/config/silence-key.js'
import { Connection } from '../../../src/store/connection/connection.js'
import { freePort, startRedis } from '../../fixtures/redis.js'

const redis = await startRedis(t)

function open(t: Test, url: string, configKey: string): SilenceKey {
  const target = redisTarget(url)
  if (target === undefined) throw new Error('no address')
  const connection = new Connection({ target, clock: systemClock, connectTimeoutMs: 500, holdsProcess: true })
  t.teardown(() => connection.close())
  return new SilenceKey(connection, configKey)
}

t.test('adds, lists and ends, by the clock of the server', async (t) => {
  const configKey = redis.newConfigKey()
  const key = open(t, redis.url, configKey)
  t.strictSame(await key.list(), [])
  const hour = await key.add({
    forMs: 3_600_000,
    rule: 'db',
    group: { model: null, key_id: 7 },
    reason: '"x"',
    by: 'a',
  })
  const all = await key.add({ forMs: 60_000 })
  t.match(hour, { id: /^[a-z0-9]{8}$/, rule: 'db', group: { model: null, key_id: 7 }, reason: '"x"', by: 'a' })
  t.equal((hour?.untilMs ?? 0) - (hour?.createdAtMs ?? 0), 3_600_000)
  t.ok(Math.abs((hour?.createdAtMs ?? 0) - Date.now()) < 60_000)
  t.strictSame(Object.keys(all ?? {}), ['id', 'untilMs', 'createdAtMs'])
  t.strictSame(await key.list(), [all, hour], 'the one that ends first in front')
  const [, ttl] = await Promise.all([key.list(), redis.client.pttl(`${configKey}:silences`)])
  t.ok(ttl > 3_500_000 && ttl <= 3_600_000, `${ttl}`)
  const version = await redis.client.hget(`${configKey}:silences`, 'version')
  t.equal(await key.end('none'), false)
  t.equal(await redis.client.hget(`${configKey}:silences`, 'version'), version)
  t.equal(await key.end(all?.id ?? ''), true)
  t.equal(await key.end(all?.id ?? ''), false)
  t.not(await redis.client.hget(`${configKey}:silences`, 'version'), version)
  t.equal(await key.end(hour?.id ?? ''), true)
  t.equal(await redis.client.exists(`${configKey}:silences`), 0)
})

t.test('writers at the same time lose nothing', async (t) => {
  const key = open(t, redis.url, redis.newConfigKey())
  const added = await Promise.all(Array.from({ length: 120 }, () => key.add({ forMs: 60_000 })))
  const taken = added.filter((one) => one !== undefined)
  t.equal(taken.length, 100)
  t.strictSame(new Set((await key.list()).map(({ id }) => id)), new Set(taken.map(({ id }) => id)))
})

t.test('what is over or not understood is not listed', (t) => {
  const listed = (id: string, until: number): string[] => [id, JSON.stringify({ until, createdAt: 1, id })]
  const stored = [
    ...listed('late0000', 9),
    ...listed('over0000', 5),
    ...['version', 'v1', 'broken00', '{"until":9}', 'another0', listed('soon0000', 8)[1]],
    ...listed('soon0000', 6),
  ]
  t.strictSame(
    inForce(stored, 5).map(({ id, untilMs }) => [id, untilMs]),
    [
      ['soon0000', 6],
      ['late0000', 9],
    ],
  )
  t.end()
})

t.test('fails with a code where Redis is away', async (t) => {
  const key = open(t, `redis://127.0.0.1:${await freePort()}`, 'k')
  const refused = { code: 'ERR_LOGSIREN_REDIS', message: /^logsiren: Expected Redis to answer for the silences/ }
  await t.rejects(key.list(), refused)
  await t.rejects(key.add({ forMs: 1000 }), refused)
  await t.rejects(key.end('aaaaaaaa'), refused)
})
