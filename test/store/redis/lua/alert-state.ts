import t from 'tap'
import { ALERT_STATE, READ_STATE } from '../../../../src/store/redis/lua/alert-state.js'
import { INTEGER } from '../../../../src/store/redis/lua/script.js'
import { startRedis } from '../../../fixtures/redis.js'

// How it acts is what the contract suite of the stores is about; here is what it does not see.
const redis = await startRedis(t)

t.test('writes what has changed, forgets what is gone, and touches nothing where nothing did', async (t) => {
  const key = redis.newConfigKey()
  const run = (change: string): Promise<unknown> =>
    redis.client.eval(
      `local unpack, now = table.unpack or unpack, 0
      ${INTEGER}
      ${READ_STATE}
      ${ALERT_STATE}
      local before, state = readState(KEYS[1]), readState(KEYS[1])
      ${change}
      writeState(KEYS[1], before, state, '5000')`,
      1,
      key,
    )
  await run('')
  t.equal(await redis.client.exists(key), 0)
  await run("state.id, state.count, state.told = 'a', 12, 1795458261000")
  t.strictSame(await redis.client.hgetall(key), { id: 'a', count: '12', told: '1795458261000' })
  const ttlMs = await redis.client.pttl(key)
  t.ok(ttlMs > 0 && ttlMs <= 5000)
  await run('forget(state, PENDING)')
  t.strictSame(await redis.client.hgetall(key), { told: '1795458261000' })
  await redis.client.persist(key)
  await run('')
  t.equal(await redis.client.ttl(key), -1)
})
