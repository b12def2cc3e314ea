import t from 'tap'
import { Outage } from '../../../src/evaluator/fallback/outage.js'
import { fakeClock } from '../../fixtures/fake-clock.js'

t.test('begins once nobody has answered for five seconds, and ends with any answer', async (t) => {
  const clock = fakeClock()
  const outage = new Outage(clock)
  t.strictSame([outage.isDown, outage.downInMs], [false, Number.POSITIVE_INFINITY])
  outage.failed(clock.monotonicMs() - 100)
  await clock.advance(4899)
  outage.failed(clock.monotonicMs())
  t.strictSame([outage.isDown, outage.downInMs], [false, 1], 'the first call counts')
  await clock.advance(1)
  t.ok(outage.isDown)
  outage.answered()
  t.strictSame([outage.isDown, outage.downInMs], [false, Number.POSITIVE_INFINITY])
})

t.test('begins at once where there is no time to wait', (t) => {
  const clock = fakeClock()
  const outage = new Outage(clock)
  outage.giveUp()
  outage.failed(clock.monotonicMs())
  t.strictSame([outage.isDown, outage.isGivenUp], [true, true])
  outage.answered()
  t.strictSame([outage.isDown, outage.isGivenUp], [false, false])
  t.end()
})
