import t from 'tap'
import { beatsContract, heartbeat } from '../../fixtures/beats-contract.js'
import { startRedis } from '../../fixtures/redis.js'
import { redisBench } from '../../fixtures/redis-bench.js'

const redis = await startRedis(t)

await beatsContract(t, async () => {
  const { store, advance } = await redisBench(t, redis)
  return { beats: store.beats, advance }
})

t.test('gives a beat to one of all processes that ask at the same moment', async (t) => {
  const bench = await redisBench(t, redis)
  const stores = [bench.store, bench.another().store, bench.another().store]
  const claims = await Promise.all(stores.map(({ beats }) => beats.claim(heartbeat)))
  t.strictSame(claims.map(({ kind }) => kind).sort(), ['ours', 'theirs', 'theirs'])
})
