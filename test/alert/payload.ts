import t from 'tap'
import { isAlert } from '../../src/alert/payload.js'
import { toSample } from '../../src/alert/sample.js'
import { toLogRecord } from '../../src/record/log-record.js'

t.test('a notice is an alert or the end of one', (t) => {
  const notice = { id: 'i', rule: 'r', count: 2, threshold: 1, window_seconds: 60, sample: toSample(toLogRecord({})) }
  const facts = { suppressed: 0, firstSeenMs: undefined, lastSeenMs: undefined }
  t.equal(isAlert({ ...notice, facts: { ...facts, kind: 'firing' } }), true)
  const over = { alertId: 'a', durationMs: 1, peak: 1, total: 1 }
  t.equal(isAlert({ ...notice, facts: { ...over, kind: 'resolved' } }), false)
  t.end()
})
