import t, { type Test } from 'tap'
import type { LogsirenOptions } from '../../../src/config/options.js'
import type { Warning } from '../../../src/errors.js'
import { SPACING_MS } from '../../../src/evaluator/counting/pace.js'
import { createLineEvaluator, type LineEvaluator } from '../../../src/evaluator/evaluator.js'
import { LEASE_MS, MAX_NEWS_AGE_MS } from '../../../src/rule/alert-state.js'
import type { Series } from '../../../src/rule/series.js'
import type { ClaimRef, Settlement } from '../../../src/rule/settle.js'
import { MemoryStore } from '../../../src/store/memory/memory-store.js'
import type { Entry, Note, Reply, Submission } from '../../../src/store/store.js'
import { eventually } from '../../fixtures/eventually.js'
import { type FakeClock, fakeClock, settled } from '../../fixtures/fake-clock.js'
import { type Receiver, startReceiver } from '../../fixtures/receiver.js'

/** A store whose settlements may get lost. */
class Flaky extends MemoryStore {
  failures = 0

  override settle(series: Series, claimed: ClaimRef, settlement: Settlement, _note?: Note): Promise<boolean> {
    this.failures -= 1
    return this.failures < 0 ? super.settle(series, claimed, settlement) : Promise.reject(new Error('away'))
  }
}

interface Setup {
  readonly receiver: Receiver
  readonly clock: FakeClock
  readonly store: Flaky
  readonly evaluator: LineEvaluator
  readonly warnings: Warning[]
  /** One error, and then as many attempts in all. */
  readonly attempted: (count: number) => Promise<void>
}

async function setUp(t: Test, options: LogsirenOptions = {}): Promise<Setup> {
  const receiver = await startReceiver(t)
  const clock = fakeClock()
  const store = new Flaky(clock)
  const evaluator = createLineEvaluator({ url: receiver.url, threshold: 1, ...options }, { clock, store })
  const warnings: Warning[] = []
  evaluator.on('warning', (warning) => warnings.push(warning))
  t.teardown(() => {
    const closed = evaluator.close()
    return clock.advance(10_000).then(() => closed)
  })
  const attempted = async (count: number): Promise<void> => {
    await eventually(() => {
      const { delivered, resolved, failed } = evaluator.stats()
      return delivered + resolved + failed >= count
    })
    await settled()
  }
  return { receiver, clock, store, evaluator, warnings, attempted }
}

const failure = { statusCode: 503, errorMessage: 'db timeout' }

t.test('tries again by the schedule, with the same id, count and sample, whatever comes meanwhile', async (t) => {
  const { receiver, clock, evaluator, warnings, attempted } = await setUp(t, { threshold: 2 })
  receiver.answerWith(500, 429, 204)
  evaluator.observe(failure)
  evaluator.observe({ ...failure, keyId: 2 })
  await settled()
  await attempted(1)
  for (let i = 0; i < 5; i += 1) evaluator.observe({ ...failure, keyId: i })
  await clock.advance(1999)
  t.equal(receiver.received.length, 1)
  await clock.advance(1)
  await attempted(2)
  await clock.advance(9999)
  t.equal(receiver.received.length, 2)
  await clock.advance(1 + SPACING_MS)
  await attempted(3)
  const told = receiver.received.map(({ body }) => [body.id, body.count, body.sample.key_id])
  t.strictSame(told, Array(3).fill([told[0]?.[0], 2, 2]))
  t.match(evaluator.stats(), { alerts: 1, failed: 2, retried: 2, delivered: 1, parked: 0, takenOver: 0 })
  t.match(warnings, [{ code: 'DELIVERY_FAILED', message: /^logsiren: .*serverError, status 500.*again in 2 s/ }])
  t.notMatch(warnings[0]?.message, receiver.origin)
})

t.test('tells the same again where it does not learn that more is kept with an alert', async (t) => {
  const { receiver, clock, store, evaluator } = await setUp(t, { groupBy: 'model' })
  const enrich = store.enrich.bind(store)
  store.enrich = async (...args) => {
    await enrich(...args)
    throw new Error('its answer is lost')
  }
  let refused = 0
  receiver.answerWith((_request, response) => {
    const isShort = receiver.received.at(-1)?.body.samples === undefined
    if (isShort) refused += 1
    response.writeHead(isShort && refused === 1 ? 500 : 204).end()
  })
  // So much that what they have in common finds no room in one submission.
  for (let i = 0; i < 12; i += 1) evaluator.observe({ ...failure, model: `${i}`, errorMessage: 'x'.repeat(7000) })
  for (let i = 0; i < 60 && refused === 0; i += 1) {
    await clock.advance(1000)
    await settled()
  }
  t.equal(refused, 1)
  store.enrich = enrich
  await eventually(async () => {
    await clock.advance(100)
    return evaluator.stats().delivered === 12
  })
  const bodies = receiver.received.map(({ body: { sent_at: _at, ...frozen } }) => frozen)
  const first = bodies.find(({ samples }) => samples === undefined)
  t.strictSame(
    bodies.filter(({ id }) => id === first?.id),
    [first, first],
  )
})

t.test('waits for as long as the receiver asks for', async (t) => {
  const { receiver, clock, evaluator, attempted } = await setUp(t)
  receiver.answerWith((_request, response) => response.writeHead(503, { 'Retry-After': '90' }).end(), 204)
  evaluator.observe(failure)
  await settled()
  await attempted(1)
  await clock.advance(89_999)
  t.equal(receiver.received.length, 1)
  await clock.advance(1)
  await attempted(2)
  t.equal(evaluator.stats().delivered, 1)
})

t.test('parks what is refused: the next crossing after a cooldown tries it again, and so does time', async (t) => {
  const { receiver, clock, evaluator, warnings, attempted } = await setUp(t)
  receiver.answerWith(404, 401, 302, 204)
  evaluator.observe(failure)
  await settled()
  await attempted(1)
  await clock.advance(299_000)
  evaluator.observe(failure)
  await clock.advance(1000)
  t.equal(receiver.received.length, 1)
  evaluator.observe(failure)
  await settled()
  await attempted(2)
  await clock.advance(1_799_000)
  t.equal(receiver.received.length, 2)
  await clock.advance(12_000)
  await attempted(3)
  await clock.advance(1_812_000)
  await attempted(4)
  t.match(evaluator.stats(), { alerts: 1, failed: 3, parked: 3, delivered: 1 })
  t.equal(new Set(receiver.received.map(({ body }) => body.id)).size, 1)
  t.match(warnings[0]?.message, /clientError, status 404.*kept/)
})

t.test('sends nothing more to a receiver that says 410, from any rule', async (t) => {
  const rules = [{ name: 'a' }, { name: 'b', match: { keyId: 2 } }]
  const { receiver, clock, evaluator, warnings, attempted } = await setUp(t, { rules })
  receiver.answerWith(410)
  evaluator.observe({ ...failure, keyId: 1 })
  await settled()
  await attempted(1)
  for (let i = 0; i < 20; i += 1) {
    evaluator.observe({ ...failure, keyId: 2 })
    await clock.advance(3_600_000)
  }
  t.equal(receiver.received.length, 1)
  t.match(evaluator.stats(), { alerts: 2, failed: 1, parked: 2, abandoned: 0 })
  t.match(warnings[0]?.message, /status 410.*until the config changes/)
})

t.test('gives up after a day, and says so; the next crossing is another alert', async (t) => {
  const { receiver, clock, evaluator, warnings, attempted } = await setUp(t)
  receiver.answerWith(410)
  evaluator.observe(failure)
  await settled()
  await attempted(1)
  await clock.advance(MAX_NEWS_AGE_MS - 1)
  t.equal(evaluator.stats().abandoned, 0)
  await clock.advance(20_000)
  t.match(evaluator.stats(), { alerts: 1, delivered: 0, abandoned: 1 })
  t.match(warnings.at(-1), { code: 'DELIVERY_ABANDONED', message: /^logsiren: an alert of rule default .*given up/ })
  evaluator.observe(failure)
  await clock.advance(1000)
  t.match(evaluator.stats(), { alerts: 2, abandoned: 1 })
  t.equal(receiver.received.length, 1)
})

t.test('destinations do not wait for each other, and each gets its alerts in their order, one at a time', async (t) => {
  const other = await startReceiver(t)
  const rules = [
    { name: 'slow', groupBy: 'model' },
    { name: 'fast', url: other.url },
  ]
  const { receiver, evaluator, attempted } = await setUp(t, { rules, closeTimeoutMs: 1000 })
  const answers: (() => void)[] = []
  receiver.answerWith((_request, response) => void answers.push(() => response.writeHead(204).end()))
  for (const model of ['a', 'b', 'c']) evaluator.observe({ ...failure, model })
  await settled()
  await other.has(1)
  for (let told = 1; told <= 3; told += 1) {
    await receiver.has(told)
    t.equal(answers.length, told, 'one at a time')
    answers[told - 1]?.()
    await attempted(told + 1)
  }
  t.strictSame(
    receiver.received.map(({ body }) => body.group_by.model),
    ['a', 'b', 'c'],
  )
})

t.test(
  'what is raised for a destination in trouble waits behind what failed, with no attempt of its own',
  async (t) => {
    const { receiver, clock, evaluator, attempted } = await setUp(t, { groupBy: 'model' })
    receiver.answerWith(503, 204)
    evaluator.observe({ ...failure, model: 'a' })
    await settled()
    await attempted(1)
    evaluator.observe({ ...failure, model: 'b' })
    await clock.advance(1000)
    evaluator.observe({ ...failure, model: 'c' })
    await clock.advance(999)
    t.equal(receiver.received.length, 1)
    await clock.advance(1 + SPACING_MS)
    await attempted(4)
    t.strictSame(
      receiver.received.map(({ body }) => body.group_by.model),
      ['a', 'a', 'b', 'c'],
    )
    t.match(evaluator.stats(), { alerts: 3, delivered: 3, failed: 1 })
  },
)

t.test('what keeps failing alone holds up others for half a minute at most', async (t) => {
  const { receiver, clock, evaluator, attempted } = await setUp(t, { groupBy: 'model' })
  receiver.answerWith((_request, response) => {
    const isPoison = receiver.received.at(-1)?.body.group_by.model === 'poison'
    response.writeHead(isPoison ? 500 : 204).end()
  })
  evaluator.observe({ ...failure, model: 'poison' })
  await settled()
  await attempted(1)
  for (const [i, waitMs] of [2000, 10_000, 30_000].entries()) {
    await clock.advance(waitMs + SPACING_MS)
    await attempted(i + 2)
  }
  evaluator.observe({ ...failure, model: 'fine' })
  await clock.advance(30_000 + SPACING_MS)
  await attempted(5)
  t.equal(receiver.received.at(-1)?.body.group_by.model, 'fine')
})

t.test('a flush makes the first attempt of each alert, though its destination asks for a pause', async (t) => {
  const { receiver, clock, evaluator, attempted } = await setUp(t, { groupBy: 'model' })
  receiver.answerWith(503)
  evaluator.observe({ ...failure, model: 'a' })
  await settled()
  await attempted(1)
  evaluator.observe({ ...failure, model: 'b' })
  await clock.advance(500)
  t.equal(receiver.received.length, 1)
  t.match(evaluator.stats(), { failed: 1, postponed: 1, retried: 0 })
  evaluator.observe({ ...failure, model: 'c' })
  await evaluator.flush()
  t.strictSame(
    receiver.received.map(({ body }) => body.group_by.model),
    ['a', 'b', 'c'],
  )
  await evaluator.flush()
  t.equal(receiver.received.length, 3, 'and no second one')
})

t.test('counts what it takes over from another process, and not what was its own', async (t) => {
  const { receiver, clock, store, evaluator, attempted } = await setUp(t)
  receiver.answerWith(500, 500, 204)
  evaluator.observe(failure)
  await settled()
  await attempted(1)
  const other = createLineEvaluator({ url: receiver.url, threshold: 1 }, { clock, store })
  await clock.advance(2000)
  await attempted(2)
  await clock.advance(10_000 - 1)
  const closing = evaluator.close()
  await clock.advance(1)
  await closing
  other.observe(failure)
  await settled()
  await eventually(() => other.stats().delivered === 1)
  t.match(other.stats(), { takenOver: 1, retried: 1, alerts: 0 })
  t.match(evaluator.stats(), { takenOver: 0, retried: 1, alerts: 1 })
  const closed = other.close()
  await clock.advance(10_000)
  await closed
})

t.test('settles again until it succeeds, so that the cooldown does start', async (t) => {
  const { receiver, clock, store, evaluator, attempted } = await setUp(t)
  store.failures = 3
  evaluator.observe(failure)
  await settled()
  await attempted(1)
  await clock.advance(10_000)
  evaluator.observe(failure)
  await clock.advance(10_000)
  t.equal(receiver.received.length, 1)
  t.match(evaluator.stats(), { delivered: 1, storeFailures: 3, alerts: 1 })
})

t.test('does not tell again what it knows to be told, though the store has not heard of that', async (t) => {
  const { receiver, clock, store, evaluator, attempted } = await setUp(t)
  store.failures = 1000
  evaluator.observe(failure)
  await settled()
  await attempted(1)
  await clock.advance(10 * LEASE_MS)
  store.failures = 0
  await clock.advance(2 * LEASE_MS)
  evaluator.observe(failure)
  await clock.advance(10_000)
  t.equal(receiver.received.length, 1)
  t.match(evaluator.stats(), { alerts: 1, delivered: 1 })
})

t.test('tells nothing that waited for its turn until it was another’s', async (t) => {
  const { receiver, clock, store, evaluator, attempted } = await setUp(t, { groupBy: 'model' })
  let answer = (): void => {}
  receiver.answerWith((_request, response) => {
    answer = () => response.writeHead(204).end()
  }, 204)
  evaluator.observe({ ...failure, model: 'a' })
  evaluator.observe({ ...failure, model: 'b' })
  await settled()
  await receiver.has(1)
  const settlements: string[] = []
  const settle = store.settle.bind(store)
  store.settle = (series, claimed, settlement) => {
    settlements.push(settlement.kind)
    return settlement.kind === 'renewed' ? Promise.resolve(false) : settle(series, claimed, settlement)
  }
  await clock.advance(5000)
  answer()
  await attempted(1)
  await eventually(() => settlements.includes('renewed'))
  await settled()
  t.equal(receiver.received.length, 1)
  t.strictSame(settlements, ['delivered', 'renewed'])
})

t.test('tells what it knows where another hand has spoilt the stored alert', async (t) => {
  const receiver = await startReceiver(t)
  const clock = fakeClock()
  class Spoilt extends MemoryStore {
    override submit(submission: Submission): Promise<Reply> {
      const entries = submission.entries.map((entry: Entry) => ({ ...entry, draft: '{"spoilt":' }))
      return super.submit({ ...submission, entries })
    }
  }
  const evaluator = createLineEvaluator({ url: receiver.url, threshold: 2 }, { clock, store: new Spoilt(clock) })
  evaluator.observe({ statusCode: 500 })
  evaluator.observe({ statusCode: 500 })
  await settled()
  await receiver.has(1)
  t.match(receiver.received, [
    { body: { type: 'log_error_threshold', threshold: 2, window_seconds: 60, count: 2, sample: { status_code: 0 } } },
  ])
})

t.test('says with each settlement how the attempt ended, and of what is over with what it was', async (t) => {
  const { receiver, clock, store, evaluator, attempted } = await setUp(t)
  const notes: unknown[] = []
  const settle = store.settle.bind(store)
  store.settle = (series, claimed, settlement, note) => {
    notes.push(note && { ...note, account: note.account && JSON.parse(note.account) })
    return settle(series, claimed, settlement)
  }
  receiver.answerWith(500, 204)
  evaluator.observe(failure)
  await settled()
  await attempted(1)
  await clock.advance(2000)
  await attempted(2)
  const account = {
    kind: 'alert',
    rule: 'default',
    count: 1,
    sample: { status_code: 503, error_message: 'db timeout' },
  }
  t.match(notes, [
    { outcome: 'serverError, status 500', account: '' },
    { outcome: 'status 204', account },
  ])
  t.equal(notes.length, 2)
})
