import t from 'tap'
import { MAX_AT_ONCE, WrongTokens } from '../../src/admin/wrong-tokens.js'
import { fakeClock } from '../fixtures/fake-clock.js'

t.test('lets a few through at once, then one a second, and counts them all', async (t) => {
  const clock = fakeClock()
  const tokens = new WrongTokens(clock)
  for (let i = 0; i < MAX_AT_ONCE; i += 1) t.equal(tokens.take(), 0)
  t.equal(tokens.take(), 1)
  await clock.advance(999)
  t.equal(tokens.take(), 1, 'what is refused takes nothing from what comes back')
  await clock.advance(1)
  t.equal(tokens.take(), 0)
  t.equal(tokens.take(), 1)
  t.strictSame(tokens.counts, { 401: MAX_AT_ONCE + 1, 429: 3 })
})

t.test(
  'after a quiet time as many may come as at first, and no more; a wall clock that steps changes nothing',
  async (t) => {
    const clock = fakeClock()
    const tokens = new WrongTokens(clock)
    clock.stepWall(86_400_000)
    await clock.advance(3_600_000)
    for (let i = 0; i < MAX_AT_ONCE; i += 1) t.equal(tokens.take(), 0)
    clock.stepWall(86_400_000)
    t.equal(tokens.take(), 1)
  },
)
