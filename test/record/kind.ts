import t from 'tap'
import { kindOf, kindOfRecord, lateKind } from '../../src/record/kind.js'
import { toLogRecord } from '../../src/record/log-record.js'

t.test('a kind is the type and the shape of the message', async (t) => {
  for (const [type, message, kind] of [
    ['', '', ''],
    ['', 'db timeout after 12ms', 'db timeout after <n>'],
    ['Error', 'db timeout after 12ms', 'db timeout after <n>'],
    ['MongoServerError', 'E11000 duplicate key', 'MongoServerError: E<n> duplicate key'],
    ['', 'MongoServerError: E11000 duplicate key', 'MongoServerError: E<n> duplicate key'],
    ['MongoServerError', 'MongoServerError: E11000 duplicate key', 'MongoServerError: E<n> duplicate key'],
    ['Error', 'Error: db timeout', 'db timeout'],
    ['', 'Uncaught Error: db timeout', 'db timeout'],
    ['TypeError', '', 'TypeError'],
    ['TypeError', 'TypeError', 'TypeError'],
    ['t', 'db timeout', 'db timeout'],
  ] as const) {
    t.equal(kindOf(type, message), kind, `${type}: ${message}`)
  }
})

t.test('a kind that was given is taken as it is', async (t) => {
  t.equal(kindOfRecord(toLogRecord({ kind: 'pool 7', errorMessage: 'x' })), 'pool 7')
  t.equal(kindOfRecord(toLogRecord({ kind: ' ', errorMessage: 'x 7' })), 'x <n>')
  t.equal(kindOfRecord(toLogRecord({ kind: 'x'.repeat(1000) })).length, 200)
})

t.test('is made when it is first asked for, and once', async (t) => {
  let reads = 0
  const kind = lateKind(() => {
    reads += 1
    return toLogRecord({ errorMessage: 'boom 1' })
  })
  t.equal(reads, 0)
  t.strictSame([kind(), kind(), reads], ['boom <n>', 'boom <n>', 1])
})
