import t from 'tap'
import { oneLine } from '../../src/alert/one-line.js'
import { text, unreadable } from '../fixtures/formats/arbitrary-payload.js'
import { fc } from '../fixtures/properties.js'

t.test('any text is one line without what forges, hides or turns round', (t) => {
  t.equal(oneLine(' a\r\n\tb\u001b[31m red\u001b[0m \u202eevil\u200b\ufeff \u0007 '), 'a b red evil')
  t.equal(oneLine('\ud800 🚒 é'), '\ufffd 🚒 é')
  t.equal(oneLine('\u00ad\u3164\u{e0041}'), '')
  fc.assert(
    fc.property(text, (input) => {
      const line = oneLine(input)
      return !unreadable.test(line) && !line.includes('\n') && line === line.trim() && oneLine(line) === line
    }),
  )
  t.end()
})

t.test('so is any other value', (t) => {
  t.strictSame([5, false, null, undefined, { a: ['x\n'] }].map(oneLine), [
    '5',
    'false',
    'none',
    'none',
    '{"a":["x\\n"]}',
  ])
  t.end()
})
