import t from 'tap'
import { withSuspensions } from '../../../src/clock.js'
import type { LogsirenOptions } from '../../../src/config/options.js'
import { IDLE_BATCH_MS, SPACING_MS } from '../../../src/evaluator/counting/pace.js'
import { createLineEvaluator, type LineEvaluator } from '../../../src/evaluator/evaluator.js'
import { seriesOf } from '../../../src/rule/series.js'
import { type FakeClock, fakeClock } from '../../fixtures/fake-clock.js'
import { FakeHttp } from '../../fixtures/fake-http.js'
import { RemoteStore } from '../../fixtures/remote-store.js'
import { only } from '../../fixtures/store-bench.js'

const failure = { statusCode: 500 }

interface Setup {
  readonly clock: FakeClock
  readonly store: RemoteStore
  readonly http: FakeHttp
  readonly evaluator: LineEvaluator
  /** Errors that the store has counted. */
  readonly counted: () => number
}

function setUp(options: LogsirenOptions = {}): Setup {
  const clock = fakeClock()
  const [store, http] = [new RemoteStore(withSuspensions(clock)), new FakeHttp()]
  const evaluator = createLineEvaluator({ url: 'http://a.test/', threshold: 1000, ...options }, { clock, store, http })
  const counted = (): number =>
    store.answered
      .flatMap(({ entries }) => entries.flatMap(({ counts }) => counts))
      .reduce((sum, { count }) => sum + count, 0)
  return { clock, store, http, evaluator, counted }
}

t.test('a quiet process asks once at the start, and then at each idle batch', async (t) => {
  const { clock, store } = setUp()
  await clock.advance(0)
  t.equal(store.attempts, 1)
  await clock.advance(IDLE_BATCH_MS - 1)
  t.equal(store.attempts, 1)
  await clock.advance(1)
  t.equal(store.attempts, 2)
})

t.test('the first error goes at once, and those that follow ride together', async (t) => {
  const { clock, store, evaluator } = setUp()
  await clock.advance(2000)
  evaluator.observe(failure)
  await clock.advance(0)
  t.equal(store.attempts, 2)
  for (let ms = 0; ms < SPACING_MS - 1; ms += 1) {
    evaluator.observe(failure)
    await clock.advance(1)
  }
  t.equal(store.attempts, 2)
  await clock.advance(1)
  t.equal(store.attempts, 3)
})

t.test('while the store is away it is asked ever more rarely; at its return nothing is missing', async (t) => {
  const { clock, store, evaluator, counted } = setUp()
  await clock.advance(2000)
  store.isAway = true
  for (let second = 0; second < 30; second += 1) {
    evaluator.observe(failure)
    await clock.advance(1000)
  }
  t.ok(store.attempts > 5 && store.attempts < 30, `${store.attempts} attempts`)
  t.match(evaluator.stats(), { errors: 30, dropped: 0, submissions: 1, warnings: 1 })
  store.isAway = false
  store.reachable()
  await clock.advance(0)
  await clock.advance(SPACING_MS)
  t.equal(evaluator.stats().submissions, 3, 'what had been tried, and what came meanwhile')
  t.equal(counted(), 30)
  t.equal(evaluator.stats().dropped, 0)
})

t.test('errors that left their window while the store was away are dropped, and said to be', async (t) => {
  const { clock, store, evaluator } = setUp()
  await clock.advance(2000)
  store.isAway = true
  for (let minute = 0; minute < 10; minute += 1) {
    evaluator.observe(failure)
    await clock.advance(60_000)
  }
  store.isAway = false
  store.reachable()
  await clock.advance(0)
  await clock.advance(SPACING_MS)
  t.match(evaluator.stats(), { errors: 10, dropped: 10 })
})

t.test('a flush waits for no backoff that was set before it', async (t) => {
  const { clock, store, evaluator } = setUp()
  await clock.advance(2000)
  store.isAway = true
  evaluator.observe(failure)
  await clock.advance(30_000)
  store.isAway = false
  const flushed = evaluator.flush()
  await clock.advance(100)
  await flushed
  t.match(evaluator.stats(), { errors: 1, dropped: 0, submissions: 2 })
})

t.test('what could not be submitted by the time it is closed is said to be dropped', async (t) => {
  const { clock, store, evaluator } = setUp()
  await clock.advance(2000)
  store.isAway = true
  for (let i = 0; i < 3; i += 1) evaluator.observe(failure)
  const closed = evaluator.close()
  await clock.advance(5000)
  await closed
  t.match(evaluator.stats(), { errors: 3, dropped: 3 })
})

t.test(
  'more groups at once than one submission holds are all counted, one submission right after the other',
  async (t) => {
    const { clock, store, http, evaluator, counted } = setUp({
      groupBy: 'model',
      maxGroups: 2000,
      threshold: 2,
      maxAlertsPerMinute: 10_000,
    })
    await clock.advance(2000)
    for (let i = 0; i < 1500; i += 1) {
      evaluator.observe({ ...failure, model: `${i}` })
      evaluator.observe({ ...failure, model: `${i}` })
    }
    const before = store.answered.length
    await clock.advance(SPACING_MS)
    t.strictSame([counted(), store.answered.length - before], [3000, 5])
    t.ok(store.answered.every(({ entries }) => entries.length <= 300))
    t.match(evaluator.stats(), { errors: 3000, alerts: 1500, dropped: 0, overflowed: 0 })
    await clock.advance(1000)
    t.strictSame([http.posts.length, new Set(http.posts.map(({ body }) => body.group_by.model)).size], [1500, 1500])
  },
)

t.test('so are those of several rules in a short window', async (t) => {
  const rules = [1, 2, 3].map((i) => ({ name: `rule${i}`, groupBy: 'model' }))
  const { clock, evaluator, counted } = setUp({ rules, windowSeconds: 1, threshold: 2, maxAlertsPerMinute: 10_000 })
  await clock.advance(2000)
  for (let i = 0; i < 900; i += 1) {
    evaluator.observe({ ...failure, model: `${i}` })
    evaluator.observe({ ...failure, model: `${i}` })
  }
  await clock.advance(SPACING_MS)
  t.equal(counted(), 3 * 1800)
  t.match(evaluator.stats(), { errors: 1800, alerts: 2700, dropped: 0 })
})

t.test(
  'a flush waits until all that was observed before it is counted, and for nothing that comes later',
  async (t) => {
    const { clock, store, evaluator, counted } = setUp({ groupBy: 'model', maxGroups: 3000 })
    await clock.advance(2000)
    for (let i = 0; i < 1200; i += 1) evaluator.observe({ ...failure, model: `${i}` })
    const flushed = evaluator.flush()
    await flushed
    t.ok(counted() >= 1200)
    store.isHanging = true
    evaluator.observe(failure)
    let isFlushed = false
    void evaluator.flush().then(() => {
      isFlushed = true
    })
    await clock.advance(100)
    evaluator.observe({ ...failure, model: 'later' })
    await clock.advance(100)
    t.equal(isFlushed, false)
    store.isHanging = false
    store.release?.()
    await clock.advance(0)
    t.equal(isFlushed, true)
  },
)

t.test('a flush while a submission is under way waits for one that brings what came since', async (t) => {
  const { clock, store, evaluator, counted } = setUp()
  await clock.advance(2000)
  store.isHanging = true
  evaluator.observe(failure)
  await clock.advance(0)
  evaluator.observe(failure)
  let countedThen = 0
  void evaluator.flush().then(() => {
    countedThen = counted()
  })
  store.isHanging = false
  store.release?.()
  await clock.advance(1)
  t.equal(countedThen, 2)
})

t.test('a flush of a process that has nothing to say asks once, so that the config is that of now', async (t) => {
  const { clock, store, evaluator } = setUp()
  await clock.advance(2000)
  store.configure({ enabled: true, url: 'http://b.test/' })
  const before = store.attempts
  await evaluator.flush()
  t.equal(store.attempts - before, 2, 'the config, and the same again under it')
})

t.test('series far from their threshold are only counted, with neither a draft nor a look', async (t) => {
  const { clock, store, evaluator } = setUp({ groupBy: 'model' })
  await clock.advance(2000)
  const groups = 100
  for (let round = 0; round < 3; round += 1) {
    for (let i = 0; i < groups; i += 1) evaluator.observe({ ...failure, model: `${i}`, errorMessage: 'x'.repeat(1000) })
    await clock.advance(500)
  }
  const kinds = store.answered.map(({ entries }) => new Set(entries.map(({ kind }) => kind)))
  t.ok(kinds.at(-1)?.size === 0 || !kinds.at(-1)?.has('judged'))
  t.ok(
    store.lookedAt.every(({ draft }) => draft === ''),
    'no draft where no alert is near',
  )
  t.equal(store.lookedAt.length, groups, 'each is looked at once')
})

t.test('what others have brought to its threshold is looked at though this process only counted', async (t) => {
  const { clock, store, http, evaluator } = setUp({ threshold: 20 })
  await clock.advance(2000)
  evaluator.observe(failure)
  await clock.advance(100)
  const [rule] = store.answered.at(-1)?.rules ?? []
  const moment = { monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs() }
  store.note(seriesOf(only(rule)), [{ ...moment, count: 18 }])
  evaluator.observe(failure)
  await clock.advance(500)
  t.match(http.posts, [{ body: { count: 20, threshold: 20, sample: { status_code: 500 } } }])
})

t.test('after an outage the newest goes first, and each error is counted or dropped', async (t) => {
  const { clock, store, evaluator, counted } = setUp({
    groupBy: 'model',
    maxGroups: 10_000,
    windowSeconds: 10,
    onRedisDown: 'hold',
  })
  await clock.advance(2000)
  store.isAway = true
  for (let second = 0; second < 30; second += 1) {
    for (let i = 0; i < 100; i += 1) evaluator.observe({ ...failure, model: `${second} ${i}` })
    await clock.advance(1000)
  }
  const before = store.answered.length
  store.isAway = false
  store.reachable()
  await clock.advance(1000)
  const [retained, newest] = store.answered.slice(before)
  t.ok(retained)
  const young = newest?.entries
    .slice(0, 100)
    .every(({ counts }) => counts.every(({ monotonicMs }) => monotonicMs >= 31_000))
  t.ok(young)
  t.match(evaluator.stats(), { errors: 3000 })
  const { dropped } = evaluator.stats()
  t.ok(dropped >= 1900 && dropped <= 2100, `${dropped}`)
  // What was too old when it came is both sent and dropped.
  t.ok(counted() + dropped >= 3000)
})

t.test('an answer that takes long makes it ask less often', async (t) => {
  const { clock, store, evaluator } = setUp()
  await clock.advance(2000)
  const submit = store.submit.bind(store)
  store.submit = (submission) =>
    new Promise((resolve, reject) => {
      clock.after(50, () => submit(submission).then(resolve, reject))
    })
  const asked = async (ms: number): Promise<number> => {
    const before = store.attempts
    for (let at = 0; at < ms; at += 10) {
      evaluator.observe(failure)
      await clock.advance(10)
    }
    return store.attempts - before
  }
  await asked(5000)
  const attempts = await asked(10_000)
  t.ok(attempts >= 18 && attempts <= 26, `${attempts}`)
})

t.test('a machine that was suspended takes what happened before for as old as it is', async (t) => {
  const { clock, store, http, evaluator } = setUp({ threshold: 5, windowSeconds: 10 })
  await clock.advance(2000)
  store.isAway = true
  for (let i = 0; i < 3; i += 1) evaluator.observe(failure)
  await clock.advance(100)
  clock.stepWall(63_000)
  store.isAway = false
  store.reachable()
  for (let i = 0; i < 2; i += 1) evaluator.observe(failure)
  await clock.advance(500)
  const sent = store.answered.flatMap(({ entries }) => entries.flatMap(({ counts }) => counts))
  t.match(sent, [{ count: 3 }, { count: 2 }])
  t.ok((sent[1]?.monotonicMs ?? 0) - (sent[0]?.monotonicMs ?? 0) >= 63_000)
  t.equal(http.posts.length, 0)
})
