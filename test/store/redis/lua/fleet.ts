import t, { type Test } from 'tap'
import { seriesOf } from '../../../../src/rule/series.js'
import { keyNames } from '../../../../src/store/redis/keys.js'
import type { Claim, Tallied } from '../../../../src/store/store.js'
import { fc } from '../../../fixtures/properties.js'
import { startRedis } from '../../../fixtures/redis.js'
import { type RedisBench, redisBench } from '../../../fixtures/redis-bench.js'
import { countsNow, only, rule, send, series, submitter } from '../../../fixtures/store-bench.js'

const redis = await startRedis(t)

const newBench = (t: Test): Promise<RedisBench> => redisBench(t, redis)

const HOUR_MS = 3_600_000

t.test('the server’s clock back by an hour after a delivery: one cooldown of silence at most', async (t) => {
  for (const name of ['default', 'other']) {
    for (const cooldownMaxMs of [0, 900_000]) {
      const bench = await newBench(t)
      const submit = submitter(bench)
      const change = { name, cooldownMaxMs }
      const { claim } = await submit(10, change)
      await bench.store.settle(seriesOf({ ...rule, ...change }), only(claim), { kind: 'delivered' })
      await bench.advance(100_000)
      await bench.stepServer(-HOUR_MS)
      t.match(await submit(10, change), { claim: undefined, total: 10 }, 'what was counted before is not counted again')
      await bench.advance(rule.cooldownMs)
      const after: Tallied = await submit(10, change)
      t.match(after, { claim: { count: 10, isNew: true } }, `${name} ${cooldownMaxMs}`)
    }
  }
})

t.test(
  'a step that is seen late, by a process that knows the time: the cooldown is over when it would have been',
  async (t) => {
    const bench = await newBench(t)
    const submit = submitter(bench)
    await bench.store.settle(series, only((await submit(10)).claim), { kind: 'delivered' })
    await bench.advance(10_000)
    await bench.stepServer(-HOUR_MS)
    await bench.advance(40_000)
    await submit(0)
    await bench.stepServer(-HOUR_MS)
    await bench.advance(40_000)
    await submit(0)
    await bench.advance(rule.cooldownMs - 90_000 - 1)
    t.match(await submit(10), { claim: undefined })
    await bench.advance(1)
    t.match(await submit(10), { claim: { count: 20, isNew: true } })
  },
)

t.test('and so it is of a cooldown that another service has set', async (t) => {
  const bench = await newBench(t)
  const submit = submitter(bench)
  const { cooldown } = keyNames(bench.configKey, false)
  // A key's end is a moment of the server's clock: it lies an hour later after the step.
  await redis.client.set(cooldown, '1', 'EX', 3600 + 300)
  t.match(await submit(10), { claim: undefined })
  const leftMs = await redis.client.pttl(cooldown)
  t.ok(leftMs > 290_000 && leftMs <= 300_000, `${leftMs}`)
})

t.test('back while an alert waits: it is tried within that wait after the step', async (t) => {
  for (const kind of ['postponed', 'parked'] as const) {
    const bench = await newBench(t)
    const submit = submitter(bench)
    const { claim } = await submit(10)
    await bench.store.settle(series, only(claim), { kind, waitMs: 2000 })
    await bench.advance(500)
    await bench.stepServer(-HOUR_MS)
    const claims: Claim[] = [...(await submit.look())]
    await bench.advance(2000)
    claims.push(...(await submit.look()))
    t.match(claims, [{ id: claim?.id }], kind)
    t.ok(only(claims[0]).ageMs >= 0)
  }
})

t.test('back while an alert is being delivered: another process takes over a lease after the step', async (t) => {
  const bench = await newBench(t)
  const { claim } = await submitter(bench)(10)
  await bench.stepServer(-HOUR_MS)
  const other = submitter(bench.another())
  await other.look()
  await bench.advance(10_000)
  t.match(await other.look(), [{ id: claim?.id }])
})

t.test('back while an episode goes on: its end is told within a window and a look after the step', async (t) => {
  const bench = await newBench(t)
  const submit = submitter(bench)
  const change = { sendResolved: true }
  const { claim } = await submit(10, change)
  await bench.store.settle(seriesOf({ ...rule, ...change }), only(claim), { kind: 'delivered' })
  await submit(1, change)
  await bench.stepServer(-HOUR_MS)
  const ends: Claim[] = []
  for (let i = 0; i < 9; i += 1) {
    ends.push(...(await submit.look(change)))
    await bench.advance(15_000)
  }
  t.match(ends[0], { facts: { kind: 'resolved', alertId: claim?.id } })
})

t.test('back while many alerts wait: each is tried within its wait after the step', async (t) => {
  const bench = await newBench(t)
  const entries = Array.from({ length: 1100 }, (_, i) => ({
    kind: 'judged' as const,
    series: seriesOf(rule, `${i}`),
    counts: countsNow(bench, 10),
    draft: '',
  }))
  const { tallies } = await send(bench.store, { sequence: 1, entries })
  await Promise.all(
    entries.map(({ series }, i) =>
      bench.store.settle(series, only(tallies[i]?.claim), { kind: 'postponed', waitMs: 60_000 }),
    ),
  )
  await bench.stepServer(-HOUR_MS)
  const { store } = bench.another()
  const tried = new Set<string>()
  for (let sequence = 1; sequence < 100; sequence += 2) {
    await bench.advance(2000)
    const { due } = await send(store, { sequence, entries: [], rules: [rule] })
    const looks = entries.filter(({ series }) => due.includes(series.id)).map((entry) => ({ ...entry, counts: [] }))
    const looked = await send(store, { sequence: sequence + 1, entries: looks })
    for (const { claim } of looked.tallies) if (claim !== undefined) tried.add(claim.id)
  }
  t.equal(tried.size, entries.length)
})

t.test('no step of the clock makes an alert of fewer errors than the threshold', async (t) => {
  for (const [untouchedMs, backMs] of [
    [0, 30_000],
    [10_000, 5000],
    [30_000, 30_000],
    [59_000, 59_000],
    [60_000, 60_000],
    [90_000, 90_000],
    [119_000, 119_000],
    [0, HOUR_MS],
  ] as const) {
    const bench = await newBench(t)
    const submit = submitter(bench)
    const idle = submitter(bench.another())
    await submit(6)
    await bench.advance(untouchedMs)
    await idle.look()
    await bench.stepServer(-backMs)
    await idle.look()
    await bench.advance(30_000)
    await submit(3)
    await bench.advance(30_001)
    const what = `${untouchedMs} ms untouched, ${backMs} ms back`
    t.match(await submit(6), { claim: undefined, total: 9 }, `${what}: the first six are more than a window ago`)
  }
})

t.test('a step back that nobody saw until the clock had caught up makes none either', async (t) => {
  const bench = await newBench(t)
  const submit = submitter(bench)
  await submit(6)
  await bench.stepServer(-30_000)
  await bench.advance(30_000)
  await submit(3)
  await bench.advance(30_001)
  t.match(await submit(6), { claim: undefined })
})

t.test('a step of at most a moment keeps what was counted', async (t) => {
  const bench = await newBench(t)
  const submit = submitter(bench)
  await submit(6)
  await bench.stepServer(-90)
  t.match(await submit(4), { total: 10, claim: { count: 10 } })
})

t.test('steps of the clock: fewer than the threshold never alert, and silence lasts a cooldown at most', async (t) => {
  const step = fc.record({
    waitMs: fc.integer({ min: 0, max: 50_000 }),
    backMs: fc.constantFrom(0, 0, 0, 50, 2000, 45_000, 70_000, HOUR_MS),
    forwardMs: fc.constantFrom(0, 0, 0, 0, 2000, 70_000),
    count: fc.integer({ min: 0, max: 5 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (schedule) => {
      const bench = await newBench(t)
      const [submit, idle] = [submitter(bench), submitter(bench.another())]
      const change = { threshold: 5, cooldownMs: 20_000, windowMs: 20_000, name: 'stepping' }
      const errors: { readonly atMs: number; readonly count: number }[] = []
      let quietUntilMs = 0
      for (const { waitMs, backMs, forwardMs, count } of schedule) {
        await bench.advance(waitMs)
        await idle.look(change)
        if (backMs + forwardMs > 0) await bench.stepServer(forwardMs - backMs)
        await idle.look(change)
        const nowMs = bench.clock.monotonicMs()
        if (backMs > 0 && quietUntilMs > 0) quietUntilMs = nowMs + change.cooldownMs
        if (count > 0) errors.push({ atMs: nowMs, count })
        const within = errors.filter(({ atMs }) => atMs > nowMs - change.windowMs)
        const sum = within.reduce((sum, { count }) => sum + count, 0)
        const { claim } = await submit(count, change)
        if (claim !== undefined && sum < change.threshold) throw new Error(`an alert of ${sum} errors`)
        if (claim === undefined && count >= change.threshold && nowMs >= quietUntilMs)
          throw new Error('silent for longer than a cooldown')
        if (claim === undefined) continue
        await bench.store.settle(seriesOf({ ...rule, ...change }), claim, { kind: 'delivered' })
        quietUntilMs = nowMs + change.cooldownMs
      }
    }),
  )
})

t.test('tries what is parked again as soon as the config has changed, whoever sees that, and once', async (t) => {
  const bench = await newBench(t)
  const [first, second, third] = [bench, bench.another(), bench.another()].map((one) => submitter(one))
  const claim = only((await only(first)(10)).claim)
  await bench.store.settle(series, claim, { kind: 'begun' })
  await bench.store.settle(series, claim, { kind: 'parked', waitMs: 1_800_000 })
  await bench.advance(20_000)
  t.strictSame(await only(second).look(), [])
  await redis.client.set(bench.configKey, '{"secret":"another"}')
  t.match(await only(third).look(), [{ id: claim.id, tries: 1 }])
  t.strictSame(await only(second).look(), [])
})

t.test('each process wakes its own rules under a new config, however many have looked before', async (t) => {
  const bench = await newBench(t)
  const [a, b] = ['a', 'b'].map((name) => ({ ...rule, name }))
  const submit = submitter(bench)
  for (const { name } of [only(a), only(b)]) {
    const { claim } = await submit(10, { name })
    await bench.store.settle(seriesOf({ ...rule, name }), only(claim), { kind: 'parked', waitMs: 1_800_000 })
  }
  await redis.client.set(bench.configKey, '{}')
  t.match(await submitter(bench.another()).look({ name: 'a' }), [{}])
  t.match(await submitter(bench.another()).look({ name: 'b' }), [{}])
})

t.test('an alert that is parked under a config that has changed meanwhile is due at once', async (t) => {
  const bench = await newBench(t)
  const claim = only((await submitter(bench)(10)).claim)
  await redis.client.set(bench.configKey, '{"secret":"another"}')
  await submitter(bench.another())(0)
  await bench.store.settle(series, claim, { kind: 'parked', waitMs: 1_800_000 })
  t.match(await submitter(bench.another()).look(), [{ id: claim.id }])
})

t.test('begins anew where another hand has changed what the fleet has in common', async (t) => {
  const probe = await newBench(t)
  await submitter(probe)(10)
  const known = await redis.client.hkeys(keyNames(probe.configKey, false).fleet)
  t.ok(known.length > 3, known.join(' '))
  for (const kind of ['config', 'revision', 'newestMs', 'era', 'woken', 'window default']) {
    for (const spoilt of ['abc', '', '-1', '9e99', 'nan', 'inf']) {
      const bench = await newBench(t)
      const submit = submitter(bench)
      const keys = keyNames(bench.configKey, false)
      const field = kind === 'woken' ? `woken ${keys.due(rule)}` : kind
      const { claim } = await submit(10)
      await bench.store.settle(series, only(claim), { kind: 'postponed', waitMs: 20_000 })
      await redis.client.hset(keys.fleet, field, spoilt)
      const what = `${field} '${spoilt}'`
      t.match(await submitter(bench.another())(0).catch(String), { claim: undefined }, what)
      await bench.advance(20_000)
      const looked = await submitter(bench.another()).look().catch(String)
      t.match(looked, [{ id: claim?.id }], what)
    }
  }
})

t.test('processes that begin at one moment, on an empty Redis, name their fleet the same', async (t) => {
  const bench = await newBench(t)
  const stores = [bench, bench.another(), bench.another(), ...only(bench.others)].map(({ store }) => store)
  const replies = await Promise.all(stores.map((store) => send(store, { sequence: 1, entries: [] })))
  const [first, ...more] = replies.map(({ fleet }) => fleet)
  t.match(first, /^[\w-]{8,}$/)
  for (const fleet of more) t.equal(fleet, first)
})

t.test('two fleets on one Redis have two names', async (t) => {
  const [one, other] = [await newBench(t), await newBench(t)]
  const [a, b] = await Promise.all([one, other].map(({ store }) => send(store, { sequence: 1, entries: [] })))
  t.not(a?.fleet, b?.fleet)
})

t.test('each claim names the fleet: a repeated one, one that is taken over, and that of the end', async (t) => {
  const bench = await newBench(t)
  const { fleet } = await send(bench.another().store, { sequence: 1, entries: [] })
  const ofRule = seriesOf({ ...rule, sendResolved: true })
  const entries = [{ kind: 'judged', series: ofRule, counts: countsNow(bench, 10), draft: '' }] as const
  const submission = { sequence: 1, entries }
  t.match((await send(bench.store, submission)).tallies, [{ claim: { fleet, isNew: true } }])
  t.match((await send(bench.store, submission)).tallies, [{ claim: { fleet } }], 'its answer was lost')
  await bench.advance(10_000)
  const submit = submitter(bench.another())
  const [taken] = await submit.look(ofRule.rule)
  t.match(taken, { fleet, isNew: false })
  await bench.store.settle(ofRule, only(taken), { kind: 'delivered' })
  await bench.advance(121_000)
  t.match(await submit.look(ofRule.rule), [{ facts: { kind: 'resolved' }, fleet }])
})

t.test(
  'a replica that has forgotten the fleet’s name learns it from whoever knows it, and keeps it for a week',
  async (t) => {
    const bench = await newBench(t)
    const { fleet: key } = keyNames(bench.configKey, false)
    const { fleet } = await send(bench.store, { sequence: 1, entries: [] })
    for (const lose of [
      () => redis.client.del(key),
      () => redis.client.hset(key, 'id', 'of / another hand'),
      () => redis.client.hset(key, 'id', 'x'.repeat(1000)),
      () => redis.client.set(key, 'of another type'),
    ]) {
      await lose()
      const { fleet: given } = await send(bench.store, { sequence: 100, entries: [] })
      t.equal(given, fleet)
      t.equal((await send(bench.another().store, { sequence: 1, entries: [] })).fleet, fleet)
    }
    const leftMs = await redis.client.pttl(key)
    t.ok(leftMs > 7 * 24 * HOUR_MS && leftMs <= 8 * 24 * HOUR_MS, `${leftMs}`)
  },
)
