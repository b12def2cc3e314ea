import t, { type Test } from 'tap'
import { leaseMs } from '../../../../src/rule/alert-state.js'
import { seriesOf } from '../../../../src/rule/series.js'
import type { Settled, Settlement } from '../../../../src/rule/settle.js'
import { keyNames } from '../../../../src/store/redis/keys.js'
import type { Claim } from '../../../../src/store/store.js'
import { fc } from '../../../fixtures/properties.js'
import { startRedis } from '../../../fixtures/redis.js'
import { type RedisBench, redisBench } from '../../../fixtures/redis-bench.js'
import { countsNow, only, rule, type Submit, send, submitter } from '../../../fixtures/store-bench.js'

// How it decides for one destination is what the contract suite of the stores is about; here are several.
const LEASE_MS = leaseMs(rule)
const redis = await startRedis(t)

const A = { url: 'https://a.test/hook', sendResolved: true }
const B = { url: 'https://b.test/hook', sendResolved: true }
const ofA = seriesOf({ ...rule, ...A })
const ofB = seriesOf({ ...rule, ...B })

interface Pair {
  readonly bench: RedisBench
  /** Two processes whose rule goes to different places. */
  readonly a: Submit
  readonly b: Submit
}

async function newPair(t: Test): Promise<Pair> {
  const bench = await redisBench(t, redis)
  return { bench, a: submitter(bench), b: submitter(bench.another()) }
}

const settle = ({ bench }: Pair, at: 'a' | 'b', claim: Claim | undefined, settlement: Settlement): Promise<Settled> =>
  bench.store.settle(at === 'a' ? ofA : ofB, only(claim), settlement)

t.test('an alert that waits for one place neither holds back nor is replaced by one for another', async (t) => {
  for (const kind of ['postponed', 'parked', 'begun'] as const) {
    const pair = await newPair(t)
    const first = (await pair.a(10, A)).claim
    await settle(pair, 'a', first, kind === 'begun' ? { kind } : { kind, waitMs: 20_000 })
    const second = await pair.b(1, B)
    t.match(second, { total: 11, claim: { count: 11, isNew: true } }, kind)
    await settle(pair, 'b', second.claim, { kind: 'postponed', waitMs: 20_000 })
    await pair.bench.advance(20_000)
    t.match(await pair.a.look(A), [{ id: first?.id, count: 10 }], kind)
    t.match(await pair.b.look(B), [{ id: second.claim?.id, count: 11 }], kind)
  }
})

t.test('one that is delivered starts the cooldown of both', async (t) => {
  const pair = await newPair(t)
  await settle(pair, 'a', (await pair.a(10, A)).claim, { kind: 'delivered' })
  await pair.bench.advance(250_000)
  t.match(await pair.b(10, B), { claim: undefined, quietMs: 50_000 })
  await pair.bench.advance(49_999)
  t.match(await pair.b(1, B), { claim: undefined, quietMs: 1 })
  await pair.bench.advance(1)
  t.match(await pair.b(1, B), { claim: { facts: { suppressed: 11 } } })
})

t.test('what was raised is raised: it is tried in its time while the cooldown of the other one runs', async (t) => {
  const pair = await newPair(t)
  const first = (await pair.a(10, A)).claim
  await settle(pair, 'a', first, { kind: 'postponed', waitMs: 5000 })
  await settle(pair, 'b', (await pair.b(1, B)).claim, { kind: 'delivered' })
  await pair.bench.advance(4999)
  t.strictSame(await pair.a.look(A), [])
  await pair.bench.advance(1)
  t.match(await pair.a.look(A), [{ id: first?.id, count: 10 }])
})

t.test('a lease that ends during the other one’s cooldown is taken over at once', async (t) => {
  const pair = await newPair(t)
  const first = (await pair.a(10, A)).claim
  await settle(pair, 'b', (await pair.b(1, B)).claim, { kind: 'delivered' })
  await pair.bench.advance(LEASE_MS)
  t.match(await submitter(pair.bench.another()).look(A), [{ id: first?.id }])
})

t.test('each place is told of the end of what it was told of, and of nothing else', async (t) => {
  const pair = await newPair(t)
  const first = (await pair.a(10, A)).claim
  const second = (await pair.b(1, B)).claim
  await settle(pair, 'a', first, { kind: 'delivered' })
  await settle(pair, 'b', second, { kind: 'abandoned' })
  await pair.bench.advance(130_000)
  const [end] = await pair.a.look(A)
  t.match(end, { facts: { kind: 'resolved', alertId: first?.id } })
  t.strictSame(await pair.b.look(B), [])
  await settle(pair, 'a', end, { kind: 'delivered' })
  t.strictSame(await pair.a.look(A), [])
})

t.test('names nothing that is due to a process whose rule goes elsewhere, or that has no such rule', async (t) => {
  const pair = await newPair(t)
  await settle(pair, 'a', (await pair.a(10, A)).claim, { kind: 'postponed', waitMs: 1 })
  await pair.bench.advance(1)
  t.strictSame(await pair.b.look(B), [])
  t.strictSame(await pair.b.look({ ...A, name: 'another' }), [])
  const { due } = await send(pair.bench.another().store, { sequence: 1, entries: [], rules: [] })
  t.strictSame(due, [])
  t.match(await submitter(pair.bench.another()).look(A), [{ count: 10 }])
})

t.test('what waits goes along where the config moves a rule to another url, and is tried there at once', async (t) => {
  for (const kind of ['postponed', 'parked'] as const) {
    const pair = await newPair(t)
    const first = only((await pair.a(10, A)).claim)
    await settle(pair, 'a', first, { kind: 'begun' })
    await settle(pair, 'a', first, { kind, waitMs: 1_000_000 })
    const moved = await pair.b.moved(B, A.url)
    t.match(moved, { id: first.id, count: 10, tries: 1, draft: first.draft, facts: first.facts, isNew: false }, kind)
    t.strictSame(await pair.a.look(A), [])
    const { formerlyOpen } = await send(pair.bench.another().store, {
      sequence: 1,
      entries: [],
      formerRules: [{ rule: ofA.rule, leftAtMs: pair.bench.clock.monotonicMs() }],
    })
    t.strictSame(formerlyOpen, [[]], 'nothing is left behind')
    t.equal(await pair.bench.store.settle(ofA, first, { kind: 'postponed', waitMs: 1 }), false)
    t.ok(await settle(pair, 'b', moved, { kind: 'delivered' }))
    await pair.bench.advance(130_000)
    t.match(await pair.b.look(B), [{ facts: { kind: 'resolved', alertId: first.id } }], 'and so does its end')
  }
})

t.test('while somebody delivers it, it stays, and goes along later', async (t) => {
  const pair = await newPair(t)
  const first = (await pair.a(10, A)).claim
  t.equal(await pair.b.moved(B, A.url), undefined)
  await settle(pair, 'a', first, { kind: 'postponed', waitMs: 1_000_000 })
  t.match(await pair.b.moved(B, A.url), { id: first?.id })

  const second = await newPair(t)
  const leased = (await second.a(10, A)).claim
  t.equal(await second.b.moved(B, A.url), undefined)
  await second.bench.advance(LEASE_MS)
  t.match(await second.b.moved(B, A.url), { id: leased?.id }, 'or where its process is gone')
})

t.test('the end of what was delivered stays with the place that was told of it', async (t) => {
  const pair = await newPair(t)
  const first = (await pair.a(10, A)).claim
  await settle(pair, 'a', first, { kind: 'delivered' })
  t.equal(await pair.b.moved(B, A.url), undefined)
  await pair.bench.advance(130_000)
  t.strictSame(await pair.b.look(B), [])
  t.equal(await pair.b.moved(B, A.url), undefined)
  const [end] = await pair.a.look(A)
  t.match(end, { facts: { kind: 'resolved', alertId: first?.id } })
  await settle(pair, 'a', end, { kind: 'postponed', waitMs: 1 })
  t.equal(await pair.b.moved(B, A.url), undefined, 'while it waits, too')
})

t.test(
  'what was raised since a process saw its rule move or end is another one’s, who has the rule in code',
  async (t) => {
    const pair = await newPair(t)
    const leftAtMs = pair.bench.clock.monotonicMs()
    await pair.bench.advance(1000)
    const first = (await pair.a(10, A)).claim
    await settle(pair, 'a', first, { kind: 'postponed', waitMs: 5000 })
    const former = { rule: ofA.rule, leftAtMs }
    const { store } = pair.bench.another()
    for (const [i, series] of [ofB, ofA].entries()) {
      const entries = [{ kind: 'judged', series, counts: [], draft: '', former }] as const
      t.match(await send(store, { sequence: 1 + i, entries }), { tallies: [{ claim: undefined }] })
    }
    await pair.bench.advance(5000)
    t.match(await pair.a.look(A), [{ id: first?.id }])
  },
)

t.test('where something waits at both, the former follows when the other one is delivered', async (t) => {
  const pair = await newPair(t)
  const first = (await pair.a(10, A)).claim
  await settle(pair, 'a', first, { kind: 'postponed', waitMs: 1000 })
  const second = (await pair.b(1, B)).claim
  await settle(pair, 'b', second, { kind: 'postponed', waitMs: 1000 })
  t.equal(await pair.b.moved(B, A.url), undefined)
  await pair.bench.advance(1000)
  const [claimed] = await pair.b.look(B)
  t.match(claimed, { id: second?.id })
  await settle(pair, 'b', claimed, { kind: 'delivered' })
  t.match(await pair.b.moved(B, A.url), { id: first?.id })
})

t.test(
  'what waits of a rule that has ended is claimed to be given up, once, and its episode is forgotten',
  async (t) => {
    const pair = await newPair(t)
    const first = (await pair.a(10, A)).claim
    t.equal(await pair.b.ended(A), undefined, 'somebody is delivering it')
    await settle(pair, 'a', first, { kind: 'parked', waitMs: 1_000_000 })
    const claims = [await pair.a.ended(A), await pair.b.ended(A)]
    t.match(claims, [{ id: first?.id }, undefined])
    t.ok(await settle(pair, 'a', claims[0], { kind: 'abandoned' }))
    const quiet = await newPair(t)
    await settle(quiet, 'a', (await quiet.a(10, A)).claim, { kind: 'delivered' })
    t.equal(await quiet.b.ended(A), undefined)
    for (const { bench, a } of [pair, quiet]) {
      await bench.advance(200_000)
      t.strictSame(await a.look(A), [], 'no end is told')
      const key = keyNames(bench.configKey, false).due(ofA.rule)
      t.equal(await redis.client.exists(key), 0)
    }
  },
)

t.test('it is claimed again where the reply to that was lost', async (t) => {
  const pair = await newPair(t)
  await settle(pair, 'a', (await pair.a(10, A)).claim, { kind: 'postponed', waitMs: 1000 })
  const { store } = pair.bench.another()
  const former = { rule: ofA.rule, leftAtMs: pair.bench.clock.monotonicMs() }
  const entries = [{ kind: 'judged', series: ofA, counts: [], draft: '', former }] as const
  const first = await send(store, { sequence: 1, entries })
  t.match(first, { tallies: [{ claim: { count: 10 } }] })
  t.strictSame(await send(store, { sequence: 1, entries }), first)
})

t.test('the original’s key is held as long as anything is being delivered anywhere', async (t) => {
  const pair = await newPair(t)
  const { cooldown } = keyNames(pair.bench.configKey, false)
  const first = (await pair.a(10, A)).claim
  const second = (await pair.b(1, B)).claim
  await settle(pair, 'b', second, { kind: 'postponed', waitMs: 60_000 })
  await settle(pair, 'a', first, { kind: 'abandoned' })
  t.ok((await redis.client.pttl(cooldown)) > 55_000, 'a retry is scheduled at the other place')
})

t.test(
  'two places in any order: each is told what it would be alone, but for the cooldown that they share',
  async (t) => {
    const step = fc.record({
      at: fc.constantFrom('a', 'b'),
      waitMs: fc.oneof(fc.integer({ min: 0, max: 9000 }), fc.integer({ min: 0, max: 50_000 })),
      count: fc.integer({ min: 0, max: 6 }),
      settlement: fc.constantFrom<Settlement | undefined>(
        { kind: 'delivered' },
        { kind: 'delivered' },
        { kind: 'postponed', waitMs: 15_000 },
        { kind: 'parked', waitMs: 60_000 },
        { kind: 'abandoned' },
        undefined,
      ),
    })
    const policy = { threshold: 4, cooldownMs: 20_000, sendResolved: false }
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (schedule) => {
        const pair = await newPair(t)
        const model = new Places()
        for (const { at, waitMs, count, settlement } of schedule) {
          await pair.bench.advance(waitMs)
          const change = { ...policy, url: at === 'a' ? A.url : B.url }
          const nowMs = pair.bench.clock.monotonicMs()
          const { total, claim } = await pair[at](count, change)
          model.check(at, { total, count, nowMs, threshold: policy.threshold }, claim)
          if (claim === undefined || settlement === undefined) continue
          await pair.bench.store.settle(seriesOf({ ...rule, ...change }), claim, settlement)
          model.settle(at, settlement, nowMs, policy.cooldownMs)
        }
      }),
    )
  },
)

interface Waiting {
  readonly id: string
  readonly count: number
  untilMs: number
  /** Parked: a crossing from then on tries it too. */
  crossingFromMs: number
}

/** What waits at each of two places, and the cooldown that they share. */
class Places {
  readonly #waiting = new Map<string, Waiting>()
  #quietUntilMs = 0
  #suppressed = 0

  check(
    at: string,
    { total, count, nowMs, threshold }: { total: number; count: number; nowMs: number; threshold: number },
    claim: Claim | undefined,
  ): void {
    const isCrossing = count > 0 && total >= threshold
    const waiting = this.#waiting.get(at)
    const isQuiet = nowMs < this.#quietUntilMs
    const suppressed = this.#suppressed
    if (waiting !== undefined || isQuiet) this.#suppressed += count
    if (waiting !== undefined) {
      const isTurn = nowMs >= waiting.untilMs || (isCrossing && nowMs >= waiting.crossingFromMs)
      assert((claim !== undefined) === isTurn, `what waits is tried when its time has come, there: ${isTurn}`)
      if (claim === undefined) return
      assert(claim.id === waiting.id && claim.count === waiting.count && !claim.isNew, 'the same is tried again')
    } else {
      assert((claim !== undefined) === (isCrossing && !isQuiet), `an alert for each place: ${isCrossing} ${isQuiet}`)
      if (claim === undefined) return
      const isRight = claim.facts.kind === 'firing' && claim.facts.suppressed === suppressed
      assert(claim.isNew && claim.count === total && isRight, 'it tells of this moment')
      this.#suppressed = 0
    }
    const { id, count: claimed } = claim
    this.#waiting.set(at, { id, count: claimed, untilMs: nowMs + LEASE_MS, crossingFromMs: Number.POSITIVE_INFINITY })
  }

  settle(at: string, settlement: Settlement, nowMs: number, cooldownMs: number): void {
    const waiting = only(this.#waiting.get(at))
    if ('waitMs' in settlement) waiting.untilMs = nowMs + settlement.waitMs
    else this.#waiting.delete(at)
    if (settlement.kind === 'parked') waiting.crossingFromMs = nowMs + cooldownMs
    if (settlement.kind === 'delivered') this.#quietUntilMs = nowMs + cooldownMs
  }
}

function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message)
}

t.test('groups of a rule that goes to two places are apart from each other, too', async (t) => {
  const pair = await newPair(t)
  const ofGroups = ['k', 'l'].map((key) => seriesOf(ofA.rule, key))
  const entries = ofGroups.map(
    (series) => ({ kind: 'judged', series, counts: countsNow(pair.bench, 10), draft: '' }) as const,
  )
  const { tallies } = await send(pair.bench.another().store, { sequence: 1, entries })
  for (const [i, series] of ofGroups.entries())
    await pair.bench.store.settle(series, only(tallies[i]?.claim), { kind: 'postponed', waitMs: 1000 })
  const former = { rule: ofA.rule, leftAtMs: pair.bench.clock.monotonicMs() }
  const moved = ofGroups.map(
    ({ groupKey }) =>
      ({ kind: 'judged', series: seriesOf(ofB.rule, groupKey), counts: [], draft: '', former }) as const,
  )
  const { tallies: there } = await send(pair.bench.another().store, { sequence: 1, entries: moved })
  t.match(
    there.map(({ claim }) => claim?.id),
    tallies.map(({ claim }) => claim?.id),
  )
})
