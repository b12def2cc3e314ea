import t from 'tap'
import type { Match, PlainCondition } from '../../src/config/options.js'
import { lateKind } from '../../src/record/kind.js'
import { toLogRecord } from '../../src/record/log-record.js'
import { rootsOf } from '../../src/record/reading/line-reader.js'
import { compileMatcher, type Subject } from '../../src/rule/matcher.js'
import { fc } from '../fixtures/properties.js'

const line = {
  level: 50,
  app: { area: 'payments', shard: 12, isCanary: true, owner: null },
  'flat.name': 'flat',
  msg: 'db timeout',
}

const record = toLogRecord({ statusCode: 503, errorMessage: 'db timeout', model: 'm-1' })
const subject: Subject = {
  roots: rootsOf({ members: line, isParsed: true }, undefined),
  severity: 50,
  field: (name) => record[name],
  kind: lateKind(() => record),
}

t.test('what is redacted is not found where that is asked for', (t) => {
  const match = { 'app.area': { prefix: 'pay' } }
  t.ok(compileMatcher(match)(subject))
  t.notOk(compileMatcher(match, ['app'])(subject))
  t.notOk(compileMatcher(match, ['app.area'])(subject))
  t.ok(compileMatcher(match, ['app.shard'])(subject))
  t.end()
})

t.test('a condition holds or it does not', async (t) => {
  const rows: [match: Match, holds: boolean][] = [
    [{}, true],
    [{ 'app.area': 'payments' }, true],
    [{ 'app.area': 'payment' }, false],
    [{ 'app.area': 'Payments' }, false],
    [{ 'flat.name': 'flat' }, true],
    [{ 'app.shard': 12 }, true],
    [{ 'app.shard': '12' }, true],
    [{ 'app.isCanary': true }, true],
    [{ 'app.isCanary': false }, false],
    [{ 'app.owner': 'null' }, false],
    [{ 'app.missing': 'undefined' }, false],
    [{ app: '[object Object]' }, false],
    [{ 'app.area': ['search', 'payments'] }, true],
    [{ 'app.area': ['search'] }, false],
    [{ 'app.shard': [11, 12] }, true],
    [{ kind: 'db timeout' }, true],
    [{ kind: { prefix: 'TypeError' } }, false],
    [{ msg: { prefix: 'db ' } }, true],
    [{ msg: { prefix: 'timeout' } }, false],
    [{ 'app.missing': { prefix: '' } }, false],
    [{ msg: { regex: 'time.?out$' } }, true],
    [{ msg: { regex: '^timeout' } }, false],
    [{ 'app.shard': { gte: 12 } }, true],
    [{ 'app.shard': { gte: 12.5 } }, false],
    [{ 'app.shard': { gte: 10, lte: 12 } }, true],
    [{ 'app.shard': { lte: 11 } }, false],
    [{ 'app.area': { lte: 11 } }, false],
    [{ 'app.missing': { lte: 11 } }, false],
    [{ 'app.missing': { gte: 'trace' } }, false],
  ]
  for (const [match, holds] of rows) t.equal(compileMatcher(match)(subject), holds, JSON.stringify(match))
  t.ok(compileMatcher(undefined)(subject), 'no conditions')
})

t.test('record fields go by either name, and by what the record says', async (t) => {
  const rows: [match: Match, holds: boolean][] = [
    [{ statusCode: 503 }, true],
    [{ status_code: { gte: 500, lte: 599 } }, true],
    [{ status_code: { gte: 504 } }, false],
    [{ errorMessage: { prefix: 'db' } }, true],
    [{ error_message: 'db' }, false],
    [{ providerName: '' }, true],
    [{ model: { regex: '^m-[0-9]$' } }, true],
  ]
  for (const [match, holds] of rows) t.equal(compileMatcher(match)(subject), holds, JSON.stringify(match))
})

t.test('levels are compared by what they mean', async (t) => {
  const rows: [match: Match, holds: boolean][] = [
    [{ level: 'error' }, true],
    [{ level: 50 }, true],
    [{ level: 'fatal' }, false],
    [{ level: ['fatal', 'error'] }, true],
    [{ level: ['fatal', 60] }, false],
    [{ level: { gte: 'error' } }, true],
    [{ level: { gte: 'fatal' } }, false],
    [{ level: { gte: 'warn', lte: 'error' } }, true],
    [{ level: { lte: 40 } }, false],
  ]
  for (const [match, holds] of rows) t.equal(compileMatcher(match)(subject), holds, JSON.stringify(match))
  t.notOk(compileMatcher({ level: { lte: 'fatal' } })({ ...subject, severity: 0 }), 'a record has none')
})

t.test('all conditions must hold', async (t) => {
  t.ok(compileMatcher({ 'app.area': 'payments', statusCode: { gte: 500 } })(subject))
  t.notOk(compileMatcher({ 'app.area': 'payments', statusCode: { gte: 504 } })(subject))
})

t.test('not is the complement, whatever the value, also where there is none', (t) => {
  const scalar = fc.oneof(fc.constantFrom('db', 'db timeout', '', 'error', '503'), fc.integer(), fc.boolean())
  const bound = fc.oneof(fc.integer({ min: -5, max: 600 }), fc.constantFrom('info' as const, 'error' as const))
  const condition = fc.oneof<fc.Arbitrary<PlainCondition>[]>(
    scalar,
    fc.array(scalar, { minLength: 1, maxLength: 3 }),
    fc.record({ prefix: fc.constantFrom('', 'd', 'db t') }),
    fc.record({ regex: fc.constantFrom('^d', 'out$', '5', '') }),
    fc.record({ gte: bound, lte: bound }, { requiredKeys: ['gte'] }),
  )
  const value = fc.oneof(scalar, fc.constantFrom(null, undefined, [], {}), fc.double())
  const path = fc.constantFrom('x', 'x.y', 'level', 'statusCode', 'error_message', 'kind')
  let held = 0
  fc.assert(
    fc.property(path, condition, value, fc.constantFrom(0, 30, 50), (path, plain, x, severity) => {
      const record = toLogRecord({ statusCode: Number(x) || 0, errorMessage: typeof x === 'string' ? x : '' })
      const subject: Subject = {
        roots: rootsOf({ members: x === undefined ? {} : { x, 'x.y': x }, isParsed: true }, undefined),
        severity,
        field: (name) => record[name],
        kind: lateKind(() => record),
      }
      const holds = compileMatcher({ [path]: plain })(subject)
      held += Number(holds)
      return compileMatcher({ [path]: { not: plain } })(subject) === !holds
    }),
    { numRuns: 2000 },
  )
  t.ok(held > 100, `${held} held`)
  t.ok(compileMatcher({ 'app.missing': { not: 'x' } })(subject))
  t.ok(compileMatcher({ 'app.area': { not: { prefix: 'x' } } }, ['app'])(subject), 'what is hidden is missing')
  t.end()
})
