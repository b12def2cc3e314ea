import t from 'tap'
import { Occurrence, type Telling } from '../../../src/alert/occurrence.js'
import { fromSample } from '../../../src/alert/sample.js'
import { Backlog } from '../../../src/evaluator/counting/backlog.js'
import type { Part } from '../../../src/evaluator/counting/live-series.js'
import { type Counters, newCounters } from '../../../src/evaluator/stats.js'
import { type GivenRecord, type LogRecord, toLogRecord } from '../../../src/record/log-record.js'
import { type Series, seriesOf } from '../../../src/rule/series.js'
import { type FakeClock, fakeClock } from '../../fixtures/fake-clock.js'
import { rule, series } from '../../fixtures/store-bench.js'
import { telling } from '../../fixtures/tellings.js'

/** The lines that were read, by their names. */
const built: string[] = []

const counted = (id: string, given: GivenRecord = {}): Telling => ({
  ...telling(),
  record: () => {
    built.push(id)
    return toLogRecord(given)
  },
})

interface Setup {
  readonly clock: FakeClock
  readonly counters: Counters
  readonly backlog: Backlog
  /** Adds an error that happens now. */
  readonly add: (one: Telling, of?: Series) => Occurrence
  readonly takeAll: () => readonly Part[]
  /** The record of the newest error, as an alert would show it. */
  readonly newest: (of?: Series) => Partial<LogRecord> | undefined
}

function setUp(): Setup {
  built.length = 0
  const clock = fakeClock()
  const counters = newCounters()
  const backlog = new Backlog(clock, counters)
  const add: Setup['add'] = (one, of = series) => {
    const occurrence = new Occurrence(one)
    backlog.add(of, occurrence, { monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs() })
    return occurrence
  }
  return {
    clock,
    counters,
    backlog,
    add,
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
  t.strictSame([backlog.isEmpty, backlog.mayCount(series), backlog.mayCount(other)], [false, 2, 1])
  t.strictSame(built, [], 'none before it is needed')
  t.match(takeAll(), [
    { series: { id: 'default' }, counts: [{ count: 2 }], errors: 2 },
    { series: { id: 'other' }, counts: [{ count: 1 }], errors: 1 },
  ])
  t.match([newest(), newest(other)], [{ group: 'b' }, { group: 'c' }])
  t.strictSame([backlog.isEmpty, backlog.mayCount(series), newest(group(1))], [true, 0, undefined])
  t.strictSame(takeAll(), [])
  t.end()
})

t.test('a later line tells more of its error wherever that is shown, and of no other', (t) => {
  const { backlog, clock, add, takeAll, newest } = setUp()
  const other = seriesOf({ ...rule, name: 'other' })
  const a = add(counted('a', { errorMessage: 'boom' }))
  backlog.add(other, a, { monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs() })
  add(counted('b', { errorMessage: 'newer' }))
  a.tell(telling({ statusCode: 500 }))
  takeAll()
  t.match(
    [newest(), newest(other)],
    [
      { errorMessage: 'newer', statusCode: 0 },
      { errorMessage: 'boom', statusCode: 500 },
    ],
  )
  a.tell(telling({ group: 'told late' }))
  const records = backlog.shownOf(series)?.happened.map(({ record }) => record)
  t.match(records, [
    { errorMessage: 'boom', statusCode: 500, group: 'told late' },
    { errorMessage: 'newer', group: '' },
  ])
  t.match(newest(other), { group: 'told late' })
  t.end()
})

t.test('an error that is neither the newest nor evidence is forgotten, and holds no line', (t) => {
  const { add } = setUp()
  const all = Array.from({ length: 60 }, (_, i) => add(counted(`${i}`)))
  const forgotten = all.flatMap(({ isForgotten }, i) => (isForgotten ? i : []))
  t.strictSame(forgotten, [50, 51, 52, 53, 54, 55, 56, 57, 58])
  t.end()
})

t.test('an error that is judged late counts when it happened, and is not the newest for it', async (t) => {
  const { clock, backlog, add, takeAll, newest } = setUp()
  const early = { monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs() }
  await clock.advance(1000)
  add(counted('b', { group: 'newest' }))
  backlog.add(series, new Occurrence(counted('a', { group: 'late' })), early)
  t.match(newest(), { group: 'newest' })
  t.equal(backlog.waitingSinceMs, early.monotonicMs)
  t.match(takeAll(), [{ counts: [{ ...early, count: 1 }, { count: 1 }], errors: 2 }])
})

t.test('errors that left the window unsubmitted are dropped, and counted as such', async (t) => {
  const { clock, counters, backlog, add } = setUp()
  add(counted('a'))
  await clock.advance(rule.windowMs + 1)
  add(counted('b'))
  t.strictSame([counters.dropped, backlog.mayCount(series)], [1, 1])
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
  backlog.take((argumentCount) => asked.push(argumentCount) > 0)
  t.strictSame(asked, [8, 2])
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
  const { backlog, add, takeAll } = setUp()
  add(counted('a', { errorMessage: 'one' }))
  add(counted('b', { errorMessage: 'two' }), seriesOf({ ...rule, threshold: 3 }))
  const [part, ...more] = takeAll()
  t.strictSame(more, [])
  t.match(part, { series: { rule: { threshold: 3 } }, counts: [{ count: 2 }] })
  const shown = (): number => backlog.shownOf(series)?.happened.length ?? 0
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
  t.equal(backlog.mayCount(fixed), 1)
  await clock.advance(1001)
  add(counted('b'), group(1))
  t.equal(backlog.mayCount(fixed), 0)
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
  add({ ...telling(), record: hostile, details: hostile })
  await clock.advance(2000)
  t.match(newest(), { group: '', statusCode: 0, errorMessage: '' })
  add(counted('a', { group: 'a' }))
  t.equal(errorsIn(takeAll()), 2)
  t.match(newest(), { group: 'a' })
})
