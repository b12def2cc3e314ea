import t from 'tap'
import { newCounters } from '../../src/evaluator/stats.js'
import { counterNames, lowestStatusOf, SharedState } from '../../src/thread/shared-state.js'
import { rule } from '../fixtures/store-bench.js'

t.test('one side sees at once what the other writes', (t) => {
  const [one, other] = [new SharedState()].flatMap((state) => [state, new SharedState(state.buffer)])
  if (one === undefined || other === undefined) return t.fail()
  t.strictSame({ ...one.counters }, newCounters())
  other.counters.errors += 2
  other.lowestStatus = Number.POSITIVE_INFINITY
  t.strictSame({ ...one.counters }, { ...newCounters(), errors: 2 })
  one.outerCounters.errors += 1
  one.outerCounters.observed += 9
  t.strictSame({ ...other.counters }, { ...newCounters(), errors: 2 })
  t.strictSame(other.sums(), { ...newCounters(), errors: 3, observed: 9 })
  t.equal(one.lowestStatus, Number.POSITIVE_INFINITY)
  other.received += 2
  other.readLength += 100
  t.strictSame([one.received, one.readLength, one.isStarted, one.isClosed], [2, 100, false, false])
  other.start()
  t.strictSame([one.isStarted, one.isClosed], [true, false])
  other.close()
  t.equal(one.isClosed, true)
  t.strictSame([...counterNames], Object.keys(newCounters()))
  t.end()
})

t.test('the lowest status is the strictest rule’s, and none where there are no rules', (t) => {
  t.equal(lowestStatusOf([rule, { ...rule, statusCodeThreshold: 400 }]), 400)
  t.equal(lowestStatusOf([]), Number.POSITIVE_INFINITY)
  t.end()
})
