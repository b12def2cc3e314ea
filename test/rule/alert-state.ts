import t from 'tap'
import { ATTEMPT_TIMEOUT_MS } from '../../src/deliver/http-client.js'
import { initialState, LEASE_MS, MAX_NOTICE_AGE_MS } from '../../src/rule/alert-state.js'

t.test('a lease outlives an attempt with room for all around it, and a notice is worth telling for a day', (t) => {
  t.ok(LEASE_MS > 2 * ATTEMPT_TIMEOUT_MS)
  t.equal(MAX_NOTICE_AGE_MS, 24 * 60 * 60 * 1000)
  t.strictSame(initialState, { delivery: undefined, suppressed: 0, pending: undefined, episode: undefined })
  t.end()
})
