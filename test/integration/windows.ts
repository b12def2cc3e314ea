// The promise of sliding windows, through the whole evaluator with its spacing: no burst missed, none made up.
import t from 'tap'
import { createLineEvaluator } from '../../src/evaluator/evaluator.js'
import { MemoryStore } from '../../src/store/memory/memory-store.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { fc } from '../fixtures/properties.js'

async function alertsFor(gapsMs: readonly number[], windowSeconds: number, threshold: number): Promise<number> {
  const clock = fakeClock()
  const evaluator = createLineEvaluator(
    { url: 'http://169.254.0.1/', windowSeconds, threshold },
    { clock, store: new MemoryStore(clock) },
  )
  for (const gapMs of gapsMs) {
    await clock.advance(gapMs)
    evaluator.observe({ statusCode: 500 })
  }
  await clock.advance(200)
  return evaluator.stats().alerts
}

/** The most errors that any span of so many milliseconds, open at its start, holds. */
function mostWithin(spanMs: number, gapsMs: readonly number[]): number {
  let nowMs = 0
  const moments = gapsMs.map((gapMs) => {
    nowMs += gapMs
    return nowMs
  })
  return Math.max(0, ...moments.map((end) => moments.filter((moment) => moment > end - spanMs && moment <= end).length))
}

t.test(
  'an alert is raised for every burst within the promised span, and for no fewer errors in a window',
  async (t) => {
    let [raised, quiet] = [0, 0]
    const schedule = fc.record({
      windowSeconds: fc.constantFrom(1, 2, 5, 60),
      threshold: fc.integer({ min: 2, max: 6 }),
      // Gaps around a window divided by the threshold: the cases near the edge.
      gaps: fc.array(fc.double({ min: 0, max: 0.6, noNaN: true }), { minLength: 2, maxLength: 14 }),
    })
    await fc.assert(
      fc.asyncProperty(schedule, async ({ windowSeconds, threshold, gaps }) => {
        const gapsMs = gaps.map((gap) => Math.round(gap * windowSeconds * 1000))
        const alerts = await alertsFor(gapsMs, windowSeconds, threshold)
        if (mostWithin(980 * windowSeconds - 250, gapsMs) >= threshold) {
          raised += 1
          if (alerts === 0) throw new Error('a burst was missed')
        } else if (mostWithin(1000 * windowSeconds, gapsMs) < threshold) {
          quiet += 1
          if (alerts > 0) throw new Error('an alert for too few errors')
        }
      }),
      {
        numRuns: 400,
        // A crossing right before a long gap; it was lost while the fake clock let time pass before what was ready ran.
        examples: [[{ windowSeconds: 1, threshold: 5, gaps: [0, 0, 0, 0, 0.3995, 0.5995, 0, 0] }]],
      },
    )
    t.ok(raised > 50 && quiet > 50, `${raised} bursts, ${quiet} quiet schedules`)
  },
)
