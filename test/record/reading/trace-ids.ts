import t from 'tap'
import { type Line, rootsOf } from '../../../src/record/reading/line-reader.js'
import { compileTraceIds, mergeTraceIds, noTrace, type TraceIds } from '../../../src/record/reading/trace-ids.js'
import { fc } from '../../fixtures/properties.js'

const read = (members: object, redact?: readonly string[], rest: Partial<Line> = {}, nestedKey?: string): TraceIds =>
  compileTraceIds(redact)(rootsOf({ members, ...rest }, nestedKey))

const trace = '0af7651916cd43dd8448eb211c80319c'
const span = 'b7ad6b7169203331'
const both: TraceIds = { traceId: trace, spanId: span }

t.test('ids are read where tracers and their loggers put them', (t) => {
  const rows: readonly (readonly [line: object, ids: Partial<TraceIds>])[] = [
    // https://opentelemetry.io/docs/specs/otel/compatibility/logging_trace_context/
    [{ level: 50, trace_id: trace, span_id: span, trace_flags: '01', msg: 'boom' }, both],
    [{ traceId: trace, spanId: span }, both],
    [{ Timestamp: '1586960586000000000', TraceId: trace, SpanId: span }, both],
    // https://docs.datadoghq.com/tracing/other_telemetry/connect_logs_and_traces/nodejs/
    [
      { dd: { trace_id: '7985465474534756712', span_id: '3664214857343471235', service: 'shop' }, message: 'boom' },
      { traceId: '7985465474534756712', spanId: '3664214857343471235' },
    ],
    [
      { 'dd.trace_id': 4611686018427387, 'dd.span_id': 17 },
      { traceId: '4611686018427387', spanId: '17' },
    ],
    [{ dd: { trace_id: 7985465474534756712n } }, { traceId: '7985465474534756712' }],
    // https://www.elastic.co/docs/reference/ecs/ecs-tracing
    [{ 'trace.id': trace, 'span.id': span, 'transaction.id': '00f067aa0ba902b7' }, both],
    [{ trace: { id: trace }, transaction: { id: '00f067aa0ba902b7' } }, { traceId: trace }],
    // https://cloud.google.com/logging/docs/structured-logging
    [
      { 'logging.googleapis.com/trace': `projects/shop-1/traces/${trace}`, 'logging.googleapis.com/spanId': span },
      both,
    ],
    [{ 'logging.googleapis.com/trace': trace }, { traceId: trace }],
    [{ 'logging.googleapis.com/trace': `//tracing.googleapis.com/projects/p/traces/${trace}` }, { traceId: trace }],
    // https://www.w3.org/TR/trace-context/
    [{ traceparent: `00-${trace}-${span}-01` }, both],
    [{ traceparent: `01-${trace}-${span}-01-what-comes-later` }, both],
    // A tracer's own ids go before those of the request that came in.
    [{ traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`, trace_id: trace, span_id: span }, both],
    [{ meta: { trace_id: trace, span_id: span } }, both],
    [{ span_id: span }, { spanId: span }],
    [{}, {}],
  ]
  for (const [members, ids] of rows) {
    const name = JSON.stringify(members, (_, value) => (typeof value === 'bigint' ? String(value) : value))
    t.strictSame(read(members), { ...noTrace, ...ids }, name)
  }
  t.strictSame(read({ payload: { trace_id: trace, span_id: span } }, undefined, {}, 'payload'), both)
  t.strictSame(read({}, undefined, { extras: [{ trace_id: trace, span_id: span }] }), both, "winston's splat")
  t.end()
})

t.test('two tracers make no pair', (t) => {
  t.strictSame(read({ trace_id: trace, dd: { trace_id: '7', span_id: '8' } }), { traceId: trace, spanId: '' })
  t.strictSame(read({ span_id: span, dd: { trace_id: '7', span_id: '8' } }), { traceId: '7', spanId: '8' })
  t.end()
})

t.test('what would lead to no trace is none', (t) => {
  for (const value of [
    '',
    '  ',
    '0',
    0,
    '0'.repeat(32),
    '00000000-0000-0000-0000-000000000000',
    `a${'b'.repeat(128)}`,
    'a b',
    'a\nb',
    'a\u202eb',
    'ünder',
    'postgres://shop:s3cret@db/shop',
    1.5,
    Number.NaN,
    // JSON.parse has rounded it: it is the id of another trace.
    7985465474534756000,
    true,
    null,
    [trace],
    { id: trace },
  ]) {
    t.strictSame(read({ trace_id: value, span_id: value }), noTrace, String(value))
  }
  t.equal(read({ trace_id: `${'a'.repeat(128)}` }).traceId.length, 128)
  t.equal(read({ trace_id: '', traceId: trace }).traceId, trace, 'a blank one hides no other')
  for (const traceparent of [
    `ff-${trace}-${span}-01`,
    `00-${'0'.repeat(32)}-${span}-01`,
    `00-${trace.toUpperCase()}-${span}-01`,
    `00-${trace}-${span}`,
    trace,
    7,
  ]) {
    t.strictSame(read({ traceparent }), noTrace, String(traceparent))
  }
  for (const members of [
    { req: { headers: { traceparent: `00-${trace}-${span}-01` } } },
    { headers: { traceparent: `00-${trace}-${span}-01`, trace_id: trace } },
    { correlation_id: trace, transaction: { id: span } },
    { trace: [] },
    { trace: 'Error: boom\n    at a.js:1:1' },
  ])
    t.strictSame(read(members), noTrace, JSON.stringify(members))
  t.end()
})

t.test('redacted places are not looked at', (t) => {
  const line = { trace_id: trace, span_id: span, dd: { trace_id: '7', span_id: '8' }, meta: { traceId: 'm' } }
  t.strictSame(read(line, ['trace_id', 'meta']), { traceId: '7', spanId: '8' })
  t.strictSame(read(line, ['span_id', 'meta']), { traceId: trace, spanId: '' })
  t.strictSame(read(line, ['trace_id', 'span_id', 'dd.*', 'meta.traceId']), noTrace)
  t.strictSame(read({ traceparent: `00-${trace}-${span}-01` }, ['traceparent']), noTrace)
  t.end()
})

t.test('a span that one line of a request adds is one of its trace', (t) => {
  const alone: TraceIds = { traceId: trace, spanId: '' }
  const other: TraceIds = { traceId: 'other', spanId: 'another' }
  const spanAlone: TraceIds = { traceId: '', spanId: span }
  t.strictSame(mergeTraceIds(both, other), both)
  t.strictSame(mergeTraceIds(alone, other), alone)
  t.strictSame(mergeTraceIds(alone, both), both)
  t.strictSame(mergeTraceIds(noTrace, both), both)
  t.strictSame(mergeTraceIds(noTrace, spanAlone), spanAlone)
  t.strictSame(mergeTraceIds(spanAlone, other), other)
  t.strictSame(mergeTraceIds(spanAlone, noTrace), spanAlone)
  t.strictSame(Object.keys(mergeTraceIds({ ...both, ...{ path: '/a' } }, other)), ['traceId', 'spanId'])
  t.end()
})

t.test('whatever a line holds, an id is one word of at most 128 characters that JSON and a link can hold', (t) => {
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({ maxLength: 200 }),
    fc.string({ unit: fc.constantFrom(...'0123456789abcdef-'), maxLength: 200 }),
    fc.anything(),
  )
  const names = ['trace_id', 'spanId', 'dd', 'trace', 'logging.googleapis.com/trace', 'traceparent', 'span']
  const line = fc.dictionary(fc.constantFrom(...names), fc.oneof(value, fc.record({ id: value, trace_id: value })))
  fc.assert(
    fc.property(line, (members) =>
      Object.values(read(members)).every((id) => typeof id === 'string' && /^[!-~]{0,128}$/.test(id)),
    ),
    { numRuns: 1000 },
  )
  t.end()
})
