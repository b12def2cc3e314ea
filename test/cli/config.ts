import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { type CliOptions, type Ran, runCli, runOnTerminal } from '../fixtures/cli.js'
import { freePort, startRedis } from '../fixtures/redis.js'

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

t.test('get shows what is stored, or the defaults, without its secrets', async (t) => {
  const { configKey, config } = open()
  t.match(await config('get'), { code: 0, stdout: /^No config is stored[\s\S]*threshold +10$/m, stderr: '' })
  await redis.client.set(configKey, JSON.stringify({ url, secret: 'canary', threshold: 3 }))
  const shown = await config('get')
  t.match(shown, { code: 0, stdout: /^url +https:\/\/a\.test\/hook$/m })
  const json = await config('get', '--json')
  t.match(JSON.parse(json.stdout), { url, threshold: 3, secret_set: true })
  t.notMatch(shown.stdout + json.stdout, /canary/)
  await redis.client.set(configKey, '{"threshold":"canary"}')
  const bad = await config('get')
  t.match(bad, { code: 1, stdout: '', stderr: /^logsiren: the stored config is not valid: Expected `threshold`.*\n$/ })
  t.notMatch(bad.stderr, /canary/)
})

t.test('set changes what its flags name, and shows what that is', async (t) => {
  const { config, stored } = open()
  const first = await config('set', '--url', url, '--enabled', '--threshold', '20', '--secret', 'canary')
  t.match(first, { code: 0, stdout: /^threshold +\(none\) +-> +20$/m, stderr: '' })
  t.strictSame(await stored(), { url, secret: 'canary', enabled: true, threshold: 20 })
  const second = await config(
    'set',
    '--threshold',
    '30',
    '--group-by',
    'model',
    '--rules',
    '[{"name":"a","windowSeconds":5}]',
  )
  t.match(second, { code: 0, stdout: /^threshold +20 +-> +30$/m })
  t.match(await stored(), { threshold: 30, group_by: ['model'], rules: [{ name: 'a', window_seconds: 5 }] })
  const third = await config('set', '--unset', 'group_by,rules', '--secret', 'other')
  t.match(third.stdout, /^secret +set +-> +another one$/m)
  t.strictSame(await stored(), { url, secret: 'other', enabled: true, threshold: 30 })
  t.match(await config('set', '--threshold', '30'), { code: 0, stdout: 'Nothing changes.\n' })
  t.notMatch([first, second, third].map(({ stdout }) => stdout).join(), /canary|other"/)
  const rules = (secret: string) => JSON.stringify([{ name: 'a', secret }])
  await config('set', '--rules', rules('canary1'))
  const ofRule = await config('set', '--rules', rules('canary2'))
  t.match(ofRule.stdout, /^rules\.a\.secret +set +-> +another one$/m)
  t.match(await stored(), { rules: [{ secret: 'canary2' }] })
  t.notMatch(ofRule.stdout, /canary/)
  t.match(await config('set', '--window-seconds', '60'), { stdout: /^window_seconds +\(none\) +-> +60$/m })
  const json = await config('set', '--no-enabled', '--json')
  t.match(JSON.parse(json.stdout), { enabled: false, secret_set: true })
})

t.test('set with a file, or with what it is given on its input, replaces the whole', async (t) => {
  const { config, withInput, stored } = open()
  const file = join(folder, 'config.json')
  writeFileSync(file, JSON.stringify({ enabled: true, url, threshold: 5 }))
  t.match(await config('set', file), { code: 0, stderr: '' })
  t.match(await stored(), { enabled: true, url, threshold: 5, window_seconds: 60 })
  t.match(await withInput('{"enabled":false}', 'set', '-'), { code: 0 })
  t.match(await stored(), { enabled: false, url: '', threshold: 10 }, 'disabled is stored, too')
})

t.test('says in one line what is wrong, with the exit code for it, and changes nothing', async (t) => {
  const { config, withInput, stored } = open()
  const bad: [Ran, code: number, stderr: RegExp][] = [
    [await config('set'), 2, /either a JSON file, or flags/],
    [await config('set', '--threshold', '5', join(folder, 'config.json')), 2, /either a JSON file, or flags/],
    [await config('set', '--enabled'), 2, /url is required when enabled/],
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
  t.match(await withInput(JSON.stringify({ url, threshold: 5 }), 'set', '-'), { code: 0 })
  t.match(await stored(), { url, threshold: 5 })
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

t.test('a dry run writes nothing; delete deletes', async (t) => {
  const { config, stored } = open()
  t.match(await config('set', '--threshold', '3', '--dry-run'), { code: 0, stdout: /threshold +\(none\) +-> +3/ })
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
