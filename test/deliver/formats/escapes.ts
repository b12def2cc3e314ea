import t from 'tap'
import { codeBlock, escapeCode, escapeEntities, unlinked } from '../../../src/deliver/formats/escapes.js'
import { text } from '../../fixtures/formats/arbitrary-payload.js'
import { fc } from '../../fixtures/properties.js'

t.test('leaves no url to follow', (t) => {
  t.equal(unlinked('GET https://a.test/b?c: http://d'), 'GET https: //a.test/b?c: http: //d')
  fc.assert(fc.property(text, (input) => !unlinked(input).includes('://')))
  t.end()
})

t.test('escapes what has a meaning, character by character', (t) => {
  t.equal(escapeEntities('<!channel> & "x"'), '&lt;!channel&gt; &amp; "x"')
  t.equal(escapeCode('a```b'), 'aˋˋˋb')
  t.equal(codeBlock('x').length, 1 + 8)
  for (const escaped of [escapeEntities, escapeCode])
    fc.assert(fc.property(text, (input) => escaped(input) === [...input].map(escaped).join('')))
  t.end()
})
