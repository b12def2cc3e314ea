import t from 'tap'
import { Evidence } from '../../../src/alert/evidence.js'
import { toSample } from '../../../src/alert/sample.js'
import { type DraftOptions, draftOf } from '../../../src/evaluator/counting/drafts.js'
import type { Shown } from '../../../src/evaluator/counting/live-series.js'
import { toLogRecord } from '../../../src/record/log-record.js'
import { type Series, seriesOf } from '../../../src/rule/series.js'
import { rule } from '../../fixtures/store-bench.js'
import { noDetails, occurrence } from '../../fixtures/tellings.js'

const record = toLogRecord({ statusCode: 503, errorMessage: 'db timeout' })
const fields = { tenant: 'acme' }
const details = { ...noDetails, method: 'GET', path: '/a/1017', service: 'shop', hostname: 'web-1', fields }
const series = seriesOf(rule, 'k', { model: 'm' })

function draft(own: Partial<Shown> = {}, options: Partial<DraftOptions> = {}, of: Series = series): object {
  const evidence = new Evidence(rule.windowMs)
  for (const atMs of [5000, 9000]) evidence.add({ monotonicMs: atMs, wallMs: atMs }, occurrence(record, { path: '/a' }))
  const shown: Shown = {
    sample: toSample(record, fields),
    details,
    kind: 'db timeout',
    happened: evidence.list(64_000),
    ...own,
  }
  return JSON.parse(draftOf(of, shown, { hostname: 'here', ...options }))
}

t.test('is the sample, whose it is, and what else is in the window', (t) => {
  t.strictSame(Object.keys(draft()), [
    'threshold',
    'window_seconds',
    'sample',
    'sample_request',
    'sample_kind',
    'group_by',
    'service',
    'hostname',
    'first_seen',
    'last_seen',
    'samples',
    'top',
  ])
  t.match(draft(), {
    threshold: 10,
    window_seconds: 60,
    sample: { status_code: 503, error_message: 'db timeout', fields },
    sample_request: 'GET /a/1017',
    sample_kind: 'db timeout',
    group_by: { model: 'm' },
    service: 'shop',
    hostname: 'web-1',
    first_seen: '1970-01-01T00:00:05Z',
    last_seen: '1970-01-01T00:00:09Z',
    samples: [{ error_message: 'db timeout', count: 2 }],
    top: { message: [{ value: 'db timeout', count: 2 }], path: [{ value: '/a', count: 2 }], status: [{ value: 503 }] },
  })
  t.notOk('group_by' in draft({}, {}, seriesOf(rule)))
  for (const [path, shown] of [
    ['/s503', '/s503'],
    ['/users/jane@example.test/3f0e4c1a-1b2c-4d5e-8f90-123456789abc/17', '/users/<email>/<uuid>/17'],
    ['/call/4915112345678', '/call/<n>'],
    [`/${'x/'.repeat(300)}`, `/${'x/'.repeat(99)}…`],
  ] as const)
    t.match(draft({ details: { ...details, method: '', path } }), { sample_request: shown })
  t.notOk('sample_request' in draft({ details: { ...details, path: '' } }))
  const traced = { ...details, traceId: '0af7651916cd43dd', spanId: 'b7ad6b71' }
  t.match(draft({ details: traced }), { sample_trace_id: '0af7651916cd43dd' })
  t.notOk('sample_trace_id' in draft())
  t.notOk('first_seen' in draft({ happened: [] }), 'what nobody knows is not shown')
  t.end()
})

t.test('the hostname of the process stands in where the line has none, not where it has one that is redacted', (t) => {
  t.match(draft({ details: undefined }), { hostname: 'here' })
  t.match(draft({ details: { ...details, hostname: '' } }), { hostname: 'here' })
  t.notOk('hostname' in draft({ details: { ...details, hostname: undefined } }))
  t.end()
})

t.test('says where only new kinds count, and shows more of them', (t) => {
  const happened = Array.from({ length: 30 }, (_, i) => ({ record, details, atMs: 1000 + i, kind: `kind ${i}` }))
  const samplesOf = (of: Series): readonly unknown[] => Object(draft({ happened }, {}, of)).samples
  t.equal(samplesOf(series).length, 5)
  const ofNew = seriesOf({ ...rule, newOnly: true })
  t.equal(samplesOf(ofNew).length, 20)
  t.match(draft({}, {}, ofNew), { new_only: true })
  t.notOk('new_only' in draft())
  t.end()
})

t.test('says where one process raised it alone', (t) => {
  t.notOk('degraded' in draft())
  t.match(draft({}, { isDegraded: true }), { degraded: true })
  t.end()
})
