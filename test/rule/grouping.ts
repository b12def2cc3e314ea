import t from 'tap'
import { lateKind } from '../../src/record/kind.js'
import { toLogRecord } from '../../src/record/log-record.js'
import { rootsOf } from '../../src/record/reading/line-reader.js'
import { compileGrouping } from '../../src/rule/grouping.js'
import type { Subject } from '../../src/rule/matcher.js'
import { rule } from '../fixtures/store-bench.js'

const subject = (members: object, record = {}): Subject => ({
  roots: rootsOf({ members }, undefined),
  severity: 50,
  field: (name) => toLogRecord(record)[name],
  kind: lateKind(() => toLogRecord(record)),
})

t.test('a rule without groups has one series', (t) => {
  const seriesOf = compileGrouping(rule, {})
  t.equal(seriesOf(subject({}), 0), seriesOf(subject({ model: 'x' }), 1))
  t.match(seriesOf(subject({}), 0), { id: 'default', groupKey: '', groupValues: undefined })
  t.end()
})

t.test('reads record fields by their names, and paths in the line', (t) => {
  const seriesOf = compileGrouping({ ...rule, groupBy: ['provider_name', 'status_code', 'app.area', 'n'] }, {})
  const valuesOf = (members: object, record = {}): unknown =>
    Object.values(seriesOf(subject(members, record), 0).groupValues ?? {})
  t.strictSame(valuesOf({ app: { area: 'pay' }, n: 7 }, { providerName: 'p', statusCode: 503 }), ['p', 503, 'pay', 7])
  t.strictSame(valuesOf({}), ['', 0, null, null], 'what is missing is a value of its own')
  t.strictSame(valuesOf({ app: { area: {} }, n: false }), ['', 0, null, false])
  t.strictSame(valuesOf({ app: { area: '/a/b?token=canary' } }), ['', 0, '/a/b', null], 'queries are cut')
  t.end()
})

t.test('groups by kind', (t) => {
  const seriesOf = compileGrouping({ ...rule, groupBy: ['kind'] }, {})
  const kindsOf = (record: object, members = {}): unknown => seriesOf(subject(members, record), 0).groupValues
  t.strictSame(kindsOf({ errorMessage: 'db timeout after 12ms' }), { kind: 'db timeout after <n>' })
  t.strictSame(kindsOf({ errorMessage: 'db timeout', kind: 'db' }), { kind: 'db' })
  t.strictSame(kindsOf({}, { kind: 'a member of the line' }), { kind: '' })
  t.end()
})

t.test('does not read what is redacted', (t) => {
  const seriesOf = compileGrouping({ ...rule, groupBy: ['user.mail'] }, { redact: ['user.mail'] })
  t.strictSame(seriesOf(subject({ user: { mail: 'canary' } }), 0).groupValues, { 'user.mail': null })
  t.end()
})
