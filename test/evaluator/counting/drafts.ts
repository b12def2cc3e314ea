import t from 'tap'
import { Evidence, occurrenceOf } from '../../../src/alert/evidence.js'
import type { Part } from '../../../src/evaluator/counting/backlog.js'
import { fullDraft, shortDraft } from '../../../src/evaluator/counting/drafts.js'
import { toLogRecord } from '../../../src/record/log-record.js'
import { seriesOf } from '../../../src/rule/series.js'
import { rule } from '../../fixtures/store-bench.js'

const record = toLogRecord({ statusCode: 503, errorMessage: 'db timeout' })
const details = { path: '/a', service: 'shop', hostname: 'web-1', fields: { tenant: 'acme' } }

function part(own: Partial<Part['newest']> = {}): Part {
  const evidence = new Evidence(rule.windowMs)
  for (const atMs of [5000, 9000]) evidence.add(atMs, () => occurrenceOf(atMs, record, '/a', undefined))
  const series = seriesOf(rule, 'k', { model: 'm' })
  return { series, counts: [], newest: { record, details, ...own }, evidence }
}

t.test('a short draft is the sample, and whose it is', (t) => {
  t.strictSame(Object.keys(JSON.parse(shortDraft(part(), 'here'))), [
    'threshold',
    'window_seconds',
    'sample',
    'group_by',
    'service',
    'hostname',
  ])
  t.match(JSON.parse(shortDraft(part(), 'here')), {
    threshold: 10,
    window_seconds: 60,
    sample: { status_code: 503, error_message: 'db timeout', fields: { tenant: 'acme' } },
    group_by: { model: 'm' },
    service: 'shop',
    hostname: 'web-1',
  })
  t.match(JSON.parse(shortDraft(part({ details: undefined }), 'here')), { hostname: 'here' })
  t.match(JSON.parse(shortDraft(part({ details: { ...details, hostname: '' } }), 'here')), { hostname: 'here' })
  const redacted = JSON.parse(shortDraft(part({ details: { ...details, hostname: undefined } }), 'here'))
  t.notOk('hostname' in redacted, 'where it is redacted none stands in')
  t.end()
})

t.test('a full one shows what else is in the window', (t) => {
  t.match(JSON.parse(fullDraft(part(), 'here', 64_000)), {
    first_seen: '1970-01-01T00:00:05Z',
    last_seen: '1970-01-01T00:00:09Z',
    samples: [{ error_message: 'db timeout', count: 2 }],
    top: { message: [{ value: 'db timeout', count: 2 }], path: [{ value: '/a', count: 2 }], status: [{ value: 503 }] },
  })
  t.notOk('degraded' in JSON.parse(fullDraft(part(), 'here', 64_000)))
  t.equal(JSON.parse(fullDraft(part(), 'here', 64_000, true)).degraded, true)
  t.notOk('first_seen' in JSON.parse(fullDraft(part(), 'here', 80_000)))
  t.end()
})
