import t from 'tap'
import type { RuleSettings } from '../../../src/config/settings.js'
import { type Candidate, completed, copied, LineCandidate } from '../../../src/evaluator/intake/candidate.js'
import { type GivenRecord, toLogRecord } from '../../../src/record/log-record.js'
import type { LineTraits } from '../../../src/record/reading/line-traits.js'
import { compileFields } from '../../../src/record/reading/map-line.js'
import type { RequestTraits } from '../../../src/record/reading/request-traits.js'
import { rule } from '../../fixtures/store-bench.js'
import { noDetails, telling } from '../../fixtures/tellings.js'

function candidate(given: GivenRecord, members: object, severity = 0, isLast = false): Candidate {
  return {
    ...telling(given, undefined, isLast),
    field: (name) => toLogRecord(given)[name],
    kind: () => '',
    isError: () => true,
    statusCode: given.statusCode ?? 0,
    request: undefined,
    roots: [{ members, prefix: '' }],
    severity,
    monotonicMs: 7,
    wallMs: 8,
  }
}

t.test('what the first line lacks it has from the others; what it has it keeps', (t) => {
  const first = candidate({ errorMessage: 'boom' }, { tenant: 'acme' })
  const second = candidate({ statusCode: 404 }, { tenant: 'other' }, 40)
  const last = candidate({ statusCode: 503, errorMessage: 'x' }, { plan: 'b' }, 30, true)
  const whole = completed([first, second, last])
  t.strictSame(whole.record(), toLogRecord({ errorMessage: 'boom', statusCode: 503 }))
  t.strictSame(
    whole.roots.map(({ members }) => members),
    [{ tenant: 'acme' }, { tenant: 'other' }, { plan: 'b' }],
  )
  t.match(whole, { severity: 40, monotonicMs: 7, wallMs: 8 })
  t.equal(completed([first]).severity, 0)
  t.end()
})

t.test('a copy stays as it is', (t) => {
  const members = { tenant: { id: 'acme' } }
  const given = { errorMessage: 'boom' }
  const copy = copied(candidate(given, members))
  members.tenant.id = 'changed'
  given.errorMessage = 'changed'
  t.match(copy, { roots: [{ members: { tenant: { id: 'acme' } } }] })
  t.equal(copy.record().errorMessage, 'boom')
  t.end()
})

t.test('reads of a line what is asked for, its record once', (t) => {
  const asked: string[] = []
  const reader = {
    reading: {
      record: () => {
        asked.push('record')
        return toLogRecord({ errorMessage: 'boom' })
      },
      fields: {
        ...compileFields({}),
        errorMessage: () => {
          asked.push('errorMessage')
          return 'boom'
        },
      },
      details: () => ({ ...noDetails, path: '/a' }),
      request: () => ({ id: 'read late', process: '', connection: '', statusCode: 0, isLast: false }),
    },
    isError: ({ statusCode }: LineTraits, { statusCodeThreshold }: RuleSettings) => statusCode >= statusCodeThreshold,
    placeOf: ({ id }: RequestTraits) => ({ method: '', path: `/${id}` }),
  }
  const traits = { severity: 50, statusCode: 503, hasError: true, isOwn: false, isBlank: false }
  const line = new LineCandidate(reader, traits, [], undefined, { monotonicMs: 1, wallMs: 2 })
  t.strictSame(asked, [])
  t.strictSame([line.field('errorMessage'), line.field('errorMessage'), line.field('statusCode')], ['boom', 'boom', 0])
  t.strictSame(asked, ['errorMessage'])
  t.equal(line.record(), line.record())
  t.strictSame([line.field('errorMessage'), line.field('model')], ['boom', ''])
  t.strictSame(asked, ['errorMessage', 'record'])
  t.match(line, { severity: 50, isLast: false, monotonicMs: 1, wallMs: 2, request: undefined })
  t.strictSame([line.details().path, line.place()?.path], ['/a', '/read late'])
  t.strictSame([line.isError(rule), line.isError({ ...rule, statusCodeThreshold: 504 })], [true, false])
  const request = { id: 'known', process: '', connection: '', statusCode: 0, isLast: true }
  const last = new LineCandidate(reader, traits, [], request, { monotonicMs: 1, wallMs: 2 })
  t.strictSame([last.isLast, last.place()?.path], [true, '/known'])
  t.end()
})
