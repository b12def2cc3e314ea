import t from 'tap'
import { defined, isObject, listOf, parseJson } from '../src/unknown.js'

t.test('an object is what has members, and no list', async (t) => {
  for (const value of [{}, new Error('x'), new Date(), Object.create(null)]) t.ok(isObject(value))
  for (const value of [null, undefined, [], 'text', 5, () => {}]) t.notOk(isObject(value))
})

t.test('what is no list has no items', async (t) => {
  t.strictSame(listOf([1, 'a']), [1, 'a'])
  for (const value of [null, undefined, {}, 'text', { length: 1 }]) t.strictSame(listOf(value), [])
})

t.test('what is no JSON says nothing', async (t) => {
  t.strictSame(parseJson('{"a":[1]}'), { a: [1] })
  t.equal(parseJson('null'), null)
  for (const text of ['', 'no', '{"a":']) t.equal(parseJson(text), undefined)
})

t.test('members that are undefined are left out, and no others', async (t) => {
  t.strictSame(defined({ a: undefined, b: null, c: 0, d: '' }), { b: null, c: 0, d: '' })
})
