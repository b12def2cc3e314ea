import t from 'tap'
import { PARKED_RETRY_MS, parkedWaitMs, waitAfterMs } from '../../src/deliver/retry-schedule.js'
import { fc } from '../fixtures/properties.js'

const middle = (): number => 0.5

t.test('waits longer with each failed attempt, then an hour each time', (t) => {
  const seconds = Array.from({ length: 11 }, (_, i) => waitAfterMs(i + 1, undefined, middle) / 1000)
  t.strictSame(seconds, [2, 10, 30, 60, 120, 300, 600, 1800, 3600, 3600, 3600])
  t.equal(waitAfterMs(10_000, undefined, middle), 3_600_000)
  t.end()
})

t.test('varies each wait by a fifth', (t) => {
  t.equal(
    waitAfterMs(2, undefined, () => 0),
    8_000,
  )
  t.equal(
    waitAfterMs(2, undefined, () => 0.999_999_9),
    12_000,
  )
  t.equal(PARKED_RETRY_MS, 1_800_000)
  t.equal(parkedWaitMs(middle), PARKED_RETRY_MS)
  t.equal(
    parkedWaitMs(() => 0),
    1_440_000,
  )
  t.end()
})

t.test('never tries before the receiver wants to, who may ask for an hour', (t) => {
  t.equal(waitAfterMs(1, 5_000, middle), 5_000)
  t.equal(waitAfterMs(3, 5_000, middle), 30_000)
  t.equal(waitAfterMs(1, 1e12, middle), 3_600_000)
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.option(fc.nat(), { nil: undefined }), random, (n, asked, r) => {
      const waitMs = waitAfterMs(n, asked, () => r)
      return waitMs >= 1600 && waitMs >= Math.min(asked ?? 0, 3_600_000) && waitMs <= 4_320_000
    }),
  )
  t.end()
})
