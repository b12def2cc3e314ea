import t from 'tap'
import { Settler } from '../../../src/evaluator/dispatch/settler.js'
import { type Counters, newCounters } from '../../../src/evaluator/stats.js'
import type { Settlement } from '../../../src/rule/settle.js'
import { type FakeClock, fakeClock } from '../../fixtures/fake-clock.js'
import { series } from '../../fixtures/store-bench.js'

const claimed = { id: 'a', holder: 'me', configVersion: '' }
const delivered = { kind: 'delivered' } as const
const postponed = { kind: 'postponed', waitMs: 1, wasTried: true } as const

/** A place to settle that is away until it is told otherwise. */
function setUp(): {
  clock: FakeClock
  settler: Settler
  counters: Counters
  settlements: Settlement[]
  store: { isAway: boolean } & Place
} {
  const clock = fakeClock()
  const settlements: Settlement[] = []
  const store = {
    isAway: true,
    settle: (_series: unknown, _claimed: unknown, settlement: Settlement): Promise<boolean> => {
      settlements.push(settlement)
      return store.isAway ? Promise.reject(new Error('away')) : Promise.resolve(true)
    },
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
  t.notOk(settler.wasDelivered('a'))
  const before = settlements.length
  await clock.advance(600_000)
  t.equal(settlements.length, before)
})

t.test('counts the deliveries that there was no room to remember', async (t) => {
  const { clock, settler, store, counters } = setUp()
  for (let i = 0; i < 1002; i += 1)
    await settler.settle(store, series, { ...claimed, id: `${i}` }, delivered, { untilMs: clock.monotonicMs() })
  t.strictSame([settler.wasDelivered('999'), settler.wasDelivered('1000')], [true, false])
  t.equal(counters.forgotten, 2)
  settler.close()
  await clock.advance(1000)
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

t.test('asks whether a claim still holds, and says where nobody knows', async (t) => {
  const { settler, settlements, store } = setUp()
  t.equal(await settler.renew(store, series, claimed), undefined)
  store.isAway = false
  t.equal(await settler.renew(store, series, claimed), true)
  t.strictSame(settlements, [{ kind: 'renewed' }, { kind: 'renewed' }])
})

t.test('insists on more being put into an alert, for as long as there is time', async (t) => {
  const { clock, settler, store } = setUp()
  const enrich = (): Promise<boolean> => settler.enrich(store, series, 'a', '{}', clock.monotonicMs() + 1000)
  const inVain = enrich()
  await clock.advance(1000)
  t.equal(await inVain, false)
  const inTime = enrich()
  await clock.advance(500)
  store.isAway = false
  await clock.advance(500)
  t.equal(await inTime, true)
})
