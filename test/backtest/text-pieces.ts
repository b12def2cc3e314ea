import t from 'tap'
import { TextPieces } from '../../src/backtest/text-pieces.js'
import { fc } from '../fixtures/properties.js'

t.test('puts together what was cut anywhere', (t) => {
  const character = fc.constantFrom('a', '\n', 'ü', '€', '🚨', 'plain text ')
  fc.assert(
    fc.property(fc.array(character, { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (characters, size) => {
      const text = characters.join('')
      const bytes = Buffer.from(text)
      const pieces = new TextPieces()
      let read = ''
      for (let at = 0; at < bytes.length; at += size) read += pieces.push(bytes.subarray(at, at + size))
      return read + pieces.end() === text
    }),
  )
  t.equal(new TextPieces().push('ü'), 'ü')
  t.end()
})
