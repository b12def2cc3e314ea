import t from 'tap'
import { DEMAND } from '../../../../src/store/redis/lua/demand.js'
import { INTEGER } from '../../../../src/store/redis/lua/script.js'
import { startRedis } from '../../../fixtures/redis.js'

const redis = await startRedis(t)

/** One batch at `nowMs` of a process whose batches are so far apart. */
async function batch(key: string, nowMs: number, intervalMs: number, entries = 1, isCounting = true): Promise<number> {
  const text = `local now = ${nowMs}
    ${INTEGER}
    ${DEMAND}
    local stored = redis.call('HMGET', KEYS[1], 'demandFrom', 'demandSum', 'demand')
    local full = spacingWhenFull(KEYS[1], stored, ${intervalMs}, ${entries}, ${isCounting})
    redis.call('PEXPIRE', KEYS[1], 60000)
    return full`
  return Number(await redis.client.eval(text, 1, key))
}

t.test('tells how many processes ask, whatever the time between their batches', async (t) => {
  const start = 1_795_458_261_000
  for (const [processes, intervalMs] of [
    [500, 100],
    [500, 250],
    [2000, 1000],
  ] as const) {
    const key = redis.newConfigKey()
    let full = 0
    // A whole second of their batches, and the first one after it.
    for (let i = 0; i < processes; i += 1)
      for (let atMs = 0; atMs < 1000; atMs += intervalMs) full = await batch(key, start + atMs, intervalMs)
    t.equal(full, 0, 'not known yet')
    // Each costs about 60 us.
    t.equal(await batch(key, start + 1000, intervalMs), processes * 0.06)
    t.equal(await batch(key, start + 1500, intervalMs), processes * 0.06, 'until the next second is over')
    t.ok((await batch(key, start + 60_000, intervalMs)) <= 1, 'and they have gone')
  }
})

t.test('counts what batches have in them, but none that only look; and a clock may step back', async (t) => {
  const key = redis.newConfigKey()
  for (let i = 0; i < 100; i += 1) {
    await batch(key, 1_000_000, 100, 31)
    await batch(key, 1_000_000, 100, 31, false)
  }
  t.equal(await batch(key, 1_001_000, 100), 7)
  t.equal(await batch(key, 5000, 100), 0)
  t.equal(await batch(key, 6000, 100), 1)
})
