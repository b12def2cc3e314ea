import { hostname, userInfo } from 'node:os'
import t from 'tap'
import { createEvaluator } from '../../src/evaluator/evaluator.js'
import { runCli } from '../fixtures/cli.js'
import { startReceiver } from '../fixtures/receiver.js'
import { freePort, startRedis } from '../fixtures/redis.js'

const redis = await startRedis(t)

const newFleet = () => {
  const configKey = redis.newConfigKey()
  const env = { REDIS_URL: redis.url, LOGSIREN_CONFIG_KEY: configKey }
  return { configKey, silence: (...args: string[]) => runCli(['silence', ...args], { env }) }
}

t.test('sets silences, lists them, and ends them', async (t) => {
  const { configKey, silence } = newFleet()
  await redis.client.set(configKey, JSON.stringify({ rules: [{ name: 'db', group_by: 'model' }] }))
  t.match(await silence('list'), { code: 0, stdout: 'No silence is set\n', stderr: '' })
  const one = await silence('db', '--for', '30m', '--group', 'model=a=b', '--reason', 'a deploy', '--by', 'ada')
  t.match(one, { code: 0, stderr: '' })
  t.match(one.stdout, /^Silenced db model=a=b for 30 min, until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n/)
  const [, id = ''] = /logsiren silence end (\w{8})\n$/.exec(one.stdout) ?? []
  const all = JSON.parse((await silence('--all', '--for', '7d', '--json')).stdout)
  t.strictSame(Object.keys(all), ['id', 'until', 'created_at', 'by'])
  t.equal(all.by, `${userInfo().username}@${hostname()}`)
  t.equal(Date.parse(all.until) - Date.parse(all.created_at), 7 * 86_400_000)
  const listed = await silence('list')
  t.match(listed.stdout, new RegExp(`\\n${id} +db model=a=b +in (29|30) min +ada +a deploy\\n`))
  t.match(listed.stdout, new RegExp(`\\n${all.id} +all rules +in [67] d +\\S+ +-\\n$`))
  const json = JSON.parse((await silence('list', '--json')).stdout)
  t.strictSame(json[1], all)
  t.match(json[0], { id, rule: 'db', group: { model: 'a=b' }, reason: 'a deploy', by: 'ada' })
  t.match(await silence('end', id), { code: 0, stdout: `Ended ${id}\n`, stderr: '' })
  t.match(await silence('end', id), {
    code: 1,
    stdout: '',
    stderr: `logsiren: There is no silence \`${id}\`, or it has ended\n`,
  })
  t.match(await silence('end', '--json', all.id), { code: 0, stdout: `{"id":"${all.id}","ended":true}\n` })
  t.match(await silence('end', '--json', all.id), { code: 1, stdout: `{"id":"${all.id}","ended":false}\n` })
  t.match(await silence('list'), { stdout: 'No silence is set\n' })
})

t.test('says on standard error where it is likely to mute nothing, and in the JSON', async (t) => {
  const { silence } = newFleet()
  const note = 'No rule `db` is known: the silence mutes it once a process has it'
  t.match(await silence('db', '--for', '45s'), { code: 0, stdout: /^Silenced db for 45 s/, stderr: `${note}\n` })
  const json = await silence('db', '--for', '2h', '--json')
  t.match(JSON.parse(json.stdout), { rule: 'db', note })
  t.equal(json.stderr, '')
})

t.test('takes the flags of the Redis before and behind list and end', async (t) => {
  const { configKey, silence } = newFleet()
  await silence('--all', '--for', '1h')
  const where = ['--redis', redis.url, '--config-key', configKey]
  for (const args of [
    ['list', '--json', ...where],
    [...where, 'list', '--json'],
    ['--json', ...where, 'list'],
  ]) {
    const { stdout } = await runCli(['silence', ...args])
    t.equal(JSON.parse(stdout).length, 1, args.join(' '))
  }
})

t.test('what makes no sense is wrong usage, in one line', async (t) => {
  const { silence } = newFleet()
  const cases: readonly [args: string, stderr: RegExp][] = [
    ['--for 30m', /^logsiren: Expected either a rule or --all, got neither; see logsiren silence --help\n$/],
    ['', /got neither/],
    ['db --all --for 30m', /got both/],
    ['db', /^logsiren: Expected `--for` to be a time such as 45s, 30m, 2h or 7d, 30d at most, got none\n$/],
    ['db --for 30', /got `30`\n$/],
    ['db --for 30x', /got `30x`\n$/],
    ['db --for -5m', /got `-5m`\n$/],
    ['db --for 1.5h', /got `1\.5h`\n$/],
    ['db --for 0m', /got `0m`\n$/],
    ['db --for 31d', /got `31d`\n$/],
    ['a.b --for 30m', /^logsiren: Expected `rule` to be the name of a rule/],
    ['--all --group model=m --for 30m', /^logsiren: Expected `--group` together with `rule`/],
    ['db --group model --for 30m', /^logsiren: Expected --group to be a name and its value such as model=x/],
    ['db --group =m --for 30m', /^logsiren: Expected --group to be a name and its value/],
    ['db --group model=a --group model=b --for 30m', /^logsiren: Expected each name once in --group/],
    [`db --for 30m --reason ${'x'.repeat(501)}`, /^logsiren: Expected `--reason` to be a text of at most 500/],
    [`db --for 30m --by ${'x'.repeat(501)}`, /^logsiren: Expected `--by` to be a text of at most 500/],
    ['db more --for 30m', /^logsiren: .*too many arguments/],
    ['end', /^logsiren: missing required argument 'id'\n$/],
    ['list db', /^logsiren: .*too many arguments/],
    ['db --for 30m --threshold 3', /^logsiren: unknown option '--threshold'/],
  ]
  for (const [args, stderr] of cases)
    t.match(await silence(...args.split(' ').filter((one) => one !== '')), { code: 2, stdout: '', stderr }, args)
  t.match(await runCli(['silence', '--all', '--for', '1h']), { code: 2, stderr: /^logsiren: Expected --redis/ })
  t.match(await silence('list', '--json'), { stdout: '[]\n' }, 'nothing was set')
})

t.test('says what went wrong with Redis, in one line', async (t) => {
  const env = { REDIS_URL: `redis://:canary@127.0.0.1:${await freePort()}` }
  for (const args of [['--all', '--for', '1h'], ['list'], ['end', 'abcd1234'], ['db', '--for', '1h']]) {
    const ran = await runCli(['silence', ...args], { env })
    t.match(ran, { code: 1, stdout: '', stderr: /^logsiren: Expected Redis to answer for the [^\n]+\n$/ })
    t.notMatch(ran.stderr, /canary/)
  }
})

t.test(
  'a silenced fleet counts and raises nothing, status says so, and afterwards the next error alerts',
  async (t) => {
    const { configKey, silence } = newFleet()
    const receiver = await startReceiver(t)
    const options = { redis: redis.url, configKey, url: receiver.url, rules: [{ name: 'db', groupBy: 'model' }] }
    const fleet = [createEvaluator({ ...options, threshold: 4 }), createEvaluator({ ...options, threshold: 4 })]
    t.teardown(() => Promise.all(fleet.map((one) => one.close())))
    const fail = async (model: string, each: number): Promise<void> => {
      for (const evaluator of fleet) {
        for (let i = 0; i < each; i += 1) evaluator.observe({ statusCode: 503, model })
        await evaluator.flush()
      }
    }
    await fail('m', 1)
    const { id } = JSON.parse(
      (await silence('db', '--group', 'model=m', '--for', '2h', '--by', 'ada', '--json')).stdout,
    )
    await fail('m', 3)
    await fail('n', 2)
    t.strictSame(
      receiver.received.map(({ body }) => body.group_by),
      [{ model: 'n' }],
    )
    const env = { REDIS_URL: redis.url, LOGSIREN_CONFIG_KEY: configKey }
    const { stdout } = await runCli(['status'], { env })
    t.match(stdout, /^db +model=m .* 8 +4 in 60 s .* silenced +-$/m)
    t.match(stdout, /\nSilenced\n.*\ndb +model=m +6 +in \d\S* \S+ +ada +-\n/)
    const status = JSON.parse((await runCli(['status', '--json'], { env })).stdout)
    t.match(
      status.rows.map(({ silence }: { silence: unknown }) => silence),
      [{ id, errors: 6, by: 'ada' }, null],
    )
    t.match(status.silences, [{ id, mutes: 1 }])
    await silence('end', id)
    await fail('m', 1)
    t.match(receiver.received[1]?.body, { group_by: { model: 'm' }, count: 9 })
    t.equal(receiver.received.length, 2)
    const after = JSON.parse((await runCli(['status', '--json'], { env })).stdout)
    t.match(after, { rows: [{ silence: null }, { silence: null }], silences: [] })
  },
)
