import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { confirm, isInteractive, printable, table } from '../../../src/cli/terminal/terminal.js'

t.test('what comes from elsewhere neither moves the cursor nor forges a line', async (t) => {
  t.equal(printable('a\u001b[2Jb\r\nc\u0007\u202e\td'), 'ab c d')
})

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
