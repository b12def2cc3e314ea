import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { confirm, isInteractive, table } from '../../src/cli/terminal.js'

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
      stdout: Object.assign(new PassThrough(), { isTTY: true }),
    }),
  )
})
