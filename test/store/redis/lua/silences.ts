import t, { type Test } from 'tap'
import { seriesOf } from '../../../../src/rule/series.js'
import type { Silence } from '../../../../src/rule/silence.js'
import { stateTtlMs } from '../../../../src/store/redis/lua/script.js'
import { startRedis } from '../../../fixtures/redis.js'
import { type RedisBench, redisBench } from '../../../fixtures/redis-bench.js'
import { countsNow, only, rule, send, series, silenceFor, submitter } from '../../../fixtures/store-bench.js'

// How a silence holds back what would be raised is what the contract suite of the stores is about; here is what Redis keeps of it.
const redis = await startRedis(t)

const newBench = (t: Test): Promise<RedisBench> => redisBench(t, redis)

const keptOf = ({ configKey }: RedisBench, suffix = '') =>
  redis.client.hmget(`${configKey}:alert${suffix}`, 'silence', 'silenced', 'suppressed')

t.test('keeps which silence holds a series back, and how many errors were counted under it', async (t) => {
  const bench = await newBench(t)
  const submit = submitter(bench)
  const [first, second] = [silenceFor(bench, 10_000), silenceFor(bench, 20_000, 'bbbbbbbb')]
  await submit.silenced(first, 0)
  t.strictSame(await keptOf(bench), [null, null, null], 'nothing was counted under it')
  await submit.silenced(first, 3)
  await submit.silenced(first, 20)
  await submit.silenced(first, 0)
  t.strictSame(await keptOf(bench), ['aaaaaaaa', '23', '23'])
  await submit.silenced(second, 4)
  t.strictSame(await keptOf(bench), ['bbbbbbbb', '4', '27'])
  await bench.advance(20_000)
  await submit.silenced(second, 0)
  t.strictSame(await keptOf(bench), [null, null, '27'], 'it is over')
  t.match((await submit(1)).claim, { facts: { suppressed: 27 } })
  t.strictSame(await keptOf(bench), [null, null, null])
})

t.test('what is counted twice is under it once, and what others have written there is begun anew', async (t) => {
  const bench = await newBench(t)
  await submitter(bench)(0)
  const silence = silenceFor(bench, 10_000)
  const entries = [{ kind: 'judged', series, counts: countsNow(bench, 12), draft: '', silence }] as const
  const reply = await send(bench.store, { sequence: 2, entries })
  t.strictSame(await send(bench.store, { sequence: 2, entries }), reply)
  t.strictSame(await keptOf(bench), ['aaaaaaaa', '12', '12'])
  await redis.client.hset(`${bench.configKey}:alert`, { silenced: 'nan', suppressed: 'many' })
  t.match(await submitter({ ...bench, store: bench.another().store }).silenced(silence, 2), { total: 14 })
  t.strictSame(await keptOf(bench), ['aaaaaaaa', '2', '2'])
})

t.test('holds back all destinations of a rule', async (t) => {
  const bench = await newBench(t)
  const submit = submitter(bench)
  const silence = silenceFor(bench, 10_000)
  for (const url of ['https://a.test/', 'https://b.test/'])
    t.equal((await submit.silenced(silence, 10, { url })).claim, undefined)
  await bench.advance(10_000)
  const claims = [await submit(1, { url: 'https://a.test/' }), await submit(1, { url: 'https://b.test/' })]
  t.match(claims, [{ claim: { count: 21 } }, { claim: { count: 22 } }])
})

t.test('the original service begins cooldowns in a silence, and they hold afterwards', async (t) => {
  const bench = await newBench(t)
  const submit = submitter(bench)
  const silence = silenceFor(bench, 10_000)
  await redis.client.set(`${bench.configKey}:cooldown`, '1795458261', 'PX', 200_000)
  const { quietMs, claim } = await submit.silenced(silence, 12)
  t.ok(quietMs > 190_000 && claim === undefined)
  t.strictSame(await keptOf(bench), ['aaaaaaaa', '12', '12'])
  await bench.advance(10_000)
  t.equal((await submit(1)).claim, undefined)
  await redis.client.del(`${bench.configKey}:cooldown`)
  t.match((await submit(1)).claim, { facts: { suppressed: 13 } })
})

t.test(
  'what was counted is kept until after the silence, but for groups that never alert, of which anybody may make many',
  async (t) => {
    const bench = await newBench(t)
    const monthMs = 30 * 86_400_000
    const silence = silenceFor(bench, monthMs)
    const ofGroups = ['few', 'many'].map((key) => seriesOf({ ...rule, name: 'g' }, key))
    const entry = (of: typeof series, count: number) =>
      ({ kind: 'judged', series: of, counts: countsNow(bench, count), draft: '', silence }) as const
    await send(bench.store, {
      sequence: 1,
      entries: [entry(series, 1), entry(only(ofGroups[0]), 9), entry(only(ofGroups[1]), 10)],
    })
    const ttlOf = (suffix: string): Promise<number> => redis.client.pttl(`${bench.configKey}:alert${suffix}`)
    const keptMs = stateTtlMs(rule.windowMs, rule.cooldownMs)
    for (const [suffix, ms] of [
      ['', monthMs + keptMs],
      [':rule:g:group:few', 3_600_000],
      [':rule:g:group:many', monthMs + keptMs],
    ] as const) {
      const ttl = await ttlOf(suffix)
      t.ok(ttl > ms - 60_000 && ttl <= ms, `${suffix} ${ttl}`)
    }
    t.strictSame(await keptOf(bench, ':rule:g:group:few'), ['aaaaaaaa', '9', '9'])
  },
)

t.test('a silence of the past, and one with the times of other clocks, hold nothing back', async (t) => {
  const bench = await newBench(t)
  for (const [untilMs, isSilent] of [
    [0, false],
    [bench.clock.nowMs(), false],
    [bench.clock.nowMs() + 1, true],
    [Number.MAX_SAFE_INTEGER, true],
  ] as const) {
    const silence: Silence = { id: 'aaaaaaaa', untilMs, createdAtMs: 0 }
    const { claim } = await submitter({ ...bench, store: bench.another().store }).silenced(silence, 10, {
      name: `${untilMs}`,
    })
    t.equal(claim === undefined, isSilent, `${untilMs}`)
  }
})

t.test('processes whose clocks are minutes off go by the server’s', async (t) => {
  const bench = await newBench(t)
  const silence = silenceFor(bench, 5000)
  for (const [i, other] of only(bench.others).entries()) {
    const name = `r${i}`
    t.equal((await submitter(other).silenced(silence, 10, { name })).claim, undefined)
  }
  await bench.advance(5000)
  for (const [i, other] of only(bench.others).entries()) {
    await other.clock.advance(5000)
    const entries = [{ kind: 'judged', series: seriesOf({ ...rule, name: `r${i}` }), draft: '', silence }] as const
    const counts = countsNow(other, 1)
    const sent = { sequence: 50, entries: entries.map((entry) => ({ ...entry, counts })) }
    t.match((await send(other.store, sent)).tallies, [{ claim: { count: 11, facts: { suppressed: 10 } } }])
  }
})
