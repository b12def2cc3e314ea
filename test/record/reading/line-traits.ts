import fc from 'fast-check'
import t from 'tap'
import { toLogRecord } from '../../../src/record/log-record.js'
import type { LineShape } from '../../../src/record/reading/field-paths.js'
import { type Line, rootsOf } from '../../../src/record/reading/line-reader.js'
import { status } from '../../../src/record/reading/line-status.js'
import {
  compileTraits,
  isErrorLine,
  isErrorRecord,
  type LineTraits,
  text,
} from '../../../src/record/reading/line-traits.js'
import { announcedScale, type SeverityScale, standardScale } from '../../../src/record/severity.js'

const traitsOfLine = (line: Line, shape: LineShape = {}, scale: SeverityScale = standardScale): LineTraits =>
  compileTraits(shape)(rootsOf(line, shape.nestedKey), line.level, scale)

const traitsOf = (members: object, shape: LineShape = {}): LineTraits => traitsOfLine({ members }, shape)

await t.test('a line is judged by its severity, its status and whether it carries an error', async (t) => {
  for (const [members, severity, statusCode, hasError] of [
    [{ level: 30, msg: 'x' }, 30, 0, false],
    [{ level: 'warn', res: { statusCode: 503 } }, 40, 503, false],
    [{ level: 40, err: { message: 'db timeout' } }, 40, 0, true],
    [{ level: 40, meta: { error: 'upstream gone', status: '502' } }, 40, 502, true],
    [{ 'log.level': 'error', msg: 'x' }, 50, 0, false],
    [{ severity: 'CRITICAL', httpRequest: { status: 500 } }, 60, 500, false],
    [{ status: 404 }, 0, 404, false],
  ] as const) {
    t.strictSame(
      traitsOf(members),
      { severity, statusCode, hasError, isOwn: false, isBlank: false },
      JSON.stringify(members),
    )
  }
})

await t.test('the level of a logger that knows better comes first, on the scale of that logger', async (t) => {
  const members = { level: 'info', msg: 'x' }
  t.equal(traitsOfLine({ members, level: 'error' }).severity, 50)
  t.equal(traitsOfLine({ members, level: 'nonsense' }).severity, 30)
  t.equal(traitsOfLine({ members, level: undefined }).severity, 30)
  t.equal(traitsOfLine({ members: { level: 3, msg: 'x' } }, {}, announcedScale({ info: 1, error: 3 })).severity, 50)
  t.equal(traitsOf({ level: 'loud', 'log.level': 'warn', msg: 'x' }).severity, 40, 'what is no level is passed over')
})

await t.test('an error counts as attached with a message, a stack, or the looks of one', async (t) => {
  for (const [members, hasError] of [
    [{ err: { message: 'x' } }, true],
    [{ err: { stack: 'Error\n    at x' } }, true],
    [{ error: { type: 'Timeout' } }, true],
    [{ exception: { stack_trace: 'x' } }, true],
    [{ err: { message: '' } }, true],
    [{ failure: new Error('') }, true],
    [{ stack: 'prod-eu' }, false],
    [{ stack: 'node-ts\nmern' }, false],
    [{ stack: 'TypeError [E_X]: x' }, true],
    [{ stack_trace: 'java.lang.IllegalStateException: x\n\tat a.B.c(B.java:1)' }, true],
    [{ exc_info: 'Traceback (most recent call last):\n  File "a.py", line 1' }, true],
    [{ '@x': 'System.Exception: x\n   at A.B()' }, true],
    [{ error: 'none' }, false],
    [{ error: '0', err: 'null', exception: 'false' }, false],
    [{ context: { exception: { message: 'x' } } }, true],
    [{ context: { exception: 'x' } }, false],
    [{ errorMessage: 'x' }, true],
    [{ stack: 'Error: x\n    at y' }, true],
    [{ exception: true, message: 'x' }, true],
    [{ exception: 'true', message: 'x' }, false],
    [{ err: {}, error: null, exception: [] }, false],
    [{ err: true, error: false, exception: 1 }, false],
    [{ err: { code: 'E_DB' } }, false],
    [{ error: '  ', stack: '' }, false],
    [{ message: 'x' }, false],
  ] as const) {
    t.equal(traitsOf({ level: 40, ...members }).hasError, hasError, JSON.stringify(members))
  }
})

await t.test('a 4xx inside of an error explains a warning', async (t) => {
  const rows: readonly (readonly [err: object, isError: boolean])[] = [
    [{ type: 'AxiosError', response: { status: 404 } }, false],
    [{ type: 'AxiosError', response: { status: 503 } }, true],
    [{ isBoom: true, type: 'Error', output: { statusCode: 404 } }, false],
    [{ type: 'HTTPError', response: { statusCode: 429 } }, false],
    [{ type: 'HttpException', status: 404, response: { statusCode: 404 } }, false],
    [{ type: 'NoSuchKey', $metadata: { httpStatusCode: 404 } }, false],
    [{ type: 'ResponseError', meta: { statusCode: 404 } }, false],
    [{ type: 'GraphQLError', extensions: { http: { status: 401 } } }, false],
    [{ type: 'Error', httpStatus: 422 }, false],
    [{ type: 'Error', message: 'x', cause: { response: { status: 404 } } }, false],
    [{ type: 'Error', code: 404 }, true],
  ]
  for (const [err, isError] of rows) {
    for (const key of ['err', 'error'])
      t.equal(isErrorLine(traitsOf({ level: 40, [key]: err }), 500, 40), isError, `${key} ${JSON.stringify(err)}`)
    t.ok(isErrorLine(traitsOf({ level: 50, err }), 500, 40), 'at error it counts')
  }
  // What a call of ours was answered with is no status of our own: it makes no error of a line below `minLevel`, whatever it is.
  const foreign = { type: 'AxiosError', status: 503, response: { status: 503 } }
  t.notOk(isErrorLine(traitsOf({ level: 30, msg: 'again', err: foreign }), 500, 40))
  t.ok(isErrorLine(traitsOf({ level: 40, msg: 'again', err: foreign }), 500, 40))
  t.ok(isErrorLine(traitsOf({ level: 30, err: { status: 503 } }), 500, 40), 'what an error asks to be answered with is')
})

await t.test('levels are found where loggers put them', async (t) => {
  for (const [members, severity] of [
    // pino for Datadog; other statuses are no level, and a level beside it goes first.
    [{ status: 'error', message: 'x' }, 50],
    [{ status: 'active', message: 'x' }, 0],
    [{ level: 30, status: 'error', message: 'x' }, 30],
    [{ status: '503', message: 'x' }, 0],
    // Python; Go; Serilog; log4js; tslog; loguru; .NET.
    [{ levelname: 'ERROR', name: 'shop' }, 50],
    [{ level_name: 'WARNING' }, 40],
    [{ lvl: 'eror', message: 'x' }, 0],
    [{ lvl: 'error' }, 50],
    [{ '@t': 'x', '@l': 'Fatal' }, 60],
    [{ level: { level: 40000, levelStr: 'ERROR', colour: 'red' } }, 50],
    [{ _meta: { logLevelId: 5, logLevelName: 'ERROR' } }, 50],
    [{ record: { level: { name: 'WARNING', no: 30 } } }, 40],
    [{ LogLevel: 'Information' }, 30],
    // OpenTelemetry; Application Insights.
    [{ severityText: 'ERROR' }, 50],
    [{ severityNumber: 17 }, 50],
    [{ SeverityNumber: 20 }, 50],
    [{ severityNumber: 9 }, 30],
    [{ severityLevel: 3 }, 50],
    // Google Cloud's numbers.
    [{ severity: 200 }, 30],
    [{ severity: 500 }, 50],
    // Monolog's and GELF's are known by what stands beside them.
    [{ level: 200, level_name: 'INFO', channel: 'app' }, 30],
    [{ level: 400, channel: 'app' }, 50],
    [{ level: 300, channel: 'app' }, 40],
    [{ level: 30, channel: 'app' }, 30],
    [{ version: '1.1', short_message: 'x', level: 3 }, 50],
    [{ version: '1.1', short_message: 'x', level: 6 }, 30],
    [{ level: '\u001b[31merror\u001b[39m' }, 50],
  ] as const)
    t.equal(traitsOf({ ...members }).severity, severity, JSON.stringify(members))
  const announced = announcedScale({ info: 1, error: 3 })
  t.equal(traitsOfLine({ members: { level: 3, short_message: 'x' } }, {}, announced).severity, 50)
  t.equal(
    traitsOfLine({ members: { level: 1, short_message: 'x' } }, {}, announced).severity,
    30,
    'an announced scale wins',
  )
})

await t.test('a message that is a line of an access log gives its status', async (t) => {
  const combined = '203.0.113.9 - - [28/Nov/2026:02:50:01 +0000] "GET /orders HTTP/1.1" 503 12 "-" "curl/8"'
  t.equal(traitsOf({ level: 30, msg: combined }).statusCode, 503)
  t.equal(traitsOf({ level: 30, msg: 'GET /orders 503 1.234 ms - 12' }).statusCode, 503)
  t.equal(traitsOf({ level: 30, msg: '\u001b[0mGET /a \u001b[31m503\u001b[0m 1 ms - 12\u001b[0m' }).statusCode, 503)
  t.equal(traitsOf({ level: 30, text: 'GET /orders 503 1 ms - -' }, { messageKey: 'text' }).statusCode, 0)
  t.equal(traitsOf({ level: 30, msg: 'GET /orders took 503 ms' }).statusCode, 0)
})

await t.test('what is only judged by may be redacted', async (t) => {
  const line = { level: 40, msg: 'a', res: { statusCode: 503 }, err: { message: 'b' } }
  t.strictSame(traitsOf(line, { redact: ['*', '*.*'] }), traitsOf(line))
  t.ok(traitsOf({ level: 50, msg: 'logsiren: x' }, { redact: ['msg'] }).isOwn)
})

await t.test('the options say where status, message and error are', async (t) => {
  t.equal(traitsOf({ level: 30, statusCode: 200, code: 503 }, { fields: { statusCode: 'code' } }).statusCode, 503)
  t.equal(traitsOf({ level: 30, statusCode: 503 }, { fields: { statusCode: 'code' } }).statusCode, 0)
  t.equal(traitsOf({ level: 30, lvl: 'error', msg: 'x' }, { fields: { level: 'lvl' } }).severity, 50)
  t.equal(traitsOf({ level: 50, msg: 'x' }, { fields: { level: 'lvl' } }).severity, 0)
  t.notOk(traitsOf({ level: 50, msg: 'logsiren: x', job: 'a' }, { fields: { requestId: 'job' } }).isOwn)
  t.ok(traitsOf({ level: 40, failure: { type: 'Timeout' } }, { errorKey: 'failure' }).hasError)
  t.notOk(traitsOf({ level: 40, failure: { type: 'Timeout' } }).hasError)
  t.equal(
    traitsOf({ payload: { failure: { status: 502 } } }, { errorKey: 'failure', nestedKey: 'payload' }).statusCode,
    502,
  )
  t.notOk(traitsOf({ text: 'x' }, { messageKey: 'text' }).isBlank)
  const told = { fields: { errorMessage: 'why' } }
  t.ok(traitsOf({ level: 40, why: 'x' }, told).hasError)
  t.notOk(traitsOf({ level: 40, errorMessage: 'x', stack: 'Error: x' }, told).hasError)
  t.ok(traitsOf({ level: 40, err: { message: 'x' } }, told).hasError, 'an error object is one wherever messages are')
})

await t.test('our own messages are known wherever they stand', async (t) => {
  const own = 'logsiren: the store is away'
  for (const [members, shape] of [
    [{ msg: own }, {}],
    [{ text: own }, { messageKey: 'text' }],
    [{ err: { message: own } }, {}],
    [{ stack: `Error: ${own}\n    at x` }, {}],
    [{ message: `uncaughtException: ${own}` }, {}],
    [{ message: `unhandledRejection: ${own}` }, {}],
    [{ err: { message: own } }, { fields: { errorMessage: 'why' } }],
    [{ msg: 'x', message: own }, { fields: { errorMessage: 'why' } }],
    [{ msg: 'a text of the application', code: 'DELIVERY_FAILED', message: own }, {}],
    [{ msg: 'a text of the application', error: 'another', err: { message: own } }, {}],
    [{ msg: 'a text of the application', warning: { code: 'DELIVERY_FAILED', message: own } }, {}],
    [{ msg: 'a text of the application', warning: own }, {}],
    [{ msg: 'a text of the application', meta: { warning: { message: own } } }, {}],
  ] as const) {
    t.ok(traitsOf({ level: 50, ...members }, shape).isOwn, JSON.stringify(members))
  }
  for (const msg of [
    'logsiren',
    'logsiren:',
    `so says ${own}`,
    `unknown: ${own}`,
    `uncaughtException:${own}`,
    ` ${own}`,
  ])
    t.notOk(traitsOf({ level: 50, msg }).isOwn, msg)
})

await t.test('a message that begins as ours hides no error of a request', async (t) => {
  const own = 'logsiren: what a client sent'
  for (const [members, isError] of [
    [{ level: 50, msg: own }, false],
    [{ level: 60, err: { message: own } }, false],
    [{ level: 50, msg: own, res: { statusCode: 404 } }, false],
    [{ level: 50, msg: own, req: { method: 'GET', url: '/' } }, false],
    [{ level: 30, msg: own, res: { statusCode: 500 } }, true],
    [{ level: 50, err: { message: own }, res: { statusCode: 500 }, responseTime: 5 }, true],
    [{ level: 50, msg: own, reqId: 'req-1' }, true],
    [{ level: 50, err: { message: own }, req: { id: 7 } }, true],
    [{ level: 40, err: { message: own }, requestId: 'a' }, true],
    [{ level: 50, msg: 'x', warning: own, reqId: '' }, false],
  ] as const)
    t.equal(isErrorLine(traitsOf(members), 500, 40), isError, JSON.stringify(members))
})

await t.test('a line with nothing that is read is blank', async (t) => {
  for (const members of [{}, { time: 1, pid: 2, data: {} }, { level: 'loud', status: 99, msg: ' ' }])
    t.ok(traitsOf(members).isBlank, JSON.stringify(members))
  for (const members of [{ level: 10 }, { status: 100 }, { msg: 'x' }, { err: { type: 'x' } }])
    t.notOk(traitsOf(members).isBlank, JSON.stringify(members))
})

await t.test('a status is 100 to 599, in digits too; a text is one that is not blank', async (t) => {
  for (const [value, code] of [
    [100, 100],
    [599, 599],
    ['503', 503],
    [99, undefined],
    [600, undefined],
    [200.5, undefined],
    ['ok', undefined],
    [null, undefined],
    [[500], undefined],
  ] as const) {
    t.equal(status(value), code, `${typeof value} ${value}`)
  }
  for (const [value, read] of [
    ['x', 'x'],
    [' x\n', ' x\n'],
    ['', undefined],
    [' \t\n\ufeff\u00a0', undefined],
    [5, undefined],
    [undefined, undefined],
  ] as const) {
    t.equal(text(value), read, `${typeof value} ${JSON.stringify(value)}`)
  }
})

await t.test('JSON that was parsed reads like the object it came from', async () => {
  const members = fc.dictionary(
    fc.constantFrom('level', 'severity', 'msg', 'err', 'error', 'stack', 'exception', 'status', 'res', 'meta'),
    fc.oneof(
      fc.constantFrom<unknown>(40, 'error', 503, '404', 'logsiren: x', true, '', null),
      fc.constantFrom<unknown>({ message: 'x' }, { type: '' }, { statusCode: 500 }, { err: { stack: 'Error: x' } }),
    ),
  )
  fc.assert(
    fc.property(members, (members) => {
      const [whole, parsed] = [traitsOf(members), traitsOfLine({ members, isParsed: true })]
      return JSON.stringify(whole) === JSON.stringify(parsed)
    }),
    { numRuns: 1000 },
  )
})

function lineOf(members: Partial<LineTraits>): LineTraits {
  return { severity: 0, statusCode: 0, hasError: false, isOwn: false, isBlank: false, ...members }
}

await t.test('a record is an error by its status code or by a message that is not blank', async (t) => {
  const rows: readonly (readonly [record: object, isError: boolean])[] = [
    [{}, false],
    [{ statusCode: 499 }, false],
    [{ statusCode: 500 }, true],
    [{ statusCode: 600 }, true],
    [{ statusCode: 200, errorMessage: 'partial failure' }, true],
    [{ statusCode: 404, errorMessage: 'no such user' }, true],
    [{ errorMessage: ' \t\n' }, false],
    [{ errorMessage: '', group: 'a', clientIp: '203.0.113.9' }, false],
  ]
  for (const [record, isError] of rows)
    t.equal(isErrorRecord(toLogRecord(record), 500), isError, JSON.stringify(record))
  t.ok(isErrorRecord(toLogRecord({ statusCode: 429 }), 429))
  t.notOk(isErrorRecord(toLogRecord({ statusCode: 503 }), 504))
})

await t.test('a line is an error by what README says', async (t) => {
  const rows: readonly (readonly [why: string, line: Partial<LineTraits>, isError: boolean])[] = [
    ['5xx at info', { severity: 30, statusCode: 500 }, true],
    ['5xx without a level', { statusCode: 503 }, true],
    ['4xx at info', { severity: 30, statusCode: 404 }, false],
    ['level error alone', { severity: 50 }, true],
    ['level error with 4xx', { severity: 50, statusCode: 404 }, true],
    ['worse than error', { severity: 60 }, true],
    ['between warn and error', { severity: 45 }, false],
    ['an error at warn', { severity: 40, hasError: true }, true],
    ['an error at warn with 2xx', { severity: 40, hasError: true, statusCode: 200 }, true],
    ['an error at warn that 400 explains', { severity: 40, hasError: true, statusCode: 400 }, false],
    ['an error at warn that 499 explains', { severity: 40, hasError: true, statusCode: 499 }, false],
    ['an error at warn with 399', { severity: 40, hasError: true, statusCode: 399 }, true],
    ['an error below minLevel', { severity: 30, hasError: true }, false],
    ['an error without a level', { hasError: true }, false],
    ['warn without an error', { severity: 40 }, false],
  ]
  for (const [why, line, isError] of rows) t.equal(isErrorLine(lineOf(line), 500, 40), isError, why)
})

await t.test('threshold and minLevel move the bounds', async (t) => {
  t.ok(isErrorLine(lineOf({ severity: 30, statusCode: 404 }), 400, 40))
  t.notOk(isErrorLine(lineOf({ severity: 30, statusCode: 503 }), 504, 40))
  t.ok(isErrorLine(lineOf({ severity: 30, hasError: true }), 500, 30))
  t.notOk(isErrorLine(lineOf({ severity: 40, hasError: true }), 500, 50))
  t.ok(isErrorLine(lineOf({ severity: 50 }), 500, 60), 'level error counts whatever minLevel is')
})

await t.test('what is no error at the lowest bounds is one at no others', async () => {
  const severity = fc.constantFrom(0, 10, 30, 40, 50, 60)
  const statusCode = fc.constantFrom(0, 100, 200, 400, 404, 499, 500, 599)
  const lines = fc.record({ severity, hasError: fc.boolean(), statusCode }).map(lineOf)
  const records = fc.record({ statusCode, errorMessage: fc.constantFrom('', ' ', 'boom') }).map(toLogRecord)
  const threshold = fc.integer({ min: 1, max: 600 })
  fc.assert(
    fc.property(lines, threshold, fc.integer({ min: 0, max: 60 }), (line, statusCode, minSeverity) => {
      return !isErrorLine(line, statusCode, minSeverity) || isErrorLine(line, 1, 0)
    }),
    { numRuns: 1000 },
  )
  fc.assert(
    fc.property(records, threshold, (record, statusCode) => {
      return !isErrorRecord(record, statusCode) || isErrorRecord(record, 1)
    }),
    { numRuns: 1000 },
  )
})

await t.test('a line without status and error is none at the lowest bounds, a record likewise', async (t) => {
  t.notOk(isErrorLine(lineOf({ severity: 40 }), 1, 0))
  t.notOk(isErrorRecord(toLogRecord({ group: 'a', keyId: 5 }), 1))
  t.ok(isErrorLine(lineOf({ severity: 30, hasError: true }), 1, 0))
  t.ok(isErrorLine(lineOf({ hasError: true }), 1, 0), 'without a level too')
  t.ok(isErrorLine(lineOf({ statusCode: 200 }), 1, 0), 'a threshold of 200 is allowed')
  t.ok(isErrorRecord(toLogRecord({ statusCode: 200 }), 1))
})
