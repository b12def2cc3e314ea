// Both stores in storms.
import t from 'tap'
import { MemoryStore } from '../../src/store/memory/memory-store.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { startRedis } from '../fixtures/redis.js'
import { redisBench } from '../fixtures/redis-bench.js'
import { stormContract } from '../fixtures/storm-contract.js'

const redis = await startRedis(t)

t.test('in memory', (t) =>
  stormContract(t, async () => {
    const clock = fakeClock()
    return { clock, store: new MemoryStore(clock), advance: clock.advance }
  }),
)

t.test('in Redis', (t) => stormContract(t, () => redisBench(t, redis)))
