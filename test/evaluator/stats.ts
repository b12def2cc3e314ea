import t from 'tap'
import { newCounters } from '../../src/evaluator/stats.js'

t.test('begins at zero, with a counter of its own for each evaluator', (t) => {
  const counters = newCounters()
  t.strictSame([...new Set(Object.values(counters))], [0])
  counters.errors += 1
  t.equal(newCounters().errors, 0)
  t.end()
})
