import fc from 'fast-check'
import t from 'tap'
import { type LineRecord, toLogRecord } from '../../src/record/log-record.js'
import { MAX_OPEN_REQUESTS, REQUEST_LIFETIME_MS, RequestDedupe } from '../../src/record/request-dedupe.js'

function lineOf(requestId: string, members: Partial<LineRecord> = {}): LineRecord {
  return { ...toLogRecord({}), severity: 50, hasError: true, requestId, closesRequest: false, ...members }
}

await t.test('bounds are ten thousand requests and ten seconds', async (t) => {
  t.equal(MAX_OPEN_REQUESTS, 10_000)
  t.equal(REQUEST_LIFETIME_MS, 10_000)
})

await t.test('lines of one request count once, those of another anew', async (t) => {
  const dedupe = new RequestDedupe()
  t.equal(dedupe.see(lineOf('1'), 0).kind, 'first')
  t.equal(dedupe.see(lineOf('1'), 1).kind, 'further')
  t.equal(dedupe.see(lineOf('1'), 2).kind, 'further')
  t.equal(dedupe.see(lineOf('2'), 3).kind, 'first')
})

await t.test('lines without an id count one by one', async (t) => {
  const dedupe = new RequestDedupe()
  for (let i = 0; i < 3; i += 1) t.equal(dedupe.see(lineOf(''), i).kind, 'first')
})

await t.test('a line with a response time closes its request, be it an error or not', async (t) => {
  const dedupe = new RequestDedupe()
  const last = lineOf('1', { closesRequest: true })
  t.equal(dedupe.see(lineOf('1'), 0).kind, 'first')
  t.equal(dedupe.see(last, 1).kind, 'further')
  t.equal(dedupe.see(lineOf('1'), 2).kind, 'first')
  dedupe.close(lineOf('1'))
  t.equal(dedupe.see(lineOf('1'), 3).kind, 'further', 'a line that closes nothing closes nothing')
  dedupe.close(last)
  t.equal(dedupe.see(lineOf('1'), 4).kind, 'first')
})

await t.test('a request whose only error line is its last one leaves nothing behind', async (t) => {
  const dedupe = new RequestDedupe()
  const only = lineOf('shared', { closesRequest: true, statusCode: 500 })
  for (let i = 0; i < 100; i += 1) t.equal(dedupe.see(only, 0).kind, 'first')
})

await t.test('a request that never closes is forgotten ten seconds after its first error', async (t) => {
  const dedupe = new RequestDedupe()
  t.equal(dedupe.see(lineOf('1'), 1000).kind, 'first')
  t.equal(dedupe.see(lineOf('1'), 9000).kind, 'further')
  t.equal(dedupe.see(lineOf('1'), 10_999).kind, 'further')
  t.equal(dedupe.see(lineOf('1'), 11_000).kind, 'first')
})

await t.test('what the lines of a request tell is put together', async (t) => {
  const rows: readonly (readonly [why: string, lines: readonly Partial<LineRecord>[], merged: Partial<LineRecord>])[] =
    [
      ['a status beats none', [{ statusCode: 0 }, { statusCode: 503 }], { statusCode: 503 }],
      ['the first status stays', [{ statusCode: 500 }, { statusCode: 503 }], { statusCode: 500 }],
      [
        'a real message beats a made-up one',
        [{ errorMessage: 'failed with status code 500' }, { errorMessage: 'db timeout' }],
        { errorMessage: 'db timeout' },
      ],
      [
        'a made-up message does not beat a real one',
        [{ errorMessage: 'db timeout' }, { errorMessage: 'failed with status code 500' }],
        { errorMessage: 'db timeout' },
      ],
      [
        'a made-up message beats none',
        [{ errorMessage: '' }, { errorMessage: 'failed with status code 500' }],
        { errorMessage: 'failed with status code 500' },
      ],
      [
        'no message takes none away',
        [{ errorMessage: 'failed with status code 500' }, {}],
        { errorMessage: 'failed with status code 500' },
      ],
      [
        'a message that only begins like a made-up one is real',
        [{ errorMessage: 'failed with status code 500 upstream' }, { errorMessage: 'later' }],
        { errorMessage: 'failed with status code 500 upstream' },
      ],
      [
        'every other field fills in what is missing, and keeps what is known',
        [
          { group: 'a', clientIp: '' },
          { group: 'b', keyId: 7, model: 'm', providerName: 'n', providerType: 't', clientIp: '203.0.113.9' },
          { keyId: 8, clientIp: '10.0.0.1' },
        ],
        { group: 'a', keyId: 7, model: 'm', providerName: 'n', providerType: 't', clientIp: '203.0.113.9' },
      ],
    ]
  for (const [why, lines, merged] of rows) {
    const dedupe = new RequestDedupe()
    const sightings = lines.map((line, i) => dedupe.see(lineOf('1', line), i))
    const last = sightings.at(-1)
    t.hasStrict(last?.kind === 'further' ? last.record : undefined, merged, why)
  }
})

await t.test('a record that was handed in is not changed by what comes later', async (t) => {
  const dedupe = new RequestDedupe()
  const first = Object.freeze(lineOf('1'))
  dedupe.see(first, 0)
  t.equal(dedupe.see(lineOf('1', { statusCode: 500 }), 1).kind, 'further')
  t.equal(first.statusCode, 0)
})

await t.test('at its bound it forgets the oldest for a new request, and only then', async (t) => {
  const dedupe = new RequestDedupe()
  for (let i = 0; i < MAX_OPEN_REQUESTS; i += 1) dedupe.see(lineOf(`${i}`), 0)
  t.equal(dedupe.see(lineOf('0'), 1).kind, 'further', 'the oldest is still known while nothing new comes')
  t.equal(dedupe.see(lineOf('new'), 2).kind, 'first')
  t.equal(dedupe.see(lineOf('1'), 3).kind, 'further')
  t.equal(dedupe.see(lineOf('new'), 3).kind, 'further')
  t.equal(dedupe.see(lineOf('0'), 4).kind, 'first', 'the oldest had to make room')
})

/** What a dedupe should do, done the naive way: every request that was ever seen, asked one by one. */
class Model {
  readonly #seen: { readonly id: string; readonly atMs: number; isOpen: boolean }[]

  constructor(openIds: readonly string[]) {
    this.#seen = openIds.map((id) => ({ id, atMs: 0, isOpen: true }))
  }

  see(line: LineRecord, nowMs: number): 'first' | 'further' {
    const open = this.#seen.filter(({ isOpen, atMs }) => isOpen && nowMs - atMs < REQUEST_LIFETIME_MS)
    const request = open.find(({ id }) => id === line.requestId)
    if (line.requestId !== '' && request === undefined && !line.closesRequest) {
      const oldest = open.length >= MAX_OPEN_REQUESTS ? open[0] : undefined
      if (oldest !== undefined) oldest.isOpen = false
      this.#seen.push({ id: line.requestId, atMs: nowMs, isOpen: true })
    }
    this.close(line)
    return request === undefined ? 'first' : 'further'
  }

  close(line: LineRecord): void {
    if (!line.closesRequest) return
    for (const request of this.#seen) if (request.id === line.requestId) request.isOpen = false
  }
}

await t.test('agrees with a model that remembers everything', async () => {
  const crowd = Array.from({ length: MAX_OPEN_REQUESTS - 2 }, (_, i) => `other ${i}`)
  const id = fc.constantFrom('', 'a', 'b', 'c', 'd', 'other 0', 'other 1')
  const step = fc.record({
    id,
    closesRequest: fc.boolean(),
    isError: fc.boolean(),
    laterMs: fc.oneof(fc.constantFrom(0, 1, 9999, 10_000), fc.nat({ max: 4000 })),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.constantFrom([], crowd), (steps, open) => {
      const [dedupe, model] = [new RequestDedupe(), new Model(open)]
      for (const id of open) dedupe.see(lineOf(id), 0)
      let nowMs = 0
      return steps.every(({ id, closesRequest, isError, laterMs }) => {
        nowMs += laterMs
        const line = lineOf(id, { closesRequest })
        if (isError) return dedupe.see(line, nowMs).kind === model.see(line, nowMs)
        dedupe.close(line)
        model.close(line)
        return true
      })
    }),
    { numRuns: 60 },
  )
})
