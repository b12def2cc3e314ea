import { spawnSync } from 'node:child_process'
import t from 'tap'
import { version } from '../src/version.js'
import { root } from './fixtures/root.js'

const program = `${root}dist/cli.js`
const cli = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' })

t.test('tells its version and how it is used', (t) => {
  t.match(cli('--version'), { status: 0, stdout: `${version}\n`, stderr: '' })
  t.match(cli('-h'), { status: 0, stdout: /^Usage: logsiren <command>/, stderr: '' })
  t.end()
})

t.test('says in one line what is wrong with its arguments, and exits with 2', (t) => {
  for (const args of [[], ['nonsense'], ['demo', 'more'], ['--nonsense']]) {
    const { status, stdout, stderr } = cli(...args)
    t.strictSame([status, stdout, stderr.trimEnd().split('\n').length], [2, '', 1], args.join(' '))
    t.match(stderr, /^logsiren: /)
  }
  t.end()
})
