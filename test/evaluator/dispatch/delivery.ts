import t from 'tap'
import { enriched, leftMsOf, renewed, type Task, taskOf } from '../../../src/evaluator/dispatch/delivery.js'
import { Settler } from '../../../src/evaluator/dispatch/settler.js'
import { newCounters } from '../../../src/evaluator/stats.js'
import { LEASE_MS, MAX_NEWS_AGE_MS } from '../../../src/rule/alert-state.js'
import { MemoryStore } from '../../../src/store/memory/memory-store.js'
import { type FakeClock, fakeClock } from '../../fixtures/fake-clock.js'
import { only, series } from '../../fixtures/store-bench.js'

interface Setup {
  readonly clock: FakeClock
  readonly store: MemoryStore
  readonly settler: Settler
  readonly task: Task
}

const away = { settle: () => Promise.reject(new Error('away')), enrich: () => Promise.reject(new Error('away')) }
const draft = (service: string): string => JSON.stringify({ threshold: 1, window_seconds: 1, sample: {}, service })

/** With an alert that has just been raised and claimed. */
function setUp(): Setup {
  const clock = fakeClock()
  const store = new MemoryStore(clock)
  const [moment, { threshold }] = [{ monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs() }, series.rule]
  const entry = { series, counts: [{ ...moment, count: threshold }], draft: draft('short') }
  const claim = only(only(store.submitNow({ entries: [entry] }).tallies[0]).claim)
  const task = taskOf({ series, claim, draft: undefined, store, isForced: false }, clock)
  return { clock, store, settler: new Settler(clock, newCounters()), task }
}

t.test('is worth telling until its news are a day old, those before the claim included', async (t) => {
  const { clock, task } = setUp()
  t.equal(leftMsOf(task, clock), MAX_NEWS_AGE_MS)
  await clock.advance(1000)
  t.equal(leftMsOf({ ...task, claim: { ...task.claim, ageMs: 500 } }, clock), MAX_NEWS_AGE_MS - 1500)
})

t.test('is renewed when its lease is short, and only then', async (t) => {
  const { clock, settler, task } = setUp()
  await clock.advance(LEASE_MS - 6001)
  t.equal(await renewed(task, settler, clock), task)
  await clock.advance(1)
  const held = only(await renewed(task, settler, clock))
  t.equal(held.leasedUntilMs, clock.monotonicMs() + LEASE_MS)
})

t.test('is let go where another has claimed it', async (t) => {
  const { clock, store, settler, task } = setUp()
  await clock.advance(LEASE_MS + 1)
  t.ok(only(store.submitNow({ entries: [{ series, counts: [], draft: '' }] }).tallies[0]).claim)
  t.equal(await renewed(task, settler, clock), undefined)
})

t.test('is told as long as it cannot be another’s, where nobody can say whose it is', async (t) => {
  const { clock, settler, task } = setUp()
  const unknown = { ...task, store: away }
  await clock.advance(LEASE_MS - 3001)
  t.equal(await renewed(unknown, settler, clock), unknown)
  await clock.advance(1)
  t.equal(await renewed(unknown, settler, clock), undefined)
})

t.test('tells by the better draft once that is kept, else by its own, which is put back', async (t) => {
  const { clock, store, settler, task } = setUp()
  t.equal(await enriched(task, settler), task)
  const better = { ...task, draft: draft('long') }
  t.match((await enriched(better, settler)).news, { service: 'long' })
  t.equal(store.alertOf(series).pending?.draft, better.draft)

  const trying = enriched({ ...better, store: away }, settler)
  await clock.advance(LEASE_MS)
  const own = await trying
  t.match(own.news, { service: 'short' })
  t.not(own.store, away)
})
