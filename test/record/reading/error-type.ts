import t from 'tap'
import { kindOfRecord } from '../../../src/record/kind.js'
import type { LineShape } from '../../../src/record/reading/field-paths.js'
import type { Line } from '../../../src/record/reading/line-reader.js'
import { compileReading } from '../../../src/record/reading/read-line.js'

function recordOf(line: Line, shape: LineShape = {}) {
  const reading = compileReading(shape)
  return reading.record(reading.roots(line), 50)
}
const typeOf = (members: object, shape?: LineShape): string => recordOf({ members }, shape).errorType

class PoolError extends Error {}
class AxiosError$1 extends Error {}
class t2 extends Error {
  override name = 'SavedByItsName'
}
const stack = (head: string): string => `${head}\n    at run (/app/a.js:1:2)`

t.test('reads the type where loggers write it', async (t) => {
  const rows: readonly (readonly [why: string, members: object, type: string])[] = [
    ['pino', { err: { type: 'PoolError', message: 'x', stack: stack('Error: x') } }, 'PoolError'],
    ['bunyan', { err: { name: 'PoolError', message: 'x', stack: stack('PoolError: x') } }, 'PoolError'],
    ['winston', { message: 'x', stack: stack('PoolError: x') }, 'PoolError'],
    ['winston, with a code', { message: 'x', stack: stack('TypeError [ERR_X]: x') }, 'TypeError'],
    ['ECS', { error: { type: 'PoolError', message: 'x', stack_trace: stack('PoolError: x') } }, 'PoolError'],
    ['ECS, flat', { 'error.type': 'PoolError', 'error.message': 'x' }, 'PoolError'],
    ['OpenTelemetry', { 'exception.type': 'PoolError', 'exception.message': 'x' }, 'PoolError'],
    ['AWS Lambda', { errorType: 'PoolError', errorMessage: 'x' }, 'PoolError'],
    ['Datadog', { 'error.kind': 'PoolError', 'error.message': 'x' }, 'PoolError'],
    ['Monolog', { context: { exception: { class: 'App\\PoolError', message: 'x' } } }, 'App\\PoolError'],
    ['Java', { message: 'x', stack_trace: 'java.io.IOException: x\n\tat a.b(C.java:7)' }, 'java.io.IOException'],
    [
      'Python',
      { message: 'x', exc_info: 'Traceback (most recent call last):\n  File "a.py"\nValueError: x' },
      'ValueError',
    ],
    ['an error as it is', { err: new PoolError('x') }, 'PoolError'],
    ['an error under any key', { reason: new PoolError('x') }, 'PoolError'],
    ['an error that is the line', new PoolError('x'), 'PoolError'],
    ['a name that a bundler has changed', { err: new AxiosError$1('x') }, 'AxiosError'],
    ['a name that a bundler has cut', { err: new t2('x') }, 'SavedByItsName'],
    ['a DOMException', { err: new DOMException('x', 'AbortError') }, 'AbortError'],
    ['a plain error', { err: new Error('x') }, 'Error'],
    ['no error', { msg: 'x' }, ''],
    ['a type that is no name', { err: { type: 'https://example.com/probs/1', message: 'x' } }, ''],
  ]
  for (const [why, members, type] of rows) t.equal(typeOf(members), type, why)
})

t.test('is that of the error whose message is told', async (t) => {
  const refused = new Error('connect ECONNREFUSED 10.0.0.1:5432')
  for (const err of [new AggregateError([refused]), refused])
    t.equal(kindOfRecord(recordOf({ members: { err } })), 'connect ECONNREFUSED <ip>')
  const failed = new TypeError('fetch failed', { cause: refused })
  t.equal(kindOfRecord(recordOf({ members: { err: failed } })), 'TypeError: fetch failed: connect ECONNREFUSED <ip>')
})

t.test('is not read where it is redacted', async (t) => {
  t.equal(typeOf({ err: { type: 'PoolError', message: 'x' } }, { redact: ['err'] }), '')
  t.equal(typeOf({ 'error.type': 'PoolError', 'error.message': 'x' }, { redact: ['error.type'] }), '')
})

t.test('a kind is taken from where the options say', async (t) => {
  const shape: LineShape = { fields: { kind: ['err.code', 'fault'] } }
  const kindOf = (members: object, more: LineShape = {}): string =>
    kindOfRecord(recordOf({ members }, { ...shape, ...more }))
  t.equal(kindOf({ err: { type: 'E', message: 'x', code: 'POOL_7' } }), 'POOL_7')
  t.equal(kindOf({ err: { message: 'x' }, fault: 42 }), '42')
  t.equal(kindOf({ err: { type: 'PoolError', message: 'x 1' }, fault: ' ' }), 'PoolError: x <n>')
  t.equal(kindOf({ err: { message: 'x' }, fault: 'a' }, { redact: ['fault'] }), 'x')
  t.equal(kindOf({ err: { message: 'x' }, fault: 'y'.repeat(5000) }).length, 200)
})
