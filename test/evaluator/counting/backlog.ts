import t from 'tap'
import { fromSample } from '../../../src/alert/sample.js'
import { Backlog, type Counted, type Part } from '../../../src/evaluator/counting/backlog.js'
import { type Counters, newCounters } from '../../../src/evaluator/stats.js'
import { type GivenRecord, type LogRecord, toLogRecord } from '../../../src/record/log-record.js'
import type { RequestTraits } from '../../../src/record/reading/request-traits.js'
import { type Series, seriesOf } from '../../../src/rule/series.js'
import { type FakeClock, fakeClock } from '../../fixtures/fake-clock.js'
import { rule, series } from '../../fixtures/store-bench.js'

/** The requests whose records were built. */
const built: string[] = []

const counted = (id: string, given: GivenRecord = {}, traits: Partial<RequestTraits> = {}): Omit<Counted, Clocks> => ({
  toDetails: () => undefined,
  request: { id, process: '', connection: '', statusCode: 0, isLast: false, ...traits },
  toRecord: () => {
    built.push(id)
    return toLogRecord(given)
  },
})

type Clocks = 'monotonicMs' | 'wallMs'

interface Setup {
  readonly clock: FakeClock
  readonly counters: Counters
  readonly backlog: Backlog
  /** Adds an error that happens now. */
  readonly add: (one: Omit<Counted, Clocks>, of?: Series) => void
  readonly improve: (further: Omit<Counted, Clocks>, of?: Series) => void
  readonly takeAll: () => readonly Part[]
  /** The record of the newest error, as an alert would show it. */
  readonly newest: (of?: Series) => Partial<LogRecord> | undefined
}

function setUp(): Setup {
  built.length = 0
  const clock = fakeClock()
  const counters = newCounters()
  const backlog = new Backlog(clock, counters)
  const now = (one: Omit<Counted, Clocks>): Counted => ({
    ...one,
    monotonicMs: clock.monotonicMs(),
    wallMs: clock.nowMs(),
  })
  return {
    clock,
    counters,
    backlog,
    add: (one, of = series) => backlog.add(of, now(one)),
    improve: (further, of = series) => backlog.improve(of, now(further)),
    takeAll: () => backlog.take(() => true),
    newest: (of = series) => {
      const shown = backlog.shownOf(of)
      return shown && fromSample(shown.sample)
    },
  }
}

const group = (i: number): Series => seriesOf(rule, `${i}`)
const errorsIn = (parts: readonly Part[]): number => parts.reduce((sum, { errors }) => sum + errors, 0)

t.test('keeps series apart, and the newest record of each, and builds none before it is needed', (t) => {
  const { backlog, add, takeAll, newest } = setUp()
  const other = seriesOf({ ...rule, name: 'other' })
  t.ok(backlog.isEmpty)
  add(counted('a', { group: 'a' }))
  add(counted('b', { group: 'b' }))
  add(counted('c', { group: 'c' }), other)
  t.strictSame([backlog.isEmpty, backlog.errorsOf(series), backlog.errorsOf(other)], [false, 2, 1])
  t.strictSame(built, [], 'none before it is needed')
  t.match(takeAll(), [
    { series: { id: 'default' }, counts: [{ count: 2 }], errors: 2 },
    { series: { id: 'other' }, counts: [{ count: 1 }], errors: 1 },
  ])
  t.match([newest(), newest(other)], [{ group: 'b' }, { group: 'c' }])
  t.strictSame([backlog.isEmpty, backlog.errorsOf(series), newest(group(1))], [true, 0, undefined])
  t.strictSame(takeAll(), [])
  t.end()
})

t.test('lets a later line tell more about the newest error, and not stand in for it', (t) => {
  const { add, improve, takeAll, newest } = setUp()
  add(counted('a'))
  add(counted('b'))
  improve(counted('a', { errorMessage: 'older' }))
  t.match(newest(), toLogRecord({}))
  add(counted('b', { statusCode: 500 }))
  improve(counted('b', { errorMessage: 'now known', statusCode: 503 }))
  improve(counted('b', { errorMessage: 'too late', clientIp: '203.0.113.9' }))
  improve(counted('b', { group: 'x' }), seriesOf({ ...rule, name: 'unknown' }))
  t.match(takeAll(), [{ counts: [{ count: 3 }] }])
  t.match(newest(), toLogRecord({ statusCode: 500, errorMessage: 'now known', clientIp: '203.0.113.9' }))
  t.end()
})

t.test('what was told of an error is not told of the next', (t) => {
  const { add, improve, newest } = setUp()
  add(counted('a'))
  improve(counted('a', { group: 'older' }))
  add(counted('a'))
  t.match(newest(), toLogRecord({}))
  add(counted('a', { errorMessage: 'first' }))
  improve(counted('a', { group: 'newer' }))
  t.match(newest(), toLogRecord({ errorMessage: 'first', group: 'newer' }))
  t.end()
})

t.test('what another request, or none, has to tell is not told of the newest', (t) => {
  const { add, improve, newest } = setUp()
  const more = { group: 'another' }
  for (const further of [
    counted('a', more, { process: '8 web-1' }),
    counted('a', more, { connection: 'GET 203.0.113.9 2' }),
    counted('', more),
    { ...counted('a', more), request: undefined },
  ]) {
    const waiting = counted('a', {}, { connection: 'GET 203.0.113.9 1' })
    for (const one of [waiting, counted(''), { ...waiting, request: undefined }]) {
      add(one)
      improve(further)
      t.match(newest(), toLogRecord({}))
    }
  }
  t.end()
})

t.test('puts together eight further lines of a request at most', (t) => {
  const { add, improve, newest } = setUp()
  add(counted('a'))
  for (let i = 1; i <= 7; i += 1) improve(counted('a'))
  improve(counted('a', { group: 'eighth' }))
  improve(counted('a', { group: 'ninth', model: 'ninth' }))
  t.match(newest(), toLogRecord({ group: 'eighth' }))
  t.equal(built.length, 1 + 8 + 1, 'the newest once more for what else is shown')
  t.end()
})

t.test('errors that left the window unsubmitted are dropped, and counted as such', async (t) => {
  const { clock, counters, backlog, add } = setUp()
  add(counted('a'))
  await clock.advance(rule.windowMs + 1)
  add(counted('b'))
  t.strictSame([counters.dropped, backlog.errorsOf(series)], [1, 1])
})

t.test('hands over as much as there is room for, the longest waiting first, and the others then', (t) => {
  const { backlog, add } = setUp()
  for (let i = 0; i < 5; i += 1) add(counted('a'), group(i))
  let room = 3
  const hasRoom = (): boolean => {
    room -= 1
    return room >= 0
  }
  const keys = (parts: readonly Part[]): string[] => parts.map(({ series }) => series.groupKey)
  t.strictSame(keys(backlog.take(hasRoom)), ['0', '1', '2'])
  add(counted('a'), group(0))
  room = 10
  t.strictSame(keys(backlog.take(hasRoom)), ['3', '4', '0'])
  t.ok(backlog.isEmpty)
  t.end()
})

t.test('hands over the newest first where it is told to', async (t) => {
  const { clock, backlog, add } = setUp()
  for (let i = 0; i < 3; i += 1) {
    add(counted('a'), group(i))
    await clock.advance(10)
  }
  add(counted('a'), group(0))
  const parts = backlog.take(() => true, true)
  t.strictSame(
    parts.map(({ series }) => series.groupKey),
    ['0', '2', '1'],
  )
})

t.test('asks for the room that a series takes: by the moments that its errors are told apart by', async (t) => {
  const { clock, backlog, add } = setUp()
  for (let i = 0; i < 4; i += 1) {
    add(counted('a'))
    add(counted('a'))
    await clock.advance(1000)
  }
  add(counted('a'), group(1))
  const asked: number[] = []
  backlog.take((moments) => asked.push(moments) > 0)
  t.strictSame(asked, [4, 1])
})

t.test('knows what still waits of what was added by then, and since when', async (t) => {
  const { clock, backlog, add, takeAll } = setUp()
  t.strictSame([backlog.newestNumber, backlog.hasWaiting(0), backlog.waitingSinceMs], [0, false, undefined])
  const sinceMs = clock.monotonicMs()
  add(counted('a'))
  await clock.advance(500)
  add(counted('a'), group(1))
  add(counted('a'))
  t.strictSame([backlog.newestNumber, backlog.waitingSinceMs], [3, sinceMs])
  let room = 1
  backlog.take(() => room-- > 0)
  t.strictSame([backlog.hasWaiting(1), backlog.hasWaiting(2)], [false, true], 'the second still does')
  add(counted('a'))
  t.ok(backlog.hasWaiting(3))
  takeAll()
  t.strictSame([backlog.hasWaiting(4), backlog.waitingSinceMs], [false, undefined])
})

t.test('shows each error once to who only looks, while it goes on waiting', (t) => {
  const { backlog, add, takeAll } = setUp()
  add(counted('a'))
  t.match(backlog.takeUnseen(), [[{ id: 'default' }, [{ count: 1 }]]])
  t.match(backlog.takeUnseen(), [[{ id: 'default' }, []]])
  add(counted('a'))
  t.match(backlog.takeUnseen(), [[{ id: 'default' }, [{ count: 1 }]]])
  t.equal(errorsIn(takeAll()), 2)
  t.end()
})

t.test('a rule that changed keeps what waits, and shows the window’s errors unless the window is another', (t) => {
  const { backlog, clock, add, takeAll } = setUp()
  add(counted('a', { errorMessage: 'one' }))
  add(counted('b', { errorMessage: 'two' }), seriesOf({ ...rule, threshold: 3 }))
  const [part, ...more] = takeAll()
  t.strictSame(more, [])
  t.match(part, { series: { rule: { threshold: 3 } }, counts: [{ count: 2 }] })
  const shown = (): number => backlog.shownOf(series)?.evidence.list(clock.monotonicMs()).length ?? 0
  t.equal(shown(), 2)
  add(counted('c'), seriesOf({ ...rule, windowMs: 5000 }))
  t.equal(shown(), 1)
  t.end()
})

t.test('forgets series that are over', async (t) => {
  const { clock, backlog, add, takeAll } = setUp()
  add(counted('a'))
  takeAll()
  await clock.advance(rule.windowMs)
  takeAll()
  t.ok(backlog.shownOf(series))
  await clock.advance(1001)
  takeAll()
  t.strictSame([backlog.shownOf(series), backlog.sizes], [undefined, { series: 0, occurrences: 0 }])
})

t.test('tumbling windows keep a window more, whose errors may still count', async (t) => {
  const { clock, backlog, add } = setUp()
  const fixed = seriesOf({ ...rule, windowType: 'fixed' })
  add(counted('a'), fixed)
  await clock.advance(2 * rule.windowMs)
  add(counted('b'), group(1))
  t.equal(backlog.errorsOf(fixed), 1)
  await clock.advance(1001)
  add(counted('b'), group(1))
  t.equal(backlog.errorsOf(fixed), 0)
})

t.test('stays bounded during an outage, however many groups come, and counts what is too old as dropped', async (t) => {
  const { clock, counters, backlog, add, takeAll } = setUp()
  const short = { ...rule, windowMs: 2000 }
  const [groupsASecond, seconds] = [500, 40]
  let most = { series: 0, occurrences: 0 }
  for (let second = 0; second < seconds; second += 1) {
    for (let i = 0; i < groupsASecond; i += 1)
      for (let error = 0; error < 3; error += 1) add(counted('a'), seriesOf(short, `${second} ${i}`))
    const { series, occurrences } = backlog.sizes
    most = { series: Math.max(most.series, series), occurrences: Math.max(most.occurrences, occurrences) }
    await clock.advance(1000)
  }
  t.ok(most.series <= 4 * groupsASecond, `${most.series} series`)
  t.ok(most.occurrences <= 5000, `${most.occurrences} errors to be shown`)
  t.equal(errorsIn(takeAll()) + counters.dropped, 3 * groupsASecond * seconds)
  t.ok(counters.dropped > 3 * groupsASecond * (seconds - 5))
})

t.test(
  'shows no more than five thousand errors of all series together, and new ones once others are over',
  async (t) => {
    const { clock, backlog, add } = setUp()
    for (let i = 0; i < 6000; i += 1) add(counted('a'), group(i))
    t.strictSame(backlog.sizes, { series: 6000, occurrences: 5000 })
    t.ok(backlog.shownOf(group(5999)), 'its newest is known all the same')
    await clock.advance(rule.windowMs + 1000)
    add(counted('b'))
    t.strictSame(backlog.sizes, { series: 1, occurrences: 1 })
  },
)

t.test('lets go the log lines of an outage within seconds: what they say is read by then', async (t) => {
  const { clock, backlog, add, newest } = setUp()
  for (let i = 0; i < 50; i += 1) add(counted(`${i}`, { group: `${i}` }), group(i))
  await clock.advance(2000)
  add(counted('another'))
  t.equal(new Set(built).size, 50)
  const before = built.length
  for (let i = 0; i < 50; i += 1) t.match(newest(group(i)), { group: `${i}` })
  t.equal(built.length, before, 'nothing is read again')
  await clock.advance(2000)
  t.match(backlog.sizes, { series: 51 })
})

t.test('a line that throws where it is read tells nothing, and costs nothing else', async (t) => {
  const { clock, add, takeAll, newest } = setUp()
  const hostile = (): never => {
    throw new Error('a getter of theirs')
  }
  add({ request: undefined, toRecord: hostile, toDetails: hostile })
  await clock.advance(2000)
  t.match(newest(), toLogRecord({}))
  add(counted('a', { group: 'a' }))
  t.equal(errorsIn(takeAll()), 2)
  t.match(newest(), { group: 'a' })
})
