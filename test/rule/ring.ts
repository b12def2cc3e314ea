import t from 'tap'
import { Ring } from '../../src/rule/ring.js'
import { SLOT_COUNT } from '../../src/rule/slots.js'
import { fc } from '../fixtures/properties.js'

t.test('holds what a list of all moments holds, but for the oldest slot', (t) => {
  const windowMs = 10_000
  const step = fc.record({
    waitMs: fc.nat({ max: 4000 }),
    ageMs: fc.nat({ max: 12_000 }),
    count: fc.integer({ min: 1, max: 3 }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      const ring = new Ring(windowMs)
      const moments: number[] = []
      let nowMs = 1_795_458_261_000
      return steps.every(({ waitMs, ageMs, count }) => {
        nowMs += waitMs
        const isCounted = ring.add(nowMs - ageMs, count, nowMs)
        if (isCounted) moments.push(...Array<number>(count).fill(nowMs - ageMs))
        const within = (ms: number): number => moments.filter((moment) => moment > nowMs - ms).length
        const total = ring.totalAt(nowMs)
        const isKept = isCounted || ageMs > windowMs - windowMs / SLOT_COUNT
        return isKept && total <= within(windowMs) && total >= within(windowMs - windowMs / SLOT_COUNT)
      })
    }),
    { numRuns: 500 },
  )
  t.end()
})
