import t from 'tap'
import { decodeBase64, decodeEntities, decodeEscapes, decodePercents } from '../../src/deliver/encodings.js'
import { fc } from '../fixtures/properties.js'

t.test('undoes what is encoded, and leaves the rest as it is', (t) => {
  t.equal(decodePercents('a%20b%C3%BC%zz%4'), 'a bü%zz%4')
  t.equal(decodeEscapes('a\\u0041\\"\\/\\\\b\\'), 'aA"/\\b\\')
  t.equal(decodeEntities('&lt;a&gt; &amp;amp; &#47;&#x2f; &nbsp; &#x110000; &'), '<a> &amp; // &nbsp; &#x110000; &')
  t.strictSame(decodeBase64('short'), [])
  t.end()
})

t.test('finds what base64 says, wherever in a text its groups begin', (t) => {
  for (const encoding of ['base64', 'base64url'] as const)
    for (const before of ['', 'x', 'xx', 'xxx'])
      t.ok(
        decodeBase64(`token ${before}${Buffer.from('s3cret-word').toString(encoding)} end`).some((text) =>
          text.includes('s3cret-word'),
        ),
      )
  t.end()
})

t.test('each is the inverse of what encodes so', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const entities = text.replace(/./gsu, (character) => `&#${character.codePointAt(0)};`)
      return (
        decodePercents(encodeURIComponent(text)) === text &&
        decodeEscapes(text.replace(/./gs, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)) ===
          text &&
        decodeEntities(entities) === text
      )
    }),
  )
  t.end()
})
