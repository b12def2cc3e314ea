import t, { type Test } from 'tap'
import type { LogsirenOptions } from '../../../src/config/options.js'
import type { Warning } from '../../../src/errors.js'
import { SPACING_MS } from '../../../src/evaluator/counting/pace.js'
import { createLineEvaluator, type LineEvaluator } from '../../../src/evaluator/evaluator.js'
import type { AlertEvent, DeliveredEvent } from '../../../src/evaluator/events.js'
import { leaseMs, MAX_NOTICE_AGE_MS } from '../../../src/rule/alert-state.js'
import type { Series } from '../../../src/rule/series.js'
import type { ClaimRef, Settled, Settlement } from '../../../src/rule/settle.js'
import { MemoryStore } from '../../../src/store/memory/memory-store.js'
import type { Entry, Note, Reply, Submission } from '../../../src/store/store.js'
import { eventually } from '../../fixtures/eventually.js'
import { type FakeClock, fakeClock, settled } from '../../fixtures/fake-clock.js'
import { FakeHttp } from '../../fixtures/fake-http.js'
import { type Receiver, startReceiver } from '../../fixtures/receiver.js'
import { RemoteStore } from '../../fixtures/remote-store.js'

const ATTEMPT_TIMEOUT_MS = 3000
const LEASE_MS = leaseMs({ timeoutMs: ATTEMPT_TIMEOUT_MS })

/** A store whose settlements may get lost. */
class Flaky extends MemoryStore {
  failures = 0

  override settle(series: Series, claimed: ClaimRef, settlement: Settlement, _note?: Note): Promise<Settled> {
    if (settlement.kind !== 'begun') this.failures -= 1
    return this.failures < 0 || settlement.kind === 'begun'
      ? super.settle(series, claimed, settlement)
      : Promise.reject(new Error('away'))
  }
}

/** Another process' way to the same store. */
class Beside extends RemoteStore {
  constructor(of: RemoteStore, clock: FakeClock) {
    super(clock)
    this.submit = (submission) => RemoteStore.prototype.submit.call(of, submission)
    this.settle = (...args) => MemoryStore.prototype.settle.apply(of, args)
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

t.test('410 is a refusal of that alert, like any other: other rules and later crossings are tried', async (t) => {
  const rules = [{ name: 'a' }, { name: 'b', match: { keyId: 2 } }]
  const { receiver, clock, evaluator, warnings, attempted } = await setUp(t, { rules })
  receiver.answerWith(410, 204)
  evaluator.observe({ ...failure, keyId: 1 })
  await settled()
  await attempted(1)
  evaluator.observe({ ...failure, keyId: 2 })
  await clock.advance(SPACING_MS)
  await attempted(2)
  await clock.advance(300_000)
  evaluator.observe({ ...failure, keyId: 1 })
  await clock.advance(SPACING_MS)
  await attempted(3)
  t.match(
    receiver.received.map(({ body }) => body.rule),
    ['a', 'b', 'a'],
  )
  t.match(evaluator.stats(), { alerts: 2, failed: 1, parked: 1, delivered: 2 })
  t.match(warnings[0]?.message, /status 410.*kept/)
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
    undefined,
    { outcome: 'serverError, status 500', account: '' },
    undefined,
    { outcome: 'status 204', account },
  ])
  t.equal(notes.length, 4, 'nothing ends where an attempt begins')
})

/** Without a network: with a store that is shared, and one attempt after the other in the hands of the test. */
interface InHand {
  readonly http: FakeHttp
  readonly clock: FakeClock
  readonly store: RemoteStore
  readonly evaluator: LineEvaluator
  readonly warnings: Warning[]
  readonly delivered: DeliveredEvent[]
  /** What the store is told of claims. */
  readonly settlements: string[]
  /** The config is read by then, whatever else goes on. */
  readonly told: () => Promise<void>
}

async function inHand(t: Test, options: LogsirenOptions = {}): Promise<InHand> {
  const [http, clock] = [new FakeHttp(), fakeClock()]
  const store = new RemoteStore(clock)
  const settlements: string[] = []
  const settle = store.settle.bind(store)
  store.settle = async (...args) => {
    const isOurs = await settle(...args)
    settlements.push(`${args[2].kind}${isOurs ? '' : ' in vain'}`)
    return isOurs
  }
  const evaluator = createLineEvaluator(
    { url: 'http://a.test/', threshold: 1, groupBy: 'model', maxAlertsPerMinute: 100, ...options },
    { clock, store, http },
  )
  const [warnings, delivered]: [Warning[], DeliveredEvent[]] = [[], []]
  evaluator.on('warning', (warning) => warnings.push(warning)).on('delivered', (event) => delivered.push(event))
  await clock.advance(2000)
  t.teardown(async () => {
    http.status = 204
    for (const post of http.posts) post.answer(204)
    const closed = evaluator.close()
    await clock.advance(10_000)
    await closed
  })
  const told = (): Promise<void> => {
    void evaluator.flush()
    return clock.advance(100)
  }
  return { http, clock, store, evaluator, warnings, delivered, settlements, told }
}

const modelsOf = ({ posts }: FakeHttp): string[] => posts.map(({ body }) => body.group_by.model)

t.test('gives up after a day, and says so; the next crossing is another alert', async (t) => {
  const { http, clock, evaluator, warnings } = await inHand(t)
  http.status = 500
  evaluator.observe(failure)
  await clock.advance(MAX_NOTICE_AGE_MS - 1)
  t.match(evaluator.stats(), { abandoned: 0, alerts: 1 })
  t.ok(http.posts.length > 100, 'tried at least each ten minutes')
  await clock.advance(20_000)
  t.match(evaluator.stats(), { alerts: 1, delivered: 0, abandoned: 1 })
  t.match(warnings.at(-1), { code: 'DELIVERY_ABANDONED', message: /^logsiren: an alert of rule default .*given up/ })
  http.status = 204
  evaluator.observe(failure)
  await clock.advance(1000)
  t.match(evaluator.stats(), { alerts: 2, delivered: 1, abandoned: 1 })
  t.equal(new Set(http.posts.map(({ body }) => body.id)).size, 2)
})

t.test('waiting for its turn is no attempt, however long it takes', async (t) => {
  const { http, clock, evaluator, warnings, delivered, settlements } = await inHand(t)
  http.status = undefined
  for (let i = 0; i < 20; i += 1) evaluator.observe({ ...failure, model: `${i}` })
  for (let i = 0; i < 20; i += 1) {
    await clock.advance(2500)
    t.equal(http.posts.length, i + 1, 'one at a time')
    if (i < 19) http.posts[i]?.answer(204)
  }
  http.posts[19]?.answer(503)
  await clock.advance(0)
  t.strictSame(
    delivered.map(({ tries }) => tries),
    Array(19).fill(1),
  )
  t.match(evaluator.stats(), { alerts: 20, delivered: 19, failed: 1, retried: 0, takenOver: 0 })
  t.match(warnings, [{ code: 'DELIVERY_FAILED', message: /again in 2 s/ }])
  t.equal(settlements.filter((kind) => kind === 'begun').length, 20)
  t.notOk(settlements.includes('begun in vain'))
})

t.test('a claim whose lease ran out while it waited is not delivered where another has it by now', async (t) => {
  const { http, clock, store, evaluator } = await inHand(t)
  const otherHttp = new FakeHttp()
  http.status = undefined
  for (const model of ['a', 'b']) evaluator.observe({ ...failure, model })
  await clock.advance(0)
  // From now on this process hears of nothing.
  store.submit = () => Promise.reject(new Error('away'))
  await clock.advance(10_001)
  const other = createLineEvaluator(
    { url: 'http://a.test/', threshold: 1, groupBy: 'model' },
    { clock, store: new Beside(store, clock), http: otherHttp },
  )
  await clock.advance(2000)
  t.strictSame([modelsOf(http), modelsOf(otherHttp)], [['a'], ['a', 'b']])
  http.posts[0]?.answer(204)
  await clock.advance(1000)
  t.strictSame(modelsOf(http), ['a'], 'what the other has delivered is not delivered again')
  t.match(other.stats(), { takenOver: 2, delivered: 2 })
  const closed = other.close()
  await clock.advance(10_000)
  await closed
})

t.test('asks whose a claim is only where it has waited, and keeps nobody waiting for the answer else', async (t) => {
  const { http, clock, store, evaluator } = await inHand(t)
  const settle = store.settle.bind(store)
  store.settle = (...args) => (args[2].kind === 'begun' ? new Promise(() => {}) : settle(...args))
  http.status = undefined
  for (const model of ['a', 'b', 'c']) evaluator.observe({ ...failure, model })
  await clock.advance(LEASE_MS - 2 * ATTEMPT_TIMEOUT_MS)
  http.posts[0]?.answer(204)
  await clock.advance(1)
  t.strictSame(modelsOf(http), ['a', 'b'])
  http.posts[1]?.answer(204)
  await clock.advance(100)
  t.strictSame(modelsOf(http), ['a', 'b'], 'this one has waited for long')
})

t.test('asks sooner where an attempt may take longer: it always fits into what is left of the lease', async (t) => {
  const timeoutMs = 30_000
  const { http, clock, store, evaluator } = await inHand(t, { timeoutMs })
  const settle = store.settle.bind(store)
  store.settle = (...args) => (args[2].kind === 'begun' ? new Promise(() => {}) : settle(...args))
  http.status = undefined
  for (const model of ['a', 'b', 'c']) evaluator.observe({ ...failure, model })
  await clock.advance(leaseMs({ timeoutMs }) - timeoutMs - 3000)
  http.posts[0]?.answer(204)
  await clock.advance(1)
  t.strictSame(modelsOf(http), ['a', 'b'])
  http.posts[1]?.answer(204)
  await clock.advance(100)
  t.strictSame(modelsOf(http), ['a', 'b'], 'this one has waited for long')
})

t.test('where nobody says whose it is, it is delivered as long as it cannot be another’s', async (t) => {
  for (const [waitMs, isDelivered] of [
    [LEASE_MS - ATTEMPT_TIMEOUT_MS, true],
    [LEASE_MS - ATTEMPT_TIMEOUT_MS + 1, false],
  ] as const) {
    const { http, clock, store, evaluator } = await inHand(t)
    http.status = undefined
    for (const model of ['a', 'b']) evaluator.observe({ ...failure, model })
    await clock.advance(0)
    store.settle = () => Promise.reject(new Error('away'))
    await clock.advance(waitMs)
    http.posts[0]?.answer(204)
    await clock.advance(1)
    t.strictSame(modelsOf(http), isDelivered ? ['a', 'b'] : ['a'], `after ${waitMs}`)
  }
})

t.test('a rule that is switched off is silent: what is queued of it is given up, and said to be', async (t) => {
  for (const document of [{ enabled: false }, { enabled: true, rules: [{ name: 'other', match: { keyId: 9 } }] }]) {
    const { http, clock, store, evaluator, warnings, settlements, told } = await inHand(t)
    http.status = undefined
    for (const model of ['a', 'b', 'c']) evaluator.observe({ ...failure, model })
    await clock.advance(0)
    store.configure(document)
    await told()
    http.posts[0]?.answer(204)
    await clock.advance(100)
    t.strictSame(modelsOf(http), ['a'], 'what is under way goes on')
    t.match(evaluator.stats(), { alerts: 3, delivered: 1, abandoned: 2 })
    t.match(warnings, [
      { code: 'DELIVERY_ABANDONED' },
      { code: 'DELIVERY_ABANDONED', message: /switched off or removed/ },
    ])
    t.equal(warnings.length, 2)
    t.strictSame(settlements, ['begun', 'delivered', 'abandoned', 'abandoned'])
    await clock.advance(60_000)
    t.equal(http.posts.length, 1)
  }
})

t.test('where the config moves a rule’s url, what is queued comes along', async (t) => {
  const { http, clock, store, evaluator, delivered, settlements, told } = await inHand(t)
  http.status = undefined
  for (const model of ['a', 'b']) evaluator.observe({ ...failure, model })
  await clock.advance(0)
  store.configure({ enabled: true, url: 'http://b.test/', group_by: ['model'], threshold: 1 })
  await told()
  http.posts[0]?.answer(204)
  http.status = 204
  await clock.advance(5000)
  t.strictSame(
    http.posts.map(({ url, body }) => [url, body.group_by.model]),
    [
      ['http://a.test/', 'a'],
      ['http://b.test/', 'b'],
    ],
  )
  t.match(delivered.at(-1), { groupBy: { model: 'b' }, tries: 1 })
  t.ok(settlements.includes('postponed'))
  const looks = store.lookedAt.filter(({ former }) => former !== undefined)
  t.match(looks.at(-1), { series: { rule: { url: 'http://b.test/' } }, former: { rule: { url: 'http://a.test/' } } })
  t.match(evaluator.stats(), { alerts: 2, delivered: 2, failed: 0, abandoned: 0 })
})

t.test('secret and format are those in force at the attempt; what was raised is told as it was', async (t) => {
  const { http, clock, store, evaluator, told } = await inHand(t, { secret: 'old' })
  http.status = undefined
  for (const model of ['a', 'b']) evaluator.observe({ ...failure, model })
  await clock.advance(0)
  store.configure({
    enabled: true,
    url: 'http://a.test/',
    secret: 'new',
    format: 'slack',
    threshold: 7,
    group_by: ['model'],
  })
  await told()
  http.posts[0]?.answer(204)
  await clock.advance(100)
  const [first, second] = http.posts
  t.match([first?.headers.authorization, first?.body], ['Bearer old', { threshold: 1 }])
  t.equal(second?.headers.authorization, 'Bearer new')
  t.match(second?.body, { text: String }, 'in the words of Slack')
  t.match(JSON.stringify(second?.body), /Threshold: 1 error in/, 'with the threshold that it was raised at')
})

t.test('an alert that was raised without a draft gets one before it is delivered, and keeps it', async (t) => {
  const { http, clock, store, evaluator } = await inHand(t, { maxGroups: 100 })
  http.status = 503
  const groups = 50
  for (let i = 0; i < groups; i += 1) evaluator.observe({ ...failure, model: `${i}`, errorMessage: 'x'.repeat(7000) })
  await clock.advance(0)
  const withoutDraft = store.lookedAt.filter(({ counts, draft }) => counts.length > 0 && draft === '')
  t.ok(withoutDraft.length > 5, `${withoutDraft.length} found no room`)
  await clock.advance(600_000)
  http.status = 204
  await clock.advance(600_000)
  t.equal(evaluator.stats().delivered, groups)
  const told = new Map<string, string>()
  for (const { body } of http.posts) {
    const { sent_at: _at, ...frozen } = body
    const text = JSON.stringify(frozen)
    if (told.get(body.id) !== undefined && told.get(body.id) !== text) t.fail(`${body.id} was told otherwise`)
    told.set(body.id, text)
  }
  t.equal(told.size, groups)
  const blank = http.posts.filter(({ body }) => body.group_by === undefined || body.sample.status_code !== 503)
  t.equal(blank.length, 0, 'none is told without what it is about')
})

/** What was warned of, without the addresses of this test. */
const saidIn = (warnings: readonly Warning[]): string[] =>
  warnings.map(({ message }) => message.replace(/127\.0\.0\.1:\d+/g, 'HOST'))

t.test('says which rule, group and host it was, and hides no refusal behind another rule’s trouble', async (t) => {
  const refusing = await startReceiver(t)
  refusing.answerWith((_request, response) => response.writeHead(403).end('invalid_token'))
  const { receiver, clock, evaluator, warnings, attempted } = await setUp(t, {
    rules: [
      { name: 'db', match: { errorMessage: { prefix: 'db' } } },
      {
        name: 'payments',
        match: { errorMessage: { prefix: 'pay' } },
        groupBy: 'model',
        url: `${refusing.url}?key=canary`,
      },
    ],
  })
  receiver.answerWith(503, 503, 503, 502)
  evaluator.observe(failure)
  await settled()
  await attempted(1)
  for (const model of ['a', 'b']) evaluator.observe({ errorMessage: 'pay', model })
  await clock.advance(SPACING_MS)
  await attempted(3)
  await clock.advance(2000)
  await attempted(4)
  await clock.advance(10_000)
  await attempted(5)
  await clock.advance(30_000)
  await attempted(6)
  const parked =
    'it is kept, and tried again about every half hour, at the next crossing after a cooldown, and when the config changes, until it is a day old'
  const refused = (group: string): string =>
    `logsiren: an alert of rule payments (model=${group}) could not be delivered to HOST (clientError, status 403: invalid_token); ${parked}`
  t.strictSame(saidIn(warnings), [
    'logsiren: an alert of rule db could not be delivered to HOST (serverError, status 503); it is tried again in 2 s',
    refused('a'),
    refused('b'),
    'logsiren: an alert of rule db could not be delivered to HOST (serverError, status 502); it is tried again in 60 s (since the last one, 2 more were left out)',
  ])
  t.equal(evaluator.stats().muted, 2)
})

t.test('a chat that does not answer in time is left alone for five minutes, then for ten', async (t) => {
  const { receiver, clock, evaluator, warnings, attempted } = await setUp(t, { format: 'slack', timeoutMs: 500 })
  receiver.answerWith(
    () => {},
    () => {},
    204,
  )
  evaluator.observe(failure)
  await settled()
  await attempted(1)
  await clock.advance(299_999)
  t.equal(receiver.received.length, 1)
  await clock.advance(1)
  await attempted(2)
  await clock.advance(599_999)
  t.equal(receiver.received.length, 2)
  await clock.advance(1)
  await attempted(3)
  t.equal(evaluator.stats().delivered, 1)
  t.match(saidIn(warnings)[0], /to HOST \(unanswered\); it may have arrived all the same, and is tried again in 5 min$/)
})

t.test('a process that ends says of what it alone knows that it is lost, not that it is tried again', async (t) => {
  const { receiver, evaluator, warnings } = await setUp(t)
  receiver.answerWith(503)
  evaluator.observe(failure)
  await evaluator.close()
  t.equal(receiver.received.length, 1)
  t.match(saidIn(warnings), [
    /\(serverError, status 503\); it is lost, since the process ends and no Redis keeps the alert/,
  ])
  t.equal(warnings.length, 1)
})

t.test('an alert of many groups tells what the store knows as its first attempt begins', async (t) => {
  const { http, clock, store, evaluator, told } = await inHand(t, { maxAlertsPerMinute: 1 })
  const alerts: AlertEvent[] = []
  evaluator.on('alert', (alert) => alerts.push(alert))
  http.status = undefined
  for (const model of ['a', 'b', 'c']) evaluator.observe({ ...failure, model })
  await told()
  t.strictSame(modelsOf(http), ['a'])
  for (const model of ['d', 'd']) evaluator.observe({ ...failure, model })
  await told()
  t.equal(alerts.length, 1, 'it is reported once it is known')
  // Its first attempt must know what the store tells of it.
  const settle = store.settle.bind(store)
  store.settle = (...args) => (args[2].kind === 'begun' ? Promise.reject(new Error('away')) : settle(...args))
  http.posts[0]?.answer(204)
  await clock.advance(LEASE_MS - 1000)
  t.equal(http.posts.length, 1, 'without that none is made')
  store.settle = settle
  evaluator.observe({ ...failure, model: 'e' })
  await clock.advance(15_000)
  t.match(http.posts[1]?.body, {
    group_by: { model: '(many)' },
    groups: 4,
    count: 5,
    top: { group: [{ value: 'model=d', count: 2 }, {}, {}, {}] },
  })
  http.posts[1]?.answer(204)
  await clock.advance(0)
  const many = { groupBy: { model: '(many)' }, groups: 4, count: 5 }
  t.match(alerts, [{ groupBy: { model: 'a' } }, many])
  t.match(evaluator.stats(), { alerts: 2, delivered: 2, failed: 0 })
})
