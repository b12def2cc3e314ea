import t from 'tap'
import { version } from '../../src/version.js'
import { runCli } from '../fixtures/cli.js'

const commands = ['demo', 'watch', 'config', 'test', 'status', 'silence', 'backtest', 'admin']

t.test('every command tells how it is used', async (t) => {
  const { stdout } = await runCli(['--help'])
  for (const command of commands) {
    t.match(stdout, new RegExp(`^  ${command}\\b`, 'm'))
    t.match(await runCli([command, '--help']), { code: 0, stdout: new RegExp(`^Usage: .*${command}`), stderr: '' })
  }
  for (const verb of ['get', 'set', 'delete', 'schema'])
    t.match(await runCli(['config', verb, '-h']), { code: 0, stdout: /^Usage: /, stderr: '' })
  t.match(await runCli(['-v']), { code: 0, stdout: `${version}\n` })
})

t.test('a mistyped flag is told with the one that was meant', async (t) => {
  for (const command of commands.filter((name) => name !== 'config')) {
    const { code, stdout, stderr } = await runCli([command, '--nothing-of-the-kind'])
    t.strictSame([code, stdout, stderr.split('\n').length], [2, '', 2], command)
  }
  t.match(await runCli(['watch', '--treshold', '3']), { code: 2, stderr: /Did you mean --threshold\?/ })
  t.match(await runCli(['watch', '--parser', 'xml']), { code: 2, stderr: /auto, json, text, morgan/ })
})

t.test('the help of every command fits 80 columns', async (t) => {
  const all = [
    ...commands.map((name) => [name]),
    ...['get', 'set', 'delete', 'schema'].map((verb) => ['config', verb]),
    ...['list', 'end'].map((verb) => ['silence', verb]),
    [],
  ]
  for (const args of all) {
    const { stdout } = await runCli([...args, '--help'])
    const wide = stdout.split('\n').filter((line) => line.length > 80)
    t.strictSame(wide, [], args.join(' '))
  }
})
