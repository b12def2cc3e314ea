import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { confirm, fittedTable, guess, isInteractive, table, wrapped } from '../../src/cli/terminal.js'
import { fc } from '../fixtures/properties.js'

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

t.test('wraps a text at its words, and a word that is too long wherever the line ends', async (t) => {
  t.strictSame(wrapped('one two three', 7), ['one two', 'three'])
  t.strictSame(wrapped('one two', 6, '- '), ['- one', '  two'])
  t.strictSame(wrapped('a abcdefg h', 3), ['a', 'abc', 'def', 'g h'])
  t.strictSame(wrapped('', 3, 'x'), ['x'])
  const texts = fc.record({
    text: fc.string(),
    columns: fc.integer({ min: 1, max: 40 }),
    mark: fc.string({ maxLength: 10 }),
  })
  fc.assert(
    fc.property(texts, ({ text, columns, mark }) => {
      const lines = wrapped(text, columns, mark)
      const isNarrow = lines.every((line) => line.length <= Math.max(columns, mark.length + 1))
      const bare = lines.map((line) => line.slice(mark.length)).join('')
      return isNarrow && bare.replaceAll(' ', '') === text.replaceAll(' ', '')
    }),
  )
})

t.test('a table fits its columns: names lose their middle, the last column is wrapped', async (t) => {
  const rows = [
    ['rule', 'errors', 'why'],
    ['a-rule-with-quite-a-long-name', '7', 'one two three four five six seven'],
    ['b', '12', ''],
  ]
  t.equal(fittedTable(rows, 200, [0]), table(rows))
  t.equal(
    fittedTable(rows, 34, [0]),
    [
      'rule      errors  why',
      'a-ru…ame  7       one two three',
      '                  four five six',
      '                  seven',
      'b         12',
      '',
    ].join('\n'),
  )
  t.equal(fittedTable([], 10, [0]), '')
  const cell = fc.string({ unit: fc.constantFrom('a', 'b', '-', '😀'), maxLength: 80 })
  const tables = fc.record({
    rows: fc.array(fc.tuple(cell, cell, cell, cell), { minLength: 1, maxLength: 5 }),
    columns: fc.integer({ min: 190, max: 260 }),
  })
  fc.assert(
    fc.property(tables, ({ rows, columns }) => {
      const lines = fittedTable(rows, columns, [0, 1]).split('\n')
      return lines.every((line) => line.length <= columns && line.isWellFormed())
    }),
  )
})

t.test('guesses what was meant, where something is near', async (t) => {
  t.equal(guess('paymens', ['db', 'payments']), ' (did you mean `payments`?)')
  t.equal(guess('DB', ['db', 'payments']), ' (did you mean `db`?)')
  t.equal(guess('orders', ['db', 'payments']), '')
  t.equal(guess('x', []), '')
})
