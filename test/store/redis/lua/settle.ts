import t, { type Test } from 'tap'
import { leaseMs } from '../../../../src/rule/alert-state.js'
import { seriesOf } from '../../../../src/rule/series.js'
import type { Settled, Settlement } from '../../../../src/rule/settle.js'
import { keyNames } from '../../../../src/store/redis/keys.js'
import type { Claim } from '../../../../src/store/store.js'
import { startRedis } from '../../../fixtures/redis.js'
import { type RedisBench, redisBench } from '../../../fixtures/redis-bench.js'
import { only, rule, series, submitter } from '../../../fixtures/store-bench.js'

// What becomes of a claim is what the contract suite of the stores is about; here is what it does not see.
const LEASE_MS = leaseMs(rule)
const redis = await startRedis(t)

const newBench = (t: Test): Promise<RedisBench> => redisBench(t, redis)

const cooldownOf = ({ configKey }: RedisBench): string => keyNames(configKey, false).cooldown

t.test('holds the cooldown key while it is told, and writes the second of delivery into it', async (t) => {
  const bench = await newBench(t)
  const submit = submitter(bench)
  const cooldown = cooldownOf(bench)
  const { claim } = await submit(10)
  const leaseMs = await redis.client.pttl(cooldown)
  t.ok(leaseMs > 0 && leaseMs <= LEASE_MS)
  const isHeldFor = async (ms: number, why: string): Promise<void> => {
    const leftMs = await redis.client.pttl(cooldown)
    t.ok(leftMs > ms - 1000 && leftMs <= ms + 2 * LEASE_MS, `${why}: ${leftMs}`)
  }
  await redis.client.pexpire(cooldown, 100)
  await bench.store.settle(series, only(claim), { kind: 'begun' })
  await isHeldFor(LEASE_MS, 'while an attempt runs')
  await bench.store.settle(series, only(claim), { kind: 'postponed', waitMs: 60_000 })
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

t.test('lets the original alert again where an alert was given up', async (t) => {
  const bench = await newBench(t)
  const { claim } = await submitter(bench)(10)
  await bench.store.settle(series, only(claim), { kind: 'abandoned' })
  t.equal(await redis.client.exists(cooldownOf(bench)), 0)
})

t.test('holds nothing of the original’s for groups and rules that it does not know, nor for an end', async (t) => {
  const bench = await newBench(t)
  const submit = submitter(bench)
  const change = { name: 'other' }
  await bench.store.settle(seriesOf({ ...rule, ...change }), only((await submit(10, change)).claim), {
    kind: 'delivered',
  })
  t.equal(await redis.client.exists(cooldownOf(bench)), 0)
  const resolving = { sendResolved: true, cooldownMs: 1000 }
  const ofRule = seriesOf({ ...rule, ...resolving })
  await bench.store.settle(ofRule, only((await submit(10, resolving)).claim), { kind: 'delivered' })
  await redis.client.del(cooldownOf(bench))
  await bench.advance(121_000)
  const [end] = await submit.look(resolving)
  await bench.store.settle(ofRule, only(end), { kind: 'postponed', waitMs: 5000 })
  t.equal(await redis.client.exists(cooldownOf(bench)), 0)
})

t.test('leaves a cooldown alone that the original has set while an attempt was scheduled', async (t) => {
  for (const settlement of [
    { kind: 'begun' },
    { kind: 'postponed', waitMs: 5000 },
    { kind: 'parked', waitMs: 5000 },
    { kind: 'abandoned' },
  ] as const) {
    const bench = await newBench(t)
    const submit = submitter(bench)
    const claim = only((await submit(10)).claim)
    await redis.client.set(cooldownOf(bench), '1', 'EX', 300)
    await bench.store.settle(series, claim, settlement)
    t.equal(await redis.client.get(cooldownOf(bench)), '1', settlement.kind)
    await bench.advance(LEASE_MS)
    const { claim: later } = await submitter(bench)(10)
    const isRaised = settlement.kind !== 'abandoned'
    t.match(later?.id, isRaised ? claim.id : undefined, `${settlement.kind}: what was raised is raised, no more is`)
    t.equal(await redis.client.get(cooldownOf(bench)), '1', settlement.kind)
  }
})

/** What is kept of alerts that are over with, the newest first. */
async function historyOf({ configKey }: RedisBench): Promise<unknown[]> {
  return (await redis.client.lrange(`${configKey}:history`, 0, -1)).map((line) => JSON.parse(line))
}

t.test('keeps how each attempt ended, until the alert is over with; then what became of it', async (t) => {
  const bench = await newBench(t)
  const submit = submitter(bench)
  const keys = keyNames(bench.configKey, false)
  const startMs = bench.clock.nowMs()
  const settle = (claim: Claim | undefined, settlement: Settlement, outcome = '', account = ''): Promise<Settled> =>
    bench.store.settle(series, only(claim), settlement, { outcome, account })
  const postponed = { kind: 'postponed', waitMs: 1000 } as const
  const quoted = 'serverError, "status" 503\n'
  const first = (await submit(10)).claim
  await settle(first, { kind: 'begun' })
  await settle(first, postponed, quoted)
  t.equal(await settle(first, postponed, 'again'), false)
  await bench.advance(1000)
  await settle((await submit(0)).claim, postponed)
  await bench.advance(1000)
  const second = (await submit(0)).claim
  await settle(second, { kind: 'begun' })
  await settle(second, { kind: 'parked', waitMs: 1000 }, 'clientError, status 400')
  const lines = (await redis.client.hget(keys.alert(series), 'attempts'))?.split('\n').map((line) => JSON.parse(line))
  const failed = [
    { at: startMs, outcome: quoted },
    { at: startMs + 2000, outcome: 'clientError, status 400' },
  ]
  t.strictSame(lines, failed)
  t.strictSame(await historyOf(bench), [])
  await bench.advance(1000)
  const last = (await submit(0)).claim
  const another = { ...only(last), id: 'another' }
  t.equal(await settle(another, { kind: 'delivered' }, 'status 204', '{"id":"another"}'), false)
  const account = JSON.stringify({ id: first?.id, rule: 'default', sample: { error_message: 'a "quoted"\n}' } })
  await settle(last, { kind: 'begun' })
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
  t.equal(await settle(last, { kind: 'delivered' }, 'status 204', account), false, 'and once')
  t.equal((await historyOf(bench)).length, 1)
  t.equal(await redis.client.exists(keys.alert(series)), 0)
  t.strictSame(await redis.client.hmget(keys.delivery(series), 'last', 'atMs'), [
    `${first?.id} 10`,
    `${startMs + 3000}`,
  ])
  t.ok((await redis.client.pttl(keys.history)) > 86_400_000)
  await bench.advance(300_000)
  await settle((await submit(10)).claim, { kind: 'abandoned' }, '', '{"id":"b"}')
  t.match(await historyOf(bench), [{ id: 'b', outcome: 'abandoned', tries: 0, attempts: [] }, { outcome: 'delivered' }])
})

t.test('keeps the last twenty attempts of an alert, and the last hundred alerts', async (t) => {
  const bench = await newBench(t)
  const submit = submitter(bench)
  const change = { threshold: 1, cooldownMs: 1 }
  for (let i = 0; i < 25; i += 1) {
    const claim = only((await submit(1, change)).claim)
    await bench.store.settle(series, claim, { kind: 'begun' })
    await bench.store.settle(series, claim, { kind: 'postponed', waitMs: 1 }, { outcome: `${i}`, account: '' })
    await bench.advance(1)
  }
  for (let i = 0; i < 105; i += 1) {
    const claim = only((await submit(1, change)).claim)
    const note = { outcome: 'status 200', account: `{"number":${i}}` }
    await bench.store.settle(seriesOf({ ...rule, ...change }), claim, { kind: 'delivered' }, note)
    if (i === 0) {
      const [{ attempts, tries }] = (await historyOf(bench)) as [{ attempts: { outcome: string }[]; tries: number }]
      t.equal(tries, 25)
      t.equal(attempts.length, 20)
      t.strictSame([attempts[0]?.outcome, attempts[19]?.outcome], ['6', 'status 200'])
    }
    await bench.advance(2)
  }
  const kept = await historyOf(bench)
  t.equal(kept.length, 100)
  t.match([kept[0], kept[99]], [{ number: 104, attempts: { length: 1 } }, { number: 5 }])
})

t.test('a better draft neither revives what is over with nor outlives it', async (t) => {
  const bench = await newBench(t)
  const { claim } = await submitter(bench)(10)
  const key = keyNames(bench.configKey, false).alert(series)
  await bench.store.enrich(series, { ...only(claim), holder: 'another' }, '"no"')
  t.equal(await redis.client.hget(key, 'draft'), '{"draft":1}')
  await bench.store.settle(series, only(claim), { kind: 'delivered' })
  await bench.store.enrich(series, only(claim), '"late"')
  t.equal(await redis.client.exists(key), 0)
})
