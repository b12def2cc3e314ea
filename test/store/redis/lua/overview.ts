import t from 'tap'
import { ANNOUNCE } from '../../../../src/store/redis/lua/overview.js'
import { INTEGER, STATE_TTL } from '../../../../src/store/redis/lua/script.js'
import { startRedis } from '../../../fixtures/redis.js'

const redis = await startRedis(t)

t.test('knows the series that were announced last, for days, and so many of them', async (t) => {
  const key: string = redis.newConfigKey()
  const announce = (nowMs: number, names: readonly string[]): Promise<unknown> => {
    const text = `local now = tonumber(ARGV[1])
      ${INTEGER}
      ${STATE_TTL}
      ${ANNOUNCE}
      local list = {}
      for at = 2, #ARGV do list[#list + 1] = { announcement = ARGV[at] } end
      announce(KEYS[1], list, 60000)`
    return redis.client.eval(text, 1, key, ...[String(nowMs), ...names])
  }
  await announce(1_795_458_261_000, ['', ''])
  t.equal(await redis.client.exists(key), 0)
  await announce(1_795_458_261_000, ['a', '', 'b'])
  await announce(1_795_458_262_000, ['a'])
  t.strictSame(await redis.client.zrange(key, '0', '-1', 'WITHSCORES'), ['b', '1795458261000', 'a', '1795458262000'])
  const ttlMs = await redis.client.pttl(key)
  t.ok(ttlMs > 2 * 86_399_000 && ttlMs <= 2 * 86_400_000, `${ttlMs}`)
  await announce(1_795_458_261_001 + 2 * 86_400_000, ['c'])
  t.strictSame(await redis.client.zrange(key, '0', '-1'), ['a', 'c'])
  for (let i = 0; i < 11; i += 1) {
    const names = Array.from({ length: 1000 }, (_, j) => `${i}-${j}`)
    await announce(1_795_458_262_000 + 2 * 86_400_000 + i, names)
  }
  t.equal(await redis.client.zcard(key), 10_000)
  t.equal(await redis.client.zscore(key, 'a'), null)
  t.ok(await redis.client.zscore(key, '10-999'))
})
