import t from 'tap'
import { Settler } from '../../../src/evaluator/dispatch/settler.js'
import { type Counters, newCounters } from '../../../src/evaluator/stats.js'
import type { Settlement } from '../../../src/rule/settle.js'
import { type FakeClock, fakeClock } from '../../fixtures/fake-clock.js'
import { series } from '../../fixtures/store-bench.js'

const claimed = { id: 'a', holder: 'me', revision: '' }
const delivered = { kind: 'delivered' } as const
const postponed = { kind: 'postponed', waitMs: 1 } as const

/** A place to settle that is away until it is told otherwise. */
function setUp(): {
  clock: FakeClock
  settler: Settler
  counters: Counters
  settlements: Settlement[]
  store: { isAway: boolean; isOurs: boolean } & Place
} {
  const clock = fakeClock()
  const settlements: Settlement[] = []
  const store = {
    isAway: true,
    isOurs: true,
    settle: (_series: unknown, _claimed: unknown, settlement: Settlement): Promise<boolean> => {
      settlements.push(settlement)
      return store.isAway ? Promise.reject(new Error('away')) : Promise.resolve(store.isOurs)
    },
    isShared: true,
    enrich: () => (store.isAway ? Promise.reject(new Error('away')) : Promise.resolve()),
  }
  const counters = newCounters()
  return { clock, settler: new Settler(clock, counters), counters, settlements, store }
}

type Place = Parameters<Settler['settle']>[0]

t.test('goes on in the background until the store knows of a delivery', async (t) => {
  const { clock, settler, settlements, store } = setUp()
  await settler.settle(store, series, claimed, delivered, { untilMs: clock.monotonicMs() })
  t.equal(settlements.length, 1)
  t.ok(settler.wasDelivered('a'))
  await clock.advance(600_000)
  t.ok(settlements.length > 100 && settlements.length < 130, `${settlements.length} tries in ten minutes`)
  store.isAway = false
  const idle = settler.idle()
  await clock.advance(5000)
  await idle
  t.ok(settler.wasDelivered('a'), 'and remembers that it is')
  const before = settlements.length
  await clock.advance(600_000)
  t.equal(settlements.length, before)
})

t.test('remembers the last thousand, and counts those forgotten of which the store does not know', async (t) => {
  const { clock, settler, store, counters } = setUp()
  const settle = (id: number): Promise<void> =>
    settler.settle(store, series, { ...claimed, id: `${id}` }, delivered, { untilMs: clock.monotonicMs() })
  store.isAway = false
  for (let id = 0; id < 5; id += 1) await settle(id)
  store.isAway = true
  for (let id = 5; id < 1005; id += 1) await settle(id)
  t.strictSame([settler.wasDelivered('4'), settler.wasDelivered('5')], [false, true])
  t.equal(counters.forgotten, 0)
  for (let id = 1005; id < 1007; id += 1) await settle(id)
  t.strictSame([settler.wasDelivered('6'), settler.wasDelivered('1006'), counters.forgotten], [false, true, 2])
  settler.close()
  await clock.advance(1000)
  t.equal(settler.size, 1000)
})

t.test('says anything else for as long as the claim holds, and nothing once it is closed', async (t) => {
  const { clock, settler, settlements, store } = setUp()
  await settler.settle(store, series, claimed, postponed, { untilMs: clock.monotonicMs() + 10_000 })
  await clock.advance(60_000)
  await settler.idle()
  t.ok(settlements.length > 3 && settlements.length < 10, `${settlements.length}`)
  await settler.settle(store, series, claimed, delivered, { untilMs: clock.monotonicMs() })
  settler.close()
  const before = settlements.length
  await clock.advance(60_000)
  await settler.idle()
  t.equal(settlements.length, before)
})

t.test('says that an attempt begins, whether the claim still holds, and where nobody says', async (t) => {
  const { settler, settlements, store, counters } = setUp()
  t.equal(await settler.begin(store, series, claimed), undefined)
  store.isAway = false
  t.equal(await settler.begin(store, series, claimed), true)
  store.isOurs = false
  t.equal(await settler.begin(store, series, claimed), false)
  t.strictSame(settlements, Array(3).fill({ kind: 'begun' }))
  t.equal(counters.storeFailures, 1)
})

t.test('puts a draft to an alert, once: what is delivered does not wait for it', async (t) => {
  const { settler, store, counters } = setUp()
  await settler.enrich(store, series, claimed, '{}')
  t.equal(counters.storeFailures, 1)
  store.isAway = false
  await settler.enrich(store, series, claimed, '{}')
  t.equal(counters.storeFailures, 1)
})
