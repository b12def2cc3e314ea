import { Command } from 'commander'
import t from 'tap'
import { flagNames, flagsOf, readOptions, readWithSources, variableOf } from '../../src/cli/flags.js'
import { optionMembers } from '../../src/config/engine-options.js'

function given(args: string[], variables: Record<string, string> = {}) {
  const command = new Command()
  for (const option of flagsOf(flagNames)) command.addOption(option)
  command.parse(args, { from: 'user' })
  return readOptions(flagNames, { flags: command.opts(), variables })
}

t.test('every option has its flag and its variable, but for what only a transport has', async (t) => {
  t.strictSame([...flagNames, 'worker'].sort(), Object.keys(optionMembers).sort())
  t.ok(flagsOf(flagNames).some(({ flags }) => flags === '--close-timeout-ms <n>'))
  t.equal(variableOf('closeTimeoutMs'), 'LOGSIREN_CLOSE_TIMEOUT_MS')
  for (const option of flagsOf(flagNames)) {
    t.ok(option.hidden || /\w{3}/.test(option.description), option.flags)
    t.notMatch(option.description, /Code only|`/, option.flags)
  }
})

t.test('reads flags as what the options take', async (t) => {
  t.strictSame(given(['--url', ' https://a.test/ ', '--threshold', '20', '--enabled', '--no-send-resolved']), {
    url: 'https://a.test/',
    threshold: 20,
    enabled: true,
    sendResolved: false,
  })
  t.strictSame(given(['--group-by', 'model, tenant.id', '--group-by', 'group']).groupBy, [
    'model',
    'tenant.id',
    'group',
  ])
  t.strictSame(given(['--enabled', 'false', '--dedupe-requests=off']), { enabled: false, dedupeRequests: false })
  t.strictSame(given(['--rules', '[{"name":"a","windowSeconds":3}]']).rules, [{ name: 'a', windowSeconds: 3 }])
  const folder = t.testdir({ 'rules.json': '[{"name":"b"}]\n', 'redis.json': '{"port":6380}' })
  t.strictSame(given(['--rules', `@${folder}/rules.json`]).rules, [{ name: 'b' }])
  t.strictSame(given(['--redis', `@${folder}/redis.json`]).redis, { port: 6380 })
  t.strictSame(given(['--fields', '{"model":"m"}']).fields, { model: 'm' })
  t.strictSame(given(['--min-level', 'error', '--proxy', 'env']), { minLevel: 'error', proxy: 'env' })
  t.strictSame(given(['--min-level', '45', '--proxy', 'false']), { minLevel: 45, proxy: false })
  t.strictSame(given(['--redis', '{"cluster":[{"port":1}]}']).redis, { cluster: [{ port: 1 }] })
})

t.test(
  'takes rules as config get prints them: with the names of JSON, marks for secrets, and as a whole config',
  async (t) => {
    const rule = '{"name":"a","window_seconds":30,"cooldown_max_seconds":0,"secret_set":true,"match":{"key_id":1}}'
    const expected = [{ name: 'a', windowSeconds: 30, match: { key_id: 1 } }]
    t.strictSame(given(['--rules', `[${rule}]`]).rules, expected)
    const whole = `{"threshold":0,"window_seconds":20,"url":"https://a.test/","secret_set":false,"rules":[${rule}]}`
    t.strictSame(given(['--rules', whole]), {
      threshold: 10,
      windowSeconds: 20,
      url: 'https://a.test/',
      rules: expected,
    })
    t.strictSame(given(['--rules', whole, '--threshold', '3']).threshold, 3, 'a flag comes first')
    t.strictSame(given([], { LOGSIREN_RULES: whole, LOGSIREN_THRESHOLD: '4' }).threshold, 4)
    const change = (rules: string) => readOptions(flagNames, { flags: { rules }, variables: {}, isChange: true })
    t.strictSame(change(whole), { rules: expected }, 'where a stored config is changed, only the rules')
    t.throws(() => change('{"threshold":3}'), { name: 'UsageError', message: /--rules to hold a list of rules/ })
    t.throws(() => given(['--rules', '{"treshold":3,"rules":[]}']), { message: /got `--rules\.treshold`/ })
    t.throws(() => given(['--rules', '[{"name":"a","threshold":0}]']), { message: /`--rules\.0\.threshold`/ })
  },
)

t.test('says where each option comes from, and in the help what holds without a flag', async (t) => {
  const { sources } = readWithSources(flagNames, {
    flags: { threshold: '3' },
    variables: { REDIS_URL: 'redis://a.test', LOGSIREN_WINDOW_SECONDS: '5' },
  })
  t.strictSame([...sources].sort(), [
    ['redis', 'REDIS_URL'],
    ['threshold', '--threshold'],
    ['windowSeconds', 'LOGSIREN_WINDOW_SECONDS'],
  ])
  const [threshold, redis] = flagsOf(['threshold', 'redis'], (name) => (name === 'threshold' ? { otherwise: 'x' } : {}))
  t.match(threshold?.description, /alert \(x\)$/)
  t.notMatch(redis?.description, /client|this process/)
})

t.test('a flag comes before its variable, and a blank variable is none', async (t) => {
  const variables = {
    LOGSIREN_THRESHOLD: '7',
    LOGSIREN_URL: '',
    LOGSIREN_GROUP_BY: 'model,group',
    LOGSIREN_ENABLED: '0',
  }
  t.strictSame(given([], variables), { threshold: 7, groupBy: ['model', 'group'], enabled: false })
  t.strictSame(given(['--threshold', '8'], variables).threshold, 8)
  t.equal(given([], { REDIS_URL: 'redis://a.test' }).redis, 'redis://a.test')
  t.equal(given([], { REDIS_URL: 'redis://a.test', LOGSIREN_REDIS: 'redis://b.test' }).redis, 'redis://b.test')
})

t.test('says which flag or variable is wrong, and nothing of a secret', async (t) => {
  const messageOf = (args: string[], variables: Record<string, string> = {}): string => {
    try {
      given(args, variables)
      return ''
    } catch (error) {
      return error instanceof Error ? `${error.name}: ${error.message}` : ''
    }
  }
  t.equal(
    messageOf(['--threshold', '0']),
    'UsageError: Expected `--threshold` to be an integer from 1 to 2147483647, got `0`',
  )
  t.match(
    messageOf([], { LOGSIREN_WINDOW_SECONDS: '1e3' }),
    /^UsageError: Expected `LOGSIREN_WINDOW_SECONDS` to be an integer/,
  )
  t.match(messageOf(['--rules', '[{"name":"a b"}]']), /Expected `--rules\.0\.name` to be a name/)
  t.match(messageOf(['--rules', '{canary']), /^UsageError: Expected --rules to be JSON/)
  t.match(messageOf(['--rules', '@/no/such/file']), /^UsageError: Expected --rules to name a file .*\(ENOENT\)$/)
  const secrets = messageOf(['--url', 'canary', '--secret', 'whsec_canary', '--redis', 'canary', '--rules', '[canary'])
  t.match(secrets, /--rules/)
  t.notMatch(secrets, /canary/)
  t.notMatch(messageOf(['--url', 'canary', '--secret', 'whsec_canary', '--redis', 'canary']), /canary/)
  t.match(messageOf(['--url', 'x', '--secret', 'whsec_x']), /`--url`.*; .*`--secret`/)
})
