import t from 'tap'
import { MAX_CLOCK_AGE_MS, momentsOf } from '../../src/evaluator/moments.js'
import { fakeClock } from '../fixtures/fake-clock.js'

t.test('both clocks go on together, and a step of the wall clock is seen at the next look at it', async (t) => {
  const clock = fakeClock(1_000_000, 500)
  const now = momentsOf(clock)
  t.strictSame(now(), { monotonicMs: 500, wallMs: 1_000_000 })
  clock.stepWall(-60_000)
  await clock.advance(MAX_CLOCK_AGE_MS - 1)
  t.strictSame(now(), { monotonicMs: 519, wallMs: 1_000_019 })
  await clock.advance(1)
  t.strictSame(now(), { monotonicMs: 520, wallMs: 940_020 })
})
