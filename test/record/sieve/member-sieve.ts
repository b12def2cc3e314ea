// Sieve and read against read alone, for lines that are objects.
import t from 'tap'
import winston from 'winston'
import { messagePathsOf } from '../../../src/record/reading/field-paths.js'
import { type Line, rootsOf } from '../../../src/record/reading/line-reader.js'
import { compileTraits, isErrorLine } from '../../../src/record/reading/line-traits.js'
import { rankedScale, standardScale } from '../../../src/record/severity.js'
import { compileMemberSieve } from '../../../src/record/sieve/member-sieve.js'
import type { SieveCriteria } from '../../../src/record/sieve/text-sieve.js'
import { fc } from '../../fixtures/properties.js'

const usual: SieveCriteria = { statusThreshold: 500, minSeverity: 40, scale: standardScale, shape: {} }

function isError(line: Line, { statusThreshold, minSeverity, scale, shape }: SieveCriteria): boolean {
  const traits = compileTraits(shape)(rootsOf(line, shape.nestedKey, messagePathsOf(shape)), line.level, scale)
  return !traits.isOwn && isErrorLine(traits, statusThreshold, minSeverity)
}

const isPassed = (line: Line, criteria = usual): boolean => compileMemberSieve(criteria)(line)

t.test('lets lines go that are fine, and passes what may be an error', (t) => {
  const rows: [line: Line, isPassed: boolean][] = [
    [{ members: { message: 'x' }, level: 'info' }, false],
    [{ members: { message: 'x', res: { statusCode: 404 } }, level: 'info' }, false],
    [{ members: { message: 'x', res: { statusCode: 503 } }, level: 'info' }, true],
    [{ members: { 'http.response.status_code': '503' }, level: 'http' }, true],
    [{ members: { meta: { res: { statusCode: 503 } } }, level: 'info' }, true],
    [{ members: { message: 'x' }, level: 'info', extras: [{ statusCode: 500 }] }, true],
    [{ members: { message: 'x' }, level: 'error' }, true],
    [{ members: { message: 'x' }, level: undefined }, true],
    [{ members: { message: 'x' }, level: 'a level of its own' }, true],
    [{ members: { message: 'x', err: 'below minLevel' }, level: 'info' }, false],
    [{ members: { message: 'x' }, level: 'warn' }, false],
    [{ members: { message: 'x', err: 'as text' }, level: 'warn' }, true],
    [{ members: { message: 'x' }, level: 'warn', extras: [new Error('x')] }, true],
    [{ members: { cause: Object.assign(new Error('x'), { status: 503 }) }, level: 'info' }, true],
    [{ members: new Error('x'), level: 'info' }, true],
    [{ members: { message: 'GET /orders 503 1 ms - 2' }, level: 'info' }, true],
    [{ members: { message: '\u001b[0mGET /orders \u001b[31m503\u001b[0m 1 ms - 2\u001b[0m' }, level: 'info' }, true],
    [{ members: { message: 'GET /orders took long' }, level: 'info' }, false],
    [{ members: { err: { output: { statusCode: 503 } } }, level: 'info' }, true],
  ]
  for (const [line, expected] of rows) t.equal(isPassed(line), expected, JSON.stringify(line))
  const syslog = { ...usual, scale: rankedScale(winston.config.syslog.levels) }
  t.strictSame(
    ['crit', 'error', 'warning', 'notice', 'debug'].map((level) => isPassed({ members: {}, level }, syslog)),
    [true, true, false, false, false],
  )
  t.end()
})

const scalar = fc.constantFrom<unknown>(
  200,
  404,
  500,
  503,
  '503',
  'x',
  '',
  null,
  true,
  'logsiren: x',
  'GET /x 503 1 ms - 2',
)
const error = fc.constantFrom(500, 404, undefined).map((status) => Object.assign(new Error('x'), { status }))
const flat = fc.dictionary(
  fc.constantFrom('statusCode', 'status', 'status_code', 'err', 'message', 'stack', 'code', 'x'),
  fc.oneof(scalar, error),
  { maxKeys: 3 },
)
const members = fc.dictionary(
  fc.constantFrom(
    'res',
    'response',
    'http',
    'err',
    'error',
    'exception',
    'errorMessage',
    'meta',
    'metadata',
    'inner',
    'status',
    'res.statusCode',
    'failure',
    'message',
    'context',
    'stack_trace',
    'output',
    'x',
  ),
  fc.oneof(
    scalar,
    error,
    flat,
    flat.map((inner) => ({ res: inner, response: inner, output: inner, exception: inner })),
    fc.constant([500]),
  ),
  { maxKeys: 5 },
)
const line = fc.record({
  members: fc.oneof({ weight: 9, arbitrary: members }, { weight: 1, arbitrary: error }),
  level: fc.constantFrom('info', 'warn', 'warn', 'error', 'debug', 'strange', undefined),
  extras: fc.array(fc.oneof(flat, error), { maxLength: 2 }),
})

t.test('holds back no error of any lines', async (t) => {
  let [errors, held] = [0, 0]
  const criteria = fc.record({
    statusThreshold: fc.constantFrom(500, 400),
    minSeverity: fc.constantFrom(40, 30, 60),
    scale: fc.constant(standardScale),
    shape: fc.constantFrom({}, { nestedKey: 'inner', errorKey: 'failure' }, { fields: { statusCode: 'x' } }),
  })
  fc.assert(
    fc.property(criteria, line, (given, line) => {
      const [expected, passed] = [isError(line, given), isPassed(line, given)]
      if (expected) errors += 1
      else if (!passed) held += 1
      return passed || !expected
    }),
    { numRuns: 3000 },
  )
  t.ok(errors > 200 && held > 50, `${errors} errors passed, ${held} lines held back`)
})
