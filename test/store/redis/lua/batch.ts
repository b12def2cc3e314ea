import t, { type Test } from 'tap'
import { seriesOf } from '../../../../src/rule/series.js'
import { RedisStore } from '../../../../src/store/redis/redis-store.js'
import type { ScriptRunner } from '../../../../src/store/script.js'
import type { Submission } from '../../../../src/store/store.js'
import { startRedis } from '../../../fixtures/redis.js'
import { type RedisBench, redisBench, TEST_CLOCK } from '../../../fixtures/redis-bench.js'
import { countsNow, only, rule, send, series, submitter } from '../../../fixtures/store-bench.js'

const redis = await startRedis(t)

const newBench = (t: Test): Promise<RedisBench> => redisBench(t, redis)

const DAY_MS = 86_400_000

/** How long each key lives, of all that are there. */
async function ttlsOf(bench: RedisBench): Promise<readonly (readonly [key: string, ms: number])[]> {
  const keys = await bench.keys()
  return Promise.all(keys.map(async (key) => [key, await redis.client.pttl(key)] as const))
}

t.test('leaves no key without a TTL but the config, and none for more than 8 days', async (t) => {
  const bench = await newBench(t)
  const submit = submitter(bench)
  await redis.client.set(bench.configKey, '{}')
  const { claim } = await submit(10)
  await submit(3, { windowType: 'fixed' })
  const { claim: ofGroup } = await submit(10, { name: 'other', sendResolved: true })
  const other = seriesOf({ ...rule, name: 'other', sendResolved: true })
  const note = { outcome: 'status 200', account: '{"id":"a"}' }
  const check = async (when: string): Promise<void> => {
    for (const [key, ms] of await ttlsOf(bench)) t.ok(ms > 0 && ms <= 8 * DAY_MS, `${when}: ${key} ${ms}`)
  }
  await check('claimed')
  await bench.store.settle(series, only(claim), { kind: 'parked', waitMs: 1_800_000 })
  await bench.store.settle(other, only(ofGroup), { kind: 'delivered' }, note)
  await send(bench.store, { sequence: 100, entries: [], growth: { errors: 1 } })
  await check('settled')
  const kinds = (await bench.keys()).map((key) => key.slice(bench.configKey.length + 1).replace(/:.*/, ''))
  const expected = ['alert', 'cooldown', 'due', 'ends', 'errors', 'fleet', 'history', 'ring', 'seq', 'series', 'totals']
  t.strictSame(
    expected.filter((kind) => !kinds.includes(kind)),
    [],
    'all of them were there',
  )
  t.equal(await redis.client.ttl(bench.configKey), -1)
})

t.test(
  'keeps for a day what waits, though nobody of its rule is left, and for as long as a cooldown needs',
  async (t) => {
    const bench = await newBench(t)
    const { claim } = await submitter(bench)(10, { name: 'a' })
    await bench.store.settle(seriesOf({ ...rule, name: 'a' }), only(claim), { kind: 'postponed', waitMs: 1000 })
    for (const [key, ms] of await ttlsOf(bench)) if (/alert|due/.test(key)) t.ok(ms > DAY_MS, `${key} ${ms}`)
    const long = await newBench(t)
    const change = { name: 'a', cooldownMs: 10 * DAY_MS }
    const second = await submitter(long)(10, change)
    await long.store.settle(seriesOf({ ...rule, ...change }), only(second.claim), { kind: 'delivered' })
    t.ok((await ttlsOf(long)).some(([key, ms]) => key.includes('alert') && ms > 10 * DAY_MS))
  },
)

t.test(
  'a batch that comes late is not counted; its process is told the time, and what it sends again is, once',
  async (t) => {
    const bench = await newBench(t)
    const submit = submitter(bench)
    await submit(1)
    const raw = { ...bench, store: bench.another().store }
    await send(raw.store, { sequence: 1, entries: [] })
    // It was sent, and hung for 18 s in the network: of these its process knows nothing.
    await bench.stepServer(18_000)
    const entries = [{ kind: 'judged', series, counts: countsNow(raw, 9), draft: '{}' }] as const
    const submission: Submission = { sequence: 2, entries, rules: [rule] }
    const first = await raw.store.submit(submission)
    t.match(first, { kind: 'counted', tallies: [{ total: 10, claim: { count: 10 } }] })
    t.strictSame(await raw.store.submit(submission), first)
    t.match(await submit(0), { total: 10, claim: undefined })
  },
)

t.test('a batch that comes late leaves nothing without a TTL, though its process is gone', async (t) => {
  const bench = await newBench(t)
  let isGone = false
  const connection: ScriptRunner = {
    isCluster: false,
    run: ({ text }, keys, args) =>
      isGone ? Promise.reject(new Error('gone')) : redis.client.eval(text, keys.length, ...keys, ...args),
    onReady: () => {},
    open: () => {},
    close: () => {},
  }
  const { configKey, clock } = bench
  const store = new RedisStore({ connection, configKey, clock, serverClock: TEST_CLOCK })
  const entries = [{ kind: 'judged', series, counts: countsNow(bench, 9), draft: '' }] as const
  await send(store, { sequence: 1, entries: [] })
  await redis.client.del(...(await bench.keys()))
  await bench.stepServer(18_000)
  const sent = store.submit({ sequence: 2, entries, rules: [rule] })
  isGone = true
  await t.rejects(sent, { message: 'gone' })
  for (const [key, ms] of await ttlsOf(bench)) t.ok(ms > 0, key)
  t.match(await submitter(bench)(0), { total: 0 })
})

t.test('dates errors by when they happened, though their process stood still since, or its clock is off', async (t) => {
  const bench = await newBench(t)
  const submit = submitter(bench)
  await submit(4)
  // A machine that sleeps: the server goes on, its processes do not.
  await bench.stepServer(59_000)
  t.match(await submit(3), { total: 7 }, 'it is told the time, and what it counts now is of now')
  await bench.advance(1000)
  t.match(await submit(2), { total: 5 })
  await bench.advance(58_000)
  t.match(await submit(1), { total: 6 })
  await bench.advance(1000)
  t.match(await submit(0), { total: 3 })
  for (const other of bench.others ?? []) t.match(await submitter(other)(1), { dropped: 0 })
  t.match(await submit(0), { total: 5 })
})

t.test('a process that believes the server ahead of its time is told the time', async (t) => {
  const bench = await newBench(t)
  const submit = submitter(bench)
  await submit(1)
  await bench.advance(30_000)
  await submit(1)
  await bench.stepServer(-20_000)
  t.match(await submit(2), { total: 2 }, 'that of before is of another era')
  await bench.advance(45_000)
  t.match(await submit(1), { total: 3 })
  await bench.advance(15_000)
  t.match(await submit(0), { total: 1 }, 'counted as of the time that it was told')
})

t.test('counts on where another hand has changed the sequence beyond use', async (t) => {
  for (const spoilt of ['abc', '', '-1', '9e99', 'nan', 'inf', '1.5']) {
    const bench = await newBench(t)
    const one = bench.another('one')
    const submit = submitter(one)
    await submit(1)
    await redis.client.set(`${bench.configKey}:seq:one`, spoilt)
    t.match(await submit(2), { total: 3 }, `'${spoilt}'`)
    t.match(await submit(1), { total: 4 })
  }
})

t.test('a batch that comes after a later one of its process counts nothing, and nor does that one again', async (t) => {
  const bench = await newBench(t)
  const entry = { kind: 'judged', series, draft: '' } as const
  const submit = async (sequence: number, count: number): Promise<number | undefined> => {
    const { tallies } = await send(bench.store, { sequence, entries: [{ ...entry, counts: countsNow(bench, count) }] })
    return tallies[0]?.total
  }
  t.equal(await submit(7, 2), 2)
  t.equal(await submit(5, 3), 2)
  t.equal(await submit(7, 2), 2)
  t.equal(await submit(8, 1), 3)
})

t.test('sums the counters of all processes, each growth once however often it is sent', async (t) => {
  const bench = await newBench(t)
  const other = bench.another()
  const key = `${bench.configKey}:totals`
  const submission = { sequence: 1, entries: [], rules: [], growth: { errors: 2 ** 33, alerts: 1 } }
  await bench.store.submit(submission)
  t.equal(await redis.client.exists(key), 0, 'that reply was the config')
  for (let i = 0; i < 3; i += 1) await bench.store.submit(submission)
  await send(other.store, { sequence: 1, entries: [], growth: { errors: 3 } })
  await send(other.store, { sequence: 2, entries: [] })
  t.strictSame(await redis.client.hgetall(key), { errors: `${2 ** 33 + 3}`, alerts: '1' })
  t.ok((await redis.client.pttl(key)) > DAY_MS)
  await redis.client.hset(key, 'errors', 'spoilt')
  await send(other.store, { sequence: 3, entries: [], growth: { errors: 4 } })
  t.equal(await redis.client.hget(key, 'errors'), '4')
})

t.test('counts without a look at the alerts, and raises at the next look, whoever sends what', async (t) => {
  const bench = await newBench(t)
  const [first, second] = [submitter(bench), submitter(bench.another())]
  t.match(await first.countOnly(9), { total: 9, isJudged: false })
  t.match(await second.countOnly(3), { total: 12, isJudged: false, claim: undefined, quietMs: 0 })
  t.notOk(
    (await bench.keys()).some((key) => /:(due|ends)/.test(key)),
    'nothing is open',
  )
  t.match(await first(0), { total: 12, claim: { count: 12, isNew: true } })
  t.match(await second(0), { claim: undefined })
})

t.test('fixed: judges at once, since the window may be over at the next look', async (t) => {
  const submit = submitter(await newBench(t))
  t.match(await submit.countOnly(9, { windowType: 'fixed' }), { total: 9, claim: undefined })
  t.match(await submit.countOnly(3, { windowType: 'fixed' }), { total: 12, claim: { count: 12, isNew: true } })
})

t.test('what was only counted during a cooldown is told as suppressed, and crosses after it', async (t) => {
  const bench = await newBench(t)
  const submit = submitter(bench)
  const { claim } = await submit(10)
  await submit.countOnly(2)
  await bench.store.settle(series, only(claim), { kind: 'delivered' })
  await bench.advance(250_000)
  await submit.countOnly(9)
  t.match(await submit(0), { claim: undefined, total: 9 })
  await bench.advance(50_000)
  await submit.countOnly(4)
  t.match(await submit(0), { total: 13, claim: { facts: { suppressed: 11 } } })
})
