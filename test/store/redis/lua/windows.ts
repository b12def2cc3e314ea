import t from 'tap'
import { SLOT_COUNT } from '../../../../src/rule/slots.js'
import { INTEGER } from '../../../../src/store/redis/lua/script.js'
import { WINDOWS } from '../../../../src/store/redis/lua/windows.js'
import { startRedis } from '../../../fixtures/redis.js'

// How they count is what the contract suite of the stores is about; here is what it does not see.
const redis = await startRedis(t)

t.test('a ring has at least 120 slots, no field beside them, and goes when nobody counts in it any more', async (t) => {
  t.ok(SLOT_COUNT >= 120)
  const key = redis.newConfigKey()
  const text = `local unpack = table.unpack or unpack
    local now = tonumber(ARGV[1])
    ${INTEGER}
    ${WINDOWS}
    return countInRing(KEYS[1], readRing(KEYS[1]), 60000, 1, { { now, 1 } })`
  for (let i = 0; i < 2 * SLOT_COUNT; i += 1) await redis.client.eval(text, 1, key, 1_795_458_261_000 + i * 250)
  t.equal(await redis.client.hlen(key), SLOT_COUNT + 2)
  t.equal(await redis.client.hget(key, 'total'), String(SLOT_COUNT))
  const ttlMs = await redis.client.pttl(key)
  t.ok(ttlMs > 120_000 && ttlMs <= 150_000, `${ttlMs}`)
})
