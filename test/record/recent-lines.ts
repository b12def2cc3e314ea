import t from 'tap'
import { compileReading } from '../../src/record/reading/read-line.js'
import type { RequestTraits } from '../../src/record/reading/request-traits.js'
import { KEPT_LENGTH, KEPT_LINES, RecentLines } from '../../src/record/recent-lines.js'
import { type FakeClock, fakeClock } from '../fixtures/fake-clock.js'

const reading = compileReading({})

function requestOf(id: string, traits: Partial<RequestTraits> = {}): RequestTraits {
  return { id, process: '7 web-1', connection: '', statusCode: 503, isLast: true, ...traits }
}

const incoming = (reqId: unknown, url: string, more: object = {}): object => {
  return { level: 30, pid: 7, hostname: 'web-1', reqId, req: { method: 'GET', url, ...more }, msg: 'incoming request' }
}

interface Bench {
  readonly clock: FakeClock
  readonly recent: RecentLines
  readonly texts: (...lines: object[]) => void
  readonly pathOf: (id: string, traits?: Partial<RequestTraits>) => string | undefined
}

function setUp(): Bench {
  const clock = fakeClock()
  const recent = new RecentLines(clock)
  return {
    clock,
    recent,
    texts: (...lines) => recent.keepText(lines.map((line) => `${JSON.stringify(line)}\n`).join('')),
    pathOf: (id, traits) => recent.placeOf(requestOf(id, traits), reading)?.path,
  }
}

t.test('finds method and path of a request in text, and no query', (t) => {
  const { recent, texts, pathOf } = setUp()
  texts(incoming('req-1', '/a?b=canary'), incoming('req-11', '/b'), incoming(1, '/c'), incoming(17, '/d'))
  texts({ level: 30, msg: '"req-1"' }, { level: 30, reqId: 'req-1', msg: 'without a path' })
  recent.keepText('{"no JSON":"req-1"\n')
  t.strictSame(recent.placeOf(requestOf('req-1'), reading), { method: 'GET', path: '/a' })
  t.strictSame([pathOf('req-11'), pathOf('1'), pathOf('17'), pathOf('7')], ['/b', '/c', '/d', undefined])
  t.strictSame([pathOf('req-1', { process: '8 web-1' }), pathOf('')], [undefined, undefined])
  t.end()
})

t.test('the newest line counts, and one of another connection does not', (t) => {
  const { texts, pathOf } = setUp()
  texts(incoming('a', '/old'), incoming('a', '/new'))
  t.equal(pathOf('a'), '/new')
  texts(incoming('a', '/newer'))
  t.equal(pathOf('a'), '/newer')
  texts(incoming('b', '/near', { remoteAddress: '::1', remotePort: 1 }))
  texts(incoming('b', '/far', { remoteAddress: '::1', remotePort: 2 }))
  t.equal(pathOf('b', { connection: 'GET ::1 1' }), '/near')
  t.end()
})

t.test('finds ids as JSON writes them, and long ones by their beginning', (t) => {
  const { texts, pathOf } = setUp()
  const long = 'x'.repeat(300)
  texts(incoming('a"b\u00e9', '/quoted'), incoming(long, '/long'))
  t.strictSame([pathOf('a"b\u00e9'), pathOf(long.slice(0, 128))], ['/quoted', '/long'])
  t.end()
})

t.test('keeps a bounded piece of text, the newest', (t) => {
  const { recent, texts, pathOf } = setUp()
  const filler = `${JSON.stringify({ level: 30, msg: 'x'.repeat(1000) })}\n`
  texts(incoming('a', '/a'))
  for (let length = 0; length < KEPT_LENGTH; length += filler.length) recent.keepText(filler)
  t.equal(pathOf('a'), '/a')
  for (let length = 0; length < 2 * KEPT_LENGTH; length += filler.length) recent.keepText(filler)
  t.equal(pathOf('a'), undefined)
  t.end()
})

t.test('lines that are objects are let go soon, however few or many come', async (t) => {
  const { clock, recent, pathOf } = setUp()
  const keep = (line: object): void => recent.keepLine({ members: line })
  keep(incoming('a', '/a'))
  t.equal(pathOf('a'), '/a')
  await clock.advance(999)
  t.equal(pathOf('a'), '/a')
  await clock.advance(1)
  t.equal(pathOf('a'), undefined)
  keep(incoming('b', '/b'))
  for (let i = 0; i < KEPT_LINES; i += 1) keep(incoming(i, '/other'))
  t.equal(pathOf('b'), '/b')
  for (let i = 0; i < KEPT_LINES; i += 1) keep(incoming(i, '/other'))
  t.equal(pathOf('b'), undefined)
})

t.test('looks fifty times a second at most, and survives getters that throw', async (t) => {
  const { clock, recent, texts, pathOf } = setUp()
  texts(incoming('a', '/a'))
  recent.keepLine({
    members: {
      get req(): never {
        throw new Error('a getter of theirs')
      },
    },
  })
  const found = Array.from({ length: 60 }, () => pathOf('a')).filter((path) => path === '/a')
  t.equal(found.length, 50)
  await clock.advance(1000)
  t.equal(pathOf('a'), '/a')
})
