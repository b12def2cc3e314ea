import t, { type Test } from 'tap'
import { systemClock } from '../../../src/clock.js'
import { type Series, seriesOf } from '../../../src/rule/series.js'
import { Connection } from '../../../src/store/connection/connection.js'
import { keyNames } from '../../../src/store/redis/keys.js'
import { readStatusState, type StatusState } from '../../../src/store/status/status-reader.js'
import { fc } from '../../fixtures/properties.js'
import { startRedis } from '../../fixtures/redis.js'
import { type RedisBench, redisBench, TEST_CLOCK } from '../../fixtures/redis-bench.js'
import { only, rule, send, submitter } from '../../fixtures/store-bench.js'

const redis = await startRedis(t)
const newBench = (t: Test): Promise<RedisBench> => redisBench(t, redis)

const target = { kind: 'url', url: redis.url } as const
const connection = new Connection({ target, clock: systemClock, connectTimeoutMs: 5000, holdsProcess: true })
t.teardown(() => connection.close())

const read = ({ configKey }: RedisBench): Promise<StatusState> => readStatusState(connection, configKey, TEST_CLOCK)

const schedules = fc.array(
  fc.record({
    waitMs: fc.oneof(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 0, max: 150_000 })),
    count: fc.integer({ min: 0, max: 6 }),
    ageMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 70_000 })),
    settlement: fc.constantFrom(
      undefined,
      { kind: 'delivered' } as const,
      { kind: 'begun' } as const,
      { kind: 'postponed', waitMs: 5000 } as const,
      { kind: 'parked', waitMs: 40_000 } as const,
    ),
    isCooldownDeleted: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
    /** A clock that steps back: by a little, or by more than the window. */
    backMs: fc.constantFrom(0, 0, 0, 0, 0, 0, 2000, 70_000),
  }),
  { minLength: 1, maxLength: 25 },
)

t.test('sees what an empty submission would be told, at any time, and changes nothing', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('sliding', 'fixed'),
      fc.constantFrom(60_000, 20_000, 7000),
      fc.constantFrom(0, 90_000),
      schedules,
      async (windowType, windowMs, cooldownMaxMs, schedule) => {
        const bench = await newBench(t)
        const submit = submitter(bench)
        const change = { windowType, windowMs, cooldownMaxMs, cooldownMs: 10_000, threshold: 4 } as const
        const series = seriesOf({ ...rule, ...change })
        const keys = (): Promise<string[]> => redis.client.keys(`${bench.configKey}:*`)
        const dump = async (): Promise<unknown> => {
          const names = (await keys()).sort()
          return Promise.all(names.map(async (key) => [key, await redis.client.dump(key)]))
        }
        await submit(1, change)
        for (const { waitMs, count, ageMs, settlement, isCooldownDeleted, backMs } of schedule) {
          await bench.advance(waitMs)
          if (isCooldownDeleted) await redis.client.del(`${bench.configKey}:cooldown`)
          const { claim } = await submit(count, change, ageMs)
          if (claim !== undefined && settlement !== undefined) await bench.store.settle(series, claim, settlement)
          await bench.advance(waitMs % 700)
          if (backMs > 0 && windowType === 'sliding') {
            await bench.stepServer(-backMs)
            // How far the clock has stepped is known to those who count, and to nobody else before they do.
            const [unaware] = (await read(bench)).series
            assertSame(unaware?.count, (await submit(0, change)).total, 'the count')
          }
          const before = await dump()
          const status = await read(bench)
          assertSame(JSON.stringify(await dump()), JSON.stringify(before), 'nothing was written')
          const [seen] = status.series
          const tally = await submit(0, change)
          assertSame(seen?.count, tally.total, 'the count')
          if (windowType === 'sliding') {
            const shown = (seen?.slots ?? []).reduce((sum, slot) => sum + slot, 0)
            assertSame(shown, tally.total, 'its slots')
            assertSame(seen?.slots.length, 120, 'as many as there are')
          }
          const { pending, cooldownLeftMs = 0 } = seen ?? {}
          if (pending === undefined && tally.claim === undefined)
            assertSame(cooldownLeftMs, tally.quietMs, 'the cooldown')
          const isDue = pending?.nextAttemptAtMs !== undefined && pending.nextAttemptAtMs <= status.nowMs
          const mayBeTold = pending !== undefined && pending.state !== 'sending' && isDue
          if (pending !== undefined) assertSame(tally.claim?.id, mayBeTold ? pending.id : undefined, 'whose turn it is')
        }
      },
    ),
    { numRuns: 60 },
  )
})

function assertSame(seen: unknown, expected: unknown, what: string): void {
  if (seen !== expected) throw new Error(`${what}: ${seen}, not ${expected}`)
}

t.test('shows when errors happened, the oldest first', async (t) => {
  const bench = await newBench(t)
  const submit = submitter(bench)
  await submit(2, {}, 59_000)
  await submit(3, {}, 30_000)
  await submit(4)
  const { series, nowMs } = await read(bench)
  const slots = only(series[0]).slots
  t.strictSame([slots.slice(0, 4).reduce((sum, count) => sum + count), slots.at(-1)], [2, 4])
  t.equal(
    slots.slice(58, 63).reduce((sum, count) => sum + count),
    3,
  )
  const countedAtMs = series[0]?.countedAtMs ?? 0
  t.ok(countedAtMs > nowMs - 250 && countedAtMs <= nowMs, `${nowMs - countedAtMs}`)
  await bench.advance(100_000)
  t.match((await read(bench)).series, [{ count: 0, slots: Array(120).fill(0), countedAtMs }], 'though they are gone')
})

t.test('shows an empty place as one rule without errors', async (t) => {
  const bench = await newBench(t)
  t.match(await read(bench), {
    series: [{ series: { id: 'default' }, count: 0, countedAtMs: undefined }],
    ended: [],
    totals: {},
  })
  await redis.client.set(bench.configKey, '{"threshold":')
  t.equal((await read(bench)).series.length, 1)
  await redis.client.set(bench.configKey, '{"rules":[{"name":"a"},{"name":"b"}]}')
  t.match(
    (await read(bench)).series.map(({ series }) => series.id),
    ['a', 'b'],
  )
  await redis.client.del(bench.configKey)
  await redis.client.lpush(bench.configKey, 'a list')
  t.equal((await read(bench)).series.length, 1)
})

t.test(
  'shows so many series, those with an open alert and rules without groups however long ago counted',
  async (t) => {
    const bench = await newBench(t)
    const groups: readonly Series[] = Array.from({ length: 400 }, (_, i) => seriesOf(rule, `g${i}`, { model: `${i}` }))
    const submitAll = async (sequence: number, some: readonly Series[], count: number): Promise<void> => {
      const moment = { monotonicMs: bench.clock.monotonicMs(), wallMs: bench.clock.nowMs() }
      await send(bench.store, {
        sequence,
        entries: some.map((series) => ({ kind: 'judged', series, counts: [{ ...moment, count }], draft: '{}' })),
      })
    }
    const whole = seriesOf({ ...rule, name: 'whole' })
    await submitAll(1, groups.slice(0, 3), 10)
    await submitAll(2, [whole], 2)
    await bench.advance(1000)
    await submitAll(3, groups.slice(3), 1)
    await redis.client.zadd(`${bench.configKey}:series`, 1, 'no JSON')
    const { series } = await read(bench)
    t.equal(series.length, 200)
    t.match(
      series.slice(0, 5).map(({ count, pending }) => [count, pending?.state]),
      [
        [10, 'sending'],
        [10, 'sending'],
        [10, 'sending'],
        [2, undefined],
        [1, undefined],
      ],
    )
  },
)

t.test('shows all else where a key is of another type', async (t) => {
  const keys = keyNames('', false)
  const ofRule = seriesOf(rule)
  for (const suffix of [
    ...[keys.history, keys.totals, keys.series, keys.cooldown, keys.fleet],
    ...[keys.ring(ofRule), keys.delivery(ofRule), keys.alert(ofRule), keys.due(rule)],
  ]) {
    const bench = await newBench(t)
    const submit = submitter(bench)
    await submit(3)
    await submit(10, { name: 'other' })
    const key = `${bench.configKey}${suffix}`
    await redis.client.del(key)
    if (suffix === keys.cooldown) await redis.client.rpush(key, 'x')
    else await redis.client.set(key, 'x')
    const { series } = await read(bench)
    const other = series.find(({ series }) => series.id === 'other')
    if (suffix === keys.series) t.equal(series.length, 1, 'which series there are is not known')
    else t.match(other, { count: 10, pending: { state: 'sending', count: 10 } }, suffix)
  }
})

t.test('shows the alert of the place where one waits, and the cooldown that all places share', async (t) => {
  const bench = await newBench(t)
  const [a, b] = ['https://a.test/', 'https://b.test/']
  const submit = submitter(bench)
  const { claim } = await submit(10, { url: only(a) })
  const waiting = seriesOf({ ...rule, url: only(a) })
  await bench.store.settle(waiting, only(claim), { kind: 'postponed', waitMs: 60_000 })
  await bench.advance(1000)
  const second = await submitter(bench.another())(1, { url: only(b) })
  await bench.store.settle(seriesOf({ ...rule, url: only(b) }), only(second.claim), { kind: 'delivered' })
  const { series } = await read(bench)
  t.match(series, [{ count: 11, pending: { id: claim?.id, state: 'waiting' }, lastAlert: { id: second.claim?.id } }])
  t.equal(series.length, 1)
  t.equal(series[0]?.cooldownLeftMs, 300_000)
})
