import t from 'tap'
import type { LineShape } from '../../../src/record/reading/field-paths.js'
import { compileMessage } from '../../../src/record/reading/line-message.js'
import { rootsOf } from '../../../src/record/reading/line-reader.js'
import { fc } from '../../fixtures/properties.js'

const ERROR = 50
const WARN = 40

const messageOf = (members: object, shape: LineShape = {}, severity = ERROR): string =>
  compileMessage(shape, shape.redact)(rootsOf({ members }, shape.nestedKey), severity)

const prisma = (message: string): string =>
  `\nInvalid \`prisma.order.create()\` invocation in\n/app/o.ts:7:3\n\n  6 \n→ 7 prisma.order.create(\n${message}`
const zod = (...issues: readonly object[]): string => JSON.stringify(issues, null, 2)

/** Real shapes of loggers and libraries, and what an alert has to say of them. */
const rows: readonly (readonly [what: string, line: object, message: string])[] = [
  [
    'pino',
    { err: { type: 'Error', message: 'no stock', stack: 'Error: no stock\n    at x' }, msg: 'order failed' },
    'no stock',
  ],
  [
    "winston's errors format, of a list as JSON",
    {
      message: zod({ code: 'invalid_type', path: ['sku'], message: 'Required' }),
      stack: `ZodError: ${zod({ code: 'invalid_type', path: ['sku'], message: 'Required' })}\n    at x (/x.js:1:1)`,
    },
    'sku: Required',
  ],
  [
    "winston's errors format, of an error without a message",
    { message: '', code: 'ECONNREFUSED', stack: 'AggregateError: \n    at x (/x.js:1:1)' },
    'ECONNREFUSED',
  ],
  ['the same without a code', { message: '', stack: 'AggregateError: \n    at x (/x.js:1:1)' }, 'AggregateError'],
  ['coloured lines', { msg: '\u001b[31m\u001b[39m\n\u001b[31mno stock\u001b[39m' }, 'no stock'],
  ['coloured Prisma', { msg: prisma('no stock').replace(/^.*$/gm, '\u001b[31m$&\u001b[39m') }, 'no stock'],
  ['a line without an error', { msg: 'no stock' }, 'no stock'],
  ['blank lines before it', { msg: '\n\n  no stock  \nmore' }, 'no stock'],
  [
    'Prisma',
    { err: { message: prisma('Unique constraint failed on the fields: (`sku`)') } },
    'Unique constraint failed on the fields: (`sku`)',
  ],
  [
    'Prisma, minimal',
    { err: { message: '\nInvalid `prisma.order.create()` invocation:\n\n\nForeign key constraint violated' } },
    'Foreign key constraint violated',
  ],
  [
    'Prisma, with two paragraphs',
    { err: { message: prisma("Can't reach database server at `db:5432`\n\nPlease make sure it is running.") } },
    "Can't reach database server at `db:5432`",
  ],
  [
    'Prisma, a validation',
    {
      err: {
        message:
          '\nInvalid `prisma.user.create()` invocation in\n/app/a.ts:5:3\n\n→ 5 await prisma.user.create({\n      data: {\n        mail: 1\n              ~\n      }\n    })\n\nArgument `mail`: Invalid value provided.',
      },
    },
    'Argument `mail`: Invalid value provided.',
  ],
  [
    'Zod',
    {
      err: { type: 'ZodError', message: zod({ code: 'invalid_type', path: ['sku'], message: 'Required' }) },
      msg: 'bad order',
    },
    'sku: Required',
  ],
  [
    'Zod, nested',
    { err: { message: zod({ code: 'too_small', path: ['items', 0, 'sku'], message: 'Too small' }) } },
    'items.0.sku: Too small',
  ],
  ['Zod, nothing in it', { err: { message: '[]' }, msg: 'bad order' }, 'bad order'],
  ['JSON that is cut', { err: { message: '[\n  {\n    "message": "Required",\n    "pa' } }, 'Required'],
  ['a bracket', { err: { message: '[' }, msg: 'bad order' }, 'bad order'],
  [
    'AggregateError of Node',
    {
      err: {
        type: 'AggregateError',
        message: '',
        aggregateErrors: [{ message: 'connect ECONNREFUSED ::1:5432' }],
        code: 'ECONNREFUSED',
      },
      msg: '',
    },
    'connect ECONNREFUSED ::1:5432',
  ],
  ['AggregateError, in-process', { failure: new AggregateError([new Error('first'), new Error('second')]) }, 'first'],
  [
    'Promise.any',
    { err: new AggregateError([new Error('no mirror')], 'All promises were rejected') },
    'All promises were rejected: no mirror',
  ],
  [
    'fetch',
    { err: new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:80') }) },
    'fetch failed: connect ECONNREFUSED 127.0.0.1:80',
  ],
  [
    'fetch, by pino',
    {
      err: {
        type: 'TypeError',
        message: 'fetch failed: connect ECONNREFUSED 127.0.0.1:80',
        stack: 'TypeError: fetch failed\n    at x\ncaused by: Error: connect ECONNREFUSED 127.0.0.1:80\n    at y',
      },
    },
    'fetch failed: connect ECONNREFUSED 127.0.0.1:80',
  ],
  [
    'fetch, by pino, with a cause that says nothing',
    {
      err: {
        type: 'TypeError',
        message: 'fetch failed: ',
        stack: 'TypeError: fetch failed\n    at x\ncaused by: AggregateError [ECONNREFUSED]: \n    at y',
      },
    },
    'fetch failed: ECONNREFUSED',
  ],
  ['a wrapper without a cause', { err: { message: 'fetch failed' } }, 'fetch failed'],
  ['causes that go round', { err: selfCaused() }, 'fetch failed'],
  ['a message that is an object', { message: { reason: 'no stock' } }, 'no stock'],
  ['AWS Lambda', { message: { errorType: 'Error', errorMessage: 'no stock', stackTrace: [] } }, 'no stock'],
  [
    'AWS Lambda, the platform',
    { errorType: 'Error', errorMessage: 'no stock', stackTrace: ['at x'], message: 'x' },
    'no stock',
  ],
  [
    'Powertools',
    { message: 'order failed', error: { name: 'Error', location: 'o.ts:1', message: 'no stock', stack: 'x' } },
    'no stock',
  ],
  ['an object that says nothing', { message: { orderId: 5, headers: { a: 1 } } }, '{"orderId":5}'],
  [
    'NestJS, class-validator',
    { err: { message: ['sku must be a string', 'mail must be a mail'], statusCode: 400 } },
    'sku must be a string',
  ],
  [
    'class-validator itself',
    { err: { property: 'sku', constraints: { isString: 'sku must be a string' } } },
    'sku must be a string',
  ],
  ['GraphQL', { err: { message: '', errors: [{ message: 'no such order', path: ['order'] }] } }, 'no such order'],
  ['a text that is JSON', { msg: '{"orderId":5,"reason":"no stock"}' }, 'no stock'],
  ['a blank message', { err: { type: 'Error', message: '' }, msg: 'query failed' }, 'query failed'],
  ['a blank message and a code', { err: { type: 'Error', message: '', code: 'ECONNRESET' }, msg: '' }, 'ECONNRESET'],
  ['a blank message and a type', { err: { type: 'TimeoutError', message: '' } }, 'TimeoutError'],
  ['undefined', { err: { message: 'undefined' }, msg: 'query failed' }, 'query failed'],
  ['an object that became a text', { err: { message: '[object Object]' }, msg: 'query failed' }, 'query failed'],
  ['punctuation alone is better than nothing', { msg: '!!!' }, '!!!'],
  [
    'winston, uncaught',
    { exception: true, message: 'uncaughtException: no stock\nError: no stock\n    at x', stack: 'Error: x' },
    'no stock',
  ],
  ['a stack alone', { stack: 'TypeError: no stock\n    at x (/app/o.js:1:1)' }, 'no stock'],
  ['winston, two', { message: 'order failed', stack: 'prod-eu' }, 'order failed'],
  ['GELF', { version: '1.1', short_message: 'no stock', level: 3 }, 'no stock'],
  [
    'Serilog',
    { '@t': '2026-05-04T10:00:00Z', '@mt': 'Order {Id} failed', '@m': 'Order 5 failed', '@l': 'Error' },
    'Order 5 failed',
  ],
  ['structlog', { event: 'no stock', level: 'error' }, 'no stock'],
  [
    'structlog, with its exception',
    { event: 'order failed', exception: 'Traceback (most recent call last):\n  File "a.py"\nValueError: no stock' },
    'no stock',
  ],
  ['tracing', { level: 'ERROR', fields: { message: 'no stock' }, target: 'shop' }, 'no stock'],
  ['loguru', { text: 'x', record: { level: { name: 'ERROR', no: 40 }, message: 'no stock' } }, 'no stock'],
  [
    'Monolog',
    {
      message: 'order failed',
      context: { exception: { class: 'E', message: 'no stock', file: 'o.php:1' } },
      level: 400,
      level_name: 'ERROR',
    },
    'no stock',
  ],
  [
    'tslog',
    { 0: 'order failed', 1: { name: 'Error', message: 'no stock', stack: [] }, _meta: { logLevelName: 'ERROR' } },
    'no stock',
  ],
  ['tslog, a text', { 0: 'no stock', _meta: { logLevelName: 'ERROR' } }, 'no stock'],
  ['log4js', { categoryName: 'default', data: ['no stock'], level: { levelStr: 'ERROR' } }, 'no stock'],
  ['OpenTelemetry', { severityNumber: 17, body: { stringValue: 'no stock' } }, 'no stock'],
  ['a body of a request', { body: 's3cret', level: 50 }, ''],
  [
    'a secret in a message',
    { err: { message: 'connect redis://shop:s3cret@cache failed' } },
    'connect redis://cache failed',
  ],
  ['`error` that says there is none', { error: 'none', msg: 'no stock' }, 'no stock'],
]

function selfCaused(): Error {
  const error = new Error('fetch failed')
  error.cause = error
  return error
}

await t.test('says what happened', async (t) => {
  for (const [what, line, message] of rows) t.equal(messageOf(line), message, what)
})

await t.test("a line's own message stands in at error, and below it beside an error that says nothing", async (t) => {
  t.equal(messageOf({ msg: 'slow' }, {}, WARN), '')
  t.equal(messageOf({ msg: 'slow', err: { type: 'Error', message: '' } }, {}, WARN), 'slow')
  t.equal(messageOf({ msg: 'slow', err: { message: 'no stock' } }, {}, WARN), 'no stock')
})

await t.test('an error comes first, then what was thrown, then the stack', async (t) => {
  const thrown = { exception: true, message: 'uncaughtException: second', stack: 'Error: third\n    at x' }
  t.equal(messageOf({ ...thrown, err: { message: 'first' } }, {}, WARN), 'first')
  t.equal(messageOf(thrown, {}, WARN), 'second')
  t.equal(messageOf({ ...thrown, exception: false }, {}, WARN), 'third')
  t.equal(messageOf({ message: 'elsewhere', meta: thrown }, {}, WARN), 'second', 'beside what was thrown')
})

await t.test('nothing is read where it is redacted, nor where the options say otherwise', async (t) => {
  const line = { err: { message: 'first' }, why: 'told', stack: 'Error: third' }
  t.equal(messageOf(line, { redact: ['err.message'] }, WARN), 'third')
  t.equal(messageOf(line, { redact: ['err', 'stack'] }, WARN), '')
  t.equal(messageOf({ exception: true, message: 'x' }, { redact: ['message'] }, WARN), '')
  t.equal(messageOf(line, { fields: { errorMessage: 'why' } }), 'told')
  t.equal(messageOf({ failure: { reason: 'no stock' } }, { fields: { errorMessage: 'failure' } }), 'no stock')
  const inner = {
    err: { message: 'fetch failed', cause: { message: 's3cret' }, aggregateErrors: [{ message: 's3cret' }] },
  }
  t.equal(messageOf(inner, { redact: ['err.cause', 'err.aggregateErrors.*.message'] }), 'fetch failed')
  t.equal(messageOf({ message: { reason: 's3cret', id: 5 } }, { redact: ['message.reason'] }), '{"id":5}')
  t.equal(messageOf({ err: { message: '', code: 's3cret' }, msg: '' }, { redact: ['err.code'] }), '')
})

await t.test('is never blank where another text of the line says something, and never a bracket', async () => {
  const saysNothing = fc.constantFrom<unknown>(
    '',
    ' ',
    '[',
    ']',
    '{',
    'undefined',
    'null',
    '[object Object]',
    '\n  at x (/a.js:1:1)',
    {},
    [],
    null,
  )
  const members = fc.record({
    err: fc.record({ message: saysNothing, type: fc.constant('Error') }),
    msg: saysNothing,
    cause: saysNothing,
  })
  fc.assert(
    fc.property(members, fc.constantFrom('msg', 'err.message', 'err.cause', 'err.code'), ({ err, ...rest }, where) => {
      const [first, second] = where.split('.')
      const line =
        second === undefined ? { ...rest, err, msg: 'no stock' } : { ...rest, err: { ...err, [second]: 'no stock' } }
      return first !== undefined && messageOf(line) === 'no stock'
    }),
  )
})
