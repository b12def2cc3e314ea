import fc from 'fast-check'
import t from 'tap'
import { toLogRecord } from '../../../src/record/log-record.js'
import { isErrorLine, isErrorRecord } from '../../../src/record/reading/line-error.js'
import type { LineTraits } from '../../../src/record/reading/line-traits.js'

function lineOf(members: Partial<LineTraits>): LineTraits {
  return { severity: 0, statusCode: 0, hasError: false, isOwn: false, isBlank: false, ...members }
}

await t.test('a record is an error by its status code or by a message that is not blank', async (t) => {
  const rows: readonly (readonly [record: object, isError: boolean])[] = [
    [{}, false],
    [{ statusCode: 499 }, false],
    [{ statusCode: 500 }, true],
    [{ statusCode: 600 }, true],
    [{ statusCode: 200, errorMessage: 'partial failure' }, true],
    [{ statusCode: 404, errorMessage: 'no such user' }, true],
    [{ errorMessage: ' \t\n' }, false],
    [{ errorMessage: '', group: 'a', clientIp: '203.0.113.9' }, false],
  ]
  for (const [record, isError] of rows)
    t.equal(isErrorRecord(toLogRecord(record), 500), isError, JSON.stringify(record))
  t.ok(isErrorRecord(toLogRecord({ statusCode: 429 }), 429))
  t.notOk(isErrorRecord(toLogRecord({ statusCode: 503 }), 504))
})

await t.test('a line is an error by what README says', async (t) => {
  const rows: readonly (readonly [why: string, line: Partial<LineTraits>, isError: boolean])[] = [
    ['5xx at info', { severity: 30, statusCode: 500 }, true],
    ['5xx without a level', { statusCode: 503 }, true],
    ['4xx at info', { severity: 30, statusCode: 404 }, false],
    ['level error alone', { severity: 50 }, true],
    ['level error with 4xx', { severity: 50, statusCode: 404 }, true],
    ['worse than error', { severity: 60 }, true],
    ['between warn and error', { severity: 45 }, false],
    ['an error at warn', { severity: 40, hasError: true }, true],
    ['an error at warn with 2xx', { severity: 40, hasError: true, statusCode: 200 }, true],
    ['an error at warn that 400 explains', { severity: 40, hasError: true, statusCode: 400 }, false],
    ['an error at warn that 499 explains', { severity: 40, hasError: true, statusCode: 499 }, false],
    ['an error at warn with 399', { severity: 40, hasError: true, statusCode: 399 }, true],
    ['an error below minLevel', { severity: 30, hasError: true }, false],
    ['an error without a level', { hasError: true }, false],
    ['warn without an error', { severity: 40 }, false],
  ]
  for (const [why, line, isError] of rows) t.equal(isErrorLine(lineOf(line), 500, 40), isError, why)
})

await t.test('threshold and minLevel move the bounds', async (t) => {
  t.ok(isErrorLine(lineOf({ severity: 30, statusCode: 404 }), 400, 40))
  t.notOk(isErrorLine(lineOf({ severity: 30, statusCode: 503 }), 504, 40))
  t.ok(isErrorLine(lineOf({ severity: 30, hasError: true }), 500, 30))
  t.notOk(isErrorLine(lineOf({ severity: 40, hasError: true }), 500, 50))
  t.ok(isErrorLine(lineOf({ severity: 50 }), 500, 60), 'level error counts whatever minLevel is')
})

await t.test('what is no error at the lowest bounds is one at no others', async () => {
  const severity = fc.constantFrom(0, 10, 30, 40, 50, 60)
  const statusCode = fc.constantFrom(0, 100, 200, 400, 404, 499, 500, 599)
  const lines = fc.record({ severity, hasError: fc.boolean(), statusCode }).map(lineOf)
  const records = fc.record({ statusCode, errorMessage: fc.constantFrom('', ' ', 'boom') }).map(toLogRecord)
  const threshold = fc.integer({ min: 1, max: 600 })
  fc.assert(
    fc.property(lines, threshold, fc.integer({ min: 0, max: 60 }), (line, statusCode, minSeverity) => {
      return !isErrorLine(line, statusCode, minSeverity) || isErrorLine(line, 1, 0)
    }),
    { numRuns: 1000 },
  )
  fc.assert(
    fc.property(records, threshold, (record, statusCode) => {
      return !isErrorRecord(record, statusCode) || isErrorRecord(record, 1)
    }),
    { numRuns: 1000 },
  )
})

await t.test('a line without status and error is none at the lowest bounds, a record likewise', async (t) => {
  t.notOk(isErrorLine(lineOf({ severity: 40 }), 1, 0))
  t.notOk(isErrorRecord(toLogRecord({ group: 'a', keyId: 5 }), 1))
  t.ok(isErrorLine(lineOf({ severity: 30, hasError: true }), 1, 0))
  t.ok(isErrorLine(lineOf({ hasError: true }), 1, 0), 'without a level too')
  t.ok(isErrorLine(lineOf({ statusCode: 200 }), 1, 0), 'a threshold of 200 is allowed')
  t.ok(isErrorRecord(toLogRecord({ statusCode: 200 }), 1))
})
