import t, { type Test } from 'tap'
import { systemClock } from '../../../src/clock.js'
import { type Series, seriesOf } from '../../../src/rule/series.js'
import { Connection } from '../../../src/store/connection/connection.js'
import { announcementOf } from '../../../src/store/redis/announcements.js'
import { destinationId } from '../../../src/store/redis/destination-id.js'
import { keyNames } from '../../../src/store/redis/keys.js'
import { readStatusState, type StatusState } from '../../../src/store/status/status-reader.js'
import type { Submission } from '../../../src/store/store.js'
import { fc } from '../../fixtures/properties.js'
import { startRedis } from '../../fixtures/redis.js'
import { type RedisBench, redisBench, TEST_CLOCK } from '../../fixtures/redis-bench.js'
import { sharer } from '../../fixtures/share-contract.js'
import { countsNow, only, rule, send, submitter } from '../../fixtures/store-bench.js'

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

t.test('sees the requests that an empty submission would be told', async (t) => {
  await fc.assert(
    fc.asyncProperty(schedules, async (schedule) => {
      const bench = await newBench(t)
      const share = sharer(bench)
      await share({ errors: 1 })
      for (const { waitMs, count, ageMs, backMs } of schedule) {
        await bench.advance(waitMs)
        await share({ errors: count % 2, others: 7 * count, ageMs })
        await bench.advance(waitMs % 700)
        if (backMs > 0) {
          await bench.stepServer(-backMs)
          await share({})
        }
        const [seen] = (await read(bench)).series
        const { total, requests } = await share({})
        assertSame(`${seen?.count} of ${seen?.requests}`, `${total} of ${requests}`, 'errors and requests')
      }
    }),
  )
  const bench = await newBench(t)
  await submitter(bench)(3)
  t.match((await read(bench)).series, [{ count: 3, requests: undefined }], 'of a rule without percent none are known')
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

t.test('says of the stored document whether it is valid, and shows its rules', async (t) => {
  const bench = await newBench(t)
  t.strictSame(await read(bench), {
    nowMs: bench.clock.nowMs(),
    series: [],
    seriesBeyond: 0,
    silences: [],
    ended: [],
    totals: {},
    observedAtMs: undefined,
    processes: [],
    config: { kind: 'missing' },
  })
  await redis.client.set(bench.configKey, '{"threshold":')
  t.match(await read(bench), {
    series: { length: 0 },
    config: { kind: 'invalid', problem: 'Expected the config to be JSON, got a text that does not parse' },
  })
  await redis.client.set(bench.configKey, '{"threshold":"x","url":7}')
  t.match((await read(bench)).config, { kind: 'invalid', problem: /^Expected `url`[^;]+; Expected `threshold`[^;]+$/ })
  await redis.client.set(bench.configKey, JSON.stringify({ threshold: 3 }))
  t.match(await read(bench), {
    series: [{ series: { id: 'default', rule: { threshold: 3 } } }],
    config: { kind: 'valid' },
  })
  await redis.client.set(bench.configKey, '{"rules":[{"name":"a"},{"name":"b"}]}')
  t.match(
    (await read(bench)).series.map(({ series }) => series.id),
    ['a', 'b'],
  )
  await redis.client.del(bench.configKey)
  await redis.client.lpush(bench.configKey, 'a list')
  t.match(await read(bench), { series: { length: 0 }, config: { kind: 'invalid', problem: /another type/ } })
})

t.test(
  'shows so many series: of each rule one, those with an open alert, rules without groups, those in their cooldown, then by errors',
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
    await submitAll(4, groups.slice(380, 382), 4)
    const cooling = only(groups[390])
    const { tallies } = await send(bench.store, {
      sequence: 5,
      entries: [{ kind: 'judged', series: cooling, counts: countsNow(bench, 9), draft: '{}' }],
    })
    await bench.store.settle(cooling, only(tallies[0]?.claim), { kind: 'delivered' })
    await bench.advance(1000)
    await submitAll(6, groups.slice(3, 380), 1)
    await redis.client.zadd(`${bench.configKey}:series`, 1, 'no JSON')
    const { series, seriesBeyond } = await read(bench)
    t.strictSame([series.length, seriesBeyond], [200, 201])
    t.match(
      series.slice(0, 8).map(({ count, pending, cooldownLeftMs }) => [count, pending?.state, cooldownLeftMs > 0]),
      [
        [10, 'sending', false],
        [2, undefined, false],
        [10, 'sending', false],
        [10, 'sending', false],
        [10, undefined, true],
        [5, undefined, false],
        [5, undefined, false],
        [2, undefined, false],
      ],
    )
    await bench.advance(70_000)
    t.match((await read(bench)).series, { length: 200 }, 'though none has errors in its window')
  },
)

t.test('shows all else where a key is of another type', async (t) => {
  const keys = keyNames('', false)
  const ofRule = seriesOf(rule)
  for (const suffix of [
    ...[keys.history, keys.totals, keys.series, keys.cooldown, keys.fleet, keys.processes],
    ...[keys.ring(ofRule), keys.delivery(ofRule), keys.alert(ofRule), keys.due(rule)],
    keys.answer(rule.name, destinationId(rule.url)),
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
    if (suffix === keys.series) t.equal(series.length, 0, 'which series there are is not known')
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

t.test('counts the groups beyond those shown, as far as announcements are kept', async (t) => {
  const bench = await newBench(t)
  const key = `${bench.configKey}:series`
  const texts = Array.from({ length: 5003 }, (_, i) =>
    JSON.stringify(announcementOf(seriesOf(rule, `g${i}`, { model: `${i}` }))),
  )
  const add = (from: number, to: number, score: number): Promise<unknown> =>
    redis.client.zadd(key, ...texts.slice(from, to).flatMap((text) => [score, text]))
  await add(0, 2500, 1)
  await add(2500, 5003, 2)
  // Announced again under other settings: the same groups.
  const changed = texts.slice(0, 100).map((text) => text.replace('"threshold":10', '"threshold":11'))
  await redis.client.zadd(key, ...changed.flatMap((text) => [3, text]))
  // The one that was announced first alerts.
  const due = keyNames(bench.configKey, false).due(rule)
  await redis.client.zadd(due, 1, 'default:g101')
  const { series, seriesBeyond } = await read(bench)
  t.strictSame([series.length, seriesBeyond], [200, 4803])
  t.equal(series[0]?.series.id, 'default:g101')
})

t.test('keeps how the last attempt of a rule ended, over its delivery and for all its groups', async (t) => {
  const bench = await newBench(t)
  const entry = (key: string, count: number) => ({
    kind: 'judged' as const,
    series: seriesOf(rule, key, { model: key }),
    counts: countsNow(bench, count),
    draft: '{}',
  })
  const { tallies } = await send(bench.store, { sequence: 1, entries: [entry('a', 10), entry('b', 10), entry('c', 1)] })
  const [a, b] = tallies.map(({ claim }) => claim)
  const answers = async () => (await read(bench)).series.map(({ receiver }) => receiver)
  const receiver = { id: destinationId(rule.url), host: '127.0.0.1:9', format: 'json' }
  t.strictSame(await answers(), Array(3).fill({ ...receiver, lastAnswer: undefined }))
  const note = { outcome: 'clientError, status 403: invalid_token', account: '' }
  await bench.store.settle(seriesOf(rule, 'a'), only(a), { kind: 'parked', waitMs: 1000 }, note)
  const refused = { atMs: bench.clock.nowMs(), isDelivered: false, outcome: note.outcome }
  t.strictSame(await answers(), Array(3).fill({ ...receiver, lastAnswer: refused }))
  await bench.advance(5000)
  await bench.store.settle(seriesOf(rule, 'b'), only(b), { kind: 'begun' })
  t.match(await answers(), [{ lastAnswer: refused }], 'an attempt that has not ended changes nothing')
  await bench.store.settle(
    seriesOf(rule, 'b'),
    only(b),
    { kind: 'delivered' },
    { outcome: 'status 204', account: '{}' },
  )
  const delivered = { atMs: bench.clock.nowMs(), isDelivered: true, outcome: 'status 204' }
  t.strictSame(await answers(), Array(3).fill({ ...receiver, lastAnswer: delivered }))
  const key = keyNames(bench.configKey, false).answer(rule.name, receiver.id)
  const ttlMs = await redis.client.pttl(key)
  t.ok(ttlMs > 6 * 86_400_000 && ttlMs <= 7 * 86_400_000, `${ttlMs}`)
})

const facts = { service: 'shop', hostname: 'h', pid: 7, version: '1', linesPerMinute: 60 } as const
const processFacts = { ...facts, logger: 'pino', config: 'options' } as const

t.test('knows who is alive: those that were heard of within a minute and have not closed', async (t) => {
  const bench = await newBench(t)
  const tell = (client: string, sequence: number, told: Submission['process'] = processFacts): Promise<unknown> =>
    send(only(clients.get(client)), { sequence, entries: [], process: told })
  const clients = new Map(['a', 'b', 'c'].map((name) => [name, bench.another(`client-${name}`).store]))
  const alive = async (): Promise<unknown> => {
    const { processes, nowMs } = await read(bench)
    return processes.map(({ pid, heardAtMs }) => [pid, nowMs - heardAtMs]).sort()
  }
  await tell('a', 1)
  await tell('b', 1, { ...processFacts, pid: 8 })
  const { processes } = await read(bench)
  t.match(
    processes.toSorted((a, b) => a.pid - b.pid),
    [processFacts, { pid: 8 }],
  )
  t.match(await read(bench), { series: [{ series: { id: 'default' }, receiver: { host: '127.0.0.1:9' } }] })
  await bench.advance(40_000)
  await tell('b', 2, { ...processFacts, pid: 8 })
  await bench.advance(20_000)
  t.strictSame(await alive(), [
    [7, 60_000],
    [8, 20_000],
  ])
  await bench.advance(1)
  t.strictSame(await alive(), [[8, 20_001]], 'the one that was killed is gone')
  await tell('c', 1, { ...processFacts, pid: 9 })
  const key = `${bench.configKey}:processes`
  t.strictSame((await redis.client.hkeys(key)).sort(), ['client-b', 'client-c'], 'and takes no more room')
  const ttlMs = await redis.client.pttl(key)
  t.ok(ttlMs > 50_000 && ttlMs <= 60_000, `${ttlMs}`)
  await tell('c', 2, 'closing')
  t.match(await alive(), [[8, 20_001]])
  await bench.stepServer(-3_600_000)
  t.strictSame(await alive(), [], 'after a step back of the clock, until they tell of themselves again')
  await tell('b', 3, { ...processFacts, pid: 8 })
  t.strictSame(await alive(), [[8, 0]])
  await redis.client.set(key, 'of another type')
  t.strictSame(await alive(), [])
  await tell('b', 4, { ...processFacts, pid: 8 })
  t.strictSame(await alive(), [[8, 0]])
})

t.test('keeps so many processes at most', async (t) => {
  const bench = await newBench(t)
  const key = `${bench.configKey}:processes`
  const told = `${bench.clock.nowMs()} ${JSON.stringify(processFacts)}`
  const fields = Array.from({ length: 1000 }, (_, i) => [`p${i}`, told]).flat()
  await redis.client.hset(key, ...fields)
  await send(bench.store, { sequence: 1, entries: [], process: processFacts })
  t.equal(await redis.client.hlen(key), 1000)
  await bench.advance(61_000)
  await send(bench.store, { sequence: 2, entries: [], process: processFacts })
  t.equal(await redis.client.hlen(key), 1)
})

t.test('knows when some process last read a line', async (t) => {
  const bench = await newBench(t)
  await send(bench.store, { sequence: 1, entries: [], growth: { observed: 2 } })
  const observedAtMs = bench.clock.nowMs()
  await bench.advance(9000)
  await send(bench.store, { sequence: 2, entries: [], growth: { submissions: 2 } })
  t.match(await read(bench), { observedAtMs, totals: { observed: 2, submissions: 2 } })
  t.strictSame(Object.keys((await read(bench)).totals).sort(), ['observed', 'submissions'])
})
