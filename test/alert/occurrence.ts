import t from 'tap'
import { Occurrence, type Telling } from '../../src/alert/occurrence.js'
import { toLogRecord } from '../../src/record/log-record.js'
import { noDetails, occurrence, telling } from '../fixtures/tellings.js'

/** A line that says how often it was read. */
function watched(line: Telling): Telling & { reads: number } {
  const seen = {
    ...line,
    reads: 0,
    record: () => {
      seen.reads += 1
      return line.record()
    },
  }
  return seen
}

t.test('reads its lines when it is sealed, each once, and later ones at once', (t) => {
  const [first, second, late] = [{ errorMessage: 'boom' }, { statusCode: 500 }, { group: 'a' }].map((given) =>
    watched(telling(given)),
  ) as [Telling & { reads: number }, Telling & { reads: number }, Telling & { reads: number }]
  const error = new Occurrence(first)
  error.tell(second)
  t.strictSame([first.reads, second.reads], [0, 0])
  t.match(error.seal(), { record: { errorMessage: 'boom', statusCode: 500, group: '' } })
  error.tell(late)
  t.equal(late.reads, 1)
  t.match(error.seal(), { record: { errorMessage: 'boom', statusCode: 500, group: 'a' } })
  t.strictSame([first.reads, second.reads, late.reads], [1, 1, 1])
  t.end()
})

t.test('merges as the lines of a request are merged, in whatever order they come', (t) => {
  const failed = telling(
    { errorMessage: 'failed with status code 500', statusCode: 500 },
    { path: '/a', method: 'GET' },
    true,
  )
  const thrown = telling({ errorMessage: 'boom', clientIp: '203.0.113.9' }, { service: 'shop' })
  for (const [one, other] of [
    [failed, thrown],
    [thrown, failed],
  ] as const) {
    const error = new Occurrence(one)
    error.tell(other)
    t.strictSame(error.seal(), {
      record: toLogRecord({ errorMessage: 'boom', statusCode: 500, clientIp: '203.0.113.9' }),
      details: { ...noDetails, path: '/a', method: 'GET', service: 'shop' },
    })
    t.equal(error.kind, 'boom')
  }
  t.end()
})

t.test('knows the kind of the message that it has by now', (t) => {
  const error = occurrence({ errorMessage: 'failed with status code 500' })
  error.seal()
  t.equal(error.kind, 'failed with status code <n>')
  error.tell(telling({ errorMessage: 'boom 4711' }))
  t.equal(error.kind, 'boom <n>')
  t.end()
})

t.test('forgets what it knows when nothing shows it any more', (t) => {
  const error = occurrence({ errorMessage: 'boom' })
  t.notOk(error.isForgotten)
  error.show()
  error.show()
  error.hide()
  t.match(error.seal(), { record: { errorMessage: 'boom' } })
  error.hide()
  const late = watched(telling({ statusCode: 500 }))
  error.tell(late)
  t.strictSame([error.isForgotten, error.seal(), late.reads], [true, undefined, 0])
  t.end()
})

t.test('looks for the place of the request only where no line that tells of the error has it', (t) => {
  let looks = 0
  const place = () => {
    looks += 1
    return { method: 'GET', path: '/found' }
  }
  const silent = new Occurrence({ ...telling({}, {}), place })
  silent.tell(telling({}, {}))
  t.match(silent.seal(), { details: { method: 'GET', path: '/found' } })
  silent.tell(telling({}, { path: '/late' }))
  t.match(silent.seal(), { details: { path: '/found' } })
  t.equal(looks, 1)
  const knowing = new Occurrence({ ...telling({}, {}), place })
  knowing.tell(telling({}, { path: '/known' }))
  t.match(knowing.seal(), { details: { method: '', path: '/known' } })
  new Occurrence({ ...telling({}), place }).seal()
  t.equal(looks, 1)
  t.end()
})

t.test('a line that throws where it is read tells nothing, and the others all the same', (t) => {
  const hostile = (): never => {
    throw new Error('a getter of theirs')
  }
  const error = new Occurrence({ ...telling(), record: hostile })
  t.equal(error.seal(), undefined)
  error.tell(telling({ statusCode: 500 }))
  error.tell({ ...telling({ group: 'a' }), details: hostile, place: hostile })
  t.match(error.seal(), { record: { statusCode: 500, group: 'a' } })
  t.end()
})

t.test('is bounded, however long the texts of a record are that was handed in', (t) => {
  const told = occurrence({ errorMessage: 'x'.repeat(1_000_000) }).seal()
  t.ok((told?.record.errorMessage.length ?? 0) <= 8192)
  t.end()
})
