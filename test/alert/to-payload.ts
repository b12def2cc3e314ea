import t from 'tap'
import { toSample } from '../../src/alert/sample.js'
import { toPayload } from '../../src/alert/to-payload.js'
import { toLogRecord } from '../../src/record/log-record.js'

const sample = toSample(toLogRecord({ statusCode: 503 }))
const news = { id: 'i', rule: 'r', count: 2, threshold: 1, window_seconds: 60, sample }
const firing = {
  kind: 'firing',
  suppressed: 4,
  firstSeenMs: 1000,
  lastSeenMs: 2999,
  notice: 3,
  sinceMs: 60_999,
} as const

t.test('an alert has the original’s members first, then what is known', (t) => {
  const more = { sample_trace_id: '0af7', group_by: { model: 'm' }, service: 'shop', hostname: 'web-1' }
  const payload = toPayload({ ...news, ...more, facts: firing, first_seen: 'own', last_seen: 'own' }, 3999)
  t.strictSame(payload, {
    type: 'log_error_threshold',
    sent_at: '1970-01-01T00:00:03Z',
    threshold: 1,
    window_seconds: 60,
    count: 2,
    sample,
    id: 'i',
    rule: 'r',
    ...more,
    first_seen: '1970-01-01T00:00:01Z',
    last_seen: '1970-01-01T00:00:02Z',
    suppressed: 4,
    notice: 3,
    since: '1970-01-01T00:01:00Z',
  })
  t.strictSame(Object.keys(payload).slice(0, 6), ['type', 'sent_at', 'threshold', 'window_seconds', 'count', 'sample'])
  t.end()
})

t.test('where the store does not know the times, the process’s own are told, or none', (t) => {
  const facts = { ...firing, firstSeenMs: undefined, lastSeenMs: undefined }
  t.match(toPayload({ ...news, facts, first_seen: 'a', last_seen: 'b' }, 0), { first_seen: 'a', last_seen: 'b' })
  t.notOk('first_seen' in toPayload({ ...news, facts }, 0))
  t.match(toPayload({ ...news, facts, degraded: true }, 0), { degraded: true })
  const { notice: _notice, sinceMs: _since, ...unnumbered } = firing
  t.notMatch(toPayload({ ...news, facts: unnumbered }, 0), { since: String })
  t.end()
})

t.test('links are filled in with what the notice says, and requests, percent and labels are told', (t) => {
  const link_templates = { Logs: 'https://a.test/?n={count}&id={id}&s={state}&k={kind}', None: 'x' }
  const more = { link_templates, percent: 5, labels: { team: 'a' }, sample_trace_id: 't', sample_kind: 'k' }
  const { link_templates: _, sample_kind: __, ...told } = more
  const alert = toPayload({ ...news, ...more, facts: { ...firing, requests: 40 } }, 0)
  t.match(alert, { ...told, requests: 40, links: { Logs: 'https://a.test/?n=2&id=i&s=firing&k=k' } })
  t.notOk('link_templates' in alert || 'sample_kind' in alert)
  const facts = { kind: 'resolved', alertId: 'a', durationMs: 61_499, peak: 40, total: 90 } as const
  const end = toPayload({ ...news, ...more, id: 'e', count: 0, facts }, 0)
  t.match(end, { ...told, links: { Logs: 'https://a.test/?n=0&id=e&s=resolved&k=k' } })
  t.notOk('requests' in end)
  t.notOk('links' in toPayload({ ...news, facts, link_templates: { None: 'x' } }, 0))
  t.end()
})

t.test('the end of an alert says which, how long it lasted, and how bad it was', (t) => {
  const facts = { kind: 'resolved', alertId: 'a', durationMs: 61_499, peak: 40, total: 90 } as const
  const payload = toPayload({ ...news, facts, service: 'shop', samples: [], first_seen: 'x' }, 0)
  t.strictSame(payload, {
    type: 'log_error_resolved',
    sent_at: '1970-01-01T00:00:00Z',
    threshold: 1,
    window_seconds: 60,
    count: 2,
    sample,
    id: 'i',
    rule: 'r',
    service: 'shop',
    alert_id: 'a',
    duration_seconds: 61,
    peak: 40,
    total: 90,
  })
  t.match(toPayload({ ...news, facts: { ...facts, sinceMs: 1000 }, test: true }, 0), {
    since: '1970-01-01T00:00:01Z',
    test: true,
  })
  t.end()
})
