import t from 'tap'
import { CounterGrowth } from '../../../src/evaluator/counting/counter-growth.js'
import { newCounters } from '../../../src/evaluator/stats.js'
import { fakeClock } from '../../fixtures/fake-clock.js'

t.test('tells now and then by how much each counter has grown, and again until the store has it', async (t) => {
  const clock = fakeClock()
  const counters = newCounters()
  const growing = new CounterGrowth(clock, () => counters)
  t.equal(growing.next(false), undefined)
  counters.errors += 5
  t.strictSame(growing.next(false), { errors: 5 })
  counters.errors += 1
  counters.observed += 7
  const growth = growing.next(false)
  t.strictSame(growth, { errors: 6, observed: 7 }, 'what was told was lost')
  growing.told(growth ?? {})
  t.notOk(growing.hasGrown)
  counters.submissions += 1
  t.notOk(growing.hasGrown, 'to tell that would make it grow again')
  counters.delivered += 1
  t.ok(growing.hasGrown)
  await clock.advance(7999)
  t.equal(growing.next(false), undefined)
  t.strictSame(growing.next(true), { submissions: 1, delivered: 1 })
  await clock.advance(1)
  t.strictSame(growing.next(false), { submissions: 1, delivered: 1 })
})
