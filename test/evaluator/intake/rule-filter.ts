import t from 'tap'
import type { RuleSettings } from '../../../src/config/settings.js'
import type { Candidate } from '../../../src/evaluator/intake/candidate.js'
import { IncompleteErrors } from '../../../src/evaluator/intake/incomplete-errors.js'
import { type Account, RuleFilter } from '../../../src/evaluator/intake/rule-filter.js'
import { type Counters, newCounters } from '../../../src/evaluator/stats.js'
import { toLogRecord } from '../../../src/record/log-record.js'
import { RequestDedupe } from '../../../src/record/request-dedupe.js'
import type { Series } from '../../../src/rule/series.js'
import { fakeClock } from '../../fixtures/fake-clock.js'
import { rule } from '../../fixtures/store-bench.js'

const requests = { id: '', process: '', connection: '', statusCode: 500, isLast: false }

function candidate(model: string, requestId?: string): Candidate {
  const record = toLogRecord({ model, statusCode: 500 })
  return {
    isError: ({ statusCodeThreshold }) => record.statusCode >= statusCodeThreshold,
    subject: { roots: [], severity: 0, record: () => record },
    request: requestId === undefined ? undefined : { ...requests, id: requestId },
    toRecord: () => record,
    toDetails: () => undefined,
    isLast: false,
    monotonicMs: 0,
    wallMs: 0,
  }
}

function setUp(...rules: RuleSettings[]): { filter: RuleFilter; counters: Counters; told: () => string[] } {
  const counters = newCounters()
  const verdicts: string[] = []
  const sink = {
    count: ({ id }: Series) => void verdicts.push(id),
  }
  const filter = new RuleFilter(counters, sink, new RequestDedupe<Account>(), new IncompleteErrors(fakeClock()))
  filter.useRules(rules, {})
  return { filter, counters, told: () => verdicts.splice(0) }
}

const pay = { ...rule, name: 'pay', match: { model: 'pay' } }

t.test('conditions find what is redacted where they stand in code, and not where they stand in the document', (t) => {
  const secretive = { ...rule, match: { 'tenant.key': { regex: '^s' } } }
  const { filter, told } = setUp()
  const roots = [{ members: { tenant: { key: 's3cret' } }, prefix: '' }]
  const line = { ...candidate(''), subject: { roots, severity: 50, record: () => toLogRecord({}) } }
  filter.useRules([secretive], { redact: ['tenant'] })
  filter.take(line)
  t.equal(told().length, 1)
  filter.useRules([{ ...secretive, isMatchShared: true }], { redact: ['tenant'] })
  filter.take(line)
  t.strictSame(told(), [])
  t.end()
})

t.test('counts for each rule that chooses it, and is one error; the lines of a request once for each', (t) => {
  const { filter, counters, told } = setUp(rule, pay, { ...rule, name: 'strict', statusCodeThreshold: 501 })
  filter.take(candidate('search'))
  filter.take(candidate('pay'))
  t.strictSame(told(), ['default', 'default', 'pay'])
  filter.take(candidate('search', '1'))
  filter.take(candidate('pay', '1'))
  filter.take(candidate('pay', '1'))
  t.strictSame(told(), ['default', 'pay'])
  t.match(counters, { errors: 3, duplicates: 2 })
  t.end()
})

t.test('what was counted stays with the rule that counted it, whatever it would choose now', (t) => {
  const { filter, counters, told } = setUp(rule, pay)
  filter.take(candidate('pay', '1'))
  t.strictSame(told(), ['default', 'pay'])
  filter.useRules([pay, { ...rule, name: 'new' }], {})
  t.strictSame(told(), [], 'nothing is counted again')
  filter.take(candidate('pay', '1'))
  t.strictSame(told(), ['new'], 'a request that is still open goes on')
  t.match(counters, { errors: 1, duplicates: 1 })
  t.end()
})

t.test('what no rule chooses is no error, and opens no request', (t) => {
  const { filter, counters, told } = setUp(pay)
  filter.take(candidate('search', '1'))
  filter.take(candidate('search'))
  t.strictSame([told(), counters.errors, counters.duplicates], [[], 0, 0])
  filter.take(candidate('pay', '1'))
  t.strictSame([told(), counters.errors], [['pay'], 1])
  t.end()
})

t.test('counts in groups, and says how many found no room', (t) => {
  const { filter, counters, told } = setUp({ ...rule, groupBy: ['model'], maxGroups: 2 })
  for (const model of ['a', 'b', 'a', 'c', 'd']) filter.take(candidate(model))
  const ids = told()
  t.equal(new Set(ids).size, 3)
  t.strictSame([ids[0], ids[3]], [ids[2], ids[4]])
  t.match(counters, { errors: 5, overflowed: 2 })
  t.end()
})
