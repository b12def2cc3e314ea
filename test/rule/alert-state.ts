import t from 'tap'
import { ATTEMPT_TIMEOUT_MS } from '../../src/deliver/http-client.js'
import { initialState, LEASE_MS, MAX_NEWS_AGE_MS } from '../../src/rule/alert-state.js'

t.test('a lease outlives an attempt with room for all around it, and news are worth telling for a day', (t) => {
  t.ok(LEASE_MS > 2 * ATTEMPT_TIMEOUT_MS)
  t.equal(MAX_NEWS_AGE_MS, 24 * 60 * 60 * 1000)
  t.strictSame(initialState, { pending: undefined, told: undefined, suppressed: 0, episode: undefined })
  t.end()
})
