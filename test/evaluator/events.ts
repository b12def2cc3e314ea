import t from 'tap'
import { fromSample, toSample } from '../../src/alert/sample.js'
import { eventNames, toAlertEvent, toResolvedEvent } from '../../src/evaluator/events.js'
import { toLogRecord } from '../../src/record/log-record.js'

const sample = toSample(toLogRecord({ statusCode: 503, errorMessage: 'db timeout' }))
const notice = { id: 'a', rule: 'pay', count: 12, threshold: 10, window_seconds: 60, sample }
const told = { id: 'a', rule: 'pay', count: 12, threshold: 10, windowSeconds: 60, sample: fromSample(sample) }

t.test('an alert is told in the names of JavaScript', (t) => {
  const facts = { kind: 'firing', suppressed: 3, firstSeenMs: undefined, lastSeenMs: undefined } as const
  t.strictSame(toAlertEvent({ ...notice, facts }), { ...told, suppressed: 3 })
  const group_by = { model: 'm' }
  t.strictSame(toAlertEvent({ ...notice, facts, group_by, degraded: true }), {
    ...told,
    groupBy: group_by,
    suppressed: 3,
    degraded: true,
  })
  t.end()
})

t.test('and so is its end', (t) => {
  const facts = { kind: 'resolved', alertId: 'b', durationMs: 61_499, peak: 20, total: 40 } as const
  t.strictSame(toResolvedEvent({ ...notice, facts }), {
    ...told,
    alertId: 'b',
    durationSeconds: 61,
    peak: 20,
    total: 40,
  })
  t.strictSame(eventNames, ['alert', 'delivered', 'resolved', 'warning'])
  t.end()
})

t.test('requests, percent, links and labels are told where there are any', (t) => {
  const facts = { kind: 'firing', suppressed: 3, firstSeenMs: undefined, lastSeenMs: undefined, requests: 240 } as const
  const link_templates = { Logs: 'https://a.test/?n={count}' }
  const more = { percent: 5, labels: { team: 'a' } }
  const links = { Logs: 'https://a.test/?n=12' }
  t.strictSame(toAlertEvent({ ...notice, ...more, link_templates, facts }), {
    ...told,
    ...more,
    links,
    requests: 240,
    suppressed: 3,
  })
  const over = { kind: 'resolved', alertId: 'b', durationMs: 1000, peak: 20, total: 40 } as const
  t.match(toResolvedEvent({ ...notice, ...more, link_templates, facts: over }), { ...more, links })
  t.notOk('requests' in toResolvedEvent({ ...notice, facts: over }))
  t.end()
})
