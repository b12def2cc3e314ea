import t, { type Test } from 'tap'
import { LEASE_MS } from '../../../src/rule/alert-state.js'
import { seriesOf } from '../../../src/rule/series.js'
import type { Settlement } from '../../../src/rule/settle.js'
import type { Claim, Handover, Reply } from '../../../src/store/store.js'
import { startRedis } from '../../fixtures/redis.js'
import { type RedisBench, redisBench } from '../../fixtures/redis-bench.js'
import { only, rule, series, submitter } from '../../fixtures/store-bench.js'
import { storeContract } from '../../fixtures/store-contract.js'

const redis = await startRedis(t)

const newBench = (t: Test): Promise<RedisBench> => redisBench(t, redis)

t.test('contract', (t) => storeContract(t, () => newBench(t)))

t.test('counts what several processes submit as one, and lets exactly one of them tell', async (t) => {
  const bench = await newBench(t)
  const submits = [bench, bench.another(), bench.another()].map((one) => submitter(one))
  const tallies = await Promise.all(Array.from({ length: 30 }, (_, i) => submits[i % 3]?.(1)))
  t.equal(tallies.filter((tally) => tally?.claim !== undefined).length, 1)
  t.equal(Math.max(...tallies.map((tally) => tally?.total ?? 0)), 30)
})

t.test('counts a submission once however often it is sent, and repeats the claim whose reply was lost', async (t) => {
  const { store, clock } = await newBench(t)
  const counts = [{ monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs(), count: 10 }]
  const submission = { sequence: 1, entries: [{ series, counts, draft: '{"first":1}' }] }
  t.match(await store.submit(submission), { kind: 'config', config: { kind: 'missing' } })
  const first = await store.submit(submission)
  t.match(first, { tallies: [{ total: 10, claim: { tries: 1, draft: '{"first":1}' } }] })
  t.strictSame(await store.submit(submission), first)
})

t.test('answers for as many series at once as there may be', async (t) => {
  const { store, clock } = await newBench(t)
  const counts = [{ monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs(), count: 1 }]
  const entries = Array.from({ length: 3000 }, (_, i) => ({ series: seriesOf(rule, `${i}`), counts, draft: '' }))
  await store.submit({ sequence: 1, entries })
  const reply = await store.submit({ sequence: 1, entries })
  t.equal(reply.kind === 'counted' && reply.tallies.every(({ total }) => total === 1) && reply.tallies.length, 3000)
})

t.test('tells each new config once, and counts nothing with that reply', async (t) => {
  const { store, configKey, clock } = await newBench(t)
  let sequence = 0
  const submit = (): Promise<Reply> => {
    sequence += 1
    const counts = [{ monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs(), count: 1 }]
    return store.submit({ sequence, entries: [{ series, counts, draft: '' }] })
  }
  t.match(await submit(), { config: { kind: 'missing' } })
  t.match(await submit(), { tallies: [{ total: 1 }] })
  await redis.client.set(configKey, '{"threshold":3}')
  t.match(await submit(), { config: { kind: 'text', text: '{"threshold":3}' } })
  t.match(await submit(), { tallies: [{ total: 2 }] })
  await redis.client.set(configKey, Buffer.from([0x22, 0xff, 0xfe, 0x22]))
  t.match(await submit(), { config: { kind: 'text' } }, 'text that is not UTF-8')
  t.match(await submit(), { tallies: [{ total: 3 }] }, 'is no news the second time either')
  await redis.client.del(configKey)
  await redis.client.lpush(configKey, 'a list')
  t.match(await submit(), { config: { kind: 'unreadable' } })
  t.match(await submit(), { tallies: [{ total: 4 }] })
  await redis.client.del(configKey)
  t.match(await submit(), { config: { kind: 'missing' } })
})

t.test('leaves no key without a TTL but the config', async (t) => {
  const bench = await newBench(t)
  const submit = submitter(bench)
  await redis.client.set(bench.configKey, '{}')
  const { claim } = await submit(10)
  await submit(3, { windowType: 'fixed' })
  await bench.store.settle(series, only(claim), { kind: 'gone' })
  const keys = (await redis.client.keys(`${bench.configKey}:*`)).filter((key) => !key.endsWith(':now'))
  t.equal(keys.length, 8, keys.join(' '))
  for (const key of keys) t.ok((await redis.client.pttl(key)) > 0, key)
  t.equal(await redis.client.ttl(bench.configKey), -1)
})

t.test('holds the cooldown key while it is told, and writes the second of delivery into it', async (t) => {
  const bench = await newBench(t)
  const submit = submitter(bench)
  const cooldown = `${bench.configKey}:cooldown`
  const { claim } = await submit(10)
  const leaseMs = await redis.client.pttl(cooldown)
  t.ok(leaseMs > 0 && leaseMs <= LEASE_MS)
  const isHeldFor = async (ms: number, why: string): Promise<void> => {
    const leftMs = await redis.client.pttl(cooldown)
    t.ok(leftMs > ms - 1000 && leftMs <= ms + 2 * LEASE_MS, `${why}: ${leftMs}`)
  }
  await bench.store.settle(series, only(claim), { kind: 'postponed', waitMs: 60_000, wasTried: true })
  await isHeldFor(60_000, 'until the next attempt')
  await bench.advance(60_000)
  const second = only((await submit(0)).claim)
  await isHeldFor(LEASE_MS, 'while it runs')
  await bench.store.settle(series, second, { kind: 'parked', waitMs: 1_800_000 })
  await isHeldFor(300_000, 'one cooldown where it was refused')
  await bench.advance(300_000)
  await redis.client.del(cooldown)
  const third = only((await submit(10)).claim)
  await bench.advance(1500)
  await bench.store.settle(series, third, { kind: 'delivered' })
  t.equal(await redis.client.get(cooldown), String(Math.floor(bench.clock.nowMs() / 1000)))
  t.ok((await redis.client.pttl(cooldown)) > 299_000)
})

t.test('leaves a cooldown alone that the original has set while an attempt was scheduled', async (t) => {
  const bench = await newBench(t)
  const submit = submitter(bench)
  const cooldown = `${bench.configKey}:cooldown`
  const first = only((await submit(10)).claim)
  await redis.client.set(cooldown, '1', 'EX', 300)
  for (const settlement of [
    { kind: 'postponed', waitMs: 5000, wasTried: true },
    { kind: 'parked', waitMs: 5000 },
  ] as const) {
    const bench = await newBench(t)
    const claim = only((await submitter(bench)(10)).claim)
    await redis.client.set(`${bench.configKey}:cooldown`, '1', 'EX', 300)
    await bench.store.settle(series, claim, settlement)
    t.equal(await redis.client.get(`${bench.configKey}:cooldown`), '1')
    await bench.advance(6000)
    t.equal((await submitter(bench)(10)).claim, undefined)
  }
  await bench.store.settle(series, first, { kind: 'abandoned' })
  t.equal(await redis.client.get(cooldown), '1')
})

t.test('tries what is parked again as soon as the config has changed, whoever sees that, and once', async (t) => {
  for (const settlement of [{ kind: 'parked', waitMs: 1_800_000 }, { kind: 'gone' }] as const) {
    const bench = await newBench(t)
    const submits = [bench, bench.another(), bench.another()].map((one) => submitter(one))
    const [first, second, third] = submits.map((submit) => only(submit))
    const claim = only((await only(first)(10)).claim)
    await bench.store.settle(series, claim, settlement)
    await bench.advance(20_000)
    t.strictSame(await only(second).look(), [])
    await redis.client.set(bench.configKey, '{"secret":"another"}')
    t.match(await only(third).look(), [{ id: claim.id, tries: 2, isGone: false }], settlement.kind)
    t.strictSame(await only(second).look(), [])
  }
})

const handover: Handover = {
  id: 'raised-alone',
  facts: { kind: 'firing', suppressed: 3, firstSeenMs: 1, lastSeenMs: 2 },
  count: 12,
  tries: 2,
  draft: '{"degraded":true}',
  account: '',
  attempts: [],
  raisedAtMs: 0,
  toldAtMs: undefined,
  isNew: false,
}

t.test('takes over an alert that was raised without it, once, before it counts', async (t) => {
  const bench = await newBench(t)
  const { store, clock } = bench
  const submit = submitter(bench)
  await submit(0)
  const counts = [{ monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs(), count: 10 }]
  const given = { ...handover, raisedAtMs: clock.monotonicMs() - 8000 }
  const submission = { sequence: 2, entries: [{ series, counts, draft: '', handover: given }] }
  const reply = await store.submit(submission)
  const { toldAtMs: _told, raisedAtMs: _raised, account: _account, attempts: _attempts, ...rest } = given
  t.match(reply, { tallies: [{ total: 10, claim: { ...rest, tries: 3, ageMs: 8000 } }] })
  t.strictSame(await store.submit(submission), reply, 'its reply was lost')
  const [tally] = reply.kind === 'counted' ? reply.tallies : []
  await store.settle(series, only(tally?.claim), { kind: 'delivered' })
  t.match(await store.submit({ ...submission, sequence: 3 }), { tallies: [{ total: 20, claim: undefined }] })
})

t.test('starts the cooldown of one that was told without it when it was told', async (t) => {
  const bench = await newBench(t)
  const { store, clock } = bench
  const submit = submitter(bench)
  const change = { sendResolved: true }
  await submit(0)
  const counts = [{ monotonicMs: clock.monotonicMs() - 50_000, wallMs: clock.nowMs(), count: 10 }]
  const given = { ...handover, raisedAtMs: clock.monotonicMs() - 50_000, toldAtMs: clock.monotonicMs() - 40_000 }
  const entry = { series: seriesOf({ ...rule, ...change }), counts, draft: '', handover: given }
  t.match(await store.submit({ sequence: 2, entries: [entry] }), {
    tallies: [{ total: 10, claim: undefined, quietMs: 260_000 }],
  })
  await bench.advance(200_000)
  t.match(await submitter(bench.another()).look(change), [{ facts: { kind: 'resolved', alertId: 'raised-alone' } }])
  await bench.advance(59_999)
  t.equal((await submitter(bench.another())(10, change)).claim, undefined)
  await bench.advance(1)
  t.match((await submitter(bench.another())(1, change)).claim, { facts: { kind: 'firing', suppressed: 20 } })
})

t.test('what a batch raised whose reply was lost gives way to what was raised alone since, told or not', async (t) => {
  for (const isTold of [true, false]) {
    const bench = await newBench(t)
    const { store, clock } = bench
    await submitter(bench)(0)
    const counts = [{ monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs(), count: 10 }]
    const submission = { sequence: 2, entries: [{ series, counts, draft: '{}' }] }
    t.match(await store.submit(submission), { tallies: [{ claim: { count: 10 } }] })
    const nowMs = clock.monotonicMs()
    const given = { ...handover, raisedAtMs: nowMs, toldAtMs: isTold ? nowMs : undefined }
    const again = { sequence: 2, entries: [{ series, counts, draft: '{}', handover: given }] }
    const claim = isTold ? undefined : { id: given.id, tries: 3 }
    const reply = await store.submit(again)
    t.match(reply, { tallies: [{ total: 10, claim, quietMs: isTold ? 300_000 : LEASE_MS }] })
    t.strictSame(await store.submit(again), reply, 'and its own reply may be lost too')
  }
})

t.test('a pending alert waits out the cooldown of one that was told without it', async (t) => {
  const bench = await newBench(t)
  const other = bench.another()
  const pending = only((await submitter(bench)(10)).claim)
  await bench.store.settle(series, pending, { kind: 'postponed', waitMs: 2000, wasTried: true })
  await submitter(other)(0)
  await bench.advance(1500)
  const nowMs = other.clock.monotonicMs()
  const given = { ...handover, raisedAtMs: nowMs, toldAtMs: nowMs }
  const entry = { series, counts: [], draft: '', handover: given }
  t.match(await other.store.submit({ sequence: 2, entries: [entry] }), {
    tallies: [{ claim: undefined, quietMs: 300_000 }],
  })
  await bench.advance(299_999)
  t.equal((await submitter(bench.another())(0)).claim, undefined)
  await bench.advance(1)
  t.match((await submitter(bench.another())(0)).claim, { id: pending.id })
})

t.test('an alert that is parked under a config that has changed meanwhile is due at once', async (t) => {
  const bench = await newBench(t)
  const other = bench.another()
  const claim = only((await submitter(bench)(10)).claim)
  await redis.client.set(bench.configKey, '{"secret":"another"}')
  await submitter(other)(0)
  await bench.store.settle(series, claim, { kind: 'parked', waitMs: 1_800_000 })
  t.match(await submitter(bench.another()).look(), [{ id: claim.id }])
})

t.test('lets go of one that was raised without it where the fleet has its own, or is quiet', async (t) => {
  for (const isDelivered of [false, true]) {
    const bench = await newBench(t)
    const other = bench.another()
    const claim = only((await submitter(other)(10)).claim)
    if (isDelivered) await other.store.settle(series, claim, { kind: 'delivered' })
    await submitter(bench)(0)
    const entry = { series, counts: [], draft: '', handover }
    t.match(await bench.store.submit({ sequence: 2, entries: [entry] }), { tallies: [{ claim: undefined }] })
    await bench.advance(LEASE_MS)
    t.match((await submitter(other)(0)).claim, isDelivered ? undefined : { id: claim.id })
  }
})

t.test('respects a cooldown that another service has set, and one that somebody has deleted', async (t) => {
  const bench = await newBench(t)
  const submit = submitter(bench)
  const cooldown = `${bench.configKey}:cooldown`
  await redis.client.set(cooldown, '1', 'EX', 300, 'NX')
  t.equal((await submit(10)).claim, undefined)
  await redis.client.del(cooldown)
  t.match((await submit(1)).claim, { count: 11 })
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

t.test('starts a ring anew when the server clock stepped back by a window, and waits out a smaller step', async (t) => {
  const bench = await newBench(t)
  const submit = submitter(bench)
  const setNow = async (ms: number): Promise<void> =>
    void (await redis.client.set(`${bench.configKey}:now`, ms, 'EX', 600))
  const startMs = bench.clock.nowMs()
  await submit(2)
  await setNow(startMs - 3000)
  t.equal((await submit(1)).total, 3)
  for (let minute = 0; minute < 5; minute += 1) {
    await setNow(startMs - 3_600_000 + minute * 61_000)
    t.equal((await submit(1)).total, 1, `minute ${minute} after the step`)
  }
})

t.test('works again after the server has forgotten the script', async (t) => {
  const bench = await newBench(t)
  const submit = submitter(bench)
  await submit(1)
  await redis.client.script('FLUSH')
  t.equal((await submit(1)).total, 2)
})

t.test(
  'counts nothing where a state key is of another type, however often it is tried, and once when that is mended',
  async (t) => {
    for (const [key, windowType] of [
      ['alert', 'sliding'],
      ['alert', 'fixed'],
      ['ring:60', 'sliding'],
      ['series', 'sliding'],
      ['history', 'fixed'],
      ['totals', 'sliding'],
    ] as const) {
      const bench = await newBench(t)
      const submit = submitter(bench)
      await submit(1, { windowType })
      const { store, clock, configKey } = bench
      const counts = [{ monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs(), count: 2 }]
      const seen = { ...handover, toldAtMs: clock.monotonicMs() }
      const given = key === 'history' ? { handover: seen } : {}
      // Another limit is announced.
      const changed = seriesOf({ ...rule, windowType, threshold: 11 })
      const entries = [{ series: changed, counts, draft: '', ...given }]
      const submission = { sequence: 2, entries, counters: key === 'totals' ? { errors: 1 } : undefined }
      const kept = await redis.client.dump(`${configKey}:${key}`)
      await redis.client.del(`${configKey}:${key}`)
      if (key === 'history') await redis.client.set(`${configKey}:${key}`, 'of another type')
      else await redis.client.lpush(`${configKey}:${key}`, 'of another type')
      for (let i = 0; i < 3; i += 1) await t.rejects(store.submit(submission), { message: /WRONGTYPE/ })
      await redis.client.del(`${configKey}:${key}`)
      const total = key.startsWith('ring') && kept !== null ? 2 : 3
      t.match(await store.submit(submission), { tallies: [{ total }] }, `${key} ${windowType}`)
    }
  },
)

t.test('counts on and alerts again where another hand has changed what is kept of an alert beyond use', async (t) => {
  const change = { sendResolved: true, cooldownMs: 1000 }
  const changed = seriesOf({ ...rule, ...change })
  for (const settlement of [undefined, { kind: 'delivered' }, { kind: 'parked', waitMs: 5000 }] as const) {
    const probe = await newBench(t)
    const claimed = only((await submitter(probe)(10, change)).claim)
    if (settlement !== undefined) await probe.store.settle(changed, claimed, settlement)
    const fields = await redis.client.hkeys(`${probe.configKey}:alert`)
    t.ok(fields.length > 5)
    for (const field of fields) {
      for (const spoil of ['gone', 'no number'] as const) {
        const bench = await newBench(t)
        const submit = submitter(bench)
        const { claim } = await submit(10, change)
        if (settlement !== undefined) await bench.store.settle(changed, only(claim), settlement)
        const key = `${bench.configKey}:alert`
        if (spoil === 'gone') await redis.client.hdel(key, field)
        else await redis.client.hset(key, field, 'x')
        t.equal((await submit(1, change)).total, 11, `${field} ${spoil}`)
        await bench.advance(200_000)
        await submit.look(change)
        await redis.client.del(`${bench.configKey}:cooldown`)
        await submit(10, change)
        await bench.advance(LEASE_MS)
        t.equal((await submit(10, change)).total, 20, `${field} ${spoil}`)
      }
    }
  }
})

t.test('announces what it counts, once in a while, and not what it only looks at', async (t) => {
  const bench = await newBench(t)
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
  const grouped = { series: seriesOf(rule, 'k', { model: 'x' }), counts: [], draft: '' }
  const counts = [{ monotonicMs: bench.clock.monotonicMs(), wallMs: bench.clock.nowMs(), count: 1 }]
  await bench.advance(1)
  await bench.store.submit({ sequence: 100, entries: [grouped, { ...grouped, counts }] })
  t.match(await announced(), [{ key: 'k', group: { model: 'x' } }, startMs + 30_001])
})

/** What is kept of alerts that are over with, the newest first. */
async function historyOf({ configKey }: RedisBench): Promise<unknown[]> {
  return (await redis.client.lrange(`${configKey}:history`, 0, -1)).map((line) => JSON.parse(line))
}

t.test('keeps how each attempt ended, until the alert is over with; then what became of it', async (t) => {
  const bench = await newBench(t)
  const submit = submitter(bench)
  const key = `${bench.configKey}:alert`
  const startMs = bench.clock.nowMs()
  const settle = (claim: Claim | undefined, settlement: Settlement, outcome: string, account = ''): Promise<boolean> =>
    bench.store.settle(series, only(claim), settlement, { outcome, account })
  const postponed = { kind: 'postponed', waitMs: 1000, wasTried: true } as const
  const quoted = 'serverError, "status" 503\n'
  const first = (await submit(10)).claim
  await settle(first, { kind: 'renewed' }, '')
  await settle(first, postponed, quoted)
  t.equal(await settle(first, postponed, 'again'), false)
  await bench.advance(1000)
  await settle((await submit(0)).claim, { ...postponed, wasTried: false }, '')
  await bench.advance(1000)
  await settle((await submit(0)).claim, { kind: 'parked', waitMs: 1000 }, 'clientError, status 400')
  const lines = (await redis.client.hget(key, 'attempts'))?.split('\n').map((line) => JSON.parse(line))
  const failed = [
    { at: startMs, outcome: quoted },
    { at: startMs + 2000, outcome: 'clientError, status 400' },
  ]
  t.strictSame(lines, failed)
  t.strictSame(await historyOf(bench), [])
  await bench.advance(1000)
  const last = (await submit(0)).claim
  t.equal(
    await settle({ ...only(last), id: 'another' }, { kind: 'delivered' }, 'status 204', '{"id":"another"}'),
    false,
  )
  const account = JSON.stringify({ id: first?.id, rule: 'default', sample: { error_message: 'a "quoted"\n}' } })
  t.ok(await settle(last, { kind: 'delivered' }, 'status 204', account))
  t.strictSame(await historyOf(bench), [
    {
      ...JSON.parse(account),
      raised: startMs,
      ended: startMs + 3000,
      tries: 3,
      outcome: 'delivered',
      attempts: [...failed, { at: startMs + 3000, outcome: 'status 204' }],
    },
  ])
  t.strictSame(await redis.client.hmget(key, 'attempts', 'last', 'told'), [
    null,
    `${first?.id} 10`,
    `${startMs + 3000}`,
  ])
  t.ok((await redis.client.pttl(`${bench.configKey}:history`)) > 86_400_000)
  await bench.advance(300_000)
  await settle((await submit(10)).claim, { kind: 'abandoned' }, '', '{"id":"b"}')
  t.match(await historyOf(bench), [{ id: 'b', outcome: 'abandoned', tries: 1, attempts: [] }, { outcome: 'delivered' }])
})

t.test('keeps the last twenty attempts of an alert, and the last hundred alerts', async (t) => {
  const bench = await newBench(t)
  const submit = submitter(bench)
  const change = { threshold: 1, cooldownMs: 1 }
  for (let i = 0; i < 25; i += 1) {
    const claim = only((await submit(1, change)).claim)
    const postponed = { kind: 'postponed', waitMs: 1, wasTried: true } as const
    await bench.store.settle(series, claim, postponed, { outcome: `${i}`, account: '' })
    await bench.advance(1)
  }
  for (let i = 0; i < 105; i += 1) {
    const claim = only((await submit(1, change)).claim)
    const note = { outcome: 'status 200', account: `{"number":${i}}` }
    await bench.store.settle(seriesOf({ ...rule, ...change }), claim, { kind: 'delivered' }, note)
    if (i === 0) {
      const [{ attempts, tries }] = (await historyOf(bench)) as [{ attempts: { outcome: string }[]; tries: number }]
      t.equal(tries, 26)
      t.equal(attempts.length, 20)
      t.strictSame([attempts[0]?.outcome, attempts[19]?.outcome], ['6', 'status 200'])
    }
    await bench.advance(2)
  }
  const kept = await historyOf(bench)
  t.equal(kept.length, 100)
  t.match([kept[0], kept[99]], [{ number: 104, attempts: { length: 1 } }, { number: 5 }])
})

t.test('keeps what a process told alone in the same place, once; and its attempts where others go on', async (t) => {
  const bench = await newBench(t)
  const other = bench.another()
  const nowMs = bench.clock.monotonicMs()
  const startMs = bench.clock.nowMs()
  const attempts = [{ endedAtMs: nowMs - 2000, outcome: 'timeout' }]
  const untold = { ...handover, raisedAtMs: nowMs - 4000, attempts }
  const toldAttempts = [...attempts, { endedAtMs: nowMs - 1000, outcome: 'status 200' }]
  const told = { ...untold, toldAtMs: nowMs - 1000, account: '{"id":"raised-alone"}', attempts: toldAttempts }
  await submitter(bench)(0)
  await submitter(other)(0)
  const submission = { sequence: 2, entries: [{ series, counts: [], draft: '', handover: told }] }
  for (let i = 0; i < 2; i += 1) await bench.store.submit(submission)
  await bench.store.submit({ ...submission, sequence: 3 })
  t.strictSame(await historyOf(bench), [
    {
      id: 'raised-alone',
      raised: startMs - 4000,
      ended: startMs - 1000,
      tries: 2,
      outcome: 'delivered',
      attempts: [
        { at: startMs - 2000, outcome: 'timeout' },
        { at: startMs - 1000, outcome: 'status 200' },
      ],
    },
  ])
  t.equal(await redis.client.hget(`${bench.configKey}:alert`, 'last'), 'raised-alone 12')
  const late = { ...told, id: 'told-before', toldAtMs: nowMs - 3000, account: '{"id":"told-before"}' }
  await other.store.submit({ sequence: 2, entries: [{ series, counts: [], draft: '', handover: late }] })
  t.match(await historyOf(bench), [{ id: 'told-before' }, { id: 'raised-alone' }])
  t.equal(await redis.client.hget(`${bench.configKey}:alert`, 'last'), 'raised-alone 12')
  await bench.advance(300_000)
  const given = { ...untold, id: 'untold', raisedAtMs: bench.clock.monotonicMs() }
  const entry = { series, counts: [], draft: '', handover: given }
  const reply = await bench.store.submit({ sequence: 4, entries: [entry] })
  const claim = reply.kind === 'counted' ? reply.tallies[0]?.claim : undefined
  const note = { outcome: 'status 200', account: '{"id":"untold"}' }
  await bench.store.settle(series, only(claim), { kind: 'delivered' }, note)
  t.match(await historyOf(bench), [
    { id: 'untold', tries: 3, attempts: [{ at: startMs - 2000, outcome: 'timeout' }, { outcome: 'status 200' }] },
    {},
    {},
  ])
})

t.test('sums the counters of all processes, each growth once however often it is sent', async (t) => {
  const bench = await newBench(t)
  const other = bench.another()
  const key = `${bench.configKey}:totals`
  const submission = { sequence: 1, entries: [], counters: { errors: 2 ** 33, alerts: 1 } }
  await bench.store.submit(submission)
  t.equal(await redis.client.exists(key), 0, 'that reply was the config')
  for (let i = 0; i < 3; i += 1) await bench.store.submit(submission)
  await other.store.submit({ sequence: 1, entries: [] })
  await other.store.submit({ sequence: 1, entries: [], counters: { errors: 3 } })
  await other.store.submit({ sequence: 2, entries: [] })
  t.strictSame(await redis.client.hgetall(key), { errors: `${2 ** 33 + 3}`, alerts: '1' })
  t.ok((await redis.client.pttl(key)) > 86_400_000)
  await redis.client.hset(key, 'errors', 'spoilt')
  await other.store.submit({ sequence: 3, entries: [], counters: { errors: 4 } })
  t.equal(await redis.client.hget(key, 'errors'), '4')
})

t.test('is reminded of a cooldown that it has forgotten, and of no other', async (t) => {
  const bench = await newBench(t)
  const { store, clock, configKey } = bench
  const process = submitter(bench)
  const told = await process(10)
  await store.settle(series, told.claim as Claim, { kind: 'delivered' })
  const deliveredMs = clock.monotonicMs()
  await bench.advance(1000)
  const answered = await process(1)
  const stamp = answered.told?.stamp ?? ''
  t.match(answered, { quietMs: 299_000, told: { ageMs: 1000 }, claim: undefined })
  t.match(stamp, /^\d+ 0$/)

  const cooldownKey = `${configKey}:cooldown`
  let sequence = 1000
  /** As another process that remembers this. */
  const remind = async (toldAtMs: number, known: string): Promise<number | undefined> => {
    const counts = [{ monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs(), count: 1 }]
    sequence += 1
    const entry = { series, counts, draft: '', remembered: { stamp: known, toldAtMs } }
    const reply = await store.submit({ sequence, entries: [entry] })
    if (reply.kind === 'config') throw new Error('no news')
    const [tally] = reply.tallies
    if (tally?.claim !== undefined) await store.settle(series, tally.claim, { kind: 'abandoned' })
    return tally?.claim === undefined ? tally?.quietMs : undefined
  }
  await redis.client.del(cooldownKey)
  t.equal(await remind(deliveredMs, stamp), undefined, 'somebody has ended it: Redis knows of the delivery')
  t.equal(await remind(deliveredMs, ''), undefined)

  for (const known of [stamp, '']) {
    await redis.client.del(cooldownKey, `${configKey}:alert`)
    t.equal(
      await remind(deliveredMs, known),
      299_000,
      `by ${known === '' ? 'whoever has told it' : 'whoever knows of it'}`,
    )
    t.ok((await redis.client.pttl(cooldownKey)) > 290_000, 'the original service stays quiet, too')
    t.equal(await remind(deliveredMs - 250_000, '1 0'), 299_000, 'one before it is no news')
  }
  await redis.client.del(cooldownKey, `${configKey}:alert`)
  t.equal(await remind(deliveredMs - 300_000, '1 0'), undefined, 'one that is over')

  await redis.client.del(cooldownKey, `${configKey}:alert`)
  const another = submitter(bench.another())
  const pending = await another(1)
  t.ok(pending.claim)
  await remind(deliveredMs, stamp)
  await store.settle(series, pending.claim as Claim, { kind: 'delivered' })
  t.equal((await another(1)).quietMs, 300_000, 'while another is told there is nothing to remember')
})

t.test('is told of a delivery without it once, though whoever hands that over remembers it too', async (t) => {
  const { store, clock } = await newBench(t)
  const lengthening = seriesOf({ ...rule, cooldownMaxMs: 8 * rule.cooldownMs })
  const handover: Handover = {
    id: 'alone-1',
    facts: { kind: 'firing', suppressed: 0, firstSeenMs: undefined, lastSeenMs: undefined },
    count: 10,
    tries: 1,
    draft: '{}',
    account: '',
    attempts: [],
    raisedAtMs: clock.monotonicMs() - 2000,
    toldAtMs: clock.monotonicMs() - 1000,
    isNew: false,
  }
  const remembered = { stamp: '', toldAtMs: clock.monotonicMs() - 1001 }
  const entries = [{ series: lengthening, counts: [], draft: '', handover, remembered }]
  await store.submit({ sequence: 1, entries })
  const reply = await store.submit({ sequence: 1, entries })
  t.match(
    reply,
    { tallies: [{ quietMs: rule.cooldownMs - 1000, told: { stamp: / 0$/ } }] },
    'the first of its cooldowns',
  )
})
