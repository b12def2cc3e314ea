import t from 'tap'
import type { Occurrence } from '../../../src/alert/occurrence.js'
import type { RuleSettings } from '../../../src/config/settings.js'
import type { Candidate } from '../../../src/evaluator/intake/candidate.js'
import { IncompleteErrors } from '../../../src/evaluator/intake/incomplete-errors.js'
import { Intake } from '../../../src/evaluator/intake/intake.js'
import { type Account, RuleFilter } from '../../../src/evaluator/intake/rule-filter.js'
import { type Counters, newCounters } from '../../../src/evaluator/stats.js'
import { type LogRecord, toLogRecord } from '../../../src/record/log-record.js'
import { RequestDedupe } from '../../../src/record/request-dedupe.js'
import type { Series } from '../../../src/rule/series.js'
import { fakeClock } from '../../fixtures/fake-clock.js'
import { fc } from '../../fixtures/properties.js'
import {
  arbitraryLine,
  type Given,
  isErrorLine,
  membersOf,
  mergedOf,
  requestsOf,
} from '../../fixtures/requests-by-hand.js'
import { rule } from '../../fixtures/store-bench.js'

const requests = { id: '', process: '', connection: '', statusCode: 500, isLast: false }

function candidate(model: string, requestId?: string): Candidate {
  const record = toLogRecord({ model, statusCode: 500 })
  return {
    isError: ({ statusCodeThreshold }) => record.statusCode >= statusCodeThreshold,
    statusCode: record.statusCode,
    roots: [],
    severity: 0,
    request: requestId === undefined ? undefined : { ...requests, id: requestId },
    record: () => record,
    field: (name) => record[name],
    kind: () => '',
    details: () => undefined,
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
    countOthers: ({ id }: Series, requests: number) => void verdicts.push(`${requests} other of ${id}`),
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
  const line = { ...candidate(''), roots, severity: 50, record: () => toLogRecord({}) }
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

/** What counts a request of these lines: what a rule looks at is waited for, then the whole is judged, then each further line. */
function groupIn(lines: readonly Given[], isLacking: (record: Partial<LogRecord>) => boolean, pick: Pick): unknown {
  const isEnough = (known: number): boolean =>
    known === lines.length || lines[known - 1]?.isLast === true || !isLacking(mergedOf(lines.slice(0, known)))
  const first = lines[0]
  const known = first?.id === '' || first?.isLast === true ? 1 : lines.findIndex((_, i) => isEnough(i + 1)) + 1
  const tries = [
    mergedOf(lines.slice(0, known)),
    ...lines
      .slice(1)
      .filter(isErrorLine)
      .map((line) => mergedOf([line])),
  ]
  return tries.map(pick).find((group) => group !== undefined)
}

type Pick = (record: Partial<LogRecord>) => unknown

t.test('any lines of any requests count, and show, as the requests do when they are put together by hand', (t) => {
  const rules = [
    rule,
    { ...rule, name: 'five', match: { statusCode: { gte: 500 } } },
    { ...rule, name: 'byStatus', groupBy: ['statusCode'] },
    { ...rule, name: 'byModel', groupBy: ['model'] },
  ]
  const expectedOf = (lines: Given[]): unknown => ({
    merged: mergedOf(lines),
    five: groupIn(
      lines,
      ({ statusCode }) => !statusCode,
      ({ statusCode = 0 }) => (statusCode >= 500 ? 'five' : undefined),
    ),
    byStatus: groupIn(
      lines,
      ({ statusCode }) => !statusCode,
      ({ statusCode }) => statusCode,
    ),
    byModel: groupIn(
      lines,
      ({ model }) => !model,
      ({ model }) => model,
    ),
  })
  fc.assert(
    fc.property(fc.array(arbitraryLine, { maxLength: 24 }), fc.infiniteStream(fc.boolean()), (lines, coins) => {
      const requests = requestsOf(lines)
      fc.pre(requests.every((lines) => lines.filter(isErrorLine).length <= 10))
      const seen = new Map<Occurrence, Record<string, unknown>>()
      let doubled = 0
      const count = ({ rule: { name }, groupValues }: Series, occurrence: Occurrence): void => {
        const known = seen.get(occurrence) ?? {}
        if (name in known) doubled += 1
        occurrence.show()
        seen.set(occurrence, { ...known, [name]: groupValues === undefined ? name : Object.values(groupValues)[0] })
      }
      const counters = newCounters()
      const intake = new Intake(
        { options: {}, clock: fakeClock(), counters, sink: { count, countOthers: () => {} } },
        rules,
      )
      for (const line of lines) {
        const members = membersOf(line)
        const take = (): void => intake.takeLine({ members, isParsed: true })
        if (coins.next().value === true) intake.takeText(`${JSON.stringify(members)}\n`, take)
        else intake.takeMembers({ members, level: line.level })
      }
      intake.settle()
      const found = [...seen].map(([occurrence, { five, byStatus, byModel }]) => {
        const { statusCode, errorMessage, model } = occurrence.seal()?.record ?? {}
        return { merged: { statusCode, errorMessage, model }, five, byStatus, byModel }
      })
      const sorted = (all: readonly unknown[]): string[] => all.map((one) => JSON.stringify(one)).sort()
      const errors = requests.flat().filter(isErrorLine).length
      return (
        JSON.stringify(sorted(found)) === JSON.stringify(sorted(requests.map(expectedOf))) &&
        doubled === 0 &&
        counters.errors === requests.length &&
        counters.duplicates === errors - requests.length
      )
    }),
    { numRuns: Number(process.env['FC_RUNS'] ?? 500) },
  )
  t.end()
})
