import t from 'tap'
import { Backlog, type Counted } from '../../src/evaluator/backlog.js'
import { type GivenRecord, toLogRecord } from '../../src/record/log-record.js'
import type { RequestTraits } from '../../src/record/request-traits.js'
import { rule } from '../fixtures/store-contract.js'

/** The requests whose records were built. */
const built: string[] = []

const counted = (id: string, given: GivenRecord = {}, traits: Partial<RequestTraits> = {}): Counted => ({
  request: { id, process: '', connection: '', statusCode: 0, isLast: false, ...traits },
  toRecord: () => {
    built.push(id)
    return toLogRecord(given)
  },
})

t.beforeEach(() => {
  built.length = 0
})

t.test('keeps rules apart, and the newest record of each, and builds no other', (t) => {
  const backlog = new Backlog()
  const other = { ...rule, name: 'other' }
  t.ok(backlog.isEmpty)
  backlog.add(rule, counted('a', { group: 'a' }), 0, 0)
  backlog.add(rule, counted('b', { group: 'b' }), 1, 1)
  backlog.add(other, counted('c', { group: 'c' }), 2, 2)
  t.strictSame([backlog.isEmpty, backlog.errorsOf(rule), backlog.errorsOf(other)], [false, 2, 1])
  t.strictSame(built, [], 'none before it is needed')
  t.match(backlog.take(), [
    { ruleName: 'default', counts: [{ count: 2 }], newest: toLogRecord({ group: 'b' }) },
    { ruleName: 'other', counts: [{ count: 1 }], newest: toLogRecord({ group: 'c' }) },
  ])
  t.strictSame(built, ['b', 'c'])
  t.strictSame([backlog.isEmpty, backlog.errorsOf(rule)], [true, 0])
  t.strictSame(backlog.take(), [])
  t.end()
})

t.test('lets a later line tell more about the newest error, and not stand in for it', (t) => {
  const backlog = new Backlog()
  backlog.add(rule, counted('a'), 0, 0)
  backlog.add(rule, counted('b'), 0, 0)
  backlog.improve(rule, counted('a', { errorMessage: 'older' }))
  t.match(backlog.take(), [{ newest: toLogRecord({}) }])
  t.strictSame(built, ['b'])
  backlog.add(rule, counted('b', { statusCode: 500 }), 0, 0)
  backlog.improve(rule, counted('b', { errorMessage: 'now known', statusCode: 503 }))
  backlog.improve(rule, counted('b', { errorMessage: 'too late', clientIp: '203.0.113.9' }))
  backlog.improve({ ...rule, name: 'unknown' }, counted('b', { group: 'x' }))
  t.match(backlog.take(), [
    {
      counts: [{ count: 1 }],
      newest: toLogRecord({ statusCode: 500, errorMessage: 'now known', clientIp: '203.0.113.9' }),
    },
  ])
  t.end()
})

t.test('what was told of an error is not told of the next', (t) => {
  const backlog = new Backlog()
  backlog.add(rule, counted('a'), 0, 0)
  backlog.improve(rule, counted('a', { group: 'older' }))
  backlog.add(rule, counted('a'), 1, 1)
  t.match(backlog.take(), [{ counts: [{ count: 2 }], newest: toLogRecord({}) }])
  backlog.add(rule, counted('a', { errorMessage: 'first' }), 2, 2)
  backlog.improve(rule, counted('a', { group: 'newer' }))
  t.match(backlog.take(), [{ newest: toLogRecord({ errorMessage: 'first', group: 'newer' }) }])
  t.end()
})

t.test('what another request, or none, has to tell is not told of the newest', (t) => {
  const backlog = new Backlog()
  const more = { group: 'another' }
  for (const further of [
    counted('a', more, { process: '8 web-1' }),
    counted('a', more, { connection: 'GET 203.0.113.9 2' }),
    counted('', more),
    { ...counted('a', more), request: undefined },
  ]) {
    const newest = counted('a', {}, { connection: 'GET 203.0.113.9 1' })
    for (const waiting of [newest, counted(''), { ...newest, request: undefined }]) {
      backlog.add(rule, waiting, 0, 0)
      backlog.improve(rule, further)
      t.match(backlog.take(), [{ newest: toLogRecord({}) }])
    }
  }
  t.end()
})

t.test('puts together eight further lines of a request at most', (t) => {
  const backlog = new Backlog()
  backlog.add(rule, counted('a'), 0, 0)
  for (let i = 1; i <= 7; i += 1) backlog.improve(rule, counted('a'))
  backlog.improve(rule, counted('a', { group: 'eighth' }))
  backlog.improve(rule, counted('a', { group: 'ninth', model: 'ninth' }))
  t.match(backlog.take(), [{ counts: [{ count: 1 }], newest: toLogRecord({ group: 'eighth' }) }])
  t.equal(built.length, 1 + 8)
  t.end()
})

t.test('says how many older errors left the window unsubmitted', (t) => {
  const backlog = new Backlog()
  t.equal(backlog.add(rule, counted('a'), 0, 0), 0)
  t.equal(backlog.add(rule, counted('b'), rule.windowMs + 1, rule.windowMs + 1), 1)
  t.equal(backlog.errorsOf(rule), 1)
  t.end()
})
