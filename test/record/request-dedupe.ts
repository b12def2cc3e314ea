import fc from 'fast-check'
import t from 'tap'
import type { RequestTraits } from '../../src/record/reading/request-traits.js'
import {
  isSameRequest,
  MAX_LINES_OF_A_REQUEST,
  MAX_OPEN_REQUESTS,
  MAX_SHARING_AN_ID,
  REQUEST_LIFETIME_MS,
  RequestDedupe,
} from '../../src/record/request-dedupe.js'

function lineOf(id: string, traits: Partial<RequestTraits> = {}): RequestTraits {
  return { id, process: '7 web-1', connection: '', statusCode: 0, isLast: false, ...traits }
}

/** Whether an error line's request is counted already; if not, it is now. */
function isFurther(dedupe: RequestDedupe, line: RequestTraits, nowMs: number): boolean {
  if (dedupe.find(line, nowMs) !== undefined) return true
  dedupe.open(line, nowMs, true)
  return false
}

/** How many of these error lines, which come one after the other, are counted. */
function countedOf(lines: readonly RequestTraits[], dedupe = new RequestDedupe()): number {
  return lines.filter((line, i) => !isFurther(dedupe, line, i)).length
}

await t.test('bounds are ten thousand requests, a hundred of one id, and ten seconds', async (t) => {
  t.equal(MAX_OPEN_REQUESTS, 10_000)
  t.equal(MAX_SHARING_AN_ID, 100)
  t.equal(REQUEST_LIFETIME_MS, 10_000)
  t.equal(MAX_LINES_OF_A_REQUEST, 10)
})

await t.test('one id for all requests hides nine of ten at most', async (t) => {
  t.equal(countedOf(Array(100).fill(lineOf('1'))), 10)
  const dedupe = new RequestDedupe()
  t.equal(countedOf(Array(11).fill(lineOf('1')), dedupe), 2, 'the eleventh line counts anew')
  t.notOk(isFurther(dedupe, lineOf('2'), 50), 'other requests have their own')
  t.ok(isFurther(dedupe, lineOf('1', { isLast: true }), 51))
  t.ok(isFurther(dedupe, lineOf('2', { isLast: true }), 52))
  t.ok(isFurther(dedupe, lineOf('1', { isLast: true }), 53), 'a last line closes one')
  t.ok(dedupe.isEmpty)
})

await t.test('a last line with the status of the first one closes the request', async (t) => {
  const dedupe = new RequestDedupe()
  t.notOk(isFurther(dedupe, lineOf('1', { statusCode: 404 }), 0))
  dedupe.pass(lineOf('1', { statusCode: 404, isLast: true }))
  t.ok(dedupe.isEmpty)
})

await t.test('lines of one request count once, those of another anew', async (t) => {
  const dedupe = new RequestDedupe()
  t.notOk(isFurther(dedupe, lineOf('1'), 0))
  t.ok(isFurther(dedupe, lineOf('1'), 1))
  t.ok(isFurther(dedupe, lineOf('1'), 2))
  t.notOk(isFurther(dedupe, lineOf('2'), 3))
})

await t.test('lines without an id count one by one', async (t) => {
  const dedupe = new RequestDedupe()
  t.equal(countedOf(Array(3).fill(lineOf('')), dedupe), 3)
  t.ok(dedupe.isEmpty)
})

await t.test('a last line closes its request, be it an error or not', async (t) => {
  const dedupe = new RequestDedupe()
  const last = lineOf('1', { isLast: true })
  t.notOk(isFurther(dedupe, lineOf('1'), 0))
  t.ok(isFurther(dedupe, last, 1))
  t.notOk(isFurther(dedupe, lineOf('1'), 2))
  dedupe.pass(lineOf('1'))
  t.ok(isFurther(dedupe, lineOf('1'), 3), 'a line that closes nothing closes nothing')
  dedupe.pass(last)
  t.notOk(isFurther(dedupe, lineOf('1'), 4))
})

await t.test('a last line of no request, or of another one, closes none', async (t) => {
  for (const other of [
    lineOf('', { isLast: true }),
    lineOf('2', { isLast: true }),
    lineOf('1', { isLast: true, process: '8 web-1' }),
    lineOf('1', { isLast: true, connection: 'GET 203.0.113.9 2' }),
  ]) {
    const dedupe = new RequestDedupe()
    const line = lineOf('1', { connection: 'GET 203.0.113.9 1' })
    t.notOk(isFurther(dedupe, line, 0))
    dedupe.pass(other)
    t.notOk(isFurther(dedupe, { ...other, statusCode: 500 }, 1), 'it counts for itself')
    t.ok(isFurther(dedupe, line, 2), JSON.stringify(other))
  }
})

await t.test('a request whose only error line is its last one leaves nothing behind', async (t) => {
  const dedupe = new RequestDedupe()
  const only = lineOf('shared', { isLast: true, statusCode: 500 })
  t.equal(countedOf(Array(100).fill(only), dedupe), 100)
  t.ok(dedupe.isEmpty)
})

await t.test('a request that never closes is forgotten ten seconds after its first error', async (t) => {
  const dedupe = new RequestDedupe()
  t.notOk(isFurther(dedupe, lineOf('1'), 1000))
  t.ok(isFurther(dedupe, lineOf('1'), 9000))
  t.ok(isFurther(dedupe, lineOf('1'), 10_999))
  t.notOk(isFurther(dedupe, lineOf('1'), 11_000))
})

await t.test('tells whether a request is open, until it is closed or old', async (t) => {
  const dedupe = new RequestDedupe()
  const isOpen = (): boolean[] => [dedupe.hasOpen('1'), dedupe.hasOpen('2'), dedupe.isEmpty]
  t.strictSame(isOpen(), [false, false, true])
  isFurther(dedupe, lineOf('1', { process: 'any', connection: 'any' }), 0)
  t.strictSame(isOpen(), [true, false, false])
  isFurther(dedupe, lineOf('2'), 500)
  t.strictSame(isOpen(), [true, true, false])
  dedupe.forgetOld(9999)
  t.strictSame(isOpen(), [true, true, false])
  dedupe.forgetOld(10_000)
  t.strictSame(isOpen(), [false, true, false])
  dedupe.pass(lineOf('2', { isLast: true }))
  t.strictSame(isOpen(), [false, false, true])
})

await t.test('what was handed in is not changed by what comes later', async (t) => {
  const dedupe = new RequestDedupe()
  const first = Object.freeze(lineOf('1'))
  t.notOk(isFurther(dedupe, first, 0))
  t.ok(isFurther(dedupe, lineOf('1', { statusCode: 500, connection: 'a' }), 1))
  t.strictSame(first, lineOf('1'))
})

await t.test('at its bound it forgets the oldest for a new request, and only then', async (t) => {
  const dedupe = new RequestDedupe()
  for (let i = 0; i < MAX_OPEN_REQUESTS; i += 1) isFurther(dedupe, lineOf(`${i}`), 0)
  t.ok(isFurther(dedupe, lineOf('0'), 1), 'the oldest is still known while nothing new comes')
  t.notOk(isFurther(dedupe, lineOf('new'), 2))
  t.ok(isFurther(dedupe, lineOf('1'), 3))
  t.ok(isFurther(dedupe, lineOf('new'), 3))
  t.notOk(isFurther(dedupe, lineOf('0'), 4), 'the oldest had to make room')
})

await t.test('says when it has to forget one that is open, and not when one is over', async (t) => {
  let forgotten = 0
  const dedupe = new RequestDedupe(() => {
    forgotten += 1
  })
  for (let i = 0; i < MAX_OPEN_REQUESTS; i += 1) isFurther(dedupe, lineOf(`${i}`), 0)
  isFurther(dedupe, lineOf('0', { isLast: true }), 0)
  isFurther(dedupe, lineOf('one more'), 0)
  t.equal(forgotten, 0)
  isFurther(dedupe, lineOf('and another'), 0)
  t.equal(forgotten, 1)
  isFurther(dedupe, lineOf('later'), 10_000)
  t.equal(forgotten, 1)
})

await t.test('of one id it keeps a hundred, and forgets the oldest of these for a new one', async (t) => {
  const dedupe = new RequestDedupe()
  const sharing = (connection: number): RequestTraits => lineOf('shared', { connection: `${connection}` })
  t.notOk(isFurther(dedupe, lineOf('other'), 0))
  for (let i = 0; i < MAX_SHARING_AN_ID; i += 1) t.notOk(isFurther(dedupe, sharing(i), 1))
  t.ok(isFurther(dedupe, sharing(0), 2))
  t.notOk(isFurther(dedupe, sharing(MAX_SHARING_AN_ID), 3))
  for (let i = 1; i <= MAX_SHARING_AN_ID; i += 1) t.ok(isFurther(dedupe, sharing(i), 4))
  t.ok(isFurther(dedupe, lineOf('other'), 5), 'an older one of another id stays')
  t.notOk(isFurther(dedupe, sharing(0), 6), 'the oldest had to make room')
})

await t.test('two lines are of one request by id, process and connection, as far as they tell', async (t) => {
  const line = lineOf('1', { connection: 'GET 203.0.113.9 1', statusCode: 500 })
  for (const [other, isSame] of [
    [line, true],
    [lineOf('1', { isLast: true }), true],
    [lineOf('2', { connection: line.connection }), false],
    [lineOf('1', { connection: 'GET 203.0.113.9 2' }), false],
    [lineOf('1', { process: '8 web-1' }), false],
    [undefined, false],
  ] as const) {
    t.equal(isSameRequest(line, other), isSame, JSON.stringify(other))
    t.equal(isSameRequest(other, line), isSame, JSON.stringify(other))
  }
  t.notOk(isSameRequest(lineOf(''), lineOf('')), 'lines of no request are not of one')
  t.notOk(isSameRequest(undefined, undefined))
})

await t.test('requests that share an id are told apart by process and by connection', async (t) => {
  const [near, far] = ['GET 203.0.113.9 1', 'GET 203.0.113.9 2']
  for (const [why, first, second, isSame] of [
    ['the same connection', { connection: near }, { connection: near }, true],
    ['another connection', { connection: near }, { connection: far }, false],
    ['a connection that is not told', { connection: near }, {}, true],
    ['a connection that was not told', {}, { connection: near }, true],
    ['another process', { process: '1 a' }, { process: '1 b' }, false],
    ['another process, the same connection', { process: 'a', connection: near }, { connection: near }, false],
  ] as const) {
    const dedupe = new RequestDedupe()
    t.notOk(isFurther(dedupe, lineOf('1', first), 0))
    t.equal(isFurther(dedupe, lineOf('1', second), 1), isSame, why)
  }
})

await t.test('a request that ended well does not close one that was answered with an error', async (t) => {
  // Two servers in one process, which both begin at req-1.
  const dedupe = new RequestDedupe()
  t.notOk(isFurther(dedupe, lineOf('req-1', { statusCode: 500 }), 0))
  dedupe.pass(lineOf('req-1', { statusCode: 200, isLast: true }))
  t.ok(isFurther(dedupe, lineOf('req-1', { statusCode: 500, isLast: true }), 1))
  t.ok(dedupe.isEmpty)
})

await t.test('a last line closes whatever it does not speak against', async (t) => {
  for (const [first, last] of [
    [0, 200],
    [0, 0],
    [200, 200],
    [302, 200],
    [500, 0],
  ] as const) {
    const dedupe = new RequestDedupe()
    t.notOk(isFurther(dedupe, lineOf('1', { statusCode: first }), 0))
    dedupe.pass(lineOf('1', { statusCode: last, isLast: true }))
    t.ok(dedupe.isEmpty, `${first} then ${last}`)
  }
})

await t.test('a hundred failing requests with one id of the client count a hundred times', async (t) => {
  const numbers = Array.from({ length: 100 }, (_, i) => i)
  const isolated = (i: number): Partial<RequestTraits> => ({ connection: `GET 203.0.113.9 ${i}` })
  const shared = (): Partial<RequestTraits> => ({})
  for (const [why, connection, lastConnection] of [
    ['without connections', shared, shared],
    ['with connections', isolated, isolated],
    ['with connections, which last lines do not tell', isolated, shared],
  ] as const) {
    const first = (i: number): RequestTraits => lineOf('client', connection(i))
    const last = (i: number): RequestTraits => lineOf('client', { ...lastConnection(i), statusCode: 500, isLast: true })
    for (const [how, lines] of [
      ['one after the other', numbers.flatMap((i) => [first(i), last(i)])],
      ['at once', [...numbers.map(first), ...numbers.map(last)]],
      ['at once, ending in reverse', [...numbers.map(first), ...numbers.toReversed().map(last)]],
    ] as const) {
      const dedupe = new RequestDedupe()
      t.equal(countedOf(lines, dedupe), 100, `${why}, ${how}`)
      t.ok(dedupe.isEmpty, 'and leave nothing behind')
    }
  }
})

/** The order in which so many requests log, each its first line and then its last: each request is in it twice. */
const orders = fc.nat({ max: 30 }).chain((requests) => {
  const turns = Array.from({ length: 2 * requests }, (_, i) => i % requests)
  return fc.shuffledSubarray(turns, { minLength: turns.length })
})

await t.test('as many count as there are requests, though all have one id and their lines mix', async () => {
  const statusCode = fc.constantFrom(0, 500)
  fc.assert(
    fc.property(orders, statusCode, (order, firstStatus) => {
      const dedupe = new RequestDedupe()
      const begun = new Set<number>()
      const lines = order.map((request) => {
        const isLast = begun.has(request)
        begun.add(request)
        return lineOf('client', isLast ? { statusCode: 500, isLast } : { statusCode: firstStatus })
      })
      return countedOf(lines, dedupe) === begun.size && dedupe.isEmpty
    }),
    { numRuns: 1000 },
  )
})

await t.test('as many count as there are connections, though all have one id and end well or not', async () => {
  // As Fastify writes them: the connection is in the line of the error, and not in the last one.
  fc.assert(
    fc.property(orders, fc.infiniteStream(fc.boolean()), (order, outcomes) => {
      const dedupe = new RequestDedupe()
      const begun = new Set<number>()
      let counted = 0
      for (const request of order) {
        if (!begun.has(request)) {
          begun.add(request)
          if (!isFurther(dedupe, lineOf('client', { connection: `GET 203.0.113.9 ${request}` }), 0)) counted += 1
        } else if (outcomes.next().value === true) dedupe.pass(lineOf('client', { statusCode: 200, isLast: true }))
        else if (!isFurther(dedupe, lineOf('client', { statusCode: 500, isLast: true }), 0)) counted += 1
      }
      return counted === begun.size && dedupe.isEmpty
    }),
    { numRuns: 1000 },
  )
})

interface Seen {
  readonly line: RequestTraits
  readonly atMs: number
  isOpen: boolean
  /** Its error lines so far. */
  lines: number
}

/** What a dedupe should do, done the naive way: every request that was ever seen, asked one by one. */
class Model {
  readonly #seen: Seen[]

  constructor(open: readonly RequestTraits[]) {
    this.#seen = open.map((line) => ({ line, atMs: 0, isOpen: true, lines: 1 }))
  }

  openAt(nowMs: number): readonly Seen[] {
    return this.#seen.filter(({ isOpen, atMs }) => isOpen && nowMs - atMs < REQUEST_LIFETIME_MS)
  }

  isFurther(line: RequestTraits, nowMs: number): boolean {
    if (line.id === '') return false
    const open = this.openAt(nowMs)
    const request = open.find((other) => this.#isSame(other, line) && (line.isLast || other.lines < 10))
    if (request !== undefined) {
      request.lines += 1
      if (line.isLast) request.isOpen = false
      return true
    }
    if (line.isLast) return false
    const sharing = open.filter((other) => other.line.id === line.id)
    const mustGo =
      sharing.length >= MAX_SHARING_AN_ID ? sharing[0] : open.length >= MAX_OPEN_REQUESTS ? open[0] : undefined
    if (mustGo !== undefined) mustGo.isOpen = false
    this.#seen.push({ line, atMs: nowMs, isOpen: true, lines: 1 })
    return false
  }

  pass(line: RequestTraits, nowMs: number): void {
    const request = this.openAt(nowMs)
      .filter((other) => this.#isSame(other, line))
      .find(({ line: { statusCode } }) => line.statusCode === 0 || statusCode < 400 || statusCode === line.statusCode)
    if (line.isLast && request !== undefined) request.isOpen = false
  }

  #isSame({ line: { id, process, connection } }: Seen, line: RequestTraits): boolean {
    const isSameConnection = [connection, ''].includes(line.connection) || connection === ''
    return line.id === id && line.process === process && isSameConnection
  }
}

await t.test('agrees with a model that remembers everything', async () => {
  const many = Array.from({ length: MAX_OPEN_REQUESTS - 2 }, (_, i) => lineOf(`other ${i}`))
  const sharing = Array.from({ length: MAX_SHARING_AN_ID - 2 }, (_, i) => lineOf('a', { connection: `other ${i}` }))
  const step = fc.record({
    id: fc.constantFrom('', 'a', 'a', 'a', 'a', 'a', 'b', 'c', 'd', 'other 0', 'other 1'),
    process: fc.constantFrom('7 web-1', '7 web-1', '8 web-1'),
    connection: fc.constantFrom('', 'one', 'two', 'three', 'other 0', 'other 1'),
    statusCode: fc.constantFrom(0, 200, 500),
    isLast: fc.boolean(),
    isError: fc.boolean(),
    laterMs: fc.oneof(fc.constantFrom(0, 1, 9999, 10_000), fc.nat({ max: 4000 })),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.constantFrom([], many, sharing), (steps, open) => {
      const [dedupe, model] = [new RequestDedupe(), new Model(open)]
      for (const line of open) isFurther(dedupe, line, 0)
      let nowMs = 0
      return steps.every(({ isError, laterMs, ...line }) => {
        nowMs += laterMs
        if (isError) return isFurther(dedupe, line, nowMs) === model.isFurther(line, nowMs)
        dedupe.forgetOld(nowMs)
        dedupe.pass(line)
        model.pass(line, nowMs)
        const left = model.openAt(nowMs)
        return (
          dedupe.isEmpty === (left.length === 0) &&
          dedupe.hasOpen(line.id) === left.some((request) => request.line.id === line.id)
        )
      })
    }),
    { numRuns: 200 },
  )
})

t.test('gives what is known of a request with each of its further lines, and with the last', async (t) => {
  const dedupe = new RequestDedupe<string>()
  t.equal(dedupe.find(lineOf('a'), 0), undefined)
  dedupe.open(lineOf('a'), 0, 'first')
  t.equal(dedupe.find(lineOf('a'), 1), 'first')
  t.equal(dedupe.find(lineOf('b'), 1), undefined, 'another request')
  t.equal(dedupe.find(lineOf('a', { isLast: true }), 2), 'first')
  t.equal(dedupe.find(lineOf('a'), 3), undefined, 'the first of a new one')
  dedupe.open(lineOf('a'), 3, 'second')
  t.equal(dedupe.pass(lineOf('a')), undefined, 'it goes on')
  t.equal(dedupe.pass(lineOf('a', { isLast: true, statusCode: 200 })), 'second')
  t.equal(dedupe.pass(lineOf('a', { isLast: true, statusCode: 200 })), undefined)
})

t.test('a line that is looked for and not remembered opens nothing', async (t) => {
  const dedupe = new RequestDedupe()
  dedupe.find(lineOf('a'), 0)
  dedupe.open(lineOf('a', { isLast: true }), 0, true)
  dedupe.open(lineOf(''), 0, true)
  t.ok(dedupe.isEmpty)
})
