import t from 'tap'
import { compileLineParser } from '../../../src/record/foreign-lines/line-parser.js'
import { takeMixed } from '../../../src/record/foreign-lines/mixed-lines.js'

t.test('keeps neighbouring lines of JSON together, but one with a prefix by itself', (t) => {
  const taken: unknown[] = []
  const seen: string[] = []
  const lines = ['{"a":1}', '{"a":2}', 'ERROR x', 'fine', 'a | {"a":3}', '{"a":4}', '{"a":5}', '']
  takeMixed(lines.map((line) => `${line}\n`).join(''), compileLineParser('auto'), {
    seen: (line, { kind }) => seen.push(`${kind} ${line}`),
    json: (text, count, prefix) => taken.push([text, count, prefix]),
    members: (_, line) => taken.push(line),
  })
  t.strictSame(taken, [
    ['{"a":1}\n{"a":2}\n', 2, ''],
    'ERROR x',
    ['{"a":3}\n', 1, 'a | '],
    ['{"a":4}\n{"a":5}\n', 2, ''],
  ])
  t.equal(seen.length, 8)
  t.strictSame(seen.slice(2, 5), ['members ERROR x', 'nothing fine', 'json a | {"a":3}'])
  t.end()
})
