import t from 'tap'
import type { RuleSettings } from '../../../src/config/settings.js'
import type { Judged } from '../../../src/evaluator/counting/backlog.js'
import { type Candidate, Judge } from '../../../src/evaluator/intake/rule-filter.js'
import { type Counters, newCounters } from '../../../src/evaluator/stats.js'
import { toLogRecord } from '../../../src/record/log-record.js'
import { RequestDedupe } from '../../../src/record/request-dedupe.js'
import type { Series } from '../../../src/rule/series.js'
import { rule } from '../../fixtures/store-bench.js'

const requests = { id: '', process: '', connection: '', statusCode: 500, isLast: false }

function candidate(model: string, requestId?: string): Candidate {
  const record = toLogRecord({ model, statusCode: 500 })
  return {
    isError: ({ statusCodeThreshold }) => record.statusCode >= statusCodeThreshold,
    subject: { roots: [], severity: 0, record: () => record },
    counted: {
      request: requestId === undefined ? undefined : { ...requests, id: requestId },
      toRecord: () => record,
      toDetails: () => undefined,
      monotonicMs: 0,
      wallMs: 0,
    },
  }
}

function setUp(...rules: RuleSettings[]): { judge: Judge; counters: Counters; told: () => string[]; judged: Judged[] } {
  const counters = newCounters()
  const verdicts: string[] = []
  const judged: Judged[] = []
  const judge = new Judge(
    {
      counters,
      count: ({ id }) => void verdicts.push(id),
      improve: ({ id }) => void verdicts.push(`again ${id}`),
      remember: (one) => void judged.push(one),
    },
    new RequestDedupe<Series>(),
  )
  judge.useRules(rules, {})
  return { judge, counters, judged, told: () => verdicts.splice(0) }
}

const pay = { ...rule, name: 'pay', match: { model: 'pay' } }

t.test('tells which rules choose otherwise, and no change that does not matter', (t) => {
  const { judge } = setUp(rule, pay)
  const changed = (...rules: RuleSettings[]): string[] => [...judge.useRules(rules, {})].sort()
  t.strictSame(changed({ ...rule, threshold: 99, url: 'https://b.test/' }, pay), [])
  t.strictSame(changed(rule, { ...pay, match: { model: 'x' } }), ['pay'])
  t.strictSame(changed({ ...rule, groupBy: ['model'] }), ['default', 'pay'])
  t.strictSame(changed({ ...rule, name: 'new' }), ['default', 'new'])
  t.end()
})

t.test('conditions find what is redacted where they stand in code, and not where they stand in the document', (t) => {
  const secretive = { ...rule, match: { 'tenant.key': { regex: '^s' } } }
  const { judge, told } = setUp()
  const roots = [{ members: { tenant: { key: 's3cret' } }, prefix: '' }]
  const line = { ...candidate(''), subject: { roots, severity: 50, record: () => toLogRecord({}) } }
  judge.useRules([secretive], { redact: ['tenant'] })
  judge.judge(line)
  t.equal(told().length, 1)
  t.equal(judge.useRules([{ ...secretive, isMatchShared: true }], { redact: ['tenant'] }).size, 1)
  judge.judge(line)
  t.strictSame(told(), [])
  t.end()
})

t.test('judges again what waits, for the rules that changed alone, and each request once', (t) => {
  const { judge, counters, told, judged } = setUp(rule, pay)
  judge.judge(candidate('search'))
  judge.judge(candidate('pay'))
  judge.judge(candidate('pay', '1'))
  judge.judge(candidate('pay', '1'))
  t.strictSame(told(), ['default', 'default', 'pay', 'default', 'pay', 'again default', 'again pay'])
  const names = judge.useRules([rule, { ...pay, match: { model: 'search' } }], {})
  for (const one of judged.splice(0)) one.again(names)
  t.strictSame(told(), ['pay'])
  t.match(counters, { errors: 3, duplicates: 1 })
  judge.judge(candidate('search', '1'))
  t.strictSame(told(), ['again default', 'pay'], 'a request that is still open goes on')
  t.end()
})

t.test('what no rule had chosen is an error once one does', (t) => {
  const { judge, counters, told, judged } = setUp(pay)
  judge.judge(candidate('search'))
  t.strictSame(told(), [])
  const names = judge.useRules([pay, { ...rule, name: 'search', match: { model: 'search' } }], {})
  for (const one of judged) one.again(names)
  t.strictSame(told(), ['search'])
  t.equal(counters.errors, 1)
  t.end()
})

t.test('counts in groups, and says how many found no room', (t) => {
  const { judge, counters, told } = setUp({ ...rule, groupBy: ['model'], maxGroups: 2 })
  for (const model of ['a', 'b', 'a', 'c', 'd']) judge.judge(candidate(model))
  const ids = told()
  t.equal(new Set(ids).size, 3)
  t.strictSame([ids[0], ids[3]], [ids[2], ids[4]])
  t.match(counters, { errors: 5, overflowed: 2 })
  t.end()
})
