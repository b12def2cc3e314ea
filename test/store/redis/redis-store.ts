import t, { type Test } from 'tap'
import type { RuleSettings } from '../../../src/config/settings.js'
import { seriesOf } from '../../../src/rule/series.js'
import { HEAD } from '../../../src/store/redis/batch-protocol.js'
import { RedisStore } from '../../../src/store/redis/redis-store.js'
import type { FormerRule, Reply, Submission } from '../../../src/store/store.js'
import { fakeClock } from '../../fixtures/fake-clock.js'
import { startRedis } from '../../fixtures/redis.js'
import { type RedisBench, redisBench } from '../../fixtures/redis-bench.js'
import { countsNow, only, rule, send, series, submitter } from '../../fixtures/store-bench.js'
import { storeContract } from '../../fixtures/store-contract.js'

// What becomes of counts and alerts is tested by theme beside the scripts: test/store/redis/lua.
const redis = await startRedis(t)

const newBench = (t: Test): Promise<RedisBench> => redisBench(t, redis)

t.test('contract', (t) => storeContract(t, () => newBench(t)))

t.test('counts what several processes submit as one, and lets exactly one of them tell', async (t) => {
  const bench = await newBench(t)
  const submits = [bench, bench.another(), bench.another()].map((one) => submitter(one))
  const tallies = await Promise.all(Array.from({ length: 30 }, (_, i) => submits[i % 3]?.(1)))
  t.equal(tallies.filter((tally) => tally?.claim !== undefined).length, 1)
  t.equal(Math.max(...tallies.map((tally) => tally?.total ?? 0)), 30)
})

t.test('counts a submission once however often it is sent, and repeats the claim whose reply was lost', async (t) => {
  const bench = await newBench(t)
  const { store } = bench
  const entries = [{ kind: 'judged', series, counts: countsNow(bench, 10), draft: '{"first":1}' }] as const
  const submission: Submission = { sequence: 1, entries, rules: [rule] }
  t.match(await store.submit(submission), { kind: 'config', config: { kind: 'missing' } })
  const first = await store.submit(submission)
  t.match(first, { tallies: [{ total: 10, claim: { tries: 0, draft: '{"first":1}', isNew: true } }] })
  t.strictSame(await store.submit(submission), first)
})

t.test('answers for as many series at once as there may be', async (t) => {
  const bench = await newBench(t)
  const counts = countsNow(bench, 1)
  for (const kind of ['judged', 'counted'] as const) {
    const entries = Array.from({ length: 3000 }, (_, i) => {
      const ofGroup = { series: seriesOf({ ...rule, name: kind }, `${i}`), counts }
      return kind === 'judged' ? { kind, ...ofGroup, draft: '' } : { kind, ...ofGroup }
    })
    const sequence = kind === 'judged' ? 1 : 2
    const { tallies } = await send(bench.store, { sequence, entries })
    t.equal(tallies.length, 3000)
    t.ok(tallies.every(({ total, isJudged }) => total === 1 && isJudged === (kind === 'judged')))
  }
})

t.test('tells each new config once, and counts nothing with that reply', async (t) => {
  const bench = await newBench(t)
  const { store, configKey } = bench
  let sequence = 0
  const submit = (): Promise<Reply> => {
    sequence += 1
    const entries = [{ kind: 'judged', series, counts: countsNow(bench, 1), draft: '' }] as const
    return store.submit({ sequence, entries, rules: [rule] })
  }
  t.match(await submit(), { config: { kind: 'missing' } })
  t.match(await submit(), { tallies: [{ total: 1 }] })
  await redis.client.set(configKey, '{"threshold":3}')
  t.match(await submit(), { config: { kind: 'text', text: '{"threshold":3}' } })
  t.match(await submit(), { tallies: [{ total: 2 }] })
  await redis.client.set(configKey, Buffer.from([0x22, 0xff, 0xfe, 0x22]))
  t.match(await submit(), { config: { kind: 'text' } }, 'text that is not UTF-8')
  t.match(await submit(), { tallies: [{ total: 3 }] }, 'is no news the second time either')
  await redis.client.del(configKey)
  await redis.client.lpush(configKey, 'a list')
  t.match(await submit(), { config: { kind: 'unreadable' } })
  t.match(await submit(), { tallies: [{ total: 4 }], repaired: [] })
  await redis.client.del(configKey)
  t.match(await submit(), { config: { kind: 'missing' } })
})

t.test('tells the silences with each new config, and alone where they alone are new', async (t) => {
  const bench = await newBench(t)
  const { store, configKey, clock } = bench
  const key = `${configKey}:silences`
  const submit = submitter(bench)
  let sequence = 100
  const ask = (): Promise<Reply> => {
    sequence += 1
    return store.submit({ sequence, entries: [], rules: [rule] })
  }
  const textOf = (id: string, more: object = {}): string =>
    JSON.stringify({ until: clock.nowMs() + 60_000, createdAt: clock.nowMs(), id, ...more })
  t.match(await ask(), { kind: 'config', silences: { list: [] } })
  await submit(1)
  const revision = await redis.client.hget(`${configKey}:fleet`, 'revision')

  await redis.client.hset(key, { version: 'v1', aaaaaaaa: textOf('aaaaaaaa', { rule: 'r', reason: 'for', by: 'me' }) })
  const told = { id: 'aaaaaaaa', untilMs: clock.nowMs() + 60_000, createdAtMs: clock.nowMs(), rule: 'r', reason: 'for' }
  t.strictSame(await ask(), {
    kind: 'silences',
    silences: { list: [{ ...told, by: 'me' }], readAtMs: clock.nowMs() },
  })
  t.match(await ask(), { kind: 'counted' })
  const foreign = { bbbbbbbb: 'no JSON', cccccccc: textOf('dddddddd'), eeeeeeee: '{"id":"eeeeeeee"}', ffffffff: '' }
  await redis.client.hset(key, { ...foreign, version: 'v2', gggggggg: textOf('gggggggg') })
  const { silences } = (await ask()) as Reply & { kind: 'silences' }
  t.strictSame(silences.list.map(({ id }) => id).sort(), ['aaaaaaaa', 'gggggggg'], 'what others wrote is passed over')
  await redis.client.set(configKey, '{}')
  t.match(await ask(), { kind: 'config', config: { text: '{}' }, silences: { list: [{}, {}] } })
  t.match(await ask(), { kind: 'counted' })
  const configRevision = Number(await redis.client.hget(`${configKey}:fleet`, 'revision'))
  t.equal(configRevision, Number(revision) + 1, 'silences are no revision')
  await redis.client.del(key)
  t.match(await ask(), { kind: 'silences', silences: { list: [] } }, 'the last one has ended')
  t.match(await ask(), { kind: 'counted' })
  await redis.client.hset(key, 'aaaaaaaa', textOf('aaaaaaaa'))
  t.match(await ask(), { kind: 'counted' }, 'without a version there are none')
  const many = Object.fromEntries(
    Array.from({ length: 150 }, (_, i) => `${i}`.padStart(8, 'x')).map((id) => [id, textOf(id)]),
  )
  await redis.client.hset(key, { ...many, version: 'v3' })
  t.equal(((await ask()) as Reply & { kind: 'silences' }).silences.list.length, 100)
})

t.test('works again after the server has forgotten the script', async (t) => {
  const bench = await newBench(t)
  const submit = submitter(bench)
  await submit(1)
  await redis.client.script('FLUSH')
  t.equal((await submit(1)).total, 2)
})

t.test('names what is due of the rules that a process has, and all that is open of those that it had', async (t) => {
  const bench = await newBench(t)
  const rules = ['a', 'b'].map((name) => ({ ...rule, name, sendResolved: true }))
  const entries = rules.flatMap((rule) =>
    ['', 'k', 'l'].map((key) => ({
      kind: 'judged' as const,
      series: seriesOf(rule, key),
      counts: countsNow(bench, 10),
      draft: '',
    })),
  )
  const { tallies } = await send(bench.store, { sequence: 1, entries })
  for (const [i, { series }] of entries.entries())
    await bench.store.settle(series, only(tallies[i]?.claim), { kind: 'postponed', waitMs: 1000 * (3 - (i % 3)) })
  await bench.advance(2000)
  const [a, b] = rules
  const former = [{ ...only(b) }, { ...only(a), url: 'http://c.test/' }]
  const formerRules = former.map((rule) => ({ rule, leftAtMs: bench.clock.monotonicMs() }))
  const asked = { entries: [], rules: [only(a)], formerRules }
  const reply = await send(bench.store, { sequence: 2, ...asked })
  t.strictSame(reply.due, ['a:l', 'a:k'], 'the longest due first')
  t.strictSame(reply.formerlyOpen, [['b:l', 'b:k', 'b'], []])
})

t.test('an end that is owed is looked at by processes that tell ends, and is open for all', async (t) => {
  const bench = await newBench(t)
  const change = { sendResolved: true }
  const ofRule = seriesOf({ ...rule, ...change })
  const { claim } = await submitter(bench)(10, change)
  await bench.store.settle(ofRule, only(claim), { kind: 'delivered' })
  await bench.advance(130_000)
  const { store } = bench.another()
  const left = { rule: ofRule.rule, leftAtMs: bench.clock.monotonicMs() }
  const asOf = (sequence: number, rules: readonly RuleSettings[], formerRules: readonly FormerRule[] = []) =>
    send(store, { sequence, entries: [], rules, formerRules })
  t.match(await asOf(1, [rule]), { due: [] })
  t.match(await asOf(2, [ofRule.rule]), { due: ['default'] })
  t.match(await asOf(3, [], [left]), { due: [], formerlyOpen: [['default']] })
})

t.test('names a hundred of each rule at once, and the others when those were looked at', async (t) => {
  const bench = await newBench(t)
  const entries = Array.from({ length: 130 }, (_, i) => ({
    kind: 'judged' as const,
    series: seriesOf(rule, `${i}`),
    counts: countsNow(bench, 10),
    draft: '',
  }))
  await send(bench.store, { sequence: 1, entries })
  await bench.advance(20_000)
  const seen = new Set<string>()
  for (const [sequence, length] of [
    [2, 100],
    [4, 30],
    [6, 0],
  ] as const) {
    const { due } = await send(bench.store, { sequence, entries: [], rules: [rule] })
    t.equal(due.length, length)
    for (const id of due) seen.add(id)
    const looks = entries.filter(({ series }) => due.includes(series.id)).map((entry) => ({ ...entry, counts: [] }))
    const { tallies } = await send(bench.store, { sequence: sequence + 1, entries: looks })
    t.ok(tallies.every(({ claim }) => claim !== undefined))
  }
  t.equal(seen.size, 130)
})

t.test('sends again what the server takes to be sent by another clock, and no more than a few times', async (t) => {
  const clock = fakeClock()
  const replies = [
    ['config', 5000, 'missing', '', 'missing', []],
    ['clock', 4000],
    ['counted', 4000, 'f', [[]], [], []],
    ['clock', 1],
    ['clock', 2],
    ['clock', 3],
    'no list',
  ]
  const sent: unknown[] = []
  const connection = {
    isCluster: false,
    run: (_script: unknown, _keys: readonly string[], args: readonly unknown[]) => {
      sent.push(args[Object.keys(HEAD).indexOf('sentMs')])
      return Promise.resolve(replies.shift())
    },
    onReady: () => {},
    open: () => {},
    close: () => {},
  }
  const store = new RedisStore({ connection, configKey: 'k', clock })
  const submit = (): Promise<Reply> => store.submit({ sequence: 1, entries: [], rules: [rule] })
  t.match(await submit(), { kind: 'config' })
  t.match(await submit(), { kind: 'counted', due: [] })
  t.strictSame(sent, ['', 5000, 4000], 'the time that it was told, though that is earlier')
  await t.rejects(submit(), { message: /clock/ })
  await t.rejects(submit(), { message: /no list/ })
})

t.test('calls back whenever it can be reached, and fails at once when it is closed', async (t) => {
  const { store } = await newBench(t)
  await new Promise<void>((resolve) => store.onReachable(resolve))
  await store.close()
  await t.rejects(store.submit({ sequence: 1, entries: [], rules: [rule] }))
})
