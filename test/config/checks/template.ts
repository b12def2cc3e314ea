import fc from 'fast-check'
import t from 'tap'
import * as v from 'valibot'
import { findProblems } from '../../../src/config/checks/problems.js'
import { template } from '../../../src/config/checks/template.js'

const problemsOf = (given: unknown): readonly string[] =>
  findProblems(v.object({ template }), { template: given }).map(({ message }) => message)

t.test('is any JSON', async (t) => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      // JSON has no -0.
      const doubled = doubleBraces(JSON.parse(JSON.stringify(value)))
      t.strictSame(v.parse(template, doubled), doubled)
    }),
  )
  const own = JSON.parse('{"__proto__": "{id}", "constructor": null}')
  t.equal(JSON.stringify(v.parse(template, own)), JSON.stringify(own), 'names of Object’s own members among them')
  const given = { text: 'a' }
  const taken = v.parse(template, given)
  given.text = 'b'
  t.strictSame(taken, { text: 'a' }, 'a copy')
  t.strictSame(problemsOf({ '{nobody}': '{count} of {threshold}} {{' }), [], 'names are not filled in')
})

/** The texts of a JSON value with braces that stand for themselves. */
function doubleBraces(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('{', '{{')
  if (Array.isArray(value)) return value.map(doubleBraces)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, doubleBraces(one)]))
}

t.test('is refused with a sentence that says where', async (t) => {
  const json = 'JSON: texts, numbers, true, false, null, and lists and objects of these'
  for (const [given, message] of [
    [{ a: undefined }, `Expected \`template.a\` to be ${json}, got undefined`],
    [{ a: [1, Number.NaN] }, `Expected \`template.a.1\` to be ${json}, got \`NaN\``],
    [{ a: new Date(0) }, `Expected \`template.a\` to be ${json}, got an object`],
    [{ a: () => 1 }, `Expected \`template.a\` to be ${json}, got a function: options must be plain data`],
    [1n, `Expected \`template\` to be ${json}, got a bigint`],
    [{ ['a'.repeat(65)]: 1n }, `Expected \`template\` to be ${json}, got a bigint`],
  ] as const)
    t.strictSame(problemsOf(given), [message])
  t.match(problemsOf({ blocks: [{ text: 'Errors: {cuont}' }] }), [
    /^Expected `template\.blocks\.0\.text` to be a text with no placeholders but \{rule\}, .*\{toMs\} \(\{\{ is a brace\), got "\{cuont\}"$/,
  ])
  t.match(problemsOf('{"count": {count}}'), [/^Expected `template` to be a text .*, got "\{"$/])
  t.match(problemsOf({ a: '{s3cret:canary}', b: '{' }), [/^Expected `template\.a` .*, got another text$/])
})

t.test('has 16 KiB at most, in bytes of its JSON', async (t) => {
  t.strictSame(problemsOf('x'.repeat(16_382)), [])
  t.strictSame(problemsOf('x'.repeat(16_383)), ['Expected `template` to be JSON of at most 16384 bytes, got `16385`'])
  t.strictSame(problemsOf(['é'.repeat(8190)]), [])
  t.strictSame(problemsOf(['é'.repeat(8191)]), ['Expected `template` to be JSON of at most 16384 bytes, got `16386`'])
})

t.test('has 32 levels at most, and is not looked at without end', async (t) => {
  const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) })
  t.strictSame(problemsOf(nested(32)), [])
  const message = 'Expected `template` to be JSON of at most 32 levels of lists and objects, got an object'
  t.strictSame(problemsOf(nested(33)), [message])
  const cycle: { self?: unknown } = {}
  cycle.self = cycle
  t.strictSame(problemsOf(cycle), [message])
  const twice = Array.from({ length: 31 }).reduce<unknown>((inner) => [inner, inner], 1)
  t.match(problemsOf(twice), [/^Expected `template` to be JSON of at most 16384 bytes/])
})
