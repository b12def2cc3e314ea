import t, { type Test } from 'tap'
import { systemClock } from '../../../src/clock.js'
import type { RuleSettings } from '../../../src/config/settings.js'
import { createLineEvaluator, type LineEvaluator } from '../../../src/evaluator/evaluator.js'
import { type Series, seriesOf } from '../../../src/rule/series.js'
import type { Settlement } from '../../../src/rule/settle.js'
import { Connection } from '../../../src/store/connection/connection.js'
import { keyNames } from '../../../src/store/redis/keys.js'
import { rearm } from '../../../src/store/redis/rearm.js'
import type { Store } from '../../../src/store/store.js'
import { eventually } from '../../fixtures/eventually.js'
import { FakeHttp } from '../../fixtures/fake-http.js'
import { startRedis } from '../../fixtures/redis.js'
import { type RedisBench, redisBench } from '../../fixtures/redis-bench.js'
import { countsNow, only, rule, send, submitter } from '../../fixtures/store-bench.js'

const redis = await startRedis(t)
const connection = new Connection({
  target: { kind: 'url', url: redis.url },
  clock: systemClock,
  connectTimeoutMs: 5000,
  holdsProcess: true,
})
t.teardown(() => connection.close())

const HALF_AN_HOUR_MS = 1_800_000
const other = 'http://127.0.0.1:9/other'

/** Raises an alert of each of these series, in one batch of one process. */
async function raise(bench: RedisBench, list: readonly Series[]) {
  const { store } = bench.another()
  const entries = list.map((series) => ({ kind: 'judged', series, counts: countsNow(bench, 10), draft: '' }) as const)
  const { tallies } = await send(store, { sequence: 1, entries })
  return tallies.map(({ claim }) => only(claim))
}

/** What an idle process finds to deliver. */
async function found(bench: RedisBench, change: Partial<RuleSettings> = {}): Promise<readonly string[]> {
  return (await submitter(bench.another()).look(change)).map(({ id }) => id)
}

t.test('makes what is parked for a url due at once, of all rules and groups, and nothing else', async (t) => {
  const bench = await redisBench(t, redis)
  const parked = { kind: 'parked', waitMs: HALF_AN_HOUR_MS } as const
  const rows: readonly (readonly [Series, Settlement | undefined])[] = [
    [seriesOf(rule), parked],
    [seriesOf({ ...rule, name: 'grouped' }, 'a'), parked],
    [seriesOf({ ...rule, name: 'grouped' }, 'b'), parked],
    [seriesOf({ ...rule, name: 'leased' }), undefined],
    [seriesOf({ ...rule, name: 'waiting' }), { kind: 'postponed', waitMs: 20_000 }],
    [seriesOf({ ...rule, name: 'other', url: other }), parked],
  ]
  const claims = await raise(
    bench,
    rows.map(([series]) => series),
  )
  for (const [i, [series, settlement]] of rows.entries())
    if (settlement !== undefined) await bench.store.settle(series, only(claims[i]), settlement)
  const names = ['default', 'grouped', 'leased', 'waiting']
  const foundNow = async (): Promise<readonly string[]> => {
    const ofUrl = await Promise.all(names.map((name) => found(bench, { name })))
    return [...ofUrl.flat(), ...(await found(bench, { name: 'other', url: other }))].sort()
  }
  const idsOf = (...indices: readonly number[]): readonly string[] => indices.map((i) => only(claims[i]).id).sort()
  t.strictSame(await foundNow(), [])
  await rearm(connection, bench.configKey, rule.url)
  t.strictSame(await foundNow(), idsOf(0, 1, 2))
  await rearm(connection, bench.configKey, rule.url)
  t.strictSame(await foundNow(), [], 'they are being delivered')
  await bench.advance(9999)
  t.strictSame(await foundNow(), [])
  await bench.advance(1)
  t.strictSame(await foundNow(), idsOf(0, 1, 2, 3), 'a lease ends when it would have')
  await bench.advance(10_000)
  t.ok((await foundNow()).includes(only(claims[4]).id), 'what waits is tried when it would have been')
})

t.test('makes the end of an alert due that is parked', async (t) => {
  const bench = await redisBench(t, redis)
  const submit = submitter(bench)
  const ofRule = seriesOf({ ...rule, sendResolved: true })
  await bench.store.settle(ofRule, only((await submit(10, ofRule.rule)).claim), { kind: 'delivered' })
  await bench.advance(121_000)
  const [end] = await submit.look(ofRule.rule)
  await bench.store.settle(ofRule, only(end), { kind: 'parked', waitMs: HALF_AN_HOUR_MS })
  t.strictSame(await found(bench, ofRule.rule), [])
  await rearm(connection, bench.configKey, rule.url)
  t.strictSame(await found(bench, ofRule.rule), [end?.id])
})

t.test('a refusal of an attempt that ran meanwhile is due at once', async (t) => {
  const bench = await redisBench(t, redis)
  const [claim] = await raise(bench, [seriesOf(rule)])
  await rearm(connection, bench.configKey, rule.url)
  t.strictSame(await found(bench), [])
  await bench.store.settle(seriesOf(rule), only(claim), { kind: 'parked', waitMs: HALF_AN_HOUR_MS })
  t.strictSame(await found(bench), [claim?.id])
  await bench.store.settle(seriesOf(rule), only(claim), { kind: 'parked', waitMs: HALF_AN_HOUR_MS })
  t.strictSame(await found(bench), [], 'and once')
})

t.test('writes nothing where no fleet is, and mends what another hand wrote', async (t) => {
  const bench = await redisBench(t, redis)
  await rearm(connection, bench.configKey, rule.url)
  t.strictSame(await bench.keys(), [])
  const { fleet } = keyNames(bench.configKey, false)
  await redis.client.set(fleet, 'of another type')
  await rearm(connection, bench.configKey, rule.url)
  t.equal(await redis.client.get(fleet), 'of another type')
  await redis.client.del(fleet)

  const series = seriesOf(rule)
  const [claim] = await raise(bench, [series])
  await bench.store.settle(series, only(claim), { kind: 'parked', waitMs: HALF_AN_HOUR_MS })
  await rearm(connection, bench.configKey, rule.url)
  const field = only((await redis.client.hkeys(fleet)).find((name) => name.startsWith('rearmed ')))
  await redis.client.hset(fleet, field, 'abc')
  await rearm(connection, bench.configKey, rule.url)
  t.equal(await redis.client.hget(fleet, field), '1')
  t.strictSame(await found(bench), [claim?.id])
})

interface Idle {
  readonly evaluators: readonly LineEvaluator[]
  /** Lets time pass, and waits for all that Redis is asked meanwhile. */
  pass(ms: number): Promise<void>
}

/** Processes of a fleet on a clock that the test moves, over a real Redis. */
function idleProcesses(t: Test, bench: RedisBench, http: FakeHttp, urls: readonly string[]): Idle {
  let asked = 0
  const tracked = (store: Store): Store => {
    const waitedFor = <T>(answer: Promise<T>): Promise<T> => {
      asked += 1
      return answer.finally(() => {
        asked -= 1
      })
    }
    const { submit, settle, enrich } = store
    store.submit = (...args) => waitedFor(submit.apply(store, args))
    store.settle = (...args) => waitedFor(settle.apply(store, args))
    store.enrich = (...args) => waitedFor(enrich.apply(store, args))
    return store
  }
  const pass = async (ms: number): Promise<void> => {
    for (let leftMs = ms; leftMs > 0; leftMs -= 250) {
      await bench.advance(Math.min(250, leftMs))
      await eventually(async () => {
        await bench.clock.advance(0)
        return asked === 0
      })
    }
  }
  const evaluators = urls.map((url) =>
    createLineEvaluator({ url, threshold: 1 }, { clock: bench.clock, store: tracked(bench.another().store), http }),
  )
  t.teardown(async () => {
    const closed = Promise.all(evaluators.map((one) => one.close()))
    await pass(6000)
    await closed
  })
  return { evaluators, pass }
}

t.test('idle processes deliver within an idle batch what was refused, without a crossing', async (t) => {
  const bench = await redisBench(t, redis)
  const http = new FakeHttp()
  const { evaluators, pass } = idleProcesses(t, bench, http, [rule.url, rule.url, other])
  await pass(1000)
  http.status = 410
  evaluators[0]?.observe({ errorMessage: 'db timeout' })
  await pass(1000)
  t.match(http.posts, [{ url: rule.url }])
  t.match(evaluators[0]?.stats(), { parked: 1, delivered: 0 })
  http.status = 204
  await pass(60_000)
  t.equal(http.posts.length, 1, 'it waits for half an hour')
  await rearm(connection, bench.configKey, rule.url)
  await pass(15_000)
  t.equal(http.posts.length, 2)
  t.equal(http.posts[1]?.body.id, http.posts[0]?.body.id)
  t.equal(
    evaluators.reduce((sum, one) => sum + one.stats().delivered, 0),
    1,
  )
  await pass(60_000)
  t.equal(http.posts.length, 2, 'once')
})
