import t from 'tap'
import { IDLE_BATCH_MS, Pace, SPACING_MS, spacingMs } from '../../../src/evaluator/counting/pace.js'
import { fakeClock } from '../../fixtures/fake-clock.js'

t.test('first at once, then spaced, and an idle batch where there is nothing to do', async (t) => {
  const clock = fakeClock()
  const pace = new Pace(clock)
  t.ok(pace.delayMs(false, false) <= 0)
  pace.start()
  t.equal(pace.delayMs(true, false), SPACING_MS)
  t.equal(pace.delayMs(false, false), IDLE_BATCH_MS)
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
  t.ok(pace.hasFailed)
  pace.succeed(1, 60_000)
  t.notOk(pace.hasFailed)
  t.equal(pace.delayMs(true, true), 0)
  t.end()
})

t.test('asks less often the slower the answers, as far as no burst is missed for it', (t) => {
  t.strictSame(
    [0, 1, 10, 20, 50, 80].map((roundTripMs) => spacingMs(roundTripMs, 60_000)),
    [SPACING_MS, SPACING_MS, SPACING_MS, 200, 500, 800],
    'a tenth of the time is waiting',
  )
  t.strictSame(
    [81, 500, 4000].map((roundTripMs) => spacingMs(roundTripMs, 60_000)),
    [800, 800, 800],
    'longer, and a burst within 98 % of a minute less 250 ms might be missed',
  )
  t.strictSame([spacingMs(150, 1000), spacingMs(150, 10_000), spacingMs(150, 3_600_000)], [210, 300, 1000])
  t.end()
})

t.test('goes by the fastest of the last round trips, and not in the same moments as others', (t) => {
  let random = 0
  const pace = new Pace({ ...fakeClock(), random: () => random })
  const wait = (number: number): number => {
    random = number
    pace.start()
    return Math.round(pace.delayMs(true, false))
  }
  for (let i = 0; i < 3; i += 1) pace.succeed(40, 60_000)
  t.equal(wait(1), SPACING_MS, 'some slow answers alone change nothing')
  pace.succeed(40, 60_000)
  t.strictSame([wait(0), wait(0.25), wait(1)], [320, 340, 400])
  pace.succeed(1, 60_000)
  t.strictSame([wait(0), wait(1)], [SPACING_MS, SPACING_MS], 'a fast one says that the store is well')
  t.end()
})
