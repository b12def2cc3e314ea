import t, { type Test } from 'tap'
import { seriesOf } from '../../../../src/rule/series.js'
import { ANNOUNCE } from '../../../../src/store/redis/lua/overview.js'
import { INTEGER, READ, stateTtlMs } from '../../../../src/store/redis/lua/script.js'
import { startRedis } from '../../../fixtures/redis.js'
import { redisBench } from '../../../fixtures/redis-bench.js'
import { countsNow, rule, send, submitter } from '../../../fixtures/store-bench.js'

const redis = await startRedis(t)

const DAY_MS = 86_400_000

t.test('announces what it counts, once in a while, and not what it only looks at', async (t: Test) => {
  const bench = await redisBench(t, redis)
  const submit = submitter(bench)
  const key = `${bench.configKey}:series`
  await submit(0)
  t.equal(await redis.client.exists(key), 0)
  const announced = async (): Promise<unknown> => {
    const [text = '', atMs] = await redis.client.zrevrange(key, 0, 0, 'WITHSCORES')
    return [JSON.parse(text), Number(atMs)]
  }
  await submit(1)
  const first = { rule: 'default', key: '', type: 'sliding', window: 60_000, threshold: 10 }
  const startMs = bench.clock.nowMs()
  t.match(await announced(), [first, startMs])
  await bench.advance(29_000)
  await submit(1)
  t.match(await announced(), [first, startMs])
  await bench.advance(1000)
  await submit(0)
  t.match(await announced(), [first, startMs])
  await submit(1)
  t.match(await announced(), [first, startMs + 30_000])
  await submit(1, { threshold: 7 })
  t.equal(await redis.client.zcard(key), 2)
  await bench.advance(1)
  const grouped = { kind: 'judged', series: seriesOf(rule, 'k', { model: 'x' }), counts: [], draft: '' } as const
  await send(bench.store, { sequence: 100, entries: [grouped, { ...grouped, counts: countsNow(bench, 1) }] })
  t.match(await announced(), [{ key: 'k', group: { model: 'x' } }, startMs + 30_001])
})

t.test('knows the series that were announced last, for a day, and so many of them', async (t) => {
  const key: string = redis.newConfigKey()
  const text = `local now = tonumber(ARGV[1])
    ${INTEGER}
    ${READ}
    ${ANNOUNCE}
    local list = {}
    for at = 2, #ARGV do list[#list + 1] = ARGV[at] end
    announce(KEYS[1], list, ${stateTtlMs()})`
  const startMs = 1_795_458_261_000
  const announce = (laterMs: number, names: readonly string[]): Promise<unknown> =>
    redis.client.eval(text, 1, key, String(startMs + laterMs), ...names)
  await announce(0, ['a', 'b'])
  await announce(1000, ['a'])
  t.strictSame(await redis.client.zrange(key, '0', '-1', 'WITHSCORES'), ['b', `${startMs}`, 'a', `${startMs + 1000}`])
  const ttlMs = await redis.client.pttl(key)
  t.ok(ttlMs > DAY_MS && ttlMs <= 2 * DAY_MS, `${ttlMs}`)
  await announce(DAY_MS, ['c'])
  t.strictSame(await redis.client.zrange(key, '0', '-1'), ['b', 'a', 'c'])
  await announce(2 * DAY_MS, ['d'])
  t.strictSame(await redis.client.zrange(key, '0', '-1'), ['c', 'd'])
  for (let i = 0; i < 11; i += 1) {
    const names = Array.from({ length: 1000 }, (_, j) => `${i}-${j}`)
    await announce(2 * DAY_MS + i, names)
  }
  t.equal(await redis.client.zcard(key), 10_000)
  t.equal(await redis.client.zscore(key, 'd'), null)
  t.ok(await redis.client.zscore(key, '10-999'))
})
