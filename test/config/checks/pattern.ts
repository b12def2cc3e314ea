import fc from 'fast-check'
import { RE2JS } from 're2js'
import t from 'tap'
import {
  MAX_PATTERN_LENGTH,
  MAX_PATTERN_SIZE,
  MAX_PATTERNS_SIZE,
  patternSize,
} from '../../../src/config/checks/pattern.js'
import { sizeBound } from '../../../src/config/checks/pattern-size.js'
import { parseDocument } from '../../../src/config/document/document.js'
import { parseOptions } from '../../../src/config/parse-options.js'
import { ConfigError } from '../../../src/errors.js'

t.test('takes what RE2 takes, and nothing longer or larger than it should be', async (t) => {
  for (const text of ['(', 'a{2,1}', '(?=a)', '(?<!a)b', '(a)\\1', '[z-a]', 'a{1001}'])
    t.equal(patternSize(text), undefined, text)
  const long = '[a]'.repeat(333)
  t.equal(long.length, MAX_PATTERN_LENGTH - 1)
  t.ok(patternSize(long))
  t.equal(patternSize(`${long}aa`), undefined)
  t.equal(patternSize('a{998}'), MAX_PATTERN_SIZE)
  t.equal(patternSize('a{999}'), undefined)
  t.ok(patternSize('(?:a|b|c|d){1,200}'), 'though its text allows more instructions than it has')
})

t.test('however many patterns are measured, each has its own size', async (t) => {
  const texts = Array.from({ length: 3000 }, (_, i) => `^a{${i % 900}}b${i}$`)
  const sizes = texts.map(patternSize)
  t.strictSame(texts.map(patternSize), sizes)
  t.ok(sizes.every((size, i) => size === RE2JS.compile(texts[i] ?? '').programSize()))
})

t.test('classes of Unicode cost much to compile, so there may be fewer of them', async (t) => {
  t.ok(patternSize('(?i)[\\pL\\pN]{3,30} (?:\\p{Greek}|\\PL){1,50}'), 'repetitions make them no dearer')
  t.equal(patternSize(`(?i)${'[\\pL]'.repeat(120)}`), undefined)
})

t.test('what would unfold without bound is not compiled', async (t) => {
  for (const text of ['((a{1000}){1000}){1000}', 'a{0,999}'.repeat(124), '(?i)(?:[\\pL\\pN]{0,31}){0,31}x'])
    t.equal(patternSize(text), undefined, text)
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
