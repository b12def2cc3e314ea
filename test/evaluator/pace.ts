import t from 'tap'
import { HEARTBEAT_MS, Pace, SPACING_MS } from '../../src/evaluator/pace.js'
import { fakeClock } from '../fixtures/fake-clock.js'

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
  pace.succeed()
  t.equal(pace.delayMs(true, true), 0)
  t.end()
})
