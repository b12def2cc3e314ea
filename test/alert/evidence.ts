import t from 'tap'
import { Evidence, type Happened, summarize } from '../../src/alert/evidence.js'
import { Occurrence } from '../../src/alert/occurrence.js'
import { kindOfRecord } from '../../src/record/kind.js'
import { type GivenRecord, toLogRecord } from '../../src/record/log-record.js'
import { fc } from '../fixtures/properties.js'
import { noDetails, occurrence, telling } from '../fixtures/tellings.js'

const happened = (given: GivenRecord, atMs = 0, path = ''): Happened => {
  const record = toLogRecord(given)
  return { atMs, record, details: { ...noDetails, path }, kind: kindOfRecord(record) }
}

const at = (ms: number): { monotonicMs: number; wallMs: number } => ({ monotonicMs: ms, wallMs: ms })

t.test('wants the first fifty of a burst, and fifty a window of what goes on', (t) => {
  const evidence = new Evidence(60_000)
  const wanted = (count: number, monotonicMs: number): number => {
    let taken = 0
    for (let i = 0; i < count; i += 1) if (evidence.take(monotonicMs)) taken += 1
    return taken
  }
  t.equal(wanted(1000, 0), 50)
  t.equal(wanted(1000, 600), 0)
  let taken = 0
  for (let ms = 1000; ms < 61_000; ms += 10) taken += wanted(3, ms)
  t.ok(taken >= 40 && taken <= 51, `${taken}`)
  t.ok(wanted(1000, 1_000_000) >= 49, 'after a quiet time it is as at first')
  t.end()
})

t.test('keeps the newest fifty of its window, each made once', (t) => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 20_000 }), { maxLength: 120 }), fc.nat({ max: 70_000 }), (gaps, waitMs) => {
      const evidence = new Evidence(60_000)
      const read = new Map<number, number>()
      let nowMs = 0
      const times = gaps.map((gap, i) => {
        nowMs += gap
        const record = () => {
          read.set(i, (read.get(i) ?? 0) + 1)
          return toLogRecord({})
        }
        evidence.add(at(nowMs), new Occurrence({ ...telling(), record }))
        if (gap % 3 === 0) evidence.seal()
        return nowMs
      })
      nowMs += waitMs
      const listed = evidence.list(nowMs).map(({ atMs }) => atMs)
      const expected = times.slice(-50).filter((ms) => ms > nowMs - 60_000)
      evidence.list(nowMs)
      return JSON.stringify(listed) === JSON.stringify(expected) && [...read.values()].every((times) => times === 1)
    }),
  )
  t.end()
})

t.test('an error that was judged late stands where it belongs, and leaves the window in its turn', (t) => {
  const evidence = new Evidence(60_000)
  for (const ms of [1000, 3000, 2000, 500]) evidence.add(at(ms), occurrence({ keyId: ms }))
  const ids = (nowMs: number): number[] => evidence.list(nowMs).map(({ record }) => record.keyId)
  t.strictSame(ids(4000), [500, 1000, 2000, 3000])
  t.strictSame(ids(61_000), [2000, 3000])
  t.end()
})

t.test('shows what later lines told, also where an alert has shown the error before', (t) => {
  const evidence = new Evidence(60_000)
  const error = occurrence({ errorMessage: 'db timeout' })
  evidence.add(at(0), error)
  t.match(summarize(evidence.list(1)), { samples: [{ status_code: 0 }], top: { status: [], path: [] } })
  error.tell(telling({ statusCode: 503, errorMessage: 'failed with status code 503' }, { path: '/a' }, true))
  t.match(summarize(evidence.list(2)), {
    samples: [{ status_code: 503, error_message: 'db timeout', count: 1 }],
    top: { status: [{ value: 503 }], path: [{ value: '/a' }], message: [{ value: 'db timeout' }] },
  })
  t.end()
})

t.test('shows the newest of each kind, the most frequent kind first, five at most', (t) => {
  const all = [
    happened({ errorMessage: 'db timeout after 30 ms', statusCode: 503 }, 1000, '/orders'),
    happened({ errorMessage: 'payment declined', statusCode: 500 }, 2000, '/pay'),
    happened({ errorMessage: 'db timeout after 45 ms', statusCode: 503 }, 3000, '/orders'),
    ...['a', 'b', 'c', 'd', 'e'].map((letter, i) => happened({ errorMessage: `other ${letter}` }, 4000 + i)),
  ]
  const { samples, top } = summarize(all)
  t.equal(samples.length, 5)
  t.match(samples[0], { error_message: 'db timeout after 45 ms', count: 2, last_seen: '1970-01-01T00:00:03Z' })
  t.match(samples[1], { error_message: 'other e', count: 1 })
  t.strictSame(top.message[0], { value: 'db timeout after <n> ms', count: 2 })
  t.equal(top.message.length, 5)
  t.strictSame(top.path, [
    { value: '/orders', count: 2 },
    { value: '/pay', count: 1 },
  ])
  t.strictSame(top.status, [
    { value: 503, count: 2 },
    { value: 500, count: 1 },
  ])
  t.strictSame(summarize([]), { samples: [], top: { message: [], path: [], status: [], kind: [] } })
  t.end()
})

t.test('tells errors of one message and different types apart', (t) => {
  const typed = (errorType: string): Happened => {
    const one = happened({ errorMessage: 'timeout after 3 s' })
    const record = { ...one.record, errorType }
    return { ...one, record, kind: kindOfRecord(record) }
  }
  const { samples, top } = summarize([
    typed('A'),
    typed('PoolError'),
    typed('PoolError'),
    happened({ statusCode: 500 }),
  ])
  t.strictSame(
    samples.map(({ kind, count }) => [kind, count]),
    [
      ['PoolError: timeout after <n> s', 2],
      [undefined, 1],
      ['timeout after <n> s', 1],
    ],
  )
  t.strictSame(top.kind, [
    { value: 'PoolError: timeout after <n> s', count: 2 },
    { value: 'timeout after <n> s', count: 1 },
  ])
  t.strictSame(top.message, [{ value: 'timeout after <n> s', count: 3 }])
  t.end()
})

t.test('tells of each error the trace that it happened in, where a line of it names one', (t) => {
  const error = occurrence({ errorMessage: 'db timeout' }, { traceId: '0af7', spanId: 'b7ad' })
  const untold = occurrence({ errorMessage: 'payment declined' })
  const late = occurrence({ errorMessage: 'disk full' }, {})
  const evidence = new Evidence(60_000)
  for (const [ms, one] of [error, untold, late].entries()) evidence.add(at(ms), one)
  late.tell(telling({ statusCode: 500 }, { traceId: '17' }, true))
  const { samples } = summarize(evidence.list(3))
  t.strictSame(
    samples.map(({ error_message, trace_id, span_id }) => [error_message, trace_id, span_id]),
    [
      ['disk full', '17', undefined],
      ['payment declined', undefined, undefined],
      ['db timeout', '0af7', 'b7ad'],
    ],
  )
  t.notOk('trace_id' in Object(samples[1]))
  t.end()
})

t.test('counts the requests of one route as one path', (t) => {
  const paths = ['/cart/11', '/v1/orders', '/cart/12', '', '/cart/12', '/v1/orders', '/v2/orders']
  const { top } = summarize(paths.map((path) => happened({}, 0, path)))
  t.strictSame(top.path, [
    { value: '/cart/<n>', count: 3 },
    { value: '/v1/orders', count: 2 },
    { value: '/v2/orders', count: 1 },
  ])
  t.end()
})

t.test('is bounded and well-formed, whatever the records hold', (t) => {
  const texts = fc.string({ unit: 'binary', maxLength: 5000 })
  fc.assert(
    fc.property(fc.array(fc.tuple(texts, texts), { maxLength: 12 }), (given) => {
      const { samples, top } = summarize(given.map(([errorMessage, path]) => happened({ errorMessage }, 0, path)))
      const shown = [...samples.map((sample) => sample.error_message), ...top.message, ...top.path].map((one) =>
        typeof one === 'string' ? one : String(one.value),
      )
      const isShort = [...top.message, ...top.path].every(({ value }) => String(value).length <= 200)
      return isShort && samples.length <= 5 && shown.every((text) => text.isWellFormed())
    }),
  )
  t.end()
})
