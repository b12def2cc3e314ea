import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { confirm, guess, isInteractive, table, wrapped } from '../../src/cli/terminal.js'

t.test('a table has its columns below each other, and nothing at the ends of lines', async (t) => {
  t.equal(
    table([
      ['a', 'bb', 'c'],
      ['aaa', '', 'ccc'],
      ['x', 'y', ''],
    ]),
    'a    bb  c\naaa      ccc\nx    y\n',
  )
  t.equal(table([]), '')
})

t.test('names stand to the left and figures to the right', async (t) => {
  const rows = [
    ['', 'as given'],
    ['errors', '12'],
    ['first alert', '-'],
  ]
  t.equal(table(rows, 'figures'), '             as given\nerrors             12\nfirst alert         -\n')
  t.equal(table([], 'figures'), '')
})

t.test('only a yes is a yes, and the question is asked beside what is printed', async (t) => {
  for (const [answer, isYes] of [
    ['y\n', true],
    ['Yes\n', true],
    ['\n', false],
    ['no\n', false],
    ['', false],
  ] as const) {
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
    stdin.end(answer)
    t.equal(await confirm({ stdin, stdout, stderr }, 'Really?'), isYes, JSON.stringify(answer))
    stderr.end()
    t.match(await text(stderr), /Really\? \[y\/N\]/)
  }
  const terminal = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() }
  t.notOk(isInteractive(terminal))
  t.ok(
    isInteractive({
      ...terminal,
      stdin: Object.assign(new PassThrough(), { isTTY: true }),
      stderr: Object.assign(new PassThrough(), { isTTY: true }),
    }),
    'wherever the output goes',
  )
})

t.test('wraps a text behind its mark, and cuts a word that is longer than a line', async (t) => {
  t.strictSame(wrapped('one two three four', 24, '  - '), ['  - one two three four'])
  t.strictSame(wrapped('one two three four five six', 24, '  - '), ['  - one two three four', '    five six'])
  t.strictSame(wrapped('x'.repeat(45), 20), ['x'.repeat(20), 'x'.repeat(20), 'xxxxx'])
  t.strictSame(wrapped('', 20, 'a'), ['a'])
})

t.test('guesses what was meant, where something is near', async (t) => {
  t.equal(guess('paymens', ['db', 'payments']), ' (did you mean `payments`?)')
  t.equal(guess('DB', ['db', 'payments']), ' (did you mean `db`?)')
  t.equal(guess('orders', ['db', 'payments']), '')
  t.equal(guess('x', []), '')
})
