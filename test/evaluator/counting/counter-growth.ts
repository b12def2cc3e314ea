import t from 'tap'
import { Totals } from '../../../src/evaluator/counting/counter-growth.js'
import { newCounters } from '../../../src/evaluator/stats.js'
import { fakeClock } from '../../fixtures/fake-clock.js'

t.test('tells now and then by how much each counter has grown, and again until the store has it', async (t) => {
  const clock = fakeClock()
  const counters = newCounters()
  const totals = new Totals(clock, () => counters)
  t.equal(totals.next(false), undefined)
  counters.errors += 5
  t.strictSame(totals.next(false), { errors: 5 })
  counters.errors += 1
  counters.observed += 7
  const growth = totals.next(false)
  t.strictSame(growth, { errors: 6, observed: 7 }, 'what was told was lost')
  totals.told(growth ?? {})
  t.notOk(totals.hasGrown)
  counters.submissions += 1
  t.notOk(totals.hasGrown, 'to tell that would make it grow again')
  counters.delivered += 1
  t.ok(totals.hasGrown)
  await clock.advance(7999)
  t.equal(totals.next(false), undefined)
  t.strictSame(totals.next(true), { submissions: 1, delivered: 1 })
  await clock.advance(1)
  t.strictSame(totals.next(false), { submissions: 1, delivered: 1 })
})
