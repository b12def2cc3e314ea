import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { type CliOptions, type Ran, runCli, runInto, runOnTerminal } from '../../fixtures/cli.js'
import { freePort, startRedis } from '../../fixtures/redis.js'

const redis = await startRedis(t)
const folder = mkdtempSync(join(tmpdir(), 'logsiren-cli-'))
t.teardown(() => rmSync(folder, { recursive: true }))
const url = 'https://a.test/hook'

function open() {
  const configKey = redis.newConfigKey()
  const where = ['--redis', redis.url, '--config-key', configKey]
  return {
    configKey,
    config: (verb: string, ...args: string[]): Promise<Ran> => runCli(['config', verb, ...where, ...args]),
    withInput: (input: string, verb: string, ...args: string[]): Promise<Ran> =>
      runCli(['config', verb, ...where, ...args], { input }),
    typing: (typed: string, verb: string, ...args: string[]): Promise<Ran> =>
      runOnTerminal(['config', verb, ...where, ...args], typed),
    stored: async () => JSON.parse((await redis.client.get(configKey)) ?? 'null'),
  }
}

t.test('get shows what is stored, and beside it what stands for what is not, without secrets', async (t) => {
  const { configKey, config } = open()
  t.match(await config('get'), {
    code: 0,
    stdout:
      /^No config is stored: every process uses the options in its code\.\n[\s\S]*^threshold +\(not stored: as in code, else 10\)$/m,
    stderr: '',
  })
  t.match(await config('get', '--json'), { code: 0, stdout: '{}\n' })
  await redis.client.set(configKey, JSON.stringify({ url, secret: 'canary', threshold: 3, owner: 'canary' }))
  const shown = await config('get')
  t.match(shown, { code: 0, stdout: /^url +https:\/\/a\.test\/…$/m })
  t.match(shown.stdout, /^window_seconds +\(not stored: as in code, else 60\)$/m)
  t.match(shown.stdout, /\n\nAlerts are off: enabled is missing beside a url\.\n$/)
  const json = await config('get', '--json')
  t.strictSame(JSON.parse(json.stdout), { url, threshold: 3, secret_set: true, headers_set: [] })
  t.notMatch(shown.stdout + json.stdout, /canary/)
  await redis.client.set(configKey, '{"threshold":"canary"}')
  const bad = await config('get')
  t.match(bad, { code: 1, stdout: '', stderr: /^logsiren: the stored config is not valid: Expected `threshold`.*\n$/ })
  t.notMatch(bad.stderr, /canary/)
})

t.test('set changes what its flags name, and shows what that is', async (t) => {
  const { config, stored } = open()
  const first = await config('set', '--url', url, '--enabled', '--threshold', '20', '--secret', 'canary')
  t.match(first, { code: 0, stdout: /^threshold: \(not stored\) → 20$/m, stderr: '' })
  t.notMatch(first.stdout, /Alerts are off|hook/)
  t.strictSame(await stored(), { url, secret: 'canary', enabled: true, threshold: 20 })
  const rulesOf = '[{"name":"a","windowSeconds":5}]'
  const second = await config('set', '--threshold', '30', '--group-by', 'model', '--rules', rulesOf)
  t.match(second, { code: 0, stdout: /^threshold: 20 → 30$/m })
  t.match(await stored(), { threshold: 30, group_by: ['model'], rules: [{ name: 'a', window_seconds: 5 }] })
  const third = await config('set', '--unset', 'group_by,rules', '--secret', 'other')
  t.match(third.stdout, /^secret: set → another one$/m)
  t.strictSame(await stored(), { url, secret: 'other', enabled: true, threshold: 30 })
  t.match(await config('set', '--threshold', '30'), { code: 0, stdout: 'Nothing changes.\n' })
  t.notMatch([first, second, third].map(({ stdout }) => stdout).join(), /canary|other"/)
  const rules = (secret: string) => JSON.stringify([{ name: 'a', secret }])
  await config('set', '--rules', rules('canary1'))
  const ofRule = await config('set', '--rules', rules('canary2'))
  t.match(ofRule.stdout, /^rules\.a\.secret: set → another one$/m)
  t.match(await stored(), { rules: [{ secret: 'canary2' }] })
  t.notMatch(ofRule.stdout, /canary/)
  t.match(await config('set', '--window-seconds', '60'), { stdout: /^window_seconds: \(not stored\) → 60$/m })
  const json = await config('set', '--no-enabled', '--json')
  t.match(JSON.parse(json.stdout), { enabled: false, secret_set: true })
  t.notOk(Object.hasOwn(JSON.parse(json.stdout), 'cooldown_seconds'), 'what is stored alone')
})

t.test('switches alerts off and on again for a fleet whose url is in code', async (t) => {
  const { config, stored } = open()
  t.match(await config('set', '--no-enabled'), {
    code: 0,
    stdout: /^enabled: .* → false\nAlerts are off: enabled is false\.\n/,
  })
  t.strictSame(await stored(), { enabled: false })
  t.match(await config('set', '--enabled'), {
    code: 0,
    stdout:
      /^enabled: false → true\nNo url is stored: alerts go to the one in code, and are off in a process whose code has none\.\n/,
  })
  t.strictSame(await stored(), { enabled: true })
  t.match(await config('set', '--url', ''), { code: 2, stderr: /url is required when enabled/ })
  t.match(await config('set', '--url', url, '--unset', 'enabled'), {
    stdout: /Alerts are off: enabled is missing beside a url\./,
  })
})

t.test('changes one stored rule, and no other', async (t) => {
  const { configKey, config, stored } = open()
  const payments = { name: 'payments', match: { msg: 'pay' }, url, secret: 'canary', threshold: 10, team: 'x' }
  const before = {
    enabled: true,
    url,
    secret: 'canary',
    owner: 'ops',
    rules: [payments, { name: 'db', secret: 'canary' }],
  }
  await redis.client.set(configKey, JSON.stringify(before))
  t.match(await config('set', '--rule', 'payments', '--threshold', '20', '--send-resolved'), {
    code: 0,
    stdout:
      'rules.payments.threshold: 10 → 20\nrules.payments.send_resolved: (not stored) → true\nWritten. Every process follows within 15 seconds.\n',
  })
  const changed = { ...payments, threshold: 20, send_resolved: true }
  t.match(await stored(), { ...before, rules: [changed, before.rules[1]] })
  t.match(await config('set', '--rule', 'payments', '--unset', 'threshold,match', '--window-seconds', '5'), {
    stdout: /^rules\.payments\.match\.msg: pay → \(not stored\)$/m,
  })
  t.strictSame(Object.keys((await stored()).rules[0]).sort(), [
    'name',
    'secret',
    'send_resolved',
    'team',
    'url',
    'window_seconds',
  ])
  t.match(await config('set', '--rule', 'payments', '--match', '{"msg":"x"}'), {
    stdout: /match\.msg: \(not stored\) → x/,
  })
  t.match(await config('set', '--rule', 'payments', '--url', 'https://b.test/'), {
    code: 2,
    stderr: /`rules\.0\.secret` to be given anew/,
  })
  t.match(await config('set', '--rule', 'payments', '--unset', 'secret', '--url', 'https://b.test/'), { code: 0 })
  t.notOk(Object.hasOwn((await stored()).rules[0], 'secret'))
  t.match(await stored(), { rules: [{}, { name: 'db', secret: 'canary' }] })
})

t.test('says why a rule cannot be changed', async (t) => {
  const { configKey, config, stored } = open()
  const set = (...args: string[]): Promise<Ran> => config('set', '--threshold', '3', '--rule', ...args)
  t.match(await set('payments'), {
    code: 1,
    stderr: /^logsiren: no rule `payments` is stored, nor any other: rules that are in code/,
  })
  t.match(await set('default'), { code: 1, stderr: /without a name, and is changed without --rule/ })
  const text = JSON.stringify({ rules: [{ name: 'payments' }, { name: 'db' }] })
  await redis.client.set(configKey, text)
  t.match(await set('paymens'), {
    code: 1,
    stderr: /no rule `paymens` is stored \(did you mean `payments`\?\); stored are: payments, db/,
  })
  t.match(await set('db', join(folder, 'x.json')), { code: 2 })
  t.match(await set('db', '--rules', '[]'), { code: 2, stderr: /either --rule, .* or --rules/ })
  t.match(await set('db', '--unset', 'name'), { code: 2, stderr: /`rules\.1\.name`/ })
  t.match(await config('set', '--match', '{}'), { code: 2, stderr: /--match together with --rule/ })
  t.match(await config('set', '--rule', 'db'), { code: 2, stderr: /flags with changes/ })
  t.equal(JSON.stringify(await stored()), text)
})

t.test('takes back what get prints, as a file and as rules', async (t) => {
  const { configKey, config, stored } = open()
  const rules = [{ name: 'a', window_seconds: 5, group_by: ['key_id'], secret: 'canary' }, { name: 'b' }]
  const text = JSON.stringify({ threshold: 5, secret: 'canary', rules, owner: 'ops' })
  await redis.client.set(configKey, text)
  const file = join(folder, 'got.json')
  writeFileSync(file, (await config('get', '--json')).stdout)
  t.match(await config('set', file), { code: 0, stdout: 'Nothing changes.\n' })
  t.match(await config('set', '--rules', `@${file}`), { code: 0, stdout: 'Nothing changes.\n' })
  t.equal(JSON.stringify(await stored()), text, 'and nothing was written')
  const other = open()
  t.match(await other.config('set', file), {
    code: 0,
    stdout: /no such secret is stored; give it again: config set --secret, config set --rule a --secret\n/,
  })
  t.match(await other.stored(), { threshold: 5, rules: [{ name: 'a', window_seconds: 5 }, { name: 'b' }] })
  t.notOk(Object.hasOwn(await other.stored(), 'window_seconds'), 'defaults are not pinned')
})

t.test('set with a file, or with what it is given on its input, replaces the whole', async (t) => {
  const { config, withInput, stored } = open()
  const file = join(folder, 'config.json')
  writeFileSync(file, JSON.stringify({ enabled: true, url, threshold: 5 }))
  t.match(await config('set', file), { code: 0, stderr: '' })
  t.strictSame(await stored(), { enabled: true, url, threshold: 5 })
  t.match(await withInput('{"enabled":false}', 'set', '-'), { code: 0 })
  t.strictSame(await stored(), { enabled: false }, 'disabled is stored, too')
})

t.test('says in one line what is wrong, with the exit code for it, and changes nothing', async (t) => {
  const { config, withInput, stored } = open()
  const bad: [Ran, code: number, stderr: RegExp][] = [
    [await config('set'), 2, /either a JSON file, or flags/],
    [await config('set', '--threshold', '5', join(folder, 'config.json')), 2, /either a JSON file, or flags/],
    [await config('set', '--enabled', '--url', ''), 2, /url is required when enabled/],
    [await config('set', '--url', 'http://169.254.169.254/'), 2, /`url` to be at an address that is allowed/],
    [await config('set', '--url', url, '--allowed-origins', 'https://b.test'), 2, /origin/],
    [await config('set', '--unset', 'owner'), 2, /known members, got `owner`/],
    [await config('set', join(folder, 'none.json')), 1, /could not be \(ENOENT\)/],
    [await withInput('{', 'set', '-'), 2, /standard input to hold JSON/],
    [await withInput('{"treshold":3}', 'set', '-'), 2, /known members, got `treshold`/],
    [await config('nothing'), 2, /Expected a command \(get, set, delete, schema\), got `nothing`/],
  ]
  for (const [{ code, stderr, stdout }, expected, pattern] of bad) {
    t.strictSame([code, stdout, stderr.split('\n').length], [expected, '', 2], stderr)
    t.match(stderr, pattern)
    t.match(stderr, /^logsiren: /)
  }
  t.equal(await stored(), null)
  const env = { LOGSIREN_REDIS: `redis://:canary@127.0.0.1:${await freePort()}` }
  const away = await runCli(['config', 'get'], { env } satisfies CliOptions)
  t.match(away, { code: 1, stderr: /^logsiren: Expected Redis to answer.*\n$/ })
  t.notMatch(away.stderr, /canary/)
  t.match(await runCli(['config', 'get']), { code: 2, stderr: /--redis \(or LOGSIREN_REDIS, or REDIS_URL\)/ })
})

t.test('what is stored and not valid is replaced as a whole, or not at all', async (t) => {
  const { configKey, config, withInput, stored } = open()
  await redis.client.set(configKey, JSON.stringify({ url, secret: 'canary', threshold: 'x' }))
  const bad = await config('set', '--window-seconds', '30')
  t.match(bad, {
    code: 1,
    stdout: '',
    stderr: /^logsiren: the stored config is not valid: replace it.*`threshold`.*\n$/,
  })
  t.match(await stored(), { url, secret: 'canary', threshold: 'x' })
  t.match(await withInput(JSON.stringify({ url, threshold: 5 }), 'set', '-'), {
    code: 0,
    stdout: /^What is stored is not valid, and would be lost: Expected `threshold`.*\nurl: /,
  })
  t.match(await stored(), { url, threshold: 5 })
  await redis.client.set(configKey, '{')
  t.match(await config('delete'), { code: 0, stdout: /^What is stored is not valid, and would be lost: .*\nDeleted/ })
  for (const replace of [() => withInput('{"threshold":5}', 'set', '-'), () => config('delete')]) {
    await redis.client.del(configKey)
    await redis.client.rpush(configKey, 'canary')
    t.match(await config('set', '--threshold', '5'), { code: 1, stderr: /another type/ })
    t.match(await replace(), { code: 0, stdout: /^The key holds a value of another type/ })
  }
  t.equal(await stored(), null)
})

t.test('a variable that is set for something else is not written', async (t) => {
  const { configKey, stored } = open()
  const env = { LOGSIREN_URL: url, LOGSIREN_SECRET: 'x', LOGSIREN_REDIS: redis.url, LOGSIREN_CONFIG_KEY: configKey }
  t.match(await runCli(['config', 'set', '--threshold', '3'], { env }), { code: 0 })
  t.strictSame(await stored(), { threshold: 3 })
})

t.test('on a terminal it asks first; elsewhere, and with --yes, it does not', async (t) => {
  const { typing, stored } = open()
  t.match(await typing('n\n', 'set', '--threshold', '3'), { code: 1, stdout: /Write this\?[\s\S]*nothing was written/ })
  t.equal(await stored(), null)
  t.match(await typing('y\n', 'set', '--threshold', '3'), { code: 0, stdout: /Written/ })
  t.strictSame(await stored(), { threshold: 3 })
  t.match(await typing('', 'set', '--threshold', '4', '--yes'), { code: 0 })
  t.match(await typing('n\n', 'delete'), { code: 1, stdout: /nothing was deleted/ })
  t.strictSame(await stored(), { threshold: 4 })
  t.match(await typing('y\n', 'delete'), { code: 0, stdout: /Deleted/ })
  t.equal(await stored(), null)
})

t.test('asks where somebody sits at the terminal, though the output goes elsewhere', async (t) => {
  const { configKey, stored } = open()
  await redis.client.set(configKey, '{"threshold":3}')
  const args = ['config', 'delete', '--redis', redis.url, '--config-key', configKey]
  t.match(await runOnTerminal(args, 'n\n', { pipedTo: 'cat' }), {
    // In whatever order `cat` and the terminal get to write.
    stdout: /^(?=[\s\S]*threshold +3)(?=[\s\S]*Delete this[\s\S]*nothing was deleted)/,
  })
  t.strictSame(await stored(), { threshold: 3 })
})

t.test('what cannot be printed is a failure, and nothing is written', async (t) => {
  const { configKey, stored } = open()
  const where = ['--redis', redis.url, '--config-key', configKey]
  for (const args of [['get'], ['set', '--threshold', '3'], ['schema']]) {
    const to = args[0] === 'schema' ? [] : where
    const ran = await runInto('/dev/full', ['config', ...args, ...to])
    t.strictSame(
      ran,
      { code: 1, stderr: 'logsiren: the output could not be written: no space is left\n' },
      args.join(' '),
    )
  }
  t.equal(await stored(), null)
})

t.test('a dry run writes nothing; delete deletes', async (t) => {
  const { config, stored } = open()
  t.match(await config('set', '--threshold', '3', '--dry-run'), { code: 0, stdout: /threshold: \(not stored\) → 3/ })
  const json = await config('set', '--threshold', '3', '--dry-run', '--json')
  t.match(JSON.parse(json.stdout), { threshold: 3, secret_set: false })
  t.equal(await stored(), null)
  t.match(await config('delete'), { code: 0, stdout: 'There is no config to delete.\n' })
  await config('set', '--threshold', '3')
  t.match(await config('delete'), { code: 0, stdout: /threshold +3[\s\S]*Deleted/ })
  t.equal(await stored(), null)
})

t.test('schema prints the JSON Schema of a config', async (t) => {
  const { code, stdout } = await runCli(['config', 'schema'])
  t.equal(code, 0)
  t.match(JSON.parse(stdout), { $schema: /2020-12/, properties: { threshold: { description: /\w/ } } })
})
