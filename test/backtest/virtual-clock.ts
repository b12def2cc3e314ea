import t from 'tap'
import { VirtualClock } from '../../src/backtest/virtual-clock.js'

t.test('shows what it is set to, and never runs back', (t) => {
  const clock = new VirtualClock()
  clock.set(5)
  clock.set(3)
  t.strictSame([clock.nowMs(), clock.monotonicMs(), clock.random()], [5, 5, 0])
  t.equal(clock.after()(), undefined)
  t.end()
})
