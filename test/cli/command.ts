import { PassThrough } from 'node:stream'
import { CommanderError } from 'commander'
import t from 'tap'
import {
  collected,
  command,
  group,
  portOf,
  read,
  readControl,
  secondsOf,
  usageOf,
  withControl,
} from '../../src/cli/command.js'
import { startRedis } from '../fixtures/redis.js'

const redis = await startRedis(t)
const parts = (variables: Record<string, string> = {}) => ({
  terminal: { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() },
  variables,
  ended: new AbortController().signal,
})

t.test('a command says what it has to say on its terminal, and throws what is wrong', async (t) => {
  const given = parts()
  const one = command('one', 'Does one thing', given, ['threshold'])
  t.throws(() => one.parse(['--help'], { from: 'user' }), CommanderError)
  t.match(String(given.terminal.stdout.read()), /Usage: one.*--threshold <n>/s)
  t.throws(() => one.parse(['--nothing'], { from: 'user' }), { code: 'commander.unknownOption' })
  t.equal(given.terminal.stderr.read(), null)
  const all = group(command('all', 'Has others', given).addCommand(one), 'all')
  t.throws(() => all.parse(['two'], { from: 'user' }), {
    name: 'UsageError',
    message: /\(one\), got `two`; see all --help/,
  })
  t.throws(() => all.parse([], { from: 'user' }), { name: 'UsageError', message: /got none/ })
})

t.test('only what went wrong is an error', async (t) => {
  t.equal(usageOf(new CommanderError(0, 'commander.helpDisplayed', '(outputHelp)')), undefined)
  t.equal(usageOf(new CommanderError(1, 'commander.x', "error: unknown option '--x'")), "unknown option '--x'")
})

t.test('reads what its flags say', async (t) => {
  t.strictSame(read(['threshold'], { threshold: '3' }, parts()), { threshold: 3 })
  t.throws(() => readControl({}, parts()), { name: 'UsageError', message: /--redis/ })
  t.match(readControl({}, parts({ REDIS_URL: redis.url })), { redis: redis.url })
  t.strictSame(collected('b', ['a']), ['a', 'b'])
  t.equal(secondsOf('0.5'), 0.5)
  for (const bad of ['0', 'x', '', '4000']) t.throws(() => secondsOf(bad), /seconds from/)
  t.equal(portOf('0'), 0)
  for (const bad of ['65536', '-1', 'x', '']) t.throws(() => portOf(bad), /port from/)
})

t.test('closes what it has opened, whatever happens', async (t) => {
  const flags = { redis: redis.url, configKey: redis.newConfigKey() }
  const failed = withControl(flags, parts(), async (control) => {
    await control.config.read()
    throw new RangeError('no')
  })
  await t.rejects(failed, RangeError)
})
