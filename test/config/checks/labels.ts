import t from 'tap'
import { labels } from '../../../src/config/checks/labels.js'
import { findProblems } from '../../../src/config/checks/problems.js'

const problemsOf = (input: unknown): readonly string[] => findProblems(labels, input).map(({ message }) => message)

t.test('are texts by names, as many and as long as alerts tell', async (t) => {
  const ten = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`l${i}`, 'x'.repeat(200)]))
  for (const given of [{}, { severity: '' }, { _a9: 'x', ['a'.repeat(64)]: 'é\n' }, ten])
    t.strictSame(problemsOf(given), [])
})

t.test('are refused with a sentence that names the one', async (t) => {
  const eleven = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`l${i}`, '']))
  const all = 'Expected the whole to be an object of at most 10 names and texts'
  const named = 'named with 1 to 64 letters, digits and `_`, no digit first'
  for (const [given, message] of [
    [eleven, `${all}, got an object`],
    [['a'], `${all}, got a list`],
    [null, `${all}, got null`],
    [{ a: 5 }, 'Expected `a` to be a text of at most 200 characters, got `5`'],
    [{ a: 'x'.repeat(201) }, 'Expected `a` to be a text of at most 200 characters, got another text'],
    [{ 'my-team': 'x' }, `Expected \`my-team\` to be ${named}, got another text`],
    [{ '9a': 'x' }, `Expected \`9a\` to be ${named}, got another text`],
    [{ ['a'.repeat(65)]: 'x' }, `${all}, each ${named}, got another text`],
    [{ 'a\nb': 'x' }, `${all}, each ${named}, got another text`],
    [{ '': 'x' }, `${all}, each ${named}, got an empty text`],
  ] as const)
    t.strictSame(problemsOf(given), [message])
  t.equal(problemsOf({ 'a-b': '', 'c-d': '' }).length, 2, 'each by itself')
})
