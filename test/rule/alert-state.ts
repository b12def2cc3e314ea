import t from 'tap'
import { initialState, leaseMs, MAX_NOTICE_AGE_MS } from '../../src/rule/alert-state.js'

t.test('a lease outlasts an attempt by the two calls around it, and a notice is worth telling for a day', (t) => {
  t.equal(leaseMs({ timeoutMs: 3000 }), 10_000)
  t.equal(leaseMs({ timeoutMs: 30_000 }), 37_000)
  t.equal(MAX_NOTICE_AGE_MS, 24 * 60 * 60 * 1000)
  t.strictSame(initialState, { delivery: undefined, suppressed: 0, pending: undefined, episode: undefined })
  t.end()
})
