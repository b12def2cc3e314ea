import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import winston from 'winston'
import Transport from 'winston-transport'
import type { LogRecord } from '../../../src/record/log-record.js'
import type { LineShape } from '../../../src/record/reading/field-paths.js'
import { type Line, rootsOf } from '../../../src/record/reading/line-reader.js'
import { compileTraits, isErrorLine, type LineTraits } from '../../../src/record/reading/line-traits.js'
import { compileFields, mapperOf } from '../../../src/record/reading/map-line.js'
import { compileRequestTraits } from '../../../src/record/reading/request-traits.js'
import { ERROR, rankedScale, type SeverityScale, standardScale } from '../../../src/record/severity.js'
import { isObject } from '../../../src/unknown.js'
import { root } from '../../fixtures/root.js'

const STATUS_THRESHOLD = 500
const WARN = 40

/** The record of a line, with what else is known of it. */
interface LineRecord extends LogRecord {
  readonly severity: number
  readonly hasError: boolean
  /** Its process and request; `''` where it belongs to none. */
  readonly requestId: string
  readonly closesRequest: boolean
  readonly traits: LineTraits
}

type MappedLine = { readonly kind: 'record'; readonly record: LineRecord } | { readonly kind: 'own' | 'blank' }

/** All that is read of a line, put together. */
function mapLine(line: Line, scale: SeverityScale, shape: LineShape = {}): MappedLine {
  const roots = rootsOf(line, shape.nestedKey)
  const traits = compileTraits(shape)(roots, line.level, scale)
  const { severity, hasError } = traits
  if (traits.isOwn || traits.isBlank) return { kind: traits.isOwn ? 'own' : 'blank' }
  const { id, process, isLast } = compileRequestTraits(shape)(roots)
  const record = mapperOf(compileFields(shape))(roots, severity)
  const requestId = id === '' ? '' : `${process} ${id}`
  return { kind: 'record', record: { ...record, severity, hasError, requestId, closesRequest: isLast, traits } }
}

function map(members: object, shape: LineShape = {}): MappedLine {
  return mapLine({ members }, standardScale, shape)
}

function recordIn(mapped: MappedLine | undefined): LineRecord {
  if (mapped?.kind !== 'record') throw new Error(`Expected a record, got ${mapped?.kind}`)
  return mapped.record
}

const recordOf = (members: object, shape: LineShape = {}): LineRecord => recordIn(map(members, shape))

const isError = ({ traits }: LineRecord): boolean => isErrorLine(traits, STATUS_THRESHOLD, WARN)

/** What every error in these tests says, and what no record may hold. */
const canaries = /s3cret-canary|query-canary/

function linesOf(fixture: string, more: object = {}): LineRecord[] {
  const text = readFileSync(`${root}test/fixtures/lines/${fixture}.ndjson`, 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => recordOf({ ...JSON.parse(line), ...more }))
}

/** What a real winston logger hands to a transport, and what it writes as JSON. */
class Capture extends Transport {
  readonly infos: object[] = []

  override log(info: object, next: () => void): void {
    this.infos.push(info)
    next()
  }
}

interface Captured {
  readonly line: Line
  readonly record: LineRecord
}

type LoggerUse = (logger: winston.Logger) => unknown

async function capture(use: LoggerUse, options: winston.LoggerOptions = {}): Promise<Captured> {
  const transport = new Capture({ handleExceptions: true })
  const levels = options.levels ?? winston.config.npm.levels
  const logger = winston.createLogger({ format: winston.format.json(), ...options, transports: [transport] })
  use(logger)
  logger.end()
  await once(transport, 'finish')
  const [info] = transport.infos
  if (info === undefined) throw new Error('Expected a line, got none')
  const { [Symbol.for('level')]: level, [Symbol.for('splat')]: splat } = info as Record<symbol, unknown>
  const line = { members: info, level, extras: Array.isArray(splat) ? splat.filter(isObject) : [] }
  return { line, record: recordIn(mapLine(line, rankedScale(levels))) }
}

await t.test('real pino-http lines: headers stay out, 5xx at info are errors, once with its own message', async (t) => {
  const records = linesOf('pino-http')
  t.strictSame(
    records.map(({ statusCode, errorMessage }) => [statusCode, errorMessage]),
    [
      [200, ''],
      [404, ''],
      [500, 'db timeout'],
      [503, 'failed with status code 503'],
    ],
  )
  t.strictSame(records.map(isError), [false, false, true, true])
  t.ok(records.every(({ clientIp, closesRequest }) => clientIp === '127.0.0.1' && closesRequest))
  t.strictSame(
    records.map(({ requestId }) => requestId),
    ['26982 web-1 1', '26982 web-1 2', '26982 web-1 3', '26982 web-1 4'],
  )
  t.notMatch(JSON.stringify(records), canaries)
})

await t.test('real Fastify lines: the error line and the last line are of one request', async (t) => {
  const records = linesOf('fastify')
  t.strictSame(
    records.map((record) => [record.statusCode, record.errorMessage, record.closesRequest, isError(record)]),
    [
      [0, '', false, false],
      [0, '', false, false],
      [200, '', true, false],
      [0, '', false, false],
      [0, '', false, false],
      [404, '', true, false],
      [0, '', false, false],
      [500, 'boom', false, true],
      [500, '', true, true],
      [0, '', false, false],
      [503, '', true, true],
    ],
  )
  t.strictSame(
    records.map(({ requestId }) => requestId.replace('26982 web-1 ', '')),
    ['', 'req-1', 'req-1', 'req-2', 'req-2', 'req-2', 'req-3', 'req-3', 'req-3', 'req-4', 'req-4'],
  )
  t.notMatch(JSON.stringify(records), canaries)
})

await t.test(
  'real express-winston lines: the error logger tells its message, the request logger its status',
  async (t) => {
    // Only of a line with a request id it matters whether it is the last of its request; express-winston writes none.
    t.ok(linesOf('express-winston').every(({ requestId, closesRequest }) => requestId === '' && !closesRequest))
    const records = linesOf('express-winston', { requestId: 'r-1' })
    t.strictSame(
      records.map((record) => [record.statusCode, record.errorMessage, record.closesRequest, isError(record)]),
      [
        [200, '', true, false],
        [404, '', true, false],
        [500, 'route failed', false, true],
        [500, '', true, true],
        [503, '', true, true],
      ],
    )
    t.notMatch(JSON.stringify(records), canaries)
  },
)

const err = (message: string, more: object = {}): object => ({
  type: 'Error',
  message,
  stack: `Error: ${message}\n    at x`,
  ...more,
})

const rows: readonly (readonly [
  what: string,
  line: object,
  statusCode: number,
  errorMessage: string,
  isError: boolean,
])[] = [
  [
    'pino-http plain 500 at info',
    {
      level: 30,
      req: { id: 1 },
      res: { statusCode: 500 },
      err: err('failed with status code 500'),
      responseTime: 2,
      msg: 'request errored',
    },
    500,
    'failed with status code 500',
    true,
  ],
  [
    'pino-http req.log.error(err)',
    { level: 50, req: { id: 4 }, err: err('handler failed'), msg: 'handler failed' },
    0,
    'handler failed',
    true,
  ],
  [
    'pino-http aborted, status null',
    { level: 30, res: { statusCode: null, headers: {} }, responseTime: 51, msg: 'request aborted' },
    0,
    '',
    false,
  ],
  [
    'Fastify error line',
    {
      level: 50,
      reqId: 'req-7',
      res: { statusCode: 500 },
      err: err('boom', { code: 'E_DB', statusCode: 500 }),
      msg: 'boom',
    },
    500,
    'boom',
    true,
  ],
  [
    'Fastify request completed',
    { level: 30, reqId: 'req-7', res: { statusCode: 500 }, responseTime: 2.57, msg: 'request completed' },
    500,
    '',
    true,
  ],
  [
    'Fastify stream error',
    { level: 40, err: err('premature close'), msg: 'response terminated with an error' },
    0,
    'premature close',
    true,
  ],
  [
    'Fastify serializer failure',
    { level: 50, err: err('not serializable'), statusCode: 500, msg: 'x' },
    500,
    'not serializable',
    true,
  ],
  [
    'Fastify closing server',
    { level: 30, res: { statusCode: 503 }, msg: 'request aborted - refusing to accept new requests' },
    503,
    '',
    true,
  ],
  [
    'Fastify validation failure',
    {
      level: 30,
      reqId: 'req-8',
      res: { statusCode: 400 },
      err: err('body must have required property', { code: 'FST_ERR_VALIDATION', statusCode: 400 }),
    },
    400,
    'body must have required property',
    false,
  ],
  [
    'NestJS behind an interceptor',
    {
      level: 50,
      context: 'AppController',
      req: { id: 3, query: { token: 'query-canary' }, params: { 0: 'x' } },
      err: err('no such table'),
      msg: 'x',
    },
    0,
    'no such table',
    true,
  ],
  [
    'NestJS native logger',
    {
      level: 'error',
      timestamp: 1,
      context: 'ExceptionsHandler',
      message: 'db down',
      stack: 'Error: db down\n    at x',
    },
    0,
    'db down',
    true,
  ],
  [
    'express-winston logger 503',
    { level: 'info', message: 'HTTP GET /', meta: { req: {}, res: { statusCode: 503 }, responseTime: 12 } },
    503,
    '',
    true,
  ],
  [
    'express-winston errorLogger as JSON',
    {
      level: 'error',
      message: 'middlewareError',
      meta: {
        error: { status: 503 },
        level: 'error',
        message: 'uncaughtException: route failed\nError: route failed\n    at x',
        stack: 'Error: route failed\n    at x',
        exception: true,
        req: {},
      },
    },
    503,
    'route failed',
    true,
  ],
  [
    'ECS',
    {
      'log.level': 'error',
      '@timestamp': '2026-11-23T18:16:07Z',
      message: 'request failed',
      error: { type: 'DbError', message: 'db timeout', stack_trace: 'x' },
      http: { request: { method: 'GET', id: 'r-1' }, response: { status_code: 500 } },
      url: { path: '/' },
      client: { ip: '203.0.113.9', address: '203.0.113.8' },
    },
    500,
    'db timeout',
    true,
  ],
  [
    'ECS with dotted keys',
    { 'log.level': 'info', 'http.response.status_code': 502, 'error.message': 'bad gateway' },
    502,
    'bad gateway',
    true,
  ],
  ['ECS nested level', { log: { level: 'error' }, message: 'db down' }, 0, 'db down', true],
  [
    'Google Cloud request',
    {
      severity: 'ERROR',
      httpRequest: { requestMethod: 'GET', requestUrl: '/?token=query-canary', status: 500, remoteIp: '203.0.113.9' },
    },
    500,
    '',
    true,
  ],
  ['Google Cloud report', { severity: 'CRITICAL', message: 'disk full' }, 0, 'disk full', true],
  ['Google Cloud request with status in digits', { severity: 'INFO', httpRequest: { status: '503' } }, 503, '', true],
  ['Koa', { level: 'warn', msg: '<-- GET /', status: 502, error: 'upstream gone' }, 502, 'upstream gone', true],
  [
    'OpenTelemetry style',
    { level: 'info', http: { status_code: 504 }, exception: { message: 'deadline', type: 'Timeout' } },
    504,
    'deadline',
    true,
  ],
  ["pino warn('slow')", { level: 40, msg: 'slow' }, 0, '', false],
  ["pino error('db down')", { level: 50, msg: 'db down' }, 0, 'db down', true],
  ['pino fatal', { level: 60, msg: 'out of memory' }, 0, 'out of memory', true],
  ['pino info({ err })', { level: 30, err: err('tried again') }, 0, 'tried again', false],
  ['pino error(new Error)', { level: 50, err: err('outer: inner'), msg: 'outer: inner' }, 0, 'outer: inner', true],
  [
    'an error at warn without a message',
    { level: 40, err: { type: 'Error', stack: 'Error\n    at x' }, msg: 'x' },
    0,
    'x',
    true,
  ],
  [
    'an error at error without a message',
    { level: 50, err: { type: 'Error', message: '' }, msg: 'query failed' },
    0,
    'query failed',
    true,
  ],
  ['an empty object is no error', { level: 40, err: {}, error: null, msg: 'x' }, 0, '', false],
  ['flags are no error', { level: 40, err: false, error: true, msg: 'x' }, 0, '', false],
  ['an error as text', { level: 40, error: 'upstream gone' }, 0, 'upstream gone', true],
  ['a blank error text', { level: 40, error: '  ', msg: 'x' }, 0, '', false],
  ['a level in upper case', { level: 'ERROR', msg: 'db down' }, 0, 'db down', true],
  ['snake case', { level: 'info', status_code: 500, error_message: 'db down' }, 500, 'db down', true],
  ['a text for status is none', { level: 'info', status: 'failed', msg: 'x' }, 0, '', false],
  ['a status out of range is none', { level: 'info', status: 5000, statusCode: 99, msg: 'x' }, 0, '', false],
  [
    'a status that is none lets a later place speak',
    { level: 'info', status: 'error', err: err('x', { status: 503 }) },
    503,
    'x',
    true,
  ],
  [
    "the response's status beats its error's",
    { level: 30, res: { statusCode: 502 }, err: err('x', { statusCode: 404 }) },
    502,
    'x',
    true,
  ],
]

await t.test('lines of the usual frameworks', async (t) => {
  for (const [what, line, statusCode, errorMessage, expected] of rows) {
    const record = recordOf(line)
    t.strictSame([record.statusCode, record.errorMessage, isError(record)], [statusCode, errorMessage, expected], what)
    t.notMatch(JSON.stringify(record), canaries, what)
  }
})

await t.test('the same lines mean the same when pino has announced its own keys', async (t) => {
  for (const [what, line] of rows) {
    t.strictSame(recordOf(line, { messageKey: 'msg', errorKey: 'err' }), recordOf(line), what)
  }
})

await t.test('what a real winston logger hands over', async (t) => {
  const failure = (): Error => Object.assign(new Error('db timeout'), { status: 503 })
  const { format } = winston
  const plain = { format: format.combine() }
  const calls: readonly (readonly [
    what: string,
    use: LoggerUse,
    options: winston.LoggerOptions,
    statusCode: number,
    errorMessage: string,
  ])[] = [
    ["error('msg', new Error)", (logger) => logger.error('query failed', new Error('db timeout')), {}, 0, 'db timeout'],
    ['error(new Error) with json()', (logger) => logger.error(failure()), {}, 503, 'db timeout'],
    ['error(new Error) without a format', (logger) => logger.error(failure()), plain, 503, 'db timeout'],
    [
      'log({ level, message: new Error })',
      // winston's types know texts only, its callers do not.
      (logger) => logger.log({ level: 'error', message: failure() as unknown as string }),
      plain,
      503,
      'db timeout',
    ],
    ["error('t', { err })", (logger) => logger.error('t', { err: failure() }), {}, 503, 'db timeout'],
    ["error('t', { cause })", (logger) => logger.error('t', { cause: failure() }), {}, 503, 'db timeout'],
    ['format.splat() left out', (logger) => logger.error('fmt %s', 'x', { statusCode: 503 }), {}, 503, 'fmt %s'],
    [
      'format.splat()',
      (logger) => logger.error('fmt %s', 'x', { statusCode: 503 }),
      { format: format.combine(format.splat(), format.json()) },
      503,
      'fmt x',
    ],
    [
      'format.metadata()',
      (logger) => logger.error('t', { statusCode: 503, err: new Error('db timeout') }),
      { format: format.combine(format.metadata(), format.json()) },
      503,
      'db timeout',
    ],
    [
      'format.colorize()',
      (logger) => logger.error('disk full'),
      { format: format.combine(format.colorize(), format.json()) },
      0,
      'disk full',
    ],
    [
      'format.errors()',
      (logger) => logger.error(failure()),
      { format: format.combine(format.errors({ stack: true, cause: true }), format.json()) },
      503,
      'db timeout',
    ],
    [
      'an uncaught exception',
      (logger) => logger.log(logger.exceptions.getAllInfo(failure()) as never),
      {},
      503,
      'db timeout',
    ],
    [
      'an unhandled rejection',
      (logger) => logger.log(logger.rejections.getAllInfo(failure()) as never),
      {},
      503,
      'db timeout',
    ],
    [
      "crit('disk full') of syslog",
      (logger) => logger.log('crit', 'disk full'),
      { levels: winston.config.syslog.levels },
      0,
      'disk full',
    ],
    [
      "a level of its own above 'error'",
      (logger) => logger.log('boom', 'disk full'),
      { levels: { boom: 0, error: 1, info: 2 } },
      0,
      'disk full',
    ],
    [
      'a child logger',
      (logger) => logger.child({ statusCode: 503 }).error('t', { error: failure() }),
      {},
      503,
      'db timeout',
    ],
  ]
  for (const [what, use, options, statusCode, errorMessage] of calls) {
    const { record } = await capture(use, options)
    t.strictSame(
      [record.statusCode, record.errorMessage, record.severity >= ERROR],
      [statusCode, errorMessage, true],
      what,
    )
    t.ok(isError(record), what)
  }
})

await t.test('what winston writes as JSON means what it hands over, as far as JSON holds it', async (t) => {
  const calls: readonly LoggerUse[] = [
    (logger) => logger.error('query failed', new Error('db timeout')),
    (logger) => logger.error(new Error('db timeout')),
    (logger) => logger.log(logger.exceptions.getAllInfo(new Error('db timeout')) as never),
  ]
  const format = winston.format.combine(winston.format.errors({ stack: true }), winston.format.json())
  for (const use of calls) {
    const { line, record } = await capture(use, { format })
    const written = (line.members as Record<symbol, unknown>)[Symbol.for('message')]
    t.equal(recordOf(JSON.parse(String(written))).errorMessage, 'db timeout')
    t.equal(record.errorMessage, 'db timeout')
  }
})

await t.test('winston at info and warn: an error is attached, or it is none', async (t) => {
  const warned = await capture((logger) => logger.warn('slow'))
  t.notOk(isError(warned.record))
  t.equal(warned.record.errorMessage, '')
  const failed = await capture((logger) => logger.warn('tried again', new Error('db timeout')))
  t.ok(isError(failed.record))
  const told = await capture((logger) => logger.info('tried again', new Error('db timeout')))
  t.notOk(isError(told.record))
  t.equal(told.record.errorMessage, 'db timeout')
})

await t.test('what winston hands over is not changed', async (t) => {
  const { line } = await capture((logger) =>
    logger.error('t', { err: new Error('x'), req: { url: '/a?token=query-canary' } }),
  )
  const before = JSON.stringify(line.members)
  Object.freeze(line.members)
  t.equal(mapLine(line, standardScale).kind, 'record')
  t.equal(JSON.stringify(line.members), before)
})

await t.test('record fields are read in camel case and snake case, flat and nested', async (t) => {
  const whole = {
    group: 'eu',
    keyId: 42,
    model: 'm-1',
    providerName: 'acme',
    providerType: 'llm',
    clientIp: '203.0.113.9',
  }
  const lines: readonly object[] = [
    { ...whole },
    { group: 'eu', key_id: '42', model: 'm-1', provider_name: 'acme', provider_type: 'llm', client_ip: '203.0.113.9' },
    {
      group: 'eu',
      keyId: 42,
      model: 'm-1',
      provider: { name: 'acme', type: 'llm' },
      req: { remoteAddress: '::ffff:203.0.113.9' },
    },
    { meta: whole },
    { metadata: whole },
    { payload: whole },
    {
      provider: { name: 'acme', type: 'llm' },
      providerName: '',
      meta: { ...whole, providerName: '', providerType: '' },
    },
  ]
  for (const line of lines) {
    t.hasStrict(recordOf({ level: 50, msg: 'x', ...line }, { nestedKey: 'payload' }), whole, JSON.stringify(line))
  }
})

await t.test('fields of another type are blank', async (t) => {
  const record = recordOf({ level: 50, msg: 'x', group: { id: 'g' }, keyId: 'k-1', model: 5, provider: 'acme', ip: 5 })
  t.hasStrict(record, { group: '', keyId: 0, model: '', providerName: '', providerType: '', clientIp: '' })
})

await t.test("a client's address comes from the socket or the framework, never from a header", async (t) => {
  for (const [line, clientIp] of [
    [{ req: { ip: '203.0.113.9', remoteAddress: '10.0.0.1' } }, '203.0.113.9'],
    [{ req: { remoteAddress: '::ffff:10.0.0.1' } }, '10.0.0.1'],
    [{ req: { remoteAddress: '::1' } }, '::1'],
    [{ remoteAddress: '::FFFF:10.0.0.1' }, '10.0.0.1'],
    [{ ip: '2001:db8::1' }, '2001:db8::1'],
    [{ client: { ip: '203.0.113.9', address: 'a.example' } }, '203.0.113.9'],
    [{ client: { address: 'a.example' } }, 'a.example'],
    [{ httpRequest: { remoteIp: '203.0.113.9' } }, '203.0.113.9'],
    [{ network: { client: { ip: '203.0.113.9' } } }, '203.0.113.9'],
    [{ clientIp: '', client_ip: '203.0.113.9' }, '203.0.113.9'],
    [{ req: { headers: { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9' } } }, ''],
    [{ 'x-forwarded-for': '203.0.113.9' }, ''],
  ] as const) {
    t.equal(recordOf({ level: 50, ...line }).clientIp, clientIp, JSON.stringify(line))
  }
})

await t.test('a request id tells requests of one process apart', async (t) => {
  for (const [line, requestId] of [
    [{ reqId: 'req-1' }, '  req-1'],
    [{ req: { id: 0 } }, '  0'],
    [{ requestId: 'a', pid: 7, hostname: 'web-1' }, '7 web-1 a'],
    [{ request_id: 'a' }, '  a'],
    [{ http: { request: { id: 'a' } } }, '  a'],
    [{ meta: { reqId: 'a' } }, '  a'],
    [{ reqId: '', requestId: 'b' }, '  b'],
    [{ traceId: 'a', trace_id: 'a', correlationId: 'a', 'trace.id': 'a', trace: { id: 'a' } }, ''],
    [{ reqId: { id: 1 } }, ''],
    [{}, ''],
  ] as const) {
    t.equal(recordOf({ level: 50, ...line }).requestId, requestId, JSON.stringify(line))
  }
})

await t.test('only a number closes a request', async (t) => {
  for (const [line, closesRequest] of [
    [{ responseTime: 0 }, true],
    [{ response_time: 1.5 }, true],
    [{ meta: { responseTime: 12 } }, true],
    [{ responseTime: '12ms' }, false],
    [{ responseTime: null }, false],
    [{ reqId: '', responseTime: 5 }, false],
  ] as const) {
    t.equal(recordOf({ level: 50, reqId: 'a', ...line }).closesRequest, closesRequest, JSON.stringify(line))
  }
})

await t.test('queries are cut from everything that is kept', async (t) => {
  const secret = '/a?token=query-canary'
  const record = recordOf({
    level: 50,
    msg: secret,
    group: secret,
    model: secret,
    providerName: secret,
    providerType: secret,
    clientIp: secret,
    err: { message: `GET ${secret} failed\nand more` },
  })
  t.notMatch(JSON.stringify(record), canaries)
  t.equal(record.errorMessage, 'GET /a failed')
})

await t.test('fields override where a record is read, and nothing else is tried there', async (t) => {
  const fields = {
    statusCode: 'http.code',
    errorMessage: ['failure.text', 'err.message'],
    clientIp: 'peer',
    group: 'tenant',
  }
  const line = {
    level: 50,
    statusCode: 200,
    http: { code: 503 },
    err: err('second'),
    peer: '203.0.113.9',
    tenant: 't-1',
    group: 'x',
    ip: '10.0.0.1',
  }
  t.hasStrict(recordOf(line, { fields }), {
    statusCode: 503,
    errorMessage: 'second',
    clientIp: '203.0.113.9',
    group: 't-1',
  })
  t.equal(recordOf({ ...line, failure: { text: 'first' } }, { fields }).errorMessage, 'first')
  t.equal(recordOf({ level: 30, res: { statusCode: 503 }, msg: 'x' }, { fields }).statusCode, 0)
  t.equal(
    recordOf({ level: 50, error: 'elsewhere', msg: 'own' }, { fields }).errorMessage,
    'own',
    "the line's own message still stands in",
  )
})

await t.test('renamed keys are read first, the usual ones after them', async (t) => {
  const options = { messageKey: 'text', errorKey: 'failure', nestedKey: 'payload' }
  t.hasStrict(recordOf({ level: 50, text: 'db down', msg: 'x' }, options), { errorMessage: 'db down' })
  t.hasStrict(recordOf({ level: 50, msg: 'db down' }, options), { errorMessage: 'db down' })
  t.hasStrict(recordOf({ level: 40, failure: err('db down', { status: 503 }) }, options), {
    errorMessage: 'db down',
    statusCode: 503,
    hasError: true,
  })
  t.hasStrict(recordOf({ level: 40, failure: 'as text' }, options), { errorMessage: 'as text', hasError: true })
  t.hasStrict(recordOf({ level: 40, payload: { failure: err('deep'), res: { statusCode: 502 } } }, options), {
    errorMessage: 'deep',
    statusCode: 502,
  })
  t.hasStrict(recordOf({ level: 40, payload: { err: err('deep') } }, options), { errorMessage: 'deep' })
})

await t.test(
  "a renamed error's place is that of err: the response's status and a message of its own come first",
  async (t) => {
    const line = { level: 30, res: { statusCode: 502 }, errorMessage: 'told', failure: err('x', { statusCode: 404 }) }
    t.hasStrict(recordOf(line, { errorKey: 'failure' }), { statusCode: 502, errorMessage: 'told' })
  },
)

await t.test('what logsiren says itself is never a record', async (t) => {
  const own = 'logsiren: the config in Redis is not valid'
  for (const line of [
    { level: 50, msg: own },
    { level: 'error', message: own },
    { level: 50, err: err(own), msg: 'could not be told' },
    { level: 50, res: { statusCode: 500 }, err: err(own) },
    { level: 50, error: own },
    { level: 'error', message: 'x', stack: `Error: ${own}\n    at x` },
    {
      level: 'error',
      message: `uncaughtException: ${own}\nError: ${own}`,
      exception: true,
      error: {},
      stack: `Error: ${own}`,
    },
    { level: 'error', message: `unhandledRejection: ${own}`, rejection: true, error: {} },
    { level: 50, meta: { err: err(own) } },
  ]) {
    t.equal(map(line).kind, 'own', JSON.stringify(line))
  }
  t.equal(map({ level: 50, text: own }, { messageKey: 'text' }).kind, 'own')
  t.equal(map({ level: 50, msg: own }, { redact: ['msg'] }).kind, 'own', 'redacted or not')
  t.equal(map({ level: 50, err: err(own), msg: 'x' }, { fields: { errorMessage: 'failure.text' } }).kind, 'own')
  for (const msg of ['not logsiren: really', 'logsiren is fine', 'Logsiren: other']) {
    t.equal(map({ level: 50, msg }).kind, 'record', msg)
  }
  const { line } = await capture((logger) => logger.error('could not be told', new Error('x')))
  const ours = { ...line, extras: [new Error(own)] }
  t.equal(mapLine(ours, standardScale).kind, 'own')
})

await t.test('a line that holds nothing we read is blank', async (t) => {
  for (const line of [{}, { time: 1, pid: 2 }, { foo: 'bar' }, { level: 'loud', status: 'ok' }, { data: 5, time: 1 }]) {
    t.equal(map(line).kind, 'blank', JSON.stringify(line))
  }
  for (const line of [{ level: 10 }, { msg: 'x' }, { status: 200 }, { err: { message: 'x' } }]) {
    t.equal(map(line).kind, 'record', JSON.stringify(line))
  }
})

await t.test('redacted values get into no record', async (t) => {
  const line = {
    level: 50,
    msg: 'query-canary',
    err: err('query-canary'),
    group: 'query-canary',
    req: { id: 1, remoteAddress: 'query-canary', headers: {} },
    responseTime: 5,
  }
  for (const redact of [
    ['msg', 'err.message', 'group', 'req.remoteAddress'],
    ['msg', 'err', 'group', 'req'],
    ['msg', 'err.*', 'group', 'req.*'],
    ['*', '*.*'],
  ]) {
    t.notMatch(JSON.stringify(recordOf(line, { redact })), canaries, redact.join())
  }
  t.equal(recordOf({ level: 50, msg: 'x', meta: { group: 'query-canary' } }, { redact: ['meta.group'] }).group, '')
  for (const meta of ['meta', 'metadata', 'nested']) {
    const nested = { level: 50, msg: 'x', [meta]: { group: 'query-canary' } }
    t.equal(recordOf(nested, { redact: ['group'], nestedKey: 'nested' }).group, '', 'wherever a path is read')
  }
  t.equal(recordOf({ level: 50, msg: 'x', group: 'a' }, { redact: ['meta.group'] }).group, 'a')
  t.equal(recordOf({ level: 50, 'error.message': 'query-canary' }, { redact: ['error.message'] }).errorMessage, '')
})

await t.test('a message that only repeats what is redacted is redacted too', async (t) => {
  const error = new Error('query-canary')
  for (const [members, redact] of [
    // pino takes the error's message for the line's own where there is none.
    [{ msg: 'query-canary', err: err('query-canary') }, 'err'],
    [{ msg: 'query-canary', err: err('query-canary') }, 'err.message'],
    [{ msg: 'query-canary', failure: error }, 'failure'],
    // winston puts it into its own, and adds the stack.
    [{ message: 'request failed query-canary', error }, 'error.message'],
    [{ message: 'uncaughtException: query-canary\n  at x', exception: true, error, stack: error.stack }, 'error'],
    [{ message: 'query-canary', stack: error.stack }, 'message'],
    [{ message: 'query-canary', stack: error.stack }, 'stack'],
    [{ message: 'x', meta: { message: 'query-canary', stack: error.stack } }, 'meta.message'],
  ] as const) {
    const record = recordOf({ level: 50, ...members }, { redact: [redact] })
    t.notMatch(JSON.stringify(record), canaries, `${Object.keys(members)} ${redact}`)
  }
  const told = { level: 50, msg: 'request failed', err: err('query-canary') }
  t.equal(recordOf(told, { redact: ['err.message'] }).errorMessage, 'request failed')
  t.equal(recordOf({ ...told, err: err('x') }, { redact: ['err.message'] }).errorMessage, 'request failed')
})

await t.test('an Error object is redacted under the key it has', async (t) => {
  const error = new Error('query-canary')
  for (const [members, redact] of [
    [{ failure: error }, 'failure'],
    [{ failure: error }, 'failure.message'],
    [{ err: error }, 'err.message'],
    [{ meta: { failure: error } }, 'meta.failure'],
    [{ message: error }, 'message'],
    [{ level: 'error', failure: error, other: new Error('fine') }, 'failure'],
  ] as const) {
    const record = recordOf({ level: 'error', ...members }, { redact: [redact] })
    t.notMatch(JSON.stringify(record), canaries, redact)
  }
  t.equal(
    recordOf({ level: 'error', failure: error, other: new Error('fine') }, { redact: ['failure'] }).errorMessage,
    'fine',
  )
})

await t.test('redaction hides what is told, not that there was an error', async (t) => {
  const line = { level: 40, reqId: 'a', err: err('query-canary'), responseTime: 5 }
  const record = recordOf(line, { redact: ['level', 'reqId', 'err', 'responseTime'] })
  t.ok(isError(record))
  t.hasStrict(record, { severity: 40, hasError: true, closesRequest: true, errorMessage: '', requestId: '  a' })
  const answered = recordOf({ level: 30, res: { statusCode: 500 } }, { redact: ['res.statusCode'] })
  t.ok(isError(answered))
  t.equal(answered.statusCode, 0)
})

await t.test('no JSON and no option makes a mapper throw, and every record is whole', async () => {
  const key = fc.constantFrom(
    ...['level', 'msg', 'message', 'err', 'error', 'exception', 'stack', 'res', 'req', 'meta', 'metadata', 'payload'],
    ...[
      'statusCode',
      'status',
      'type',
      'id',
      'reqId',
      'responseTime',
      'log.level',
      'clientIp',
      'group',
      'keyId',
      '__proto__',
    ],
  )
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(50, 'error', 500, '503', 'x', '', null, true, 'logsiren: x'),
      fc.string(),
      fc.double(),
      tie('list'),
      tie('object'),
    ),
    list: fc.array(tie('value'), { maxLength: 3 }),
    object: fc.dictionary(key, tie('value'), { maxKeys: 6 }),
  }))
  const members = fc.dictionary(key, value)
  const options = fc.record(
    {
      nestedKey: fc.constantFrom('payload', 'constructor', '__proto__'),
      messageKey: fc.constantFrom('stack', 'toString', 'a.b'),
      errorKey: fc.constantFrom('failure', 'res', '__proto__'),
      redact: fc.array(fc.oneof(key, fc.constantFrom('*', '*.message', 'err.*', '.'))),
      fields: fc.record({ statusCode: key, errorMessage: fc.array(key) }, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
  )
  const texts = ['group', 'model', 'providerName', 'providerType', 'errorMessage', 'clientIp', 'requestId'] as const
  fc.assert(
    fc.property(
      fc.oneof(members, fc.object()),
      fc.array(members, { maxLength: 2 }),
      options,
      (members, extras, options) => {
        const mapped = mapLine({ members, extras }, standardScale, options)
        if (mapped.kind !== 'record') return true
        const { record } = mapped
        const isSound = texts.every((name) => typeof record[name] === 'string' && record[name].length <= 2048)
        const { statusCode } = record
        return (
          isSound &&
          Number.isSafeInteger(record.keyId) &&
          (statusCode === 0 || (statusCode >= 100 && statusCode <= 599))
        )
      },
    ),
    { numRuns: 2000 },
  )
})
