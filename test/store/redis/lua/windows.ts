import t, { type Test } from 'tap'
import { seriesOf } from '../../../../src/rule/series.js'
import { SLOT_COUNT } from '../../../../src/rule/slots.js'
import { keyNames } from '../../../../src/store/redis/keys.js'
import { startRedis } from '../../../fixtures/redis.js'
import { type RedisBench, redisBench } from '../../../fixtures/redis-bench.js'
import { sharer } from '../../../fixtures/share-contract.js'
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

const share = seriesOf({ ...rule, percent: 5 })
const othersOf = ({ configKey }: RedisBench): string => keyNames(configKey, false).others(share)

t.test('keeps other requests in a ring beside the errors, and nothing of them without percent', async (t) => {
  const bench = await newBench(t)
  await submitter(bench.another())(3)
  const before = await bench.keys()
  t.notOk(
    before.some((key) => key.includes('others') || key.includes('share')),
    before.join(' '),
  )
  const submit = sharer(bench)
  t.match(await submit({ errors: 2, others: 7 }), { total: 2, requests: 9 })
  const added = (await bench.keys()).filter((key) => !before.includes(key) && !key.includes(':seq:'))
  t.strictSame(added, [othersOf(bench), keyNames(bench.configKey, false).ring(share)])
  for (const key of added) {
    const ttlMs = await redis.client.pttl(key)
    t.ok(ttlMs > 120_000 && ttlMs <= 150_000, `${key}: ${ttlMs}`)
  }
  await bench.advance(70_000)
  t.match(await submit({ others: 1 }), { total: 0, requests: 1 })
})

t.test('begins errors and other requests anew together where the server’s clock steps back', async (t) => {
  const bench = await newBench(t)
  const submit = sharer(bench)
  await submit({ errors: 9, others: 1000 })
  await bench.stepServer(-30_000)
  t.match(await submit({ errors: 1, others: 2 }), { total: 1, requests: 3 })
})

t.test('names a foreign key of other requests, and begins it anew', async (t) => {
  const bench = await newBench(t)
  const submit = sharer(bench)
  await submit({ errors: 1, others: 10 })
  await redis.client.set(othersOf(bench), 'x')
  const entries = [{ kind: 'judged', series: share, counts: [], others: countsNow(bench, 2), draft: '' }] as const
  t.match(await send(bench.store, { sequence: 2, entries }), {
    repaired: [othersOf(bench)],
    tallies: [{ total: 1, requests: 3 }],
  })
})

t.test('shares follow one another between rules that have percent and rules that have not', async (t) => {
  const bench = await newBench(t)
  const counts = countsNow(bench, 1)
  const rules = [rule, share.rule, { ...rule, name: 'b' }, { ...rule, name: 'c', percent: 0.5 }]
  const entries = rules.map((one, at) => ({
    kind: at % 2 === 0 ? ('counted' as const) : ('judged' as const),
    series: seriesOf({ ...one, name: `r${at}` }),
    counts: at === 3 ? [] : counts,
    ...(one.percent > 0 && { others: [...countsNow(bench, 4), ...countsNow(bench, 2, 1000)] }),
    draft: '',
  }))
  const { tallies } = await send(bench.store, { sequence: 1, entries })
  t.strictSame(
    tallies.map(({ total, requests }) => [total, requests]),
    [
      [1, 0],
      [1, 7],
      [1, 0],
      [0, 6],
    ],
  )
})

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
