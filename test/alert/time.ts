import t from 'tap'
import { toTimestamp } from '../../src/alert/time.js'

t.test('whole seconds, UTC, as the original writes them', (t) => {
  t.equal(toTimestamp(0), '1970-01-01T00:00:00Z')
  t.equal(toTimestamp(Date.parse('2026-11-23T18:16:07.999Z')), '2026-11-23T18:16:07Z')
  t.end()
})
