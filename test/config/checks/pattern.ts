import t from 'tap'
import { compilePattern, MAX_PATTERN_LENGTH } from '../../../src/config/checks/pattern.js'

t.test('finds what it describes anywhere in a text', async (t) => {
  const timeout = compilePattern('(?i)time(d )?out')
  t.ok(timeout?.isIn('db Timeout after 5 s'))
  t.ok(timeout?.isIn('timed out'))
  t.notOk(timeout?.isIn('refused'))
  t.notOk(compilePattern('^refused')?.isIn('connection refused'))
})

t.test('takes what RE2 takes, and nothing longer than it should be', async (t) => {
  for (const text of ['(', 'a{2,1}', '(?=a)', '(?<!a)b', '(a)\\1', '[z-a]', 'a{1001}']) {
    t.equal(compilePattern(text), undefined, text)
  }
  t.ok(compilePattern('a'.repeat(MAX_PATTERN_LENGTH)))
  t.equal(compilePattern('a'.repeat(MAX_PATTERN_LENGTH + 1)), undefined)
})

t.test(
  'a pattern that is hostile to a backtracking engine ends, and so does what would unfold without bound',
  async (t) => {
    // V8's engine takes longer than the age of the universe over each of these.
    for (const [text, value] of [
      ['^(a+)+$', `${'a'.repeat(5000)}!`],
      ['^(a|a)*$', `${'a'.repeat(5000)}!`],
      ['^(.*a){20}$', `${'a'.repeat(500)}!`],
      ['(x+x+)+y', 'x'.repeat(5000)],
    ] as const) {
      t.equal(compilePattern(text)?.isIn(value), false, text)
    }
    t.equal(compilePattern('((a{1000}){1000}){1000}'), undefined)
  },
)
