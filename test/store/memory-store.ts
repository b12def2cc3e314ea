import t from 'tap'
import { MemoryStore } from '../../src/store/memory-store.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { series, submitter } from '../fixtures/store-bench.js'
import { storeContract } from '../fixtures/store-contract.js'

const newBench = async () => {
  const clock = fakeClock()
  return { clock, store: new MemoryStore(clock), advance: clock.advance }
}

await storeContract(t, newBench)

t.test('counts anew when the window changes, and keeps the cooldown', async (t) => {
  const bench = await newBench()
  const submit = submitter(bench)
  const { claim } = await submit(10)
  await bench.store.settle(series, claim?.id ?? '', 'delivered')
  t.match(await submit(10, { windowMs: 30_000 }), { total: 10, claim: undefined })
  t.match(await submit(10, { windowType: 'fixed' }), { total: 10, claim: undefined })
})
