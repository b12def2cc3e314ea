import t from 'tap'
import { accountOf } from '../../src/alert/account.js'
import { toSample } from '../../src/alert/sample.js'
import { toLogRecord } from '../../src/record/log-record.js'

const sample = toSample(toLogRecord({ statusCode: 503, errorMessage: `${'x'.repeat(400)}`, clientIp: '203.0.113.9' }))
const base = { threshold: 10, window_seconds: 60, sample, id: 'a', rule: 'default', count: 12, hostname: 'h' }

t.test('tells little: whose news these were, how many errors, and the beginning of their message', (t) => {
  const facts = { kind: 'firing', suppressed: 0, firstSeenMs: undefined, lastSeenMs: undefined } as const
  t.strictSame(JSON.parse(accountOf({ ...base, facts })), {
    id: 'a',
    kind: 'alert',
    rule: 'default',
    count: 12,
    threshold: 10,
    window_seconds: 60,
    sample: { status_code: 503, error_message: `${'x'.repeat(299)}…` },
  })
  const resolved = { kind: 'resolved', alertId: 'a', durationMs: 1, peak: 1, total: 1 } as const
  t.match(JSON.parse(accountOf({ ...base, group_by: { model: 'x' }, degraded: true, facts: resolved })), {
    kind: 'resolved',
    group_by: { model: 'x' },
    degraded: true,
  })
  const share = { ...facts, requests: 240 }
  t.match(JSON.parse(accountOf({ ...base, percent: 5, facts: share })), {
    count: 12,
    requests: 240,
    threshold: 10,
    percent: 5,
  })
  t.end()
})
