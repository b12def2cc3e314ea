import assert from 'node:assert/strict'
import t from 'tap'
import { escapeEntities } from '../../../src/deliver/formats/escapes.js'
import { fit, fitLines, jsonBytes } from '../../../src/deliver/formats/fit.js'
import { text } from '../../fixtures/formats/arbitrary-payload.js'
import { fc } from '../../fixtures/properties.js'

t.test('what fits stays whole, what does not shows that it was cut', (t) => {
  t.equal(fit('abc', 3), 'abc')
  t.equal(fit('abcd', 3), 'ab…')
  t.equal(fit('a&b', 7, escapeEntities), 'a&amp;b')
  t.equal(fit('a&&b', 7, escapeEntities), 'a&amp;…')
  t.equal(fit('🚒🚒🚒', 4), '🚒…')
  t.equal(fit('éé', 3, undefined, jsonBytes), '…')
  t.end()
})

t.test('no limit is passed, no escape and no character is cut, and as much as fits is kept', (t) => {
  const cut = (whole: string): string[] => whole.match(/&(?:amp|lt|gt);|[\s\S]/gu) ?? []
  fc.assert(
    fc.property(text, fc.integer({ min: 3, max: 300 }), fc.boolean(), (input, max, isInBytes) => {
      const measure = isInBytes ? jsonBytes : (one: string) => one.length
      const whole = escapeEntities(input)
      const short = fit(input, max, escapeEntities, measure)
      assert.ok(measure(short) <= max)
      if (measure(whole) <= max) return assert.equal(short, whole)
      const pieces = cut(whole)
      const kept = cut(short.slice(0, -1))
      assert.ok(short.endsWith('…'))
      assert.deepEqual(kept, pieces.slice(0, kept.length))
      assert.ok(measure(short) + measure(pieces[kept.length] ?? '') > max)
    }),
  )
  t.end()
})

t.test('lines are kept whole or cut to their own limit, as many as fit', (t) => {
  t.equal(fitLines(['abc', 'de', 'f'], 6, 9), 'abc\nde')
  t.equal(fitLines(['abc', 'de'], 100, 2), 'a…\nde')
  t.equal(fitLines(['&', 'b'], 5, 9, escapeEntities), '&amp;')
  t.equal(fitLines([], 5, 9), '')
  fc.assert(fc.property(fc.array(text), fc.nat(500), (lines, max) => fitLines(lines, max, 50).length <= max))
  t.end()
})
