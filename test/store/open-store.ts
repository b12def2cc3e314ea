import t from 'tap'
import { MemoryStore } from '../../src/store/memory/memory-store.js'
import { openStore } from '../../src/store/open-store.js'
import { RedisStore } from '../../src/store/redis/redis-store.js'
import { fakeClock } from '../fixtures/fake-clock.js'

t.test('counts in Redis where the options name one, else in this process', async (t) => {
  t.ok(openStore({}, fakeClock()) instanceof MemoryStore)
  const store = openStore({ redis: 'redis://127.0.0.1:1' }, fakeClock())
  t.ok(store instanceof RedisStore)
  await store.close()
})
