import t from 'tap'
import { seriesOf } from '../../../src/rule/series.js'
import { MemoryStore } from '../../../src/store/memory/memory-store.js'
import { fakeClock } from '../../fixtures/fake-clock.js'
import { kindsContract } from '../../fixtures/kinds-contract.js'
import { only, rule, series, submitter } from '../../fixtures/store-bench.js'
import { storeContract } from '../../fixtures/store-contract.js'

const newBench = async () => {
  const clock = fakeClock()
  return { clock, store: new MemoryStore(clock), advance: clock.advance }
}

await storeContract(t, newBench)
await kindsContract(t, newBench)

t.test('counts anew when the window changes, and keeps the cooldown', async (t) => {
  const bench = await newBench()
  const submit = submitter(bench)
  const { claim } = await submit(10)
  await bench.store.settle(series, only(claim), { kind: 'delivered' })
  t.match(await submit(10, { windowMs: 30_000 }), { total: 10, claim: undefined })
  t.match(await submit(10, { windowType: 'fixed' }), { total: 10, claim: undefined })
})

t.test('counts what is only noted, and judges it with what is submitted next', async (t) => {
  const bench = await newBench()
  const submit = submitter(bench)
  const { clock, store } = bench
  const note = (count: number): void =>
    store.note(series, [{ monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs(), count }])
  note(6)
  note(4)
  t.match(await submit(0), { total: 10, claim: { count: 10 } })
  t.equal((await submit(0)).total, 10)
})

t.test('fixed: raises at the next look what was only counted', async (t) => {
  const submit = submitter(await newBench())
  t.match(await submit.countOnly(10, { windowType: 'fixed' }), { total: 10, isJudged: false })
  t.match(await submit(0, { windowType: 'fixed' }), { total: 10, claim: { count: 10 } })
})

t.test('raises nothing for what others have judged, and for as long as they are quiet', async (t) => {
  const bench = await newBench()
  const submit = submitter(bench)
  const { clock, store } = bench
  store.judged(series, 1000)
  store.note(series, [{ monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs(), count: 12 }])
  store.judged(series, 5000)
  t.match(await submit(0), { total: 12, claim: undefined })
  await bench.advance(4999)
  t.match(await submit(1), { claim: undefined, quietMs: 1 })
  await bench.advance(1)
  t.match(await submit(1), { claim: { count: 14, facts: { suppressed: 1 } } })
  t.equal(store.alertOf(series).pending?.count, 14)
  store.judged(series, 0)
  t.equal(store.alertOf(series).pending, undefined)
  t.equal(store.alertOf(seriesOf({ ...rule, name: 'never seen' })).pending, undefined)
})
