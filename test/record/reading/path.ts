import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import t from 'tap'
import { compilePath, isError, member } from '../../../src/record/reading/path.js'

await t.test('reads a member, however deep', async (t) => {
  const line = { a: { b: { c: 1 }, list: [{ d: 2 }] }, empty: '', no: null, off: false }
  for (const [path, value] of [
    ['a.b.c', 1],
    ['a.b', { c: 1 }],
    ['a.list.0.d', 2],
    ['empty', ''],
    ['no', null],
    ['off', false],
    ['x', undefined],
    ['a.x.c', undefined],
    ['no.x', undefined],
    ['empty.length', undefined],
    ['a.b.c.d', undefined],
  ] as const) {
    t.strictSame(compilePath(path)(line), value, path)
  }
})

await t.test('a name with dots is tried as it is before it is a path', async (t) => {
  t.equal(compilePath('log.level')({ 'log.level': 'error', log: { level: 'info' } }), 'error')
  t.equal(compilePath('log.level')({ log: { level: 'info' } }), 'info')
})

await t.test('no path leads to a prototype', async (t) => {
  for (const path of [
    'constructor',
    'toString',
    '__proto__',
    'a.constructor.name',
    'a.__proto__.polluted',
    'list.length.x',
  ]) {
    t.equal(compilePath(path)({ a: {}, list: [] }), undefined, path)
  }
  t.equal(compilePath('name')(Object.create({ name: 'inherited' })), undefined)
  t.strictSame(compilePath('__proto__')(JSON.parse('{"__proto__":{"x":1}}')), { x: 1 }, 'an own key like any other')
})

await t.test('errors tell what their class has, without what every object has', async (t) => {
  class HttpError extends Error {
    readonly status = 503
    get statusCode(): number {
      return this.status
    }
  }
  const error = new HttpError('upstream gone')
  t.equal(compilePath('err.message')({ err: error }), 'upstream gone')
  t.equal(compilePath('err.statusCode')({ err: error }), 503)
  t.equal(compilePath('message')(new DOMException('timed out', 'TimeoutError')), 'timed out')
  t.equal(member(error, 'toString'), undefined)
  t.equal(member(error, 'constructor'), undefined)
})

await t.test('knows errors of every realm', async (t) => {
  for (const error of [
    new Error('a'),
    new TypeError('b'),
    new AggregateError([]),
    new DOMException('c'),
    runInNewContext('new Error("d")'),
  ]) {
    t.ok(isError(error))
  }
  for (const value of [{ message: 'x', stack: 'y' }, 'Error: x', null, undefined, Error]) t.notOk(isError(value))
})

await t.test('reading arbitrary paths of arbitrary JSON finds what a plain walk finds, and never throws', async () => {
  const key = fc.constantFrom('a', 'b', 'constructor', '__proto__', '0', 'length')
  const path = fc.array(key, { minLength: 1, maxLength: 4 }).map((keys) => keys.join('.'))
  const json = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 4 }, fc.constantFrom(null, 1, 'text', true), tie('list'), tie('object')),
    list: fc.array(tie('value'), { maxLength: 2 }),
    object: fc.dictionary(fc.oneof(key, path), tie('value'), { maxKeys: 4 }),
  })).object
  const own = (value: unknown, name: string): unknown =>
    typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined
  fc.assert(
    fc.property(json, path, (line, path) => {
      const naive = own(line, path) ?? path.split('.').reduce(own, line)
      const read = compilePath(path)(line as object)
      return read === naive || (read === null && own(line, path) === null)
    }),
    { numRuns: 1000 },
  )
})
