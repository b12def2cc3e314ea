import t from 'tap'
import { DocumentLines, layoutOf } from '../../src/backtest/json-documents.js'
import { fc } from '../fixtures/properties.js'

function linesOf(text: string, size: number): string {
  const documents = new DocumentLines()
  let lines = ''
  for (let at = 0; at < text.length; at += size) lines += documents.push(text.slice(at, at + size))
  return lines + documents.end()
}

t.test('tells a list and objects on several lines from lines', (t) => {
  for (const [head, layout] of [
    ['[{"a":1}', 'documents'],
    [' [\n  {', 'documents'],
    ['{\n  "a"', 'documents'],
    ['{"a":1}\n', 'lines'],
    ['[error] failed', 'lines'],
    ['[2026-11-30] x', 'lines'],
    ['[]', 'lines'],
    ['text', 'lines'],
    ['{ "a": 1', 'lines'],
    ['[', undefined],
    ['  \n', undefined],
    ['{', undefined],
    ['', undefined],
  ] as const)
    t.equal(layoutOf(head), layout, JSON.stringify(head))
  t.end()
})

t.test('gives each object a line of its own, however it is written and cut', (t) => {
  const value = fc.oneof(fc.string(), fc.integer(), fc.array(fc.string(), { maxLength: 3 }), fc.object({ maxDepth: 2 }))
  const object = fc.dictionary(fc.string(), value, { maxKeys: 4 })
  fc.assert(
    fc.property(
      fc.array(object, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom(undefined, 1, 2),
      fc.boolean(),
      (given, size, indent, isList) => {
        const objects: unknown[] = JSON.parse(JSON.stringify(given))
        const text = isList
          ? JSON.stringify(objects, null, indent)
          : objects.map((one) => JSON.stringify(one, null, indent)).join('\n')
        const lines = linesOf(text, size).trimEnd().split('\n')
        return JSON.stringify(lines.map((line): unknown => JSON.parse(line))) === JSON.stringify(objects)
      },
    ),
  )
  t.end()
})

t.test('goes on with lines where what looked like an object is none', (t) => {
  for (const size of [1, 3, 1000]) {
    t.equal(linesOf('{\n  level: "it\n}\nERROR a\n{"b":1}\n', size), '{   level: "it\n}\nERROR a\n{"b":1}\n')
    t.equal(linesOf('[{"a":1},\nERROR between\n{"a":2}] end', size), '{"a":1}\nERROR between\n{"a":2}\n] end')
  }
  t.equal(linesOf(`[{"a":1}]${'x'.repeat(200_000)}`, 70_000).length, 200_009, 'nothing large is held back')
  t.end()
})
