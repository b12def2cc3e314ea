import t, { type Test } from 'tap'
import { systemClock } from '../../src/clock.js'
import { redisTarget } from '../../src/config/checks/redis-option.js'
import { checkedSilence, createSilences, type NotedSilence, silenceEditor } from '../../src/control/silences.js'
import type { ConfigError } from '../../src/errors.js'
import { createEvaluator } from '../../src/evaluator/evaluator.js'
import { Connection } from '../../src/store/connection/connection.js'
import { freePort, startRedis } from '../fixtures/redis.js'
import { run } from '../fixtures/run.js'

const redis = await startRedis(t)

t.test('adds, lists and ends, in camelCase', async (t) => {
  const configKey = redis.newConfigKey()
  const silences = createSilences({ redis: redis.url, configKey })
  t.teardown(() => silences.close())
  t.strictSame(await silences.list(), [])
  const db = await silences.add({
    rule: 'db',
    group: { keyId: 7, 'app.area': 'x', model: null },
    forSeconds: 3600,
    reason: ' a\n deploy ',
    by: 'ada',
  })
  t.match(db, {
    id: /^[a-z0-9]{8}$/,
    rule: 'db',
    group: { key_id: 7, 'app.area': 'x', model: null },
    reason: 'a deploy',
    by: 'ada',
  })
  t.match([db.until, db.createdAt], [/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, /Z$/])
  t.equal(Date.parse(db.until) - Date.parse(db.createdAt), 3_600_000)
  const all = await silences.add({ forSeconds: 60, reason: '', by: undefined })
  t.strictSame(Object.keys(all), ['id', 'until', 'createdAt'])
  t.strictSame(await silences.list(), [all, db])
  t.equal(await silences.end(all.id), true)
  t.equal(await silences.end(all.id), false)
  t.equal(await silences.end(undefined as unknown as string), false)
  t.strictSame(await silences.list(), [db])
})

t.test('a value that is shown shortened is met as it is shown', (t) => {
  const long = 'x'.repeat(1000)
  const { group } = checkedSilence({ rule: 'a', group: { model: long }, forSeconds: 1 })
  t.equal(String(group?.['model']).length, 256)
  t.strictSame(checkedSilence({ rule: 'a', group, forSeconds: 1 }).group, group)
  t.end()
})

t.test('says everything that is wrong, each in a sentence, and adds nothing', async (t) => {
  const configKey = redis.newConfigKey()
  const silences = createSilences({ redis: redis.url, configKey })
  t.teardown(() => silences.close())
  const good = { rule: 'db', forSeconds: 60 }
  const cases: readonly [given: unknown, path: string, message: RegExp][] = [
    [undefined, '', /^Expected the whole to be an object, got undefined$/],
    [[], '', /got a list$/],
    [{ ...good, forSeconds: undefined }, 'forSeconds', /^Expected `forSeconds` to be an integer from 1 to 2592000 /],
    [{ ...good, forSeconds: 0 }, 'forSeconds', /got `0`$/],
    [{ ...good, forSeconds: 1.5 }, 'forSeconds', /got `1.5`$/],
    [{ ...good, forSeconds: '60' }, 'forSeconds', /got "60"$/],
    [{ ...good, forSeconds: 2_592_001 }, 'forSeconds', /30 days at most\), got `2592001`$/],
    [{ ...good, forSeconds: Number.NaN }, 'forSeconds', /got `NaN`$/],
    [{ ...good, rule: 'a b' }, 'rule', /^Expected `rule` to be the name of a rule: .*, got another text$/],
    [{ ...good, rule: null }, 'rule', /got null$/],
    [{ ...good, rule: '' }, 'rule', /got an empty text$/],
    [{ ...good, rule: 'x'.repeat(65) }, 'rule', /1 to 64/],
    [{ group: { model: 'm' }, forSeconds: 60 }, 'group', /^Expected `group` together with `rule`/],
    [{ ...good, group: {} }, 'group', /an object of 1 to 8 names/],
    [{ ...good, group: null }, 'group', /got null$/],
    [{ ...good, group: 'model=m' }, 'group', /got another text$/],
    [{ ...good, group: ['m'] }, 'group', /got a list$/],
    [{ ...good, group: Object.fromEntries([...'abcdefghi'].map((name) => [name, 1])) }, 'group', /1 to 8 names/],
    [{ ...good, group: { model: ['m'] } }, 'group', /^Expected `group.model` to be a text, a number, .*, got a list$/],
    [{ ...good, group: { model: undefined } }, 'group', /`group.model` .* got undefined$/],
    [{ ...good, group: { model: Number.NaN } }, 'group', /`group.model`/],
    [{ ...good, group: { ' ': 1 } }, 'group', /1 to 256 characters$/],
    [{ ...good, group: { keyId: 1, key_id: 2 } }, 'group', /two spellings/],
    [{ ...good, reason: 7 }, 'reason', /^Expected `reason` to be a text of at most 500 characters, got `7`$/],
    [{ ...good, reason: 'x'.repeat(501) }, 'reason', /at most 500 characters, got another text$/],
    [{ ...good, by: null }, 'by', /^Expected `by` to be a text of at most 500 characters, got null$/],
    [{ ...good, until: 'x' }, 'until', /^Expected only rule, group, forSeconds, reason, by, got `until`$/],
    [{ ...good, for_seconds: 5 }, 'for_seconds', /^Expected only/],
  ]
  for (const [given, path, message] of cases) {
    const error: unknown = await silences.add(given as typeof good).catch((error: unknown) => error)
    t.match(error, { code: 'ERR_LOGSIREN_CONFIG', problems: [{ path, message }] }, JSON.stringify(given))
    t.equal((error as ConfigError).problems.length, 1)
  }
  t.match(
    await silences.add({ rule: '', by: 7, forSeconds: -1 } as never).catch((error: unknown) => error),
    { problems: [{ path: 'rule' }, { path: 'forSeconds' }, { path: 'by' }] },
    'all at once',
  )
  t.strictSame(await silences.list(), [])
})

t.test('the length has the name that it has over HTTP', (t) => {
  t.match(checkedSilence({ for_seconds: 5 }, 'for_seconds'), { forMs: 5000 })
  t.throws(() => checkedSilence({ forSeconds: 5 }, 'for_seconds'), {
    code: 'ERR_LOGSIREN_CONFIG',
    message: /^logsiren: Expected only rule, .*, got `forSeconds`; Expected `for_seconds` to be an integer/,
  })
  t.end()
})

t.test('there are at most 100', async (t) => {
  const silences = createSilences({ redis: redis.url, configKey: redis.newConfigKey() })
  t.teardown(() => silences.close())
  const added = await Promise.all(Array.from({ length: 100 }, () => silences.add({ forSeconds: 60 })))
  await t.rejects(silences.add({ forSeconds: 60 }), {
    code: 'ERR_LOGSIREN_CONFIG',
    message: 'logsiren: Expected at most 100 silences at a time, and there are as many: end one first',
  })
  await silences.end(added[7]?.id ?? '')
  await silences.add({ forSeconds: 60 })
})

t.test('fails with a code where Redis is away, and needs one to be named', async (t) => {
  const silences = createSilences({ redis: `redis://127.0.0.1:${await freePort()}` })
  t.teardown(() => silences.close())
  await t.rejects(silences.list(), { code: 'ERR_LOGSIREN_REDIS' })
  await t.rejects(silences.add({ forSeconds: 1 }), { code: 'ERR_LOGSIREN_REDIS' })
  await t.rejects(silences.end('abcd1234'), { code: 'ERR_LOGSIREN_REDIS' })
  t.throws(() => createSilences({} as { redis: string }), {
    code: 'ERR_LOGSIREN_CONFIG',
    problems: [{ path: 'redis' }],
  })
})

t.test('a script that sets one ends when it closes them', async (t) => {
  const program = `import { createSilences } from 'logsiren'
    const silences = createSilences({ redis: '${redis.url}', configKey: '${redis.newConfigKey()}' })
    const { id } = await silences.add({ forSeconds: 600, reason: 'a deploy' })
    process.stdout.write(String(await silences.end(id)))
    await silences.close()`
  t.strictSame(await run(program), { code: 0, signal: null, stdout: 'true', stderr: '' })
})

function adding(t: Test, configKey: string): (rule?: string, ...names: string[]) => Promise<NotedSilence['note']> {
  const target = redisTarget(redis.url)
  if (target === undefined) throw new Error('no address')
  const connection = new Connection({ target, clock: systemClock, connectTimeoutMs: 500, holdsProcess: true })
  t.teardown(() => connection.close())
  const editor = silenceEditor(connection, configKey)
  return async (rule, ...names) => {
    const group = names.length === 0 ? undefined : Object.fromEntries(names.map((name) => [name, 'x']))
    const { silence, note } = await editor.add(checkedSilence({ rule, group, forSeconds: 60 }))
    t.ok(
      (await editor.list()).some(({ id }) => id === silence.id),
      'it is set whatever the note says',
    )
    return note
  }
}

t.test('notes a rule that is not known, and names that the rule does not group by', async (t) => {
  const configKey = redis.newConfigKey()
  const note = adding(t, configKey)
  const rules = [
    { name: 'plain' },
    { name: 'by-model', groupBy: ['model', 'keyId'] },
    { name: 'seldom', groupBy: 'model', match: { model: 'never' } },
  ]
  t.equal(await note('db'), 'No rule `db` is known: the silence mutes it once a process has it')
  t.equal(await note(), undefined, 'all rules')
  const evaluator = createEvaluator({ url: 'http://127.0.0.1:9/', redis: redis.url, configKey, rules, threshold: 99 })
  evaluator.observe({ statusCode: 503, model: 'm' })
  await evaluator.flush()
  await evaluator.close()
  t.equal(
    await note('db'),
    'No rule `db` is known, only `plain`, `by-model`, `seldom`: the silence mutes it once a process has it',
  )
  t.equal(await note('plain'), undefined)
  t.equal(await note('by-model'), undefined)
  t.equal(await note('by-model', 'keyId', 'model'), undefined)
  t.match(
    await note('by-model', 'model'),
    /^Rule `by-model` groups by `model`, `key_id`, and `group` has `model`: the silence mutes nothing as long/,
  )
  t.match(await note('plain', 'model'), /^Rule `plain` has no groups, and `group` has `model`: the silence mutes/)
  t.equal(await note('seldom', 'model'), undefined, 'nobody knows its groups')
  await redis.client.set(configKey, JSON.stringify({ rules: [{ name: 'stored', group_by: 'tenant' }] }))
  t.match(await note('plain'), /^No rule `plain` is known, only `stored`: /, 'the document has other rules')
  t.match(await note('stored', 'model'), /^Rule `stored` groups by `tenant`, and `group` has `model`/)
  t.equal(await note('stored', 'tenant'), undefined)
})

t.test('of many rules a note names some', async (t) => {
  const configKey = redis.newConfigKey()
  const rules = Array.from({ length: 13 }, (_, at) => ({ name: `r${at}` }))
  await redis.client.set(configKey, JSON.stringify({ rules }))
  t.match(await adding(t, configKey)('x'), /only `r0`, .*, `r9` and 3 more: /)
})
