import t from 'tap'
import { Backlog, type Counted } from '../../../src/evaluator/counting/backlog.js'
import { type GivenRecord, toLogRecord } from '../../../src/record/log-record.js'
import type { RequestTraits } from '../../../src/record/request-traits.js'
import { seriesOf } from '../../../src/rule/series.js'
import { fakeClock } from '../../fixtures/fake-clock.js'
import { rule, series } from '../../fixtures/store-bench.js'

/** The requests whose records were built. */
const built: string[] = []

const counted = (id: string, given: GivenRecord = {}, traits: Partial<RequestTraits> = {}, atMs = 0): Counted => ({
  monotonicMs: atMs,
  wallMs: atMs,
  toDetails: () => undefined,
  request: { id, process: '', connection: '', statusCode: 0, isLast: false, ...traits },
  toRecord: () => {
    built.push(id)
    return toLogRecord(given)
  },
})

const at = (one: Counted, monotonicMs: number): Counted => ({ ...one, monotonicMs, wallMs: monotonicMs })

t.beforeEach(() => {
  built.length = 0
})

t.test('keeps series apart, and the newest record of each, and builds none before it is needed', (t) => {
  const backlog = new Backlog(fakeClock())
  const other = seriesOf({ ...rule, name: 'other' })
  t.ok(backlog.isEmpty)
  backlog.add(series, at(counted('a', { group: 'a' }), 0))
  backlog.add(series, at(counted('b', { group: 'b' }), 1))
  backlog.add(other, at(counted('c', { group: 'c' }), 2))
  t.strictSame([backlog.isEmpty, backlog.errorsOf(series), backlog.errorsOf(other)], [false, 2, 1])
  t.strictSame(built, [], 'none before it is needed')
  t.match(backlog.take().parts, [
    { series: { id: 'default' }, counts: [{ count: 2 }], newest: { record: toLogRecord({ group: 'b' }) } },
    { series: { id: 'other' }, counts: [{ count: 1 }], newest: { record: toLogRecord({ group: 'c' }) } },
  ])
  t.strictSame([backlog.isEmpty, backlog.errorsOf(series)], [true, 0])
  t.strictSame(backlog.take().parts, [])
  t.end()
})

t.test('lets a later line tell more about the newest error, and not stand in for it', (t) => {
  const backlog = new Backlog(fakeClock())
  backlog.add(series, at(counted('a'), 0))
  backlog.add(series, at(counted('b'), 0))
  backlog.improve(series, counted('a', { errorMessage: 'older' }))
  t.match(backlog.take().parts, [{ newest: { record: toLogRecord({}) } }])
  backlog.add(series, at(counted('b', { statusCode: 500 }), 0))
  backlog.improve(series, counted('b', { errorMessage: 'now known', statusCode: 503 }))
  backlog.improve(series, counted('b', { errorMessage: 'too late', clientIp: '203.0.113.9' }))
  backlog.improve(seriesOf({ ...rule, name: 'unknown' }), counted('b', { group: 'x' }))
  t.match(backlog.take().parts, [
    {
      counts: [{ count: 1 }],
      newest: { record: toLogRecord({ statusCode: 500, errorMessage: 'now known', clientIp: '203.0.113.9' }) },
    },
  ])
  t.end()
})

t.test('what was told of an error is not told of the next', (t) => {
  const backlog = new Backlog(fakeClock())
  backlog.add(series, at(counted('a'), 0))
  backlog.improve(series, counted('a', { group: 'older' }))
  backlog.add(series, at(counted('a'), 1))
  t.match(backlog.take().parts, [{ counts: [{ count: 2 }], newest: { record: toLogRecord({}) } }])
  backlog.add(series, at(counted('a', { errorMessage: 'first' }), 2))
  backlog.improve(series, counted('a', { group: 'newer' }))
  t.match(backlog.take().parts, [{ newest: { record: toLogRecord({ errorMessage: 'first', group: 'newer' }) } }])
  t.end()
})

t.test('what another request, or none, has to tell is not told of the newest', (t) => {
  const backlog = new Backlog(fakeClock())
  const more = { group: 'another' }
  for (const further of [
    counted('a', more, { process: '8 web-1' }),
    counted('a', more, { connection: 'GET 203.0.113.9 2' }),
    counted('', more),
    { ...counted('a', more), request: undefined },
  ]) {
    const newest = counted('a', {}, { connection: 'GET 203.0.113.9 1' })
    for (const waiting of [newest, counted(''), { ...newest, request: undefined }]) {
      backlog.add(series, at(waiting, 0))
      backlog.improve(series, further)
      t.match(backlog.take().parts, [{ newest: { record: toLogRecord({}) } }])
    }
  }
  t.end()
})

t.test('puts together eight further lines of a request at most', (t) => {
  const backlog = new Backlog(fakeClock())
  backlog.add(series, at(counted('a'), 0))
  for (let i = 1; i <= 7; i += 1) backlog.improve(series, counted('a'))
  backlog.improve(series, counted('a', { group: 'eighth' }))
  backlog.improve(series, counted('a', { group: 'ninth', model: 'ninth' }))
  t.match(backlog.take().parts, [{ counts: [{ count: 1 }], newest: { record: toLogRecord({ group: 'eighth' }) } }])
  t.equal(built.length, 1 + 8 + 1, 'the newest once more for what else is shown')
  t.end()
})

t.test('says how many older errors left the window unsubmitted', (t) => {
  const backlog = new Backlog(fakeClock())
  t.equal(backlog.add(series, at(counted('a'), 0)), 0)
  t.equal(backlog.add(series, at(counted('b'), rule.windowMs + 1)), 1)
  t.equal(backlog.errorsOf(series), 1)
  t.end()
})

t.test('hands over a thousand series at once, the longest waiting first', (t) => {
  const backlog = new Backlog(fakeClock())
  for (let i = 0; i < 1500; i += 1) backlog.add(seriesOf(rule, `${i}`), counted('a'))
  const first = backlog.take().parts
  t.equal(first.length, 1000)
  backlog.add(seriesOf(rule, '0'), counted('a'))
  const then = backlog.take().parts
  t.strictSame([then.length, then[0]?.series.groupKey, then.at(-1)?.series.groupKey], [501, '1000', '0'])
  t.ok(backlog.isEmpty)
  t.end()
})

t.test('forgets what waits of rules, and hands over what can be judged again', (t) => {
  const backlog = new Backlog(fakeClock())
  const other = seriesOf({ ...rule, name: 'other' })
  backlog.add(series, counted('a'))
  backlog.add(seriesOf(rule, 'k'), counted('a'))
  backlog.add(other, counted('a'))
  const judged = Array.from({ length: 1001 }, () => ({ again: (): void => {} }))
  for (const one of judged) backlog.remember(one)
  t.strictSame(backlog.forget(new Set(['default'])), judged.slice(0, 1000))
  t.match(backlog.take(), { parts: [{ series: { id: 'other' } }], judged: [] })
  backlog.remember({ again: () => {} })
  t.equal(backlog.take().judged.length, 1)
  t.end()
})

t.test('a rule that changed keeps what waits, and shows the window’s errors unless the window is another', (t) => {
  const backlog = new Backlog(fakeClock())
  backlog.add(series, counted('a', { errorMessage: 'one' }))
  backlog.add(seriesOf({ ...rule, threshold: 3 }), counted('b', { errorMessage: 'two' }))
  const [part, ...more] = backlog.take().parts
  t.strictSame(more, [])
  t.match(part, { series: { rule: { threshold: 3 } }, counts: [{ count: 2 }] })
  t.equal(part?.evidence.list(1).length, 2)
  backlog.add(seriesOf({ ...rule, windowMs: 5000 }), counted('c'))
  t.equal(backlog.take().parts[0]?.evidence.list(1).length, 1)
  t.end()
})

t.test('forgets series that are over', async (t) => {
  const clock = fakeClock()
  const backlog = new Backlog(clock)
  backlog.add(series, counted('a', {}, {}, clock.monotonicMs()))
  const [part] = backlog.take().parts
  await clock.advance(rule.windowMs + 10_001)
  backlog.take()
  backlog.add(series, counted('b', {}, {}, clock.monotonicMs()))
  t.not(backlog.take().parts[0]?.evidence, part?.evidence)
})
