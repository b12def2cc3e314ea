import t from 'tap'
import { decide, type Situation } from '../../src/rule/decide.js'

const crossing: Situation = { total: 10, threshold: 10, fresh: 1, isCooling: false, pending: undefined, nowMs: 5000 }
const leased = { leasedUntilMs: 5001, isSameDestination: true }
const abandoned = { leasedUntilMs: 5000, isSameDestination: true }
const released = { leasedUntilMs: 0, isSameDestination: true }
const foreign = { leasedUntilMs: 0, isSameDestination: false }

t.test('says what is to be told, and why nothing is', (t) => {
  const rows: [change: Partial<Situation>, decision: string][] = [
    [{}, 'raise'],
    [{ total: 500 }, 'raise'],
    [{ total: 9 }, 'belowThreshold'],
    [{ fresh: 0 }, 'nothingNew'],
    [{ isCooling: true }, 'cooling'],
    [{ total: 9, isCooling: true }, 'belowThreshold'],
    [{ pending: leased }, 'pendingElsewhere'],
    [{ pending: { ...leased, isSameDestination: false } }, 'pendingElsewhere'],
    [{ pending: abandoned, fresh: 0, total: 0 }, 'takeOver'],
    [{ pending: abandoned, isCooling: true }, 'takeOver'],
    [{ pending: released, total: 1 }, 'takeOver'],
    [{ pending: released, fresh: 0 }, 'nothingNew'],
    [{ pending: foreign }, 'raise'],
    [{ pending: foreign, total: 9 }, 'belowThreshold'],
    [{ pending: foreign, isCooling: true }, 'cooling'],
  ]
  for (const [change, expected] of rows) {
    const decision = decide({ ...crossing, ...change })
    t.equal(decision.kind === 'quiet' ? decision.reason : decision.kind, expected, JSON.stringify(change))
  }
  t.end()
})
