import t, { type Test } from 'tap'
import { leaseMs } from '../../../../src/rule/alert-state.js'
import { seriesOf } from '../../../../src/rule/series.js'
import { keyNames } from '../../../../src/store/redis/keys.js'
import type { Claim, Handover, Judged, LocalAlert, Submission } from '../../../../src/store/store.js'
import { startRedis } from '../../../fixtures/redis.js'
import { type RedisBench, redisBench } from '../../../fixtures/redis-bench.js'
import { countsNow, only, rule, send, series, silenceFor, submitter } from '../../../fixtures/store-bench.js'

// What a process tells of the time when it could not ask.
const LEASE_MS = leaseMs(rule)
const redis = await startRedis(t)

const newBench = (t: Test): Promise<RedisBench> => redisBench(t, redis)

const alone: LocalAlert = {
  id: 'raised-alone',
  facts: { kind: 'firing', suppressed: 3, firstSeenMs: 1, lastSeenMs: 2, requests: 240 },
  count: 12,
  tries: 2,
  draft: '{"degraded":true}',
  raisedAtMs: 0,
  account: '',
}
const handover: Handover = { ...alone, isNew: false }

const entryOf = (more: Partial<Judged>): Judged => ({ kind: 'judged', series, counts: [], draft: '', ...more })

/** What is kept of alerts that are over with, the newest first. */
async function historyOf({ configKey }: RedisBench): Promise<readonly unknown[]> {
  return (await redis.client.lrange(`${configKey}:history`, 0, -1)).map((line) => JSON.parse(line))
}

t.test('takes over an alert that was raised without it, once, before it counts', async (t) => {
  for (const isNew of [false, true]) {
    const bench = await newBench(t)
    const { store, clock } = bench
    await submitter(bench)(0)
    const given = { ...handover, raisedAtMs: clock.monotonicMs() - 8000, isNew }
    const entries = [entryOf({ counts: countsNow(bench, 10), handover: given })]
    const submission: Submission = { sequence: 2, entries, rules: [rule] }
    const reply = await send(store, submission)
    const { id, facts, count, tries, draft } = given
    t.match(reply, { tallies: [{ total: 10, claim: { id, facts, count, tries, draft, isNew, ageMs: 8000 } }] })
    t.strictSame(await send(store, submission), reply, 'its reply was lost')
    t.match(await submitter(bench.another())(0), { claim: undefined }, 'it is this process’ to deliver')
    await store.settle(series, only(reply.tallies[0]?.claim), { kind: 'delivered' })
    t.match(await send(store, { ...submission, sequence: 3 }), { tallies: [{ total: 20, claim: undefined }] })
  }
})

t.test('takes over in a silence what was raised before it, and nothing that was raised in it', async (t) => {
  for (const { raisedAgo, isNew, isTaken } of [
    { raisedAgo: 5000, isNew: false, isTaken: true },
    { raisedAgo: 4000, isNew: false, isTaken: false },
    { raisedAgo: 1000, isNew: false, isTaken: false },
    { raisedAgo: 5000, isNew: true, isTaken: false },
  ]) {
    const bench = await newBench(t)
    const { store, clock } = bench
    const silence = { ...silenceFor(bench, 60_000), createdAtMs: clock.nowMs() - 4000 }
    await submitter(bench)(0)
    const given = { ...handover, raisedAtMs: clock.monotonicMs() - raisedAgo, isNew }
    const entries = [entryOf({ counts: countsNow(bench, 10), handover: given, silence })]
    const { tallies } = await send(store, { sequence: 2, entries })
    t.equal(tallies[0]?.claim?.id, isTaken ? given.id : undefined, `${raisedAgo} ${isNew}`)
    if (isTaken) continue
    await bench.advance(60_000)
    const late = entryOf({ counts: countsNow(bench, 10), handover: given, silence })
    t.match(await send(store, { sequence: 3, entries: [late] }), { tallies: [{ claim: { id: given.id } }] }, 'after it')
  }
})

t.test('another process goes on with one that was handed over, under its id and with its tries', async (t) => {
  const bench = await newBench(t)
  const raisedAtMs = bench.clock.monotonicMs() - 1000
  const { tallies } = await send(bench.store, {
    sequence: 1,
    entries: [entryOf({ handover: { ...handover, raisedAtMs } })],
  })
  await bench.store.settle(series, only(tallies[0]?.claim), { kind: 'postponed', waitMs: 5000 })
  await bench.advance(5000)
  t.match(await submitter(bench.another()).look(), [{ id: 'raised-alone', tries: 2, ageMs: 6000, isNew: false }])
})

t.test('an alert that was handed over begins an episode, whose end is told', async (t) => {
  const bench = await newBench(t)
  const change = { sendResolved: true }
  const ofRule = seriesOf({ ...rule, ...change })
  const raisedAtMs = bench.clock.monotonicMs() - 1000
  const given = entryOf({ series: ofRule, counts: countsNow(bench, 10), handover: { ...handover, raisedAtMs } })
  const { tallies } = await send(bench.store, { sequence: 1, entries: [given] })
  await bench.store.settle(ofRule, only(tallies[0]?.claim), { kind: 'delivered' })
  await bench.advance(130_000)
  t.match(await submitter(bench.another()).look(change), [{ facts: { kind: 'resolved', alertId: 'raised-alone' } }])
})

t.test('starts the cooldown of one that was delivered without it when it was delivered', async (t) => {
  const bench = await newBench(t)
  const { store, clock } = bench
  const change = { sendResolved: true }
  await submitter(bench)(0)
  const nowMs = clock.monotonicMs()
  const delivery = {
    stamp: '',
    deliveredAtMs: nowMs - 40_000,
    alert: { ...alone, raisedAtMs: nowMs - 50_000 },
  }
  const counts = countsNow(bench, 10, 50_000)
  const entries = [entryOf({ series: seriesOf({ ...rule, ...change }), counts, delivery })]
  const reply = await send(store, { sequence: 2, entries })
  t.match(reply, { tallies: [{ total: 10, claim: undefined, quietMs: 260_000, isOpen: true }] })
  t.strictSame(await send(store, { sequence: 2, entries }), reply, 'and once')
  await bench.advance(200_000)
  t.match(await submitter(bench.another()).look(change), [{ facts: { kind: 'resolved', alertId: 'raised-alone' } }])
  await bench.advance(59_999)
  t.equal((await submitter(bench.another())(10, change)).claim, undefined)
  await bench.advance(1)
  t.match((await submitter(bench.another())(1, change)).claim, { facts: { kind: 'firing', suppressed: 20 } })
})

t.test('the end of one that was delivered without it is owed, whatever was delivered elsewhere since', async (t) => {
  const bench = await newBench(t)
  const A = { sendResolved: true }
  const B = { ...A, url: 'https://b.test/hook' }
  const [ofA, ofB] = [A, B].map((change) => seriesOf({ ...rule, ...change }))
  const deliveredAtMs = bench.clock.monotonicMs()
  await bench.advance(5000)
  const { claim } = await submitter(bench.another())(10, B)
  await bench.store.settle(only(ofB), only(claim), { kind: 'delivered' })
  const delivery = { stamp: '', deliveredAtMs, alert: { ...alone, raisedAtMs: deliveredAtMs - 1000 } }
  await send(bench.store, { sequence: 1, entries: [entryOf({ series: only(ofA), delivery })] })
  await bench.advance(200_000)
  const other = submitter(bench.another())
  t.match(await other.look(B), [{ facts: { kind: 'resolved', alertId: claim?.id } }])
  t.match(await other.look(A), [{ facts: { kind: 'resolved', alertId: 'raised-alone' } }])
})

t.test('what a batch raised whose reply was lost gives way to what was raised alone since', async (t) => {
  for (const isDelivered of [true, false]) {
    const bench = await newBench(t)
    const { store, clock } = bench
    await submitter(bench)(0)
    const counts = countsNow(bench, 10)
    const first = await send(store, { sequence: 2, entries: [entryOf({ counts, draft: '{}' })] })
    t.match(first, { tallies: [{ claim: { count: 10 } }] })
    const nowMs = clock.monotonicMs()
    const alert = { ...alone, raisedAtMs: nowMs }
    const more = isDelivered
      ? { delivery: { stamp: '', deliveredAtMs: nowMs, alert } }
      : { handover: { ...alert, isNew: false } }
    const again = { sequence: 2, entries: [entryOf({ counts, draft: '{}', ...more })] }
    const claim = isDelivered ? undefined : { id: alone.id, tries: 2 }
    const reply = await send(store, again)
    t.match(reply, { tallies: [{ total: 10, claim, quietMs: isDelivered ? 300_000 : LEASE_MS }] })
    t.strictSame(await send(store, again), reply, 'and its own reply may be lost too')
    await bench.advance(LEASE_MS)
    const looked = await submitter(bench.another()).look()
    t.match(looked.length, isDelivered ? 0 : 1, 'nothing else waits')
  }
})

t.test('a pending alert is not held up by one that was delivered without it', async (t) => {
  const bench = await newBench(t)
  const pending = only((await submitter(bench)(10)).claim)
  await bench.store.settle(series, pending, { kind: 'postponed', waitMs: 2000 })
  await bench.advance(1500)
  const nowMs = bench.clock.monotonicMs()
  const delivery = { stamp: '', deliveredAtMs: nowMs, alert: { ...alone, raisedAtMs: nowMs } }
  const { store } = bench.another()
  t.match(await send(store, { sequence: 2, entries: [entryOf({ delivery })] }), {
    tallies: [{ claim: undefined, quietMs: 300_000 }],
  })
  await bench.advance(500)
  t.match(await submitter(bench.another()).look(), [{ id: pending.id }])
})

t.test('lets go of one that was raised without it where the fleet has its own, or is quiet', async (t) => {
  for (const isDelivered of [false, true]) {
    const bench = await newBench(t)
    const other = bench.another()
    const claim = only((await submitter(other)(10)).claim)
    if (isDelivered) await other.store.settle(series, claim, { kind: 'delivered' })
    t.match(await send(bench.store, { sequence: 2, entries: [entryOf({ handover })] }), {
      tallies: [{ claim: undefined }],
    })
    await bench.advance(LEASE_MS)
    t.match((await submitter(other)(0)).claim, isDelivered ? undefined : { id: claim.id })
  }
})

t.test('one that is handed over takes the place of an end that waits', async (t) => {
  const bench = await newBench(t)
  const change = { sendResolved: true, cooldownMs: 1000 }
  const ofRule = seriesOf({ ...rule, ...change })
  const submit = submitter(bench)
  await bench.store.settle(ofRule, only((await submit(10, change)).claim), { kind: 'delivered' })
  await bench.advance(130_000)
  const [end] = await submit.look(change)
  await bench.store.settle(ofRule, only(end), { kind: 'postponed', waitMs: 60_000 })
  const given = { ...handover, raisedAtMs: bench.clock.monotonicMs() }
  const { tallies } = await send(bench.another().store, {
    sequence: 1,
    entries: [entryOf({ series: ofRule, handover: given })],
  })
  t.match(tallies, [{ claim: { id: 'raised-alone', facts: { kind: 'firing' } } }])
})

t.test('an end that is pending as an alert arrives is sent, or spoken for by the end of that alert', async (t) => {
  const change = { sendResolved: true, cooldownMs: 1000 }
  const ofRule = seriesOf({ ...rule, ...change })
  for (const how of ['handed over', 'delivered alone'] as const) {
    for (const ofEnd of ['waits', 'is delivered then', 'fails then', 'is lost'] as const) {
      const bench = await newBench(t)
      const submit = submitter(bench)
      const beganAtMs = bench.clock.monotonicMs()
      const first = only((await submit(15, change)).claim)
      await bench.store.settle(ofRule, first, { kind: 'delivered' })
      await bench.advance(130_000)
      const end = only((await submit.look(change))[0])
      if (ofEnd === 'waits') await bench.store.settle(ofRule, end, { kind: 'postponed', waitMs: 60_000 })
      const raisedAtMs = bench.clock.monotonicMs()
      const given =
        how === 'handed over'
          ? { handover: { ...handover, raisedAtMs } }
          : { delivery: { stamp: '', deliveredAtMs: raisedAtMs, alert: { ...alone, raisedAtMs } } }
      const { tallies } = await send(bench.store, { sequence: 100, entries: [entryOf({ series: ofRule, ...given })] })
      if (ofEnd === 'is delivered then') t.ok(await bench.store.settle(ofRule, end, { kind: 'delivered' }))
      if (ofEnd === 'fails then') t.notOk(await bench.store.settle(ofRule, end, { kind: 'postponed', waitMs: 60_000 }))
      const claim = tallies[0]?.claim
      if (claim !== undefined) await bench.store.settle(ofRule, claim, { kind: 'delivered' })
      const ends: Claim[] = []
      for (let waitedMs = 0; waitedMs < 150_000; waitedMs += 5000) {
        await bench.advance(5000)
        for (const one of await submit.look(change)) {
          ends.push(one)
          await bench.store.settle(ofRule, one, { kind: 'delivered' })
        }
      }
      const name = `${how}, and the end ${ofEnd}`
      t.match(ends, [{ facts: { kind: 'resolved', alertId: 'raised-alone' } }], name)
      const facts = only(ends[0]).facts
      const lastedMs = facts.kind === 'resolved' ? facts.durationMs : 0
      const isOwn = ofEnd === 'is delivered then'
      t.equal(lastedMs < raisedAtMs - beganAtMs - rule.windowMs, isOwn, `${name}: ${lastedMs}`)
    }
  }
})

t.test('an end that arrives though an alert has taken its place is in the history', async (t) => {
  const bench = await newBench(t)
  const submit = submitter(bench)
  const change = { sendResolved: true, cooldownMs: 1000 }
  const ofRule = seriesOf({ ...rule, ...change })
  await bench.store.settle(ofRule, only((await submit(10, change)).claim), { kind: 'delivered' })
  await bench.advance(130_000)
  const end = only((await submit.look(change))[0])
  await bench.store.settle(ofRule, end, { kind: 'begun' })
  const endedAtMs = bench.clock.nowMs()
  await bench.advance(2000)
  t.ok((await submit(10, change)).claim)
  const account = JSON.stringify({ id: end.id, kind: 'resolved' })
  for (const isNew of [true, false])
    t.equal(await bench.store.settle(ofRule, end, { kind: 'delivered' }, { outcome: 'status 204', account }), isNew)
  const line = { id: end.id, raised: endedAtMs, ended: endedAtMs + 2000, tries: 1, outcome: 'delivered' }
  t.match(await historyOf(bench), [line])
  t.equal((await historyOf(bench)).length, 1)
})

t.test('keeps what a process delivered alone in the history, once, however often it is told of', async (t) => {
  const bench = await newBench(t)
  const other = bench.another()
  const nowMs = bench.clock.monotonicMs()
  const startMs = bench.clock.nowMs()
  const keys = keyNames(bench.configKey, false)
  const alert = { ...alone, raisedAtMs: nowMs - 4000, account: '{"id":"raised-alone"}' }
  const entries = [entryOf({ delivery: { stamp: '', deliveredAtMs: nowMs - 1000, alert } })]
  for (const sequence of [2, 2, 3]) await send(bench.store, { sequence, entries })
  const line = {
    id: 'raised-alone',
    raised: startMs - 4000,
    ended: startMs - 1000,
    tries: 2,
    outcome: 'delivered',
    attempts: [],
  }
  t.strictSame(await historyOf(bench), [line])
  t.equal(await redis.client.hget(keys.delivery(series), 'last'), 'raised-alone 12')
  const earlier = { ...alert, id: 'delivered-before', account: '{"id":"delivered-before"}' }
  const late = [entryOf({ delivery: { stamp: '', deliveredAtMs: nowMs - 3000, alert: earlier } })]
  const tally = await send(other.store, { sequence: 2, entries: late })
  t.match(tally, { tallies: [{ quietMs: rule.cooldownMs - 1000 }] }, 'the later one’s cooldown runs')
  t.match(await historyOf(bench), [{ id: 'delivered-before' }, { id: 'raised-alone' }])
  // Two processes whose replies were lost, each in turn.
  await send(bench.store, { sequence: 3, entries })
  await send(other.store, { sequence: 2, entries: late })
  t.equal((await historyOf(bench)).length, 2)
  t.equal(await redis.client.hget(keys.delivery(series), 'last'), 'raised-alone 12', 'the newest is the last one')
})

t.test('is reminded of a cooldown that it has forgotten, and of no other', async (t) => {
  const bench = await newBench(t)
  const { store, clock, configKey } = bench
  const { cooldown, delivery: deliveryOf, alert: alertOf } = keyNames(configKey, false)
  const process = submitter(bench)
  const { claim } = await process(10)
  await store.settle(series, only(claim), { kind: 'delivered' })
  const deliveredMs = clock.monotonicMs()
  await bench.advance(1000)
  const answered = await process(1)
  const stamp = answered.delivery?.stamp ?? ''
  t.match(answered, { quietMs: 299_000, delivery: { ageMs: 1000 }, claim: undefined })
  t.match(stamp, /^\d+ 0 1 \d+$/)

  const forget = (): Promise<number> => redis.client.del(cooldown, deliveryOf(series), alertOf(series))
  let sequence = 1000
  /** As another process that remembers this. */
  const remind = async (deliveredAtMs: number, known: string): Promise<number | undefined> => {
    sequence += 1
    const delivery = { stamp: known, deliveredAtMs }
    const { tallies } = await send(store, { sequence, entries: [entryOf({ counts: countsNow(bench, 1), delivery })] })
    const tally = only(tallies[0])
    if (tally.claim !== undefined) await store.settle(series, tally.claim, { kind: 'abandoned' })
    return tally.claim === undefined ? tally.quietMs : undefined
  }
  await redis.client.del(cooldown)
  t.equal(await remind(deliveredMs, stamp), undefined, 'somebody has ended it: Redis knows of the delivery')
  t.equal(await remind(deliveredMs, ''), undefined)

  for (const known of [stamp, '']) {
    await forget()
    const who = known === '' ? 'whoever has delivered it' : 'whoever knows of it'
    t.equal(await remind(deliveredMs, known), 299_000, `by ${who}`)
    t.ok((await redis.client.pttl(cooldown)) > 290_000, 'the original service stays quiet, too')
    t.equal(await remind(deliveredMs - 250_000, '1 0 0 0'), 299_000, 'one before it is no news')
  }
  await forget()
  t.equal(await remind(deliveredMs - 300_000, '1 0 0 0'), undefined, 'one that is over')

  await forget()
  const another = submitter(bench.another())
  const pending = await another(1)
  t.ok(pending.claim)
  await remind(deliveredMs, stamp)
  await store.settle(series, only(pending.claim), { kind: 'delivered' })
  t.equal((await another(1)).quietMs, 300_000, 'while another is told there is nothing to remember')
})

t.test('a reminder goes on with the cooldowns that grow where they were', async (t) => {
  const bench = await newBench(t)
  const { cooldown, delivery: deliveryOf } = keyNames(bench.configKey, false)
  const change = { cooldownMs: 60_000, cooldownMaxMs: 480_000 }
  const ofRule = seriesOf({ ...rule, ...change })
  const submit = submitter(bench)
  await bench.store.settle(ofRule, only((await submit(10, change)).claim), { kind: 'delivered' })
  await bench.advance(60_000)
  await bench.store.settle(ofRule, only((await submit(10, change)).claim), { kind: 'delivered' })
  const known = only((await submit(1, change)).delivery)
  t.match(known.stamp, /^\d+ 1 2 \d+$/)
  await redis.client.del(cooldown, deliveryOf(ofRule))
  const delivery = { stamp: known.stamp, deliveredAtMs: bench.clock.monotonicMs() }
  const { tallies } = await send(bench.store, { sequence: 100, entries: [entryOf({ series: ofRule, delivery })] })
  t.match(tallies, [{ quietMs: 120_000, delivery: { stamp: /^\d+ 1 2 \d+$/ } }])
})

t.test('a reminder and an alert that was delivered alone go on with the number of the last alert', async (t) => {
  const bench = await newBench(t)
  const { cooldown, delivery: deliveryOf } = keyNames(bench.configKey, false)
  const submit = submitter(bench)
  const sinceMs = bench.clock.nowMs()
  const tell = async (notice: number): Promise<void> => {
    const claim = only((await submit(10)).claim)
    t.match(claim.facts, { notice, sinceMs })
    await bench.store.settle(series, claim, { kind: 'delivered' })
    await bench.advance(1000)
  }
  await tell(1)
  await bench.advance(300_000)
  await tell(2)
  const known = only((await submit(1)).delivery)
  t.strictSame(known.streak, { notice: 2, sinceMs })
  await redis.client.del(cooldown, deliveryOf(series))
  const reminder = { stamp: known.stamp, deliveredAtMs: bench.clock.monotonicMs() - known.ageMs }
  await send(bench.store, { sequence: 100, entries: [entryOf({ delivery: reminder })] })
  await bench.advance(300_000)
  const facts = { ...alone.facts, notice: 3, sinceMs }
  const deliveredAtMs = bench.clock.monotonicMs()
  const toldAlone = { stamp: '', deliveredAtMs, alert: { ...alone, facts, raisedAtMs: deliveredAtMs } }
  await send(bench.store, { sequence: 101, entries: [entryOf({ delivery: toldAlone })] })
  await bench.advance(300_000)
  const next = await submitter(bench.another())(10)
  t.match(next.claim?.facts, { notice: 4, sinceMs })
})

t.test('an alert that is handed over keeps the number under which it was raised', async (t) => {
  const bench = await newBench(t)
  const facts = { ...alone.facts, notice: 7, sinceMs: 5 }
  const given = { ...handover, facts, raisedAtMs: bench.clock.monotonicMs() }
  const { tallies } = await send(bench.store, { sequence: 1, entries: [entryOf({ handover: given })] })
  t.match(tallies, [{ claim: { facts } }])
  await bench.store.settle(series, only(tallies[0]?.claim), { kind: 'delivered' })
  await bench.advance(300_000)
  t.match((await submitter(bench.another())(10)).claim, { facts: { notice: 8, sinceMs: 5 } })
})

t.test('a delivery is learnt once, though whoever hands it over is told of it too', async (t) => {
  const bench = await newBench(t)
  const lengthening = seriesOf({ ...rule, cooldownMaxMs: 8 * rule.cooldownMs })
  const nowMs = bench.clock.monotonicMs()
  const alert = { ...alone, raisedAtMs: nowMs - 2000 }
  const delivery = { stamp: '', deliveredAtMs: nowMs - 1000, alert }
  const entries = [entryOf({ series: lengthening, delivery })]
  await send(bench.store, { sequence: 1, entries })
  const reply = await send(bench.store, { sequence: 1, entries })
  const first = { tallies: [{ quietMs: rule.cooldownMs - 1000, delivery: { stamp: /^\d+ 0 / } }] }
  t.match(reply, first, 'the first of its cooldowns')
  const known = [entryOf({ series: lengthening, delivery: { stamp: '', deliveredAtMs: nowMs - 1000 } })]
  t.match(await send(bench.store, { sequence: 2, entries: known }), first)
})
