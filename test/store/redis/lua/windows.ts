import t, { type Test } from 'tap'
import { SLOT_COUNT } from '../../../../src/rule/slots.js'
import { keyNames } from '../../../../src/store/redis/keys.js'
import { startRedis } from '../../../fixtures/redis.js'
import { type RedisBench, redisBench } from '../../../fixtures/redis-bench.js'
import { countsNow, rule, send, series, submitter } from '../../../fixtures/store-bench.js'

// How they count is what the contract suite of the stores is about; here is what it does not see.
const redis = await startRedis(t)

const newBench = (t: Test): Promise<RedisBench> => redisBench(t, redis)

const ringOf = ({ configKey }: RedisBench): string => keyNames(configKey, false).ring(series)

t.test(
  'a ring has at least 120 slots, few fields beside them, and goes when nobody counts in it any more',
  async (t) => {
    t.ok(SLOT_COUNT >= 120)
    const bench = await newBench(t)
    const submit = submitter(bench)
    for (let i = 0; i < 2 * SLOT_COUNT; i += 1) {
      await submit(1, { threshold: 1000 })
      await bench.advance(rule.windowMs / SLOT_COUNT)
    }
    const key = ringOf(bench)
    const fields = await redis.client.hkeys(key)
    t.equal(fields.filter((field) => /^\d+$/.test(field)).length, SLOT_COUNT)
    t.ok(fields.length <= SLOT_COUNT + 6, fields.join(' '))
    const ttlMs = await redis.client.pttl(key)
    t.ok(ttlMs > 120_000 && ttlMs <= 150_000, `${ttlMs}`)
    await bench.advance(200_000)
    t.equal((await submit(0)).total, 0)
  },
)

t.test('makes no ring for what was only looked at', async (t) => {
  const bench = await newBench(t)
  await submitter(bench)(0)
  t.equal(await redis.client.exists(ringOf(bench)), 0)
})

t.test('fixed: shares the counter of the original, and repairs one that lost its TTL', async (t) => {
  const bench = await newBench(t)
  const submit = submitter(bench)
  const fixed = { windowType: 'fixed', windowMs: 300_000 } as const
  const counter = `${bench.configKey}:errors:${Math.floor(bench.clock.nowMs() / 1000 / 300)}`
  await redis.client.incrby(counter, 4)
  t.equal((await submit(3, fixed)).total, 7)
  t.equal(await redis.client.incr(counter), 8)
  t.equal(await redis.client.ttl(counter), 301)
})

t.test('counts on where another hand has put something into a slot, and is right again a window later', async (t) => {
  for (const spoilt of ['x', '3.5', '', '9223372036854775807']) {
    const bench = await newBench(t)
    const submit = submitter(bench)
    const key = ringOf(bench)
    await submit(3)
    const slots = (await redis.client.hkeys(key)).filter((field) => /^\d+$/.test(field))
    t.equal(slots.length, 1)
    await redis.client.hset(key, String(slots[0]), spoilt)
    const entries = [2, 2].map(
      (count) => ({ kind: 'judged', series, counts: countsNow(bench, count), draft: '' }) as const,
    )
    const submission = { sequence: 1, entries }
    const { store } = bench.another()
    const reply = await send(store, submission)
    t.strictSame(reply.repaired, [key], 'it is named once')
    t.ok((reply.tallies[1]?.total ?? 0) >= 4, `nothing that comes is lost: ${spoilt}`)
    const again = await send(store, submission)
    t.equal(again.tallies[1]?.total, reply.tallies[1]?.total, 'and nothing is counted twice')
    for (let i = 0; i < 3; i += 1) {
      await bench.advance(20_000)
      t.equal((await submit(1)).claim, undefined)
    }
    t.match(await submit(0), { total: 3 }, `${spoilt}: a window later it is exact`)
    await bench.advance(10_000)
    t.match(await submit(6), { total: 9, claim: undefined }, `${spoilt}: and nine errors raise nothing`)
  }
})

t.test('begins a ring anew where another hand has changed what it knows beside its slots', async (t) => {
  for (const [field, spoilt] of [
    ['total', 'abc'],
    ['total', undefined],
    ['head', 'abc'],
    ['head', undefined],
    ['era', 'abc'],
    ['era', undefined],
    ['firstMs', 'abc'],
    ['firstMs', undefined],
    ['unjudged', 'abc'],
    ['unjudged', undefined],
  ] as const) {
    const bench = await newBench(t)
    const submit = submitter(bench)
    const key = ringOf(bench)
    await submit(5)
    if (spoilt === undefined) await redis.client.hdel(key, field)
    else await redis.client.hset(key, field, spoilt)
    const what = `${field} ${spoilt}`
    const entries = [{ kind: 'judged', series, counts: countsNow(bench, 2), draft: '' }] as const
    const submission = { sequence: 1, entries }
    const { store } = bench.another()
    const reply = await send(store, submission)
    const total = reply.tallies[0]?.total ?? 0
    t.ok(total === 2 || total === 7, `${what}: ${total}`)
    t.ok(reply.repaired.length <= 1 && reply.repaired.every((repaired) => repaired === key), what)
    t.equal((await send(store, submission)).tallies[0]?.total, total, what)
    await bench.advance(59_000)
    t.match(await submit(2), { total: total + 2, claim: undefined }, what)
    await bench.advance(1000)
    t.match(await submit(0), { total: 2 }, what)
    t.match(await submit(8), { total: 10, claim: { count: 10 } }, `${what}: it alerts as before`)
  }
})

t.test('fixed: begins a counter anew where another hand has made it no number that Redis can add to', async (t) => {
  const fixed = { windowType: 'fixed', windowMs: 60_000 } as const
  for (const spoilt of ['3.5', 'abc', '', ' 7', '007', '-0', '99999999999999999999', '9223372036854775807']) {
    const bench = await newBench(t)
    const submit = submitter(bench)
    await submit(1, fixed)
    const keys = keyNames(bench.configKey, false)
    const key = keys.bucket(series, Math.floor(bench.clock.nowMs() / 60_000))
    await redis.client.set(key, spoilt)
    const ofRule = { ...series, rule: { ...rule, ...fixed } }
    const other = { ...series, id: 'other', rule: { ...rule, name: 'other' } }
    const counts = countsNow(bench, 2)
    const entries = [ofRule, other].map((series) => ({ kind: 'judged', series, counts, draft: '' }) as const)
    const submission = { sequence: 100, entries }
    const first = await send(bench.store, submission).catch((error: unknown) => String(error))
    t.match(first, { repaired: [key], tallies: [{ total: 2 }, { total: 2 }] }, `'${spoilt}'`)
    const again = await send(bench.store, submission).catch((error: unknown) => String(error))
    t.match(again, { tallies: [{ total: 2 }, { total: 2 }] }, `'${spoilt}' again`)
    t.ok((await redis.client.pttl(key)) > 0, `'${spoilt}' has a TTL`)
  }
})
