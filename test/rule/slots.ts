import t from 'tap'
import { bucketAt, SLOT_COUNT, slotAt } from '../../src/rule/slots.js'
import { fc } from '../fixtures/properties.js'

t.test('an error leaves its window within a slot, for any window and any date, without rounding errors', (t) => {
  t.ok(SLOT_COUNT >= 120, 'what is promised of bursts needs this many')
  const windowMs = fc.integer({ min: 1, max: 86_400 }).map((seconds) => seconds * 1000)
  fc.assert(
    fc.property(fc.nat({ max: 4_000_000_000_000 }), windowMs, (timeMs, windowMs) => {
      const isGone = (afterMs: number): boolean =>
        slotAt(timeMs + afterMs, windowMs) - slotAt(timeMs, windowMs) >= SLOT_COUNT
      return isGone(windowMs) && !isGone(Math.floor(windowMs * (1 - 1 / SLOT_COUNT)))
    }),
    { numRuns: 5000 },
  )
  t.end()
})

t.test('buckets are those of the original service', (t) => {
  const rows: [second: number, window: number, bucket: number][] = [
    [1795458239, 60, 29924303],
    [1795458240, 60, 29924304],
    [1795458299, 60, 29924304],
    [1795458300, 60, 29924305],
    [1795458261, 300, 5984860],
  ]
  for (const [second, window, bucket] of rows) {
    t.equal(bucketAt(second * 1000, window * 1000), bucket)
    t.equal(bucketAt(second * 1000 + 999, window * 1000), bucket)
  }
  t.end()
})
