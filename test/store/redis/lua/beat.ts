import t, { type Test } from 'tap'
import { keyNames } from '../../../../src/store/redis/keys.js'
import { beatOf, heartbeat } from '../../../fixtures/beats-contract.js'
import { startRedis } from '../../../fixtures/redis.js'
import { type RedisBench, redisBench } from '../../../fixtures/redis-bench.js'

const redis = await startRedis(t)

async function newBench(t: Test): Promise<RedisBench & { readonly key: string }> {
  const bench = await redisBench(t, redis)
  return { ...bench, key: keyNames(bench.configKey, false).beat(heartbeat.url) }
}

t.test('one key for each url, which shows no url and lives for a period', async (t) => {
  const { store, keys, key } = await newBench(t)
  await store.beats.settle(heartbeat, beatOf(await store.beats.claim(heartbeat)))
  t.strictSame(await keys(), [key])
  t.notMatch(key, /127\.0|beat.*beat/)
  const ttlMs = await redis.client.pttl(key)
  t.ok(ttlMs > 0 && ttlMs <= heartbeat.periodMs, `${ttlMs} ms`)
})

t.test('the server’s clock back by an hour: nobody waits for the hour', async (t) => {
  const { store, advance, stepServer } = await newBench(t)
  await store.beats.settle(heartbeat, beatOf(await store.beats.claim(heartbeat)))
  await advance(30_000)
  await stepServer(-3_600_000)
  await store.beats.settle(heartbeat, beatOf(await store.beats.claim(heartbeat)))
  await advance(59_999)
  t.match(await store.beats.claim(heartbeat), { kind: 'settled', waitMs: 1 })
})

t.test('what others have put into the key is none of ours', async (t) => {
  const { store, key } = await newBench(t)
  for (const text of ['', 'x', '1795458261000 settled', '99999999999999999999 claimed a#1']) {
    await redis.client.set(key, text)
    t.match(await store.beats.claim(heartbeat), { kind: 'ours' }, text)
  }
  await redis.client.del(key)
  await redis.client.hset(key, 'a', 'b')
  await store.beats.settle(heartbeat, 'a#1')
  t.match(await store.beats.claim(heartbeat), { kind: 'ours' }, 'a hash')
})
