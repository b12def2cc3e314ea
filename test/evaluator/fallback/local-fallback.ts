import t, { type Test } from 'tap'
import type { LogsirenOptions } from '../../../src/config/options.js'
import type { Warning } from '../../../src/errors.js'
import { Announcer } from '../../../src/evaluator/announcer.js'
import { Backlog } from '../../../src/evaluator/counting/backlog.js'
import type { Claimed } from '../../../src/evaluator/counting/claim-sink.js'
import { OtherRequests } from '../../../src/evaluator/counting/other-requests.js'
import { SeriesMemory } from '../../../src/evaluator/counting/series-memory.js'
import { createLineEvaluator, type LineEvaluator } from '../../../src/evaluator/evaluator.js'
import { LocalFallback } from '../../../src/evaluator/fallback/local-fallback.js'
import { SilencesInForce } from '../../../src/evaluator/silences-in-force.js'
import { newCounters } from '../../../src/evaluator/stats.js'
import { seriesOf } from '../../../src/rule/series.js'
import { eventually } from '../../fixtures/eventually.js'
import { type FakeClock, fakeClock, settled } from '../../fixtures/fake-clock.js'
import { FakeHttp } from '../../fixtures/fake-http.js'
import { type Receiver, startReceiver } from '../../fixtures/receiver.js'
import { RemoteStore } from '../../fixtures/remote-store.js'
import { rule } from '../../fixtures/store-bench.js'
import { occurrence } from '../../fixtures/tellings.js'

interface Setup {
  readonly receiver: Receiver
  readonly clock: FakeClock
  readonly store: RemoteStore
  readonly evaluator: LineEvaluator
}

async function setUp(t: Test, options: LogsirenOptions = {}): Promise<Setup> {
  const receiver = await startReceiver(t)
  const clock = fakeClock()
  const store = new RemoteStore(clock)
  const evaluator = createLineEvaluator({ url: receiver.url, threshold: 3, ...options }, { clock, store })
  await clock.advance(2000)
  store.isAway = true
  return { receiver, clock, store, evaluator }
}

const failure = { statusCode: 503, errorMessage: 'db timeout' }
const handedOver = (store: RemoteStore) => store.lookedAt.flatMap(({ handover }) => handover ?? [])
const delivered = (evaluator: LineEvaluator, count: number): Promise<void> =>
  eventually(() => evaluator.stats().delivered >= count).then(settled)

t.test('local: alerts by itself once Redis has been away for five seconds, marked degraded', async (t) => {
  const { receiver, clock, store, evaluator } = await setUp(t)
  const events: unknown[] = []
  evaluator.on('alert', ({ degraded }) => events.push(degraded))
  for (let i = 0; i < 4; i += 1) evaluator.observe({ ...failure, keyId: i })
  await clock.advance(4900)
  t.equal(receiver.received.length, 0)
  await clock.advance(200)
  await receiver.has(1)
  await delivered(evaluator, 1)
  t.match(receiver.received[0]?.body, { degraded: true, count: 4, sample: { key_id: 3, error_message: 'db timeout' } })
  t.match(evaluator.stats(), { alerts: 1, degraded: 1, delivered: 1, dropped: 0 })

  t.strictSame(events, [true])
  for (let i = 0; i < 10; i += 1) evaluator.observe(failure)
  await clock.advance(20_000)
  t.equal(receiver.received.length, 1, 'its own cooldown holds')

  store.isAway = false
  await clock.advance(20_000)
  const id = receiver.received[0]?.body.id
  const told = store.lookedAt.filter(({ delivery }) => delivery?.alert !== undefined)
  t.match(told, [{ series: { id: 'default' }, delivery: { stamp: '', alert: { id, count: 4, tries: 1 } } }])
  t.match(JSON.parse(told[0]?.delivery?.alert?.account ?? ''), { id, kind: 'alert', degraded: true })
  t.strictSame([told.length, store.lookedAt.filter(({ handover }) => handover !== undefined).length], [1, 0])
  t.equal(evaluator.stats().dropped, 0)
})

t.test(
  'keeps to the silences that Redis told of last, by its clock, and raises with the first error after',
  async (t) => {
    for (const mode of ['local', 'hold'] as const) {
      const { receiver, clock, store, evaluator } = await setUp(t, { onRedisDown: mode, windowSeconds: 3600 })
      store.isAway = false
      const [from, until] = [clock.nowMs(), clock.nowMs() + 600_000]
      store.silence({ id: 'aaaaaaaa', createdAtMs: from, untilMs: until, rule: 'default' })
      await clock.advance(20_000)
      store.isAway = true
      for (let i = 0; i < 4; i += 1) evaluator.observe(failure)
      clock.stepWall(-7_200_000)
      await clock.advance(570_000)
      evaluator.observe(failure)
      await clock.advance(9000)
      t.match(evaluator.stats(), { alerts: 0, degraded: 0, dropped: 0 })
      await clock.advance(10_000)
      evaluator.observe(failure)
      await clock.advance(1000)
      t.match(evaluator.stats(), { degraded: 1 }, mode)
      if (mode === 'hold') continue
      await delivered(evaluator, 1)
      t.match(receiver.received, [{ body: { degraded: true, count: 6, suppressed: 5 } }])
    }
  },
)

t.test('hold: raises nothing while Redis is away, and hands over on its return what it saw cross', async (t) => {
  const { receiver, clock, store, evaluator } = await setUp(t, { onRedisDown: 'hold' })
  for (let i = 0; i < 4; i += 1) evaluator.observe(failure)
  await clock.advance(200_000)
  t.equal(receiver.received.length, 0)
  store.isAway = false
  await clock.advance(20_000)
  t.match(handedOver(store), [{ count: 4, tries: 0, isNew: true }])
  t.equal(handedOver(store).length, 1)
  t.match(evaluator.stats(), { dropped: 4 }, 'counts that left the window are not counted late')
})

t.test('counts what it could not raise, since there is too much for the fleet to learn of', async (t) => {
  const options = {
    onRedisDown: 'hold',
    groupBy: 'model',
    maxGroups: 2000,
    maxAlertsPerMinute: 2000,
    threshold: 1,
  } as const
  const { clock, evaluator } = await setUp(t, options)
  for (let i = 0; i < 1003; i += 1) evaluator.observe({ ...failure, model: `${i}` })
  await clock.advance(6000)
  t.match(evaluator.stats(), { degraded: 1000, unraised: 3 })
})

t.test('an idle process that finds Redis away alerts at once', async (t) => {
  const { receiver, clock, evaluator } = await setUp(t)
  await clock.advance(30_000)
  for (let i = 0; i < 3; i += 1) evaluator.observe(failure)
  await clock.advance(100)
  await receiver.has(1)
  t.match(receiver.received[0]?.body, { degraded: true, count: 3 })
})

t.test('while Redis may still answer it has the word', async (t) => {
  const { receiver, clock, store, evaluator } = await setUp(t)
  for (let i = 0; i < 3; i += 1) evaluator.observe(failure)
  await clock.advance(4000)
  store.isHanging = true
  await clock.advance(30_000)
  t.equal(receiver.received.length, 0)
  store.isAway = false
  store.isHanging = false
  store.release?.()
  await clock.advance(100)
  await delivered(evaluator, 1)
  t.equal(receiver.received[0]?.body.degraded, undefined)
})

t.test('at close() it alerts by itself when the time that an attempt takes is all that is left', async (t) => {
  for (const [onRedisDown, told] of [
    ['local', 1],
    ['hold', 0],
  ] as const) {
    const { receiver, clock, evaluator } = await setUp(t, { onRedisDown })
    for (let i = 0; i < 3; i += 1) evaluator.observe(failure)
    const closed = evaluator.close()
    await clock.advance(2600)
    if (told > 0) await receiver.has(told)
    else await clock.advance(5000)
    await closed
    t.equal(receiver.received.length, told, onRedisDown)
    t.equal(evaluator.stats().dropped, 3, 'the fleet never counts them')
  }
})

t.test('a flush waits for no answer once Redis is down', async (t) => {
  const { receiver, clock, evaluator } = await setUp(t)
  await clock.advance(30_000)
  for (let i = 0; i < 3; i += 1) evaluator.observe(failure)
  await evaluator.flush()
  t.match(receiver.received, [{ body: { degraded: true } }])
})

t.test(
  'what it could not deliver by itself is tried by the schedule, and told by the fleet on its return',
  async (t) => {
    const { receiver, clock, store, evaluator } = await setUp(t)
    receiver.answerWith(503)
    await clock.advance(30_000)
    for (let i = 0; i < 3; i += 1) evaluator.observe(failure)
    await clock.advance(100)
    await eventually(() => evaluator.stats().failed === 1)
    await settled()
    await clock.advance(2100)
    await eventually(() => evaluator.stats().failed === 2)
    await settled()
    store.isAway = false
    await clock.advance(9000)
    t.match(handedOver(store), [{ id: receiver.received[0]?.body.id, tries: 2, isNew: false }])
  },
)

t.test('what Redis raises of the same errors, when it answers after all, is not told beside it', async (t) => {
  const { receiver, clock, store, evaluator } = await setUp(t)
  let answer = (): void => {}
  receiver.answerWith((_request, response) => {
    answer = () => response.writeHead(204).end()
  })
  store.isAway = false
  store.isHanging = true
  for (let i = 0; i < 3; i += 1) evaluator.observe(failure)
  const closed = evaluator.close()
  await clock.advance(2600)
  await receiver.has(1)
  store.isHanging = false
  store.release?.()
  await settled()
  answer()
  await closed
  t.equal(receiver.received.length, 1)
  t.match(evaluator.stats(), { degraded: 1, delivered: 1, failed: 0 })
  t.equal(store.alertOf(seriesOf({ ...rule, url: receiver.url })).pending, undefined, 'and nobody else tells it')
})

t.test('nor what Redis raises of errors that were told by then, while another alert is on its way', async (t) => {
  const slow = await startReceiver(t)
  let answer = (): void => {}
  slow.answerWith((_request, response) => {
    answer = () => response.writeHead(204).end()
  })
  const rules = [{ name: 'fast' }, { name: 'slow', url: slow.url }]
  const { receiver, clock, store, evaluator } = await setUp(t, { rules })
  store.isAway = false
  store.isHanging = true
  for (let i = 0; i < 3; i += 1) evaluator.observe(failure)
  const closed = evaluator.close()
  await clock.advance(2600)
  await Promise.all([receiver.has(1), slow.has(1)])
  await delivered(evaluator, 1)
  await clock.advance(100)
  store.isHanging = false
  store.release?.()
  await settled()
  answer()
  await closed
  t.strictSame([receiver.received.length, slow.received.length], [1, 1])
  t.match(evaluator.stats(), { degraded: 2, delivered: 2, failed: 0 })
})

interface Alone {
  readonly http: FakeHttp
  readonly clock: FakeClock
  readonly store: RemoteStore
  readonly evaluator: LineEvaluator
  readonly warnings: Warning[]
}

/** A process whose Redis has been away for long, or just went, and that delivers without a network. */
async function alone(options: LogsirenOptions = {}, awayMs = 30_000): Promise<Alone> {
  const [http, clock] = [new FakeHttp(), fakeClock()]
  const store = new RemoteStore(clock)
  const evaluator = createLineEvaluator({ url: 'http://a.test/', threshold: 3, ...options }, { clock, store, http })
  const warnings: Warning[] = []
  evaluator.on('warning', (warning) => warnings.push(warning))
  await clock.advance(2000)
  store.isAway = true
  await clock.advance(awayMs)
  return { http, clock, store, evaluator, warnings }
}

function observe(evaluator: LineEvaluator, errors: number, model = ''): void {
  for (let i = 0; i < errors; i += 1) evaluator.observe({ ...failure, model })
}

t.test('Redis is asked as ever while alerts raised alone are delivered, however long that takes', async (t) => {
  const { http, clock, store, evaluator } = await alone({ groupBy: 'model', threshold: 1, maxAlertsPerMinute: 100 })
  http.status = undefined
  for (let i = 0; i < 60; i += 1) observe(evaluator, 1, `${i}`)
  await clock.advance(200)
  t.equal(http.posts.length, 1)
  store.isAway = false
  await clock.advance(6000)
  const { submissions, dropped, errors } = evaluator.stats()
  t.ok(submissions > 1 && dropped === 0, 'what was counted has gone to Redis')
  t.equal(
    store.lookedAt.reduce((sum, { counts }) => sum + counts.reduce((all, { count }) => all + count, 0), 0),
    errors,
  )
  t.ok(handedOver(store).length >= 60)
  store.configure({ enabled: false })
  await clock.advance(15_000)
  http.posts[0]?.answer(204)
  await clock.advance(60_000)
  t.equal(http.posts.length, 1, 'and the config is followed')
})

t.test('what was delivered alone is told until the store has answered for it', async (t) => {
  const { http, clock, store, evaluator } = await alone()
  observe(evaluator, 3)
  await clock.advance(200)
  t.match(http.posts, [{ body: { degraded: true, count: 3 } }])
  await clock.advance(3_600_000)
  t.match(evaluator.stats(), { delivered: 1, degraded: 1 })
  store.isAway = false
  await clock.advance(12_000)
  const told = store.lookedAt.filter(({ delivery }) => delivery?.alert !== undefined)
  t.match(told, [{ delivery: { alert: { id: http.posts[0]?.body.id, count: 3 } } }])
  t.equal(told.length, 1)
  await clock.advance(60_000)
  t.equal(store.lookedAt.filter(({ delivery }) => delivery?.alert !== undefined).length, 1, 'and not again')
})

t.test('an alert of a rule that is gone when Redis is back is given up, and said to be', async (t) => {
  for (const onRedisDown of ['hold', 'local'] as const) {
    const { http, clock, store, evaluator, warnings } = await alone({ onRedisDown })
    http.status = 503
    observe(evaluator, 3)
    await clock.advance(1000)
    t.equal(evaluator.stats().degraded, 1)
    store.isAway = false
    store.configure({ enabled: true, rules: [{ name: 'other', match: { model: 'x' } }] })
    await clock.advance(12_000)
    t.match(evaluator.stats(), { abandoned: 1, dropped: 3 }, onRedisDown)
    t.match(warnings.at(-1), { code: 'DELIVERY_ABANDONED', message: /an alert of rule default is given up/ })
    t.strictSame(handedOver(store), [])
    const { length } = http.posts
    await clock.advance(600_000)
    t.equal(http.posts.length, length, 'nothing is sent any more')
    t.equal(evaluator.stats().abandoned, 1)
  }
})

t.test('groups of a rule that is off are counted, and not kept to be judged', async (t) => {
  const { http, clock, evaluator } = await alone({ groupBy: 'model', enabled: false, windowSeconds: 1 })
  const before = evaluator.sizes().local
  for (let i = 0; i < 500; i += 1) {
    observe(evaluator, 3, `${i}`)
    await clock.advance(100)
  }
  t.strictSame([evaluator.sizes().local, http.posts.length, evaluator.stats().degraded], [before, 0, 0])
  t.ok((evaluator.sizes().series ?? 0) < 40, `${evaluator.sizes().series} series`)
})

t.test('memory stays flat during an outage, whatever groups do, and each error is accounted for', async (t) => {
  const { clock, store, evaluator } = await alone({
    groupBy: 'model',
    maxGroups: 10_000,
    threshold: 100,
    windowSeconds: 2,
    onRedisDown: 'hold',
  })
  let most = 0
  for (let second = 0; second < 60; second += 1) {
    for (let i = 0; i < 300; i += 1) observe(evaluator, 1, `${second} ${i}`)
    await clock.advance(1000)
    most = Math.max(most, evaluator.sizes().series ?? 0)
  }
  t.ok(most < 1300, `${most} series`)
  store.isAway = false
  store.reachable()
  await clock.advance(2000)
  const counted = store.answered.flatMap(({ entries }) => entries.flatMap(({ counts }) => counts))
  const { errors, dropped } = evaluator.stats()
  t.equal(errors, 60 * 300)
  t.ok(dropped > 55 * 300)
  t.ok(counted.reduce((sum, { count }) => sum + count, 0) + dropped >= errors, 'what is neither was lost')
})

t.test('a crossing just after an outage is told at once, before what waits since', async (t) => {
  const { http, clock, store, evaluator } = await alone({
    groupBy: 'model',
    maxGroups: 10_000,
    onRedisDown: 'hold',
    threshold: 2,
  })
  for (let i = 0; i < 2000; i += 1) observe(evaluator, 1, `old ${i}`)
  await clock.advance(20_000)
  observe(evaluator, 2, 'fresh')
  store.isAway = false
  store.reachable()
  await clock.advance(200)
  t.match(http.posts, [{ body: { group_by: { model: 'fresh' } } }])
  await clock.advance(1000)
  t.equal(evaluator.stats().dropped, 0, 'and the others are counted within a second')
})

t.test('what is told alone when Redis comes back is told once, and is the fleet’s', async (t) => {
  const { http, clock, store, evaluator } = await alone({}, 0)
  http.status = undefined
  observe(evaluator, 3)
  await clock.advance(5200)
  t.equal(http.posts.length, 1)
  store.isAway = false
  store.reachable()
  await clock.advance(500)
  t.match(handedOver(store), [{ id: http.posts[0]?.body.id, tries: 1 }], 'while its attempt is under way')
  http.posts[0]?.answer(204)
  await clock.advance(60_000)
  t.equal(http.posts.length, 1)
  t.match(evaluator.stats(), { alerts: 1, degraded: 1, delivered: 1 })
})

t.test('names the fleet as Redis last did, so that the end, which the fleet tells, belongs to the alert', async (t) => {
  const clock = fakeClock()
  const counters = newCounters()
  const announcer = new Announcer(counters, clock)
  const backlog = new Backlog(clock, counters)
  const memory = new SeriesMemory(clock)
  const claims: Claimed[] = []
  const dispatcher = { deliver: (claimed: Claimed) => void claims.push(claimed), untriedIds: [] }
  const silences = new SilencesInForce(clock)
  const shared = {
    clock,
    silences,
    mode: 'local',
    backlog,
    otherRequests: new OtherRequests(clock),
    memory,
    counters,
    announcer,
    hostname: '',
    dispatcher,
  } as const
  const fallback = new LocalFallback({ ...shared, config: { rules: [{ ...rule, threshold: 1 }] } })
  const crossing = (name: string): void => {
    const at = { monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs() }
    backlog.add(seriesOf({ ...rule, name, threshold: 1 }), occurrence(failure), at)
    fallback.judge()
  }
  fallback.giveUpOnStore()
  crossing('default')
  fallback.answered([], () => true, 'of-the-fleet')
  fallback.giveUpOnStore()
  await clock.advance(600_000)
  crossing('default')
  t.match(claims, [{ claim: { fleet: '' } }, { claim: { fleet: 'of-the-fleet' } }])
})
