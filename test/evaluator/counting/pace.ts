import t from 'tap'
import { HEARTBEAT_MS, Pace, SPACING_MS, spacingMs } from '../../../src/evaluator/counting/pace.js'
import { fakeClock } from '../../fixtures/fake-clock.js'

const calm = { tookMs: 1, fullMs: 0, shortestWindowMs: 60_000 }

t.test('first at once, then spaced, and a heartbeat where there is nothing to do', async (t) => {
  const clock = fakeClock()
  const pace = new Pace(clock)
  t.ok(pace.delayMs(false, false) <= 0)
  pace.start()
  t.equal(pace.delayMs(true, false), SPACING_MS)
  t.equal(pace.delayMs(false, false), HEARTBEAT_MS)
  await clock.advance(30)
  t.equal(pace.delayMs(true, false), SPACING_MS - 30)
  t.equal(pace.delayMs(true, true), 0, 'a flush does not wait')
  pace.hurry()
  t.ok(pace.delayMs(true, false) <= 0)
})

t.test('hurries once a spacing for crossings, however many there are', async (t) => {
  const clock = fakeClock()
  const pace = new Pace(clock)
  let hurried = 0
  for (let ms = 0; ms < 1000; ms += 1) {
    if (pace.hurryForCrossing()) hurried += 1
    await clock.advance(1)
  }
  t.equal(hurried, 10)
  pace.fail(false)
  await clock.advance(SPACING_MS)
  t.notOk(pace.hurryForCrossing(), 'nor while the store is away')
})

t.test('waits longer after each failure, five seconds at most, and a flush asks again quickly', (t) => {
  const pace = new Pace(fakeClock())
  const waits = Array.from({ length: 10 }, () => {
    pace.fail(false)
    return pace.delayMs(true, false)
  })
  t.strictSame(
    waits,
    [...waits].sort((a, b) => a - b),
  )
  t.ok((waits[0] ?? 0) <= 50 && (waits[9] ?? 0) > 2500 && (waits[9] ?? 0) <= 5000)
  pace.fail(true)
  t.equal(pace.delayMs(true, true), 50)
  pace.succeed(calm)
  t.equal(pace.delayMs(true, true), 0)
  t.end()
})

t.test('asks less often the busier the store would be, first as far as no burst is missed for it', (t) => {
  const of = (fullMs: number, shortestWindowMs = 60_000): number => spacingMs({ fullMs, shortestWindowMs })
  t.strictSame(
    [0, 10, 50].map((fullMs) => of(fullMs)),
    [SPACING_MS, SPACING_MS, SPACING_MS],
    'half of it is left free',
  )
  t.strictSame(
    [60, 200, 400].map((fullMs) => of(fullMs)),
    [120, 400, 800],
  )
  t.strictSame(
    [500, 640].map((fullMs) => of(fullMs)),
    [800, 800],
    'longer, and a burst within 98 % of a minute less 250 ms might be missed',
  )
  t.strictSame(
    [800, 4000].map((fullMs) => of(fullMs)),
    [1000, 5000],
    'but a fifth is left free in any case',
  )
  t.strictSame([of(150, 1000), of(150, 10_000)], [210, 300])
  t.end()
})

t.test('keeps to that, not in the same moments as others, and says how far apart it asks', async (t) => {
  let random = 0
  const pace = new Pace({ ...fakeClock(), random: () => random })
  t.equal(pace.intervalMs, SPACING_MS)
  pace.succeed({ tookMs: 20, fullMs: 200, shortestWindowMs: 60_000 })
  t.equal(pace.intervalMs, 400)
  const waits = [0, 0.25, 1].map((number) => {
    random = number
    pace.start()
    return pace.delayMs(true, false)
  })
  t.strictSame(waits, [320, 340, 400])
  pace.succeed({ tookMs: 700, fullMs: 200, shortestWindowMs: 60_000 })
  t.equal(pace.intervalMs, 700, 'an answer that takes longer is waited for')
  pace.succeed(calm)
  pace.start()
  t.equal(pace.delayMs(true, false), SPACING_MS)
})
