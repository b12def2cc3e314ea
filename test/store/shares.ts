// Both stores where the share of errors counts too.
import t from 'tap'
import { MemoryStore } from '../../src/store/memory/memory-store.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { startRedis } from '../fixtures/redis.js'
import { redisBench } from '../fixtures/redis-bench.js'
import { shareContract } from '../fixtures/share-contract.js'

const redis = await startRedis(t)

t.test('in memory', (t) =>
  shareContract(t, async () => {
    const clock = fakeClock()
    return { clock, store: new MemoryStore(clock), advance: clock.advance }
  }),
)

t.test('in Redis', (t) => shareContract(t, () => redisBench(t, redis)))
