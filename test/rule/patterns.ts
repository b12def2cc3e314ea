import { RE2JS } from 're2js'
import t from 'tap'
import { joinedPatterns } from '../../src/rule/patterns.js'
import { fc } from '../fixtures/properties.js'

t.test('finds what it describes anywhere in the beginning of a text', (t) => {
  const timeout = joinedPatterns()('errorMessage', '(?i)time(d )?out')
  t.ok(timeout('db Timeout after 5 s'))
  t.ok(timeout('timed out'))
  t.notOk(timeout('refused'))
  t.notOk(joinedPatterns()('errorMessage', '^refused')('connection refused'))
  t.ok(timeout(`${' '.repeat(1017)}timeout`))
  t.notOk(timeout(`${' '.repeat(1018)}timeout`), 'of which it sees 1,024 characters')
  t.end()
})

t.test('a pattern that is hostile to a backtracking engine ends, alone and beside others', (t) => {
  const together = joinedPatterns()
  // V8's engine takes longer than the age of the universe over each of these.
  const rows = [
    ['^(a+)+$', `${'a'.repeat(1000)}!`],
    ['^(a|a)*$', `${'a'.repeat(1000)}!`],
    ['^(.*a){20}$', `${'a'.repeat(500)}!`],
    ['(x+x+)+y', 'x'.repeat(1000)],
  ] as const
  const tests = rows.map(([pattern]) => together('errorMessage', pattern))
  for (const [i, [pattern, text]] of rows.entries()) {
    t.equal(joinedPatterns()('errorMessage', pattern)(text), false, pattern)
    t.equal(tests[i]?.(text), false, `${pattern} beside others`)
  }
  t.end()
})

t.test('many that look at one path find each what RE2 finds of it alone, however much was searched', (t) => {
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
  const path = fc.constantFrom('errorMessage', 'req.url')
  const given = fc.array(fc.tuple(path, fc.constantFrom(...patterns)), { minLength: 1, maxLength: 12 })
  const questions = fc.array(fc.tuple(fc.nat(), text), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(given, questions, (given, questions) => {
      const join = joinedPatterns()
      const tests = given.map(([path, pattern]) => ({ isIn: join(path, pattern), plain: RE2JS.compile(pattern) }))
      return questions.every(([n, one]) => {
        const asked = tests[n % tests.length]
        return asked?.isIn(one) === asked?.plain.matcher(one).find()
      })
    }),
    { numRuns: 500 },
  )
  t.end()
})

t.test('a pattern may come when others were searched for already', (t) => {
  const join = joinedPatterns()
  const first = join('a', 'x')
  t.ok(first('xy'))
  const second = join('a', 'y')
  t.ok(second('xy'))
  t.ok(first('xy'))
  t.end()
})
