import t, { type Test } from 'tap'
import { NOTED_EVERY_MS } from '../../../../src/rule/known-kinds.js'
import { seriesOf } from '../../../../src/rule/series.js'
import { keyNames } from '../../../../src/store/redis/keys.js'
import { kindsContract, meeter, newOnly } from '../../../fixtures/kinds-contract.js'
import { startRedis } from '../../../fixtures/redis.js'
import { type RedisBench, redisBench } from '../../../fixtures/redis-bench.js'
import { only, send } from '../../../fixtures/store-bench.js'

const redis = await startRedis(t)

const newBench = (t: Test): Promise<RedisBench> => redisBench(t, redis)

const kindsKey = (bench: RedisBench): string => keyNames(bench.configKey, false).kinds(newOnly)

t.test('contract', (t) => kindsContract(t, () => newBench(t)))

t.test('a kind that one process met is known to all, and counts once of all that meet it at once', async (t) => {
  const bench = await newBench(t)
  const meets = [bench, bench.another(), bench.another()].map((one) => meeter(one))
  const tallies = await Promise.all(Array.from({ length: 30 }, (_, i) => only(meets[i % 3])({ a: 1, b: 1 })))
  t.equal(tallies.filter(({ claim }) => claim !== undefined).length, 1)
  t.equal(tallies.flatMap(({ meetings = [] }) => meetings.filter((meeting) => meeting === 'new')).length, 2)
})

t.test('says which kinds were new to a process whose answer was lost, though all are known by now', async (t) => {
  const bench = await newBench(t)
  await meeter(bench.another())({ a: 1 }, { name: 'other-rule' })
  const counts = ['a', 'b'].map((kind) => ({
    monotonicMs: bench.clock.monotonicMs(),
    wallMs: bench.clock.nowMs(),
    count: 5,
    kind,
  }))
  const names = ['other-rule', 'x']
  const entries = names.map((name) => ({
    kind: 'judged' as const,
    series: seriesOf({ ...newOnly, name }, 'g.-%'),
    counts,
    draft: '"mine"',
  }))
  const submission = { sequence: 7, entries }
  const first = await send(bench.store, submission)
  t.match(first.tallies, [{ meetings: ['known', 'new'] }, { meetings: ['new', 'new'] }])
  const again = await send(bench.store, submission)
  t.strictSame(again, first)
  t.match(await meeter(bench.another())({ b: 1 }, { name: 'x' }), { meetings: ['known'] }, 'it counted nothing')
})

t.test('learns anew where Redis has forgotten everything, and alerts for what it learned no more', async (t) => {
  const bench = await newBench(t)
  const meet = meeter(bench)
  const change = { learnMs: 60_000 }
  await meet({ a: 1 }, change)
  await bench.advance(60_000)
  t.match(await meet({ b: 1 }, change), { meetings: ['new'], claim: { isNew: true } })
  await redis.client.del(...(await bench.keys()))
  t.match(await meet({ a: 1, b: 1, c: 1 }, change), { meetings: ['learned', 'learned', 'learned'], claim: undefined })
  await bench.advance(60_000)
  t.match(await meet({ a: 1, c: 1 }, change), { meetings: ['known', 'known'], claim: undefined })
})

t.test(
  'keeps when it began to learn apart from the kinds, and lets the key expire after the last of them',
  async (t) => {
    const bench = await newBench(t)
    const meet = meeter(bench)
    const change = { newAfterMs: 2 * 86_400_000, learnMs: 1000 }
    const beganMs = bench.clock.nowMs()
    await meet({ a: 1 }, change)
    await bench.advance(2 * 86_400_000)
    await meet({ b: 1 }, change)
    const stored = await redis.client.zrange(kindsKey(bench), '0', '-1', 'WITHSCORES')
    t.equal(stored.length, 4, 'a is forgotten')
    t.strictSame(stored.slice(0, 2), ['since', `${-beganMs}`])
    t.match(stored[2], /^[\w-]{12}$/)
    t.equal(Number(only(stored[3])), bench.clock.nowMs())
    const ttl = await redis.client.pttl(kindsKey(bench))
    t.ok(ttl > 32 * 86_400_000 - 10_000 && ttl <= 32 * 86_400_000, `${ttl}`)
  },
)

t.test('writes nothing for kinds that go on, but once in a while', async (t) => {
  const bench = await newBench(t)
  const meet = meeter(bench)
  const scores = (): Promise<string[]> => redis.client.zrange(kindsKey(bench), '0', '-1', 'WITHSCORES')
  await meet({ a: 1 })
  const first = await scores()
  await bench.advance(NOTED_EVERY_MS - 1)
  await meet({ a: 1 })
  t.strictSame(await scores(), first)
  await bench.advance(1)
  await meet({ a: 1 })
  t.equal(Number(only((await scores())[3])), bench.clock.nowMs())
})

t.test('learns no longer than it should after the server’s clock stepped back', async (t) => {
  const bench = await newBench(t)
  const meet = meeter(bench)
  const change = { learnMs: 10_000 }
  await meet({ a: 1 }, change)
  await bench.stepServer(-3_600_000)
  await meet({ b: 1 }, change)
  await bench.advance(10_000)
  t.match(await meet({ a: 1, b: 1, c: 1 }, change), { meetings: ['known', 'known', 'new'], claim: { count: 1 } })
})

t.test('begins anew where others wrote something else, and says so', async (t) => {
  const bench = await newBench(t)
  const meet = meeter(bench)
  const change = { learnMs: 10_000 }
  await meet({ a: 1 }, change)
  await bench.advance(10_000)
  await redis.client.set(kindsKey(bench), 'text')
  const counts = [{ monotonicMs: bench.clock.monotonicMs(), wallMs: bench.clock.nowMs(), count: 1, kind: 'b' }]
  const series = seriesOf({ ...newOnly, ...change })
  const sent = { sequence: 10, entries: [{ kind: 'judged' as const, series, counts, draft: '' }] }
  const reply = await send(bench.store, sent)
  t.match(reply, { repaired: [kindsKey(bench)], tallies: [{ meetings: ['learned'] }] })
  await redis.client.zadd(kindsKey(bench), 5, 'since', 'inf', 'x', '-inf', 'y')
  t.match(await meeter(bench.another())({ b: 1, c: 1 }, change), { meetings: ['known', 'learned'] })
})

t.test('asks nothing with a batch that finds another config, or that came too late', async (t) => {
  const bench = await newBench(t)
  const meet = meeter(bench)
  await meet({ a: 1 })
  await redis.client.set(bench.configKey, '{"threshold":1}')
  const counts = [{ monotonicMs: bench.clock.monotonicMs(), wallMs: bench.clock.nowMs(), count: 1, kind: 'b' }]
  const entries = [{ kind: 'judged' as const, series: seriesOf(newOnly, 'g'), counts, draft: '' }]
  t.match(await bench.store.submit({ sequence: 90, entries, rules: [newOnly] }), { kind: 'config' })
  t.equal(await redis.client.zcard(kindsKey(bench)), 2)
  // The store sends what was refused because of the clock once more by itself.
  await bench.stepServer(20_000)
  t.match(await bench.store.submit({ sequence: 91, entries, rules: [newOnly] }), { tallies: [{ meetings: ['new'] }] })
})
