import fc from 'fast-check'
import t from 'tap'
import type { LineShape } from '../../../src/record/reading/field-paths.js'
import { rootsOf } from '../../../src/record/reading/line-reader.js'
import { identity } from '../../../src/record/reading/line-traits.js'
import { compileIsLast, compileRequestTraits, type RequestTraits } from '../../../src/record/reading/request-traits.js'

const traitsOf = (members: object, shape: LineShape = {}): RequestTraits =>
  compileRequestTraits(shape)(rootsOf({ members }, shape.nestedKey))

const none = { id: '', process: '', connection: '', statusCode: 0, isLast: false }

await t.test('a line tells its request, process, connection and status, and whether it is the last', async (t) => {
  const line = {
    level: 30,
    pid: 7,
    hostname: 'web-1',
    reqId: 'req-1',
    req: { method: 'GET', remoteAddress: '203.0.113.9', remotePort: 50_123 },
    res: { statusCode: 503 },
    responseTime: 2.5,
  }
  t.strictSame(traitsOf(line), {
    id: 'req-1',
    process: '7 web-1',
    connection: 'GET 203.0.113.9 50123',
    statusCode: 503,
    isLast: true,
  })
  t.strictSame(traitsOf({ payload: line }, { nestedKey: 'payload' }), traitsOf(line))
  t.strictSame(traitsOf(line, { redact: ['*', '*.*'] }), traitsOf(line), 'redacted or not, since it never leaves')
})

await t.test('a line without a request id belongs to no request, whatever else it has', async (t) => {
  for (const line of [
    {},
    { pid: 7, hostname: 'web-1', req: { remotePort: 1 }, res: { statusCode: 500 }, responseTime: 5 },
    { reqId: '', responseTime: 5 },
    { reqId: { id: 1 }, requestId: null, responseTime: 5 },
    { traceId: 'a', correlationId: 'a', 'trace.id': 'a', responseTime: 5 },
  ]) {
    t.strictSame(traitsOf(line), none, JSON.stringify(line))
  }
})

await t.test('ids are read where frameworks write them, numbers too', async (t) => {
  for (const [line, id] of [
    [{ reqId: 'req-1' }, 'req-1'],
    [{ req: { id: 0 } }, '0'],
    [{ requestId: 'a' }, 'a'],
    [{ request_id: 'a' }, 'a'],
    [{ http: { request: { id: 'a' } } }, 'a'],
    [{ 'http.request.id': 'a' }, 'a'],
    [{ meta: { reqId: 'a' } }, 'a'],
    [{ reqId: '', requestId: 'b' }, 'b'],
    // Bunyan; what Fastify's requestIdLogLabel is set to; hapi; AWS Lambda's Powertools.
    [{ req_id: 'a' }, 'a'],
    [{ 'request-id': 'a' }, 'a'],
    [{ 'x-request-id': 'a' }, 'a'],
    [{ requestID: 'a' }, 'a'],
    [{ request: { id: 'a' } }, 'a'],
    [{ function_request_id: 'a' }, 'a'],
  ] as const) {
    t.equal(traitsOf(line).id, id, JSON.stringify(line))
  }
})

await t.test('the options say where the id is, and then it is read nowhere else', async (t) => {
  const line = { reqId: 'a', correlationId: 'b', job: { id: 7 } }
  t.equal(traitsOf(line, { fields: { requestId: 'correlationId' } }).id, 'b')
  t.equal(traitsOf(line, { fields: { requestId: ['task', 'job.id'] } }).id, '7')
  t.equal(traitsOf(line, { fields: { requestId: 'task' } }).id, '')
})

await t.test('only a response time that is a number makes a line the last', async (t) => {
  for (const [line, isLast] of [
    [{ responseTime: 0 }, true],
    [{ response_time: 1.5 }, true],
    [{ 'response-time': 1.5 }, true],
    [{ meta: { responseTime: 12 } }, true],
    [{ responseTime: '12ms' }, false],
    [{ responseTime: null }, false],
    [{}, false],
  ] as const) {
    t.equal(traitsOf({ reqId: 'a', ...line }).isLast, isLast, JSON.stringify(line))
    t.equal(compileIsLast()(rootsOf({ members: line }, undefined)), isLast, 'of a line without an id too')
  }
})

await t.test('a connection is told by its remote port, and told apart by method and address too', async (t) => {
  for (const [req, connection] of [
    [{ method: 'GET', remoteAddress: '203.0.113.9', remotePort: 1 }, 'GET 203.0.113.9 1'],
    [{ method: 'POST', remoteAddress: '203.0.113.9', remotePort: 1 }, 'POST 203.0.113.9 1'],
    [{ method: 'GET', remoteAddress: '::1', remotePort: '1' }, 'GET ::1 1'],
    [{ remotePort: 1 }, '  1'],
    [{ method: 'GET', remoteAddress: '203.0.113.9' }, ''],
    [{ method: 'GET', remoteAddress: '203.0.113.9', remotePort: null }, ''],
  ] as const) {
    t.equal(traitsOf({ reqId: 'a', req }).connection, connection, JSON.stringify(req))
  }
})

await t.test('the status is read where the options say', async (t) => {
  const line = { reqId: 'a', code: 503, res: { statusCode: 200 }, failure: { status: 502 } }
  t.equal(traitsOf(line).statusCode, 200)
  t.equal(traitsOf(line, { fields: { statusCode: 'code' } }).statusCode, 503)
  t.equal(traitsOf({ ...line, res: {} }, { errorKey: 'failure' }).statusCode, 502)
  t.equal(traitsOf({ reqId: 'a', status: 'ok' }).statusCode, 0)
})

await t.test('lines of other processes have other ones, where they say so', async (t) => {
  const processes = [{}, { pid: 7 }, { pid: 8 }, { pid: 7, hostname: 'web-1' }, { hostname: 'web-1' }]
  const told = processes.map((line) => traitsOf({ reqId: 'a', ...line }).process)
  t.equal(new Set(told).size, processes.length, told.join())
})

await t.test('numbers and texts identify, and are bounded', async (t) => {
  for (const [value, id] of [
    [0, '0'],
    [12, '12'],
    ['a', 'a'],
    ['', undefined],
    [null, undefined],
    [true, undefined],
    [{ id: 1 }, undefined],
    [['a'], undefined],
    ['x'.repeat(200), 'x'.repeat(128)],
  ] as const) {
    t.equal(identity(value), id, JSON.stringify(value))
  }
  fc.assert(fc.property(fc.anything(), (value) => (identity(value) ?? 'none').length <= 128))
})
