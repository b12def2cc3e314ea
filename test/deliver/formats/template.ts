import assert from 'node:assert/strict'
import t from 'tap'
import { valuesOf } from '../../../src/alert/placeholders.js'
import { toTemplate } from '../../../src/deliver/formats/template.js'
import { payload, textsOf, unreadable } from '../../fixtures/formats/arbitrary-payload.js'
import { firing, over, payloads } from '../../fixtures/formats/payloads.js'
import { fc } from '../../fixtures/properties.js'

const bodyOf = (template: unknown, given = firing): unknown =>
  JSON.parse(toTemplate(given, { secret: '', fleet: '', template }).text)

t.test('fills in the texts of values, and leaves all else as it is', (t) => {
  const template = {
    text: '{title}',
    '{count}': ['{rule}: {count} of {threshold}', { deep: [{ state: '{state}' }] }],
    flags: [true, false, null, 7, 2.5, ''],
    braces: '{{count} }}',
  }
  t.strictSame(bodyOf(template), {
    text: 'db timeout (503) – 120 errors in 60 s – shop',
    '{count}': ['default: 120 of 10', { deep: [{ state: 'firing' }] }],
    flags: [true, false, null, 7, 2.5, ''],
    braces: '{count} }}',
  })
  t.equal(toTemplate(firing, { secret: '', fleet: '', template }).contentType, 'application/json')
  t.equal(bodyOf('{message}'), 'db timeout')
  t.equal(toTemplate(firing, { secret: '', fleet: '' }).text, 'null')
  t.end()
})

t.test('a text that is one placeholder of a number is that number', (t) => {
  t.strictSame(bodyOf(['{count}', '{status}', '{toMs}', ' {count}', '{count}{count}', '{rule}']), [
    120,
    503,
    valuesOf(firing)({ placeholder: 'toMs' }),
    ' 120',
    '120120',
    'default',
  ])
  const grouped = { ...firing, group_by: { model: 'm', key_id: 7 } }
  t.strictSame(bodyOf(['{group.model}', '{group.key_id}', '{group.none}'], grouped), ['m', 7, ''])
  t.end()
})

t.test('an end is told in the same template', (t) => {
  t.strictSame(bodyOf(['{state}', '{count}', '{id}'], over), ['resolved', 0, over.id])
  t.equal(bodyOf('{state}', payloads['test']), 'test')
  t.end()
})

t.test('a text from a line can end no text of the template, and is no placeholder', (t) => {
  const sample = { ...firing.sample, error_message: '","admin":true,"x":"{count} \\u0022' }
  t.strictSame(bodyOf({ text: 'got {message}' }, { ...firing, sample }), { text: `got ${sample.error_message}` })
  t.end()
})

t.test('takes 64 KiB at most: texts are cut where they would take more', (t) => {
  const long = payloads['long'] ?? firing
  const body = bodyOf({ all: Array(200).fill('{text}'), count: '{count}' }, long) as { all: string[]; count: number }
  t.ok(Buffer.byteLength(JSON.stringify(body)) <= 65_536)
  t.equal(body.count, 120)
  t.ok(body.all.every((text) => text.length > 100 && text.endsWith('…')))
  t.end()
})

const template = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('{text}', '{title} {message}', '{count}', '{{', '{group.model}', 'x', '{kind}{traceId}'),
    fc
      .jsonValue({ maxDepth: 1 })
      .map((value) => JSON.parse(JSON.stringify(value).replaceAll('{', '[').replaceAll('}', ']').replaceAll(':', ','))),
    fc.array(tie('value'), { maxLength: 6 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 6 }),
  ),
})).value

t.test('has the shape of its template and readable texts, whatever is told', (t) => {
  const shapeOf = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(shapeOf)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shapeOf(member)]))
        : null
  fc.assert(
    fc.property(payload, template, (payload, template) => {
      const { text } = toTemplate(payload, { secret: '', fleet: '', template })
      assert.ok(Buffer.byteLength(text) <= 65_536)
      assert.deepEqual(shapeOf(JSON.parse(text)), shapeOf(JSON.parse(JSON.stringify(template))))
      const told = { title: '{title}', text: '{text}', message: '{message}', group: '{group}' }
      for (const [, one] of textsOf(bodyOf(told, payload))) assert.doesNotMatch(one, unreadable)
    }),
  )
  t.end()
})
