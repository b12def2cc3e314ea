import fc from 'fast-check'
import t from 'tap'
import { parsePlaceholders, placeholderNames } from '../../../src/config/checks/placeholders.js'

t.test('finds placeholders between words', async (t) => {
  t.strictSame(parsePlaceholders('{count} errors in {group.model}'), {
    kind: 'valid',
    parts: [{ placeholder: 'count' }, ' errors in ', { placeholder: 'group', field: 'model' }],
  })
  for (const placeholder of placeholderNames)
    t.strictSame(parsePlaceholders(`{${placeholder}}`), { kind: 'valid', parts: [{ placeholder }] })
  t.strictSame(parsePlaceholders(''), { kind: 'valid', parts: [] }, 'no words at all')
})

t.test('takes the fields of a group in both spellings, and line paths as they are', async (t) => {
  for (const [written, field] of [
    ['statusCode', 'status_code'],
    ['status_code', 'status_code'],
    ['http.route', 'http.route'],
    ['userAgent', 'userAgent'],
  ])
    t.strictSame(parsePlaceholders(`{group.${written}}`), { kind: 'valid', parts: [{ placeholder: 'group', field }] })
})

t.test('takes two opening braces for one, and a closing one for itself', async (t) => {
  t.strictSame(parsePlaceholders('{{count}'), { kind: 'valid', parts: ['{count}'] })
  t.strictSame(parsePlaceholders('}{{{id}}}'), { kind: 'valid', parts: ['}{', { placeholder: 'id' }, '}}'] })
  t.strictSame(parsePlaceholders('{{{{'), { kind: 'valid', parts: ['{{'] })
})

t.test('names the first that is no placeholder', async (t) => {
  for (const [text, wrong] of [
    ['{count} {nobody} {neither}', '{nobody}'],
    ['{Count}', '{Count}'],
    ['{ count }', '{ count }'],
    ['{}', '{}'],
    ['{group.}', '{group.}'],
    ['{count.model}', '{count.model}'],
    ['{count', '{'],
    ['{{{', '{'],
    ['a{toString}', '{toString}'],
  ])
    t.strictSame(parsePlaceholders(text as string), { kind: 'invalid', wrong }, text as string)
})

t.test('gives any text back whose braces are doubled', async () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('{', '}', 'a', '.', '\n') }), (text) => {
      const parsed = parsePlaceholders(text.replaceAll('{', '{{'))
      return parsed.kind === 'valid' && parsed.parts.join('') === text && parsed.parts.length <= 1
    }),
  )
})
