import t from 'tap'
import { createLineEvaluator } from '../../src/evaluator/evaluator.js'
import { newCounters } from '../../src/evaluator/stats.js'

t.test('begins at zero, with a counter of its own for each evaluator', (t) => {
  const counters = newCounters()
  t.strictSame([...new Set(Object.values(counters))], [0])
  counters.errors += 1
  t.equal(newCounters().errors, 0)
  t.end()
})

t.test('counts the requests that there was no room to remember', async (t) => {
  const evaluator = createLineEvaluator({ url: 'http://127.0.0.1:9/', threshold: 2 ** 31 - 1 })
  for (let i = 0; i < 10_002; i += 1) evaluator.observeLine({ members: { level: 50, msg: 'failed', reqId: `${i}` } })
  t.match(evaluator.stats(), { errors: 10_002, duplicates: 0, forgotten: 2 })
  await evaluator.close()
})
