import t from 'tap'
import { VirtualClock } from '../../src/backtest/virtual-clock.js'

t.test('shows what it is set to, and never runs back', (t) => {
  const clock = new VirtualClock()
  clock.set(5)
  clock.set(3)
  t.strictSame([clock.nowMs(), clock.monotonicMs(), clock.random()], [5, 5, 0])
  t.end()
})

t.test('runs what is due on its way, each at its time, in order', (t) => {
  const clock = new VirtualClock()
  const ran: string[] = []
  const plan = (name: string, delayMs: number, task = () => {}): (() => void) =>
    clock.after(delayMs, () => {
      ran.push(`${name} ${clock.nowMs()}`)
      task()
    })
  plan('b', 20)
  plan('a', 10, () => plan('c', 5))
  plan('never', 15)()
  plan('later', 100)
  clock.set(50)
  t.strictSame([ran, clock.nowMs()], [['a 10', 'c 15', 'b 20'], 50])
  t.end()
})
