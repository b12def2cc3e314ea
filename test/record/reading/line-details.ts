import t from 'tap'
import type { LineShape } from '../../../src/record/reading/field-paths.js'
import { compileDetails, type LineDetails, mergeDetails } from '../../../src/record/reading/line-details.js'
import { type Line, rootsOf } from '../../../src/record/reading/line-reader.js'
import { fc } from '../../fixtures/properties.js'
import { noDetails as none } from '../../fixtures/tellings.js'

function detailsOf(line: Line, shape: LineShape = {}, sampleFields: readonly string[] = []): LineDetails {
  return compileDetails(shape, sampleFields)(rootsOf(line, shape.nestedKey))
}

// From lines that the frameworks wrote, without the members that matter to nothing here.
const lines = {
  pinoHttp: {
    level: 30,
    time: 1795459275093,
    pid: 26982,
    hostname: 'web-1',
    req: { id: 3, method: 'GET', url: '/boom?token=query-canary', headers: { host: '127.0.0.1:36151' } },
    res: { statusCode: 500, headers: {} },
    err: { type: 'Error', message: 'db timeout', stack: 'Error: db timeout' },
    msg: 'request errored',
  },
  fastify: {
    level: 50,
    pid: 26982,
    hostname: 'web-1',
    reqId: 'req-3',
    req: { method: 'GET', url: '/users/42/orders/3f0e4c1a-1b2c-4d5e-8f90-123456789abc', host: '127.0.0.1:44525' },
    res: { statusCode: 500 },
    err: { type: 'Error', message: 'boom', stack: 'Error: boom' },
    msg: 'boom',
  },
  fastifyCompleted: {
    level: 30,
    pid: 26982,
    hostname: 'web-1',
    reqId: 'req-3',
    res: { statusCode: 500 },
    responseTime: 2,
  },
  expressWinston: {
    level: 'info',
    message: 'HTTP GET /boom',
    meta: {
      req: {
        headers: {},
        httpVersion: '1.1',
        method: 'GET',
        originalUrl: '/api/boom?a=1',
        query: {},
        url: '/boom?a=1',
      },
      res: { statusCode: 500 },
      responseTime: 3,
    },
  },
  expressWinstonError: {
    level: 'error',
    message: 'middlewareError',
    meta: {
      error: { status: 500 },
      exception: true,
      req: { url: '/boom', method: 'GET' },
      process: { cwd: '/srv/app' },
    },
  },
  ecs: {
    'log.level': 'error',
    'ecs.version': '8.10.0',
    service: { name: 'shop', version: '1' },
    host: { hostname: 'ip-10-0-0-7' },
    url: { path: '/pay', query: 'a=1', full: 'https://example.test/pay?a=1' },
  },
  ecsDotted: { 'log.level': 'error', 'service.name': 'shop', 'host.name': 'web-1', 'url.path': '/pay' },
  googleCloud: {
    severity: 'ERROR',
    serviceContext: { service: 'shop' },
    httpRequest: { requestMethod: 'GET', requestUrl: 'https://user:s3cret@example.test:8443/pay?a=1#top', status: 500 },
  },
} as const

await t.test('path, service and host name are read where frameworks write them', async (t) => {
  const rows: readonly (readonly [line: object, details: Partial<LineDetails>])[] = [
    [lines.pinoHttp, { method: 'GET', path: '/boom', hostname: 'web-1' }],
    [
      lines.fastify,
      { method: 'GET', path: '/users/42/orders/3f0e4c1a-1b2c-4d5e-8f90-123456789abc', hostname: 'web-1' },
    ],
    [lines.fastifyCompleted, { hostname: 'web-1' }],
    [lines.expressWinston, { method: 'GET', path: '/api/boom' }],
    [lines.expressWinstonError, { method: 'GET', path: '/boom' }],
    [lines.ecs, { path: '/pay', service: 'shop', hostname: 'ip-10-0-0-7' }],
    [lines.ecsDotted, { path: '/pay', service: 'shop', hostname: 'web-1' }],
    [lines.googleCloud, { method: 'GET', path: '/pay', service: 'shop' }],
    [
      { request: { method: 'GET', url: '/koa?a=1' }, app: 'shop', host: 'web-1' },
      { method: 'GET', path: '/koa', service: 'shop', hostname: 'web-1' },
    ],
    [
      { http: { target: '/a?b', url: 'https://example.test/c' }, serviceName: 'shop' },
      { path: '/a', service: 'shop' },
    ],
    [
      { http: { url: 'https://example.test' }, service: 'a', app: 'b' },
      { path: '/', service: 'a' },
    ],
    [{ 'url.full': 'https://example.test/a/b' }, { path: '/a/b' }],
    [{ path: '/morgan', service: ' ', app: { name: 'x' } }, { path: '/morgan' }],
    [{}, {}],
  ]
  for (const [members, details] of rows) {
    t.strictSame(detailsOf({ members }), { ...none, ...details }, JSON.stringify(members))
    const parsed = { members: JSON.parse(JSON.stringify(members)), isParsed: true }
    t.strictSame(detailsOf(parsed), detailsOf({ members }), 'the same from text')
  }
})

await t.test("a logger's name is its service's where pino writes it, and nothing else's", async (t) => {
  const pino = { level: 50, pid: 7, hostname: 'web-1', name: 'shop' }
  t.equal(detailsOf({ members: pino }).service, 'shop')
  t.equal(detailsOf({ members: { ...pino, service: 'billing' } }).service, 'billing')
  t.equal(detailsOf({ members: { level: 'error', message: 'sign-up failed', name: 'Ada' } }).service, '')
  t.equal(detailsOf({ members: { level: 'error', meta: { name: 'Ada', pid: 7 } } }).service, '')
  t.equal(detailsOf({ members: new TypeError('x') }).service, '')
  t.equal(detailsOf({ members: Object.assign(new TypeError('x'), { pid: 7 }) }).service, '')
})

await t.test('what is no request path is none', async (t) => {
  for (const url of [
    '',
    'a/b',
    'example.test',
    'C:\\a',
    '?a=1',
    '#a',
    'mailto:a@b.test',
    7,
    null,
    ['/a'],
    { href: '/a' },
  ]) {
    t.equal(detailsOf({ members: { url } }).path, '', JSON.stringify(url))
  }
  t.equal(
    detailsOf({ members: Object.assign(new Error('ENOENT'), { path: '/etc/passwd' }) }).path,
    '',
    "an error's is a file's",
  )
  t.equal(detailsOf({ members: { url: 'nothing', path: '/a' } }).path, '/a')
})

await t.test('redacted places are not looked at', async (t) => {
  const { path, service, hostname } = detailsOf({ members: lines.ecs }, { redact: ['url.path', 'service', 'host.*'] })
  t.strictSame([path, service, hostname], ['/pay', '', undefined], 'the whole URL still tells the path')
  t.equal(detailsOf({ members: { hostname: 'web-1' } }, { redact: ['msg'] }).hostname, 'web-1')
  t.equal(detailsOf({ members: {} }, { redact: ['hostname'] }).hostname, '')
  t.equal(detailsOf({ members: lines.ecs }, { redact: ['url'] }).path, '')
  t.equal(detailsOf({ members: { pid: 7, name: 'shop' } }, { redact: ['name'] }).service, '')
})

await t.test('a method is an HTTP method', async (t) => {
  for (const [members, method] of [
    [{ req: { method: 'POST', url: '/a' } }, 'POST'],
    [{ http: { request: { method: 'M-SEARCH' } } }, 'M-SEARCH'],
    [{ res: { statusCode: 503, url: '/a?b=1', method: 'GET' } }, 'GET'],
    [{ httpRequest: { requestMethod: 'PUT' } }, 'PUT'],
    [{ method: 'charge' }, ''],
    [{ method: 'GET /a' }, ''],
    [{ method: `G${'E'.repeat(30)}T` }, ''],
    [{ method: ['GET'] }, ''],
  ] as const)
    t.equal(detailsOf({ members }).method, method, JSON.stringify(members))
  t.equal(
    detailsOf({ members: { res: { statusCode: 503, url: '/a?b=1' } } }).path,
    '/a',
    'as a serializer may write it',
  )
})

await t.test('what the lines of one request tell is put together', async (t) => {
  const first = { ...none, service: 'shop', fields: { tenant: 'acme' } }
  const second = {
    ...none,
    method: 'GET',
    path: '/a',
    service: 'other',
    hostname: 'web-1',
    traceId: 'a1',
    spanId: 'b1',
    fields: { tenant: 'x', plan: 'b' },
  }
  t.strictSame(mergeDetails(first, second), {
    method: 'GET',
    path: '/a',
    service: 'shop',
    hostname: 'web-1',
    traceId: 'a1',
    spanId: 'b1',
    fields: { tenant: 'acme', plan: 'b' },
  })
  t.match(mergeDetails({ ...none, path: '/b' }, second), { method: '', path: '/b' }, 'method and path are of one line')
  t.match(mergeDetails(second, { ...none, hostname: undefined }), { hostname: undefined }, 'what is hidden stays so')
  t.strictSame([mergeDetails(undefined, first), mergeDetails(first, undefined)], [first, first])
  t.equal(mergeDetails(undefined, undefined), undefined)
})

await t.test('sample fields come along, read below the nested key too', async (t) => {
  const members = { payload: { tenant: 'acme', req: { url: '/a', headers: { cookie: 's3cret' } } } }
  const details = detailsOf({ members }, { nestedKey: 'payload', redact: ['payload.req.url'] }, [
    'tenant',
    'req',
    'absent',
  ])
  t.strictSame(details, { ...none, fields: { tenant: 'acme', req: '{}' } })
  t.strictSame(detailsOf({ members: new Error('x') }, {}, ['err.message']).fields, { 'err.message': 'x' })
})

await t.test('texts are clean and bounded, and a path is one without origin and query', async () => {
  const text = fc.string({ unit: 'binary', maxLength: 12 })
  const url = fc.oneof(
    text,
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
    text.map((rest) => `/a${rest}`),
  )
  fc.assert(
    fc.property(url, text, text, (url, service, hostname) => {
      const details = detailsOf({ members: { url, service, hostname } })
      const texts = [details.path, details.service, details.hostname ?? '']
      return /^(\/[^?#]*)?$/.test(details.path) && texts.every((text) => text.isWellFormed() && !text.includes('\0'))
    }),
    { numRuns: 500 },
  )
  fc.assert(
    fc.property(fc.webAuthority(), fc.webPath(), fc.webQueryParameters(), (authority, path, query) => {
      return detailsOf({ members: { url: `https://${authority}${path}?${query}` } }).path === (path || '/')
    }),
  )
})
