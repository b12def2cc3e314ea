import t from 'tap'
import { isTimestamp, toTimestamp } from '../../src/alert/time.js'

t.test('whole seconds, UTC, as the original writes them', (t) => {
  t.equal(toTimestamp(0), '1970-01-01T00:00:00Z')
  t.equal(toTimestamp(Date.parse('2026-11-23T18:16:07.999Z')), '2026-11-23T18:16:07Z')
  t.end()
})

t.test('knows such a time from what another hand may have put there', (t) => {
  t.ok(isTimestamp(toTimestamp(0)))
  for (const text of [undefined, '', 'yesterday', '2026-13-45T99:00:00Z', '2026-11-23T18:15:29.000Z'])
    t.notOk(isTimestamp(text), String(text))
  t.end()
})
