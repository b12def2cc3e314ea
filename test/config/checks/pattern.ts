import fc from 'fast-check'
import { RE2JS } from 're2js'
import t from 'tap'
import {
  compilePattern,
  MAX_PATTERN_LENGTH,
  MAX_PATTERN_SIZE,
  MAX_PATTERNS_SIZE,
} from '../../../src/config/checks/pattern.js'
import { sizeBound } from '../../../src/config/checks/pattern-size.js'
import { parseDocument } from '../../../src/config/document/document.js'
import { parseOptions } from '../../../src/config/parse-options.js'
import { ConfigError } from '../../../src/errors.js'

t.test('finds what it describes anywhere in the beginning of a text', async (t) => {
  const timeout = compilePattern('(?i)time(d )?out')
  t.ok(timeout?.isIn('db Timeout after 5 s'))
  t.ok(timeout?.isIn('timed out'))
  t.notOk(timeout?.isIn('refused'))
  t.notOk(compilePattern('^refused')?.isIn('connection refused'))
  t.ok(timeout?.isIn(`${' '.repeat(1017)}timeout`))
  t.notOk(timeout?.isIn(`${' '.repeat(1018)}timeout`), 'of which it sees 1,024 characters')
})

t.test('takes what RE2 takes, and nothing longer or larger than it should be', async (t) => {
  for (const text of ['(', 'a{2,1}', '(?=a)', '(?<!a)b', '(a)\\1', '[z-a]', 'a{1001}'])
    t.equal(compilePattern(text), undefined, text)
  const long = '[a]'.repeat(333)
  t.equal(long.length, MAX_PATTERN_LENGTH - 1)
  t.ok(compilePattern(long))
  t.equal(compilePattern(`${long}aa`), undefined)
  t.equal(compilePattern('a{998}')?.size, MAX_PATTERN_SIZE)
  t.equal(compilePattern('a{999}'), undefined)
  t.ok(compilePattern('(?:a|b|c|d){1,200}'), 'though its text allows more instructions than it has')
})

t.test('however many patterns are compiled, each is what it was', async (t) => {
  const texts = Array.from({ length: 3000 }, (_, i) => `^a{${i % 900}}b${i}$`)
  const matching = (text: string, i: number): boolean =>
    compilePattern(text)?.isIn(`${'a'.repeat(i % 900)}b${i}`) === true
  t.ok(texts.every(matching))
  t.ok(texts.every((text, i) => compilePattern(text)?.isIn(`b${i + 1}`) === false))
})

t.test('classes of Unicode cost much to compile, so there may be fewer of them', async (t) => {
  t.ok(compilePattern('(?i)[\\pL\\pN]{3,30} (?:\\p{Greek}|\\PL){1,50}'), 'repetitions make them no dearer')
  t.equal(compilePattern(`(?i)${'[\\pL]'.repeat(120)}`), undefined)
})

t.test(
  'a pattern that is hostile to a backtracking engine ends, and so does what would unfold without bound',
  async (t) => {
    // V8's engine takes longer than the age of the universe over each of these.
    for (const [text, value] of [
      ['^(a+)+$', `${'a'.repeat(1000)}!`],
      ['^(a|a)*$', `${'a'.repeat(1000)}!`],
      ['^(.*a){20}$', `${'a'.repeat(500)}!`],
      ['(x+x+)+y', 'x'.repeat(1000)],
    ] as const)
      t.equal(compilePattern(text)?.isIn(value), false, text)
    for (const text of ['((a{1000}){1000}){1000}', 'a{0,999}'.repeat(124), '(?i)(?:[\\pL\\pN]{0,31}){0,31}x'])
      t.equal(compilePattern(text), undefined, text)
  },
)

t.test('finds what RE2 finds, however much the automaton has seen', async (t) => {
  const text = fc.stringMatching(/^[abAé1 \n]{0,80}$/)
  const patterns = [
    '(?:a|b)*a(?:a|b){12}1',
    '(?i)(?:[\\pL ]{1,8}){2,9}\\d',
    '^a',
    'b$',
    '\\bé',
    '(?m)^1$',
    '(?s)a.b',
    '',
    '$^',
  ]
  fc.assert(
    fc.property(fc.constantFrom(...patterns), fc.array(text, { minLength: 1, maxLength: 20 }), (pattern, texts) => {
      const given = compilePattern(pattern)
      const plain = RE2JS.compile(pattern)
      return texts.every((one) => given?.isIn(one) === plain.matcher(one).find())
    }),
    { numRuns: 500 },
  )
  t.pass()
})

/** Parts of patterns, and operators after any of them. */
const part = fc.constantFrom(
  'a',
  '.',
  '^',
  '$',
  '|',
  '\\d',
  '\\pL',
  '\\p{Greek}',
  '\\x41',
  '\\x{41}',
  '\\b',
  '\\{',
  '\\\\',
  '\\Qa{9}b\\E',
  '[a-z]',
  '[^]a]',
  '[]a]',
  '[[:alpha:]x]',
  '[\\]]',
  '[\\pL\\x{1F600}]',
  '😀',
  '{',
  '}',
  '{1',
  '{,2}',
  '(?i)',
  '(?s)',
  'K',
  '*',
  '+',
  '?',
  '*?',
  '{0}',
  '{1}',
  '{3}',
  '{0,4}',
  '{2,}',
  '{0,}',
  '{7,9}',
  '{12}?',
)
const { pattern } = fc.letrec<{ pattern: string; group: string }>((tie) => ({
  pattern: fc
    .array(fc.oneof({ weight: 5, arbitrary: part }, tie('group')), { maxLength: 7 })
    .map((parts) => parts.join('')),
  group: fc
    .tuple(fc.constantFrom('(', '(?:', '(?P<n>', '(?i:', '(?-s:', '(?<m>'), tie('pattern'))
    .map(([head, inner]) => `${head}${inner})`),
}))

t.test('no pattern compiles to more than its text allows', async (t) => {
  let compiled = 0
  fc.assert(
    fc.property(pattern, (text) => {
      try {
        const size = RE2JS.compile(text).programSize()
        compiled += 1
        return size <= sizeBound(text)
      } catch {
        return true
      }
    }),
    { numRuns: 5000 },
  )
  t.ok(compiled > 1000, `${compiled} were patterns`)
})

t.test(
  'the patterns of a config are bounded together, in options and documents, before they are compiled',
  async (t) => {
    const rulesWith = (regex: string, count: number): object[] =>
      Array.from({ length: count }, (_, i) => ({ name: `r${i}`, match: { model: { regex }, group: { regex: 'x' } } }))
    const outcomes = (rules: object[]): readonly unknown[] => {
      const parsed = parseDocument(JSON.stringify({ rules }))
      try {
        parseOptions({ url: 'https://x.test/', rules })
        return [parsed.kind, 'taken']
      } catch (error) {
        return [parsed.kind, error instanceof ConfigError && error.message]
      }
    }
    const refused = new RegExp(`\`rules\` to be rules whose patterns have at most ${MAX_PATTERNS_SIZE} instructions`)
    t.strictSame(outcomes(rulesWith('a{990}', 5)), ['valid', 'taken'])
    t.match(outcomes(rulesWith('a{990}', 6)), ['invalid', refused])
    for (const regex of ['a{0,999}'.repeat(124), '(?i)(?:[\\pL\\pN]{0,31}){0,10}x'])
      t.match(outcomes(rulesWith(regex, 50)), ['invalid', refused], regex)
  },
)
