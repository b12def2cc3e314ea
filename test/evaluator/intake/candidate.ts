import t from 'tap'
import { type Candidate, completed, copied, once } from '../../../src/evaluator/intake/candidate.js'
import { type GivenRecord, toLogRecord } from '../../../src/record/log-record.js'
import { telling } from '../../fixtures/tellings.js'

function candidate(given: GivenRecord, members: object, severity = 0, isLast = false): Candidate {
  const record = once(() => toLogRecord(given))
  return {
    ...telling(given, undefined, isLast),
    isError: () => true,
    request: undefined,
    subject: { roots: [{ members, prefix: '' }], severity, record },
    monotonicMs: 7,
    wallMs: 8,
  }
}

t.test('what the first line lacks it has from the others; what it has it keeps', (t) => {
  const first = candidate({ errorMessage: 'boom' }, { tenant: 'acme' })
  const second = candidate({ statusCode: 404 }, { tenant: 'other' }, 40)
  const last = candidate({ statusCode: 503, errorMessage: 'x' }, { plan: 'b' }, 30, true)
  const whole = completed([first, second, last])
  t.strictSame(whole.subject.record(), toLogRecord({ errorMessage: 'boom', statusCode: 503 }))
  t.strictSame(
    whole.subject.roots.map(({ members }) => members),
    [{ tenant: 'acme' }, { tenant: 'other' }, { plan: 'b' }],
  )
  t.match(whole, { subject: { severity: 40 }, monotonicMs: 7, wallMs: 8 })
  t.equal(completed([first]).subject.severity, 0)
  t.end()
})

t.test('a copy stays as it is', (t) => {
  const members = { tenant: { id: 'acme' } }
  const given = { errorMessage: 'boom' }
  const copy = copied(candidate(given, members))
  members.tenant.id = 'changed'
  given.errorMessage = 'changed'
  t.match(copy.subject, { roots: [{ members: { tenant: { id: 'acme' } } }] })
  t.equal(copy.subject.record().errorMessage, 'boom')
  t.end()
})

t.test('makes once what is asked for often', (t) => {
  let made = 0
  const make = once(() => {
    made += 1
    return undefined
  })
  t.strictSame([make(), make(), made], [undefined, undefined, 1])
  t.end()
})
