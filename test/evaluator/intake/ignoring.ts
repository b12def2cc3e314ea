// What `ignore` does on the line path: to lines, to requests as a whole, and to records.
import t from 'tap'
import type { Occurrence } from '../../../src/alert/occurrence.js'
import type { LogsirenOptions, Match } from '../../../src/config/options.js'
import type { RuleSettings } from '../../../src/config/settings.js'
import { FirstConfigHold } from '../../../src/evaluator/intake/first-config-hold.js'
import { Intake } from '../../../src/evaluator/intake/intake.js'
import { type Counters, newCounters } from '../../../src/evaluator/stats.js'
import type { LogRecord } from '../../../src/record/log-record.js'
import type { Series } from '../../../src/rule/series.js'
import { type FakeClock, fakeClock } from '../../fixtures/fake-clock.js'
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

interface Bench {
  readonly intake: Intake
  readonly counters: Counters
  readonly clock: FakeClock
  readonly hold: FirstConfigHold | undefined
  readonly take: (...lines: readonly object[]) => void
  /** The names of the rules that have counted something since it was asked last. */
  readonly told: () => string[]
}

interface BenchOptions {
  readonly options?: LogsirenOptions
  readonly rules?: readonly RuleSettings[]
  readonly isHolding?: boolean
}

const ignoring = (ignore: readonly Match[]): ConstructorParameters<typeof Intake>[2] => ({
  ignore,
  isIgnoreShared: false,
})

function setUp(
  ignore: readonly Match[],
  { options = {}, rules = [rule], isHolding = false }: BenchOptions = {},
): Bench {
  const clock = fakeClock()
  const counters = newCounters()
  const told: string[] = []
  const count = ({ rule: { name } }: Series, occurrence: Occurrence): void => {
    occurrence.show()
    told.push(name)
  }
  const hold = isHolding ? new FirstConfigHold(clock, () => {}) : undefined
  const intake = new Intake(
    { options, clock, counters, hold, sink: { count, countOthers: () => {} } },
    rules,
    ignoring(ignore),
  )
  const take = (...lines: readonly object[]): void => {
    for (const members of lines) intake.takeLine({ members, isParsed: true })
  }
  return { intake, counters, clock, hold, take, told: () => told.splice(0) }
}

const aborted = { level: 50, reqId: 'a', err: { type: 'Error', message: 'request aborted' }, msg: 'request aborted' }
const ended = (statusCode: number): object => ({ level: 30, reqId: 'a', res: { statusCode }, responseTime: 5 })
const messages: readonly Match[] = [{ errorMessage: { regex: 'aborted$' } }]

t.test('an ignored error counts for no rule and shows as ignored; others count as before', (t) => {
  const { counters, take, told } = setUp(messages, {
    rules: [rule, { ...rule, name: 'strict', statusCodeThreshold: 400 }],
  })
  take({ level: 50, msg: 'db timeout' }, { level: 50, msg: 'upload aborted' }, { level: 30, msg: 'aborted' })
  t.strictSame(told(), ['default', 'strict'])
  t.match(counters, { errors: 1, ignored: 1, duplicates: 0 })
  t.end()
})

t.test('an ignored line takes its request along, and is ignored once', (t) => {
  const { counters, take, told } = setUp(messages)
  take(aborted, aborted, { ...aborted, msg: 'x', err: { message: 'other' } }, ended(503))
  t.strictSame(told(), [])
  t.match(counters, { errors: 0, ignored: 1, duplicates: 0 })
  take(ended(503))
  t.strictSame(told(), ['default'], 'the next request with this id is another one')
  t.match(counters, { errors: 1, ignored: 1 })
  t.end()
})

t.test('what was counted of a request stays, and nothing of it counts any more', (t) => {
  const { counters, take, told } = setUp(messages, {
    rules: [
      { ...rule, name: 'db', match: { errorMessage: 'db' } },
      { ...rule, name: 'others', match: { errorMessage: { not: 'db' } } },
    ],
  })
  take({ ...aborted, err: { message: 'db' } })
  t.strictSame(told(), ['db'])
  take(aborted, { ...aborted, err: { message: 'late' } }, ended(500))
  t.strictSame(told(), [])
  t.match(counters, { errors: 1, ignored: 1, duplicates: 0 })
  t.end()
})

t.test('an error waits for what a condition looks at and only a later line may have', async (t) => {
  const failed = { ...aborted, err: { message: 'socket hang up' } }
  const { counters, clock, take, told } = setUp([{ statusCode: 499, errorMessage: { prefix: 'socket' } }])
  take(failed)
  t.strictSame(told(), [], 'it waits')
  take(ended(499))
  t.strictSame(told(), [])
  t.match(counters, { errors: 0, ignored: 1 })
  take(failed, ended(500))
  t.strictSame(told(), ['default'], 'another status')
  take(failed)
  await clock.advance(999)
  t.strictSame(told(), [])
  await clock.advance(1)
  t.strictSame(told(), ['default'], 'no status within a second')
  take(ended(499))
  t.match(counters, { errors: 2, ignored: 1 })
  take({ ...aborted, reqId: 'b', err: { message: 'db timeout' } })
  t.strictSame(told(), ['default'], 'what is there settles it, so nothing is waited for')
  take({ level: 50, msg: 'socket hang up' })
  t.strictSame(told(), ['default'], 'without a request nothing comes later')
})

t.test('where an earlier line still waits for a rule, it goes along', (t) => {
  const { counters, take, told } = setUp(messages, { rules: [{ ...rule, groupBy: ['statusCode'] }] })
  take({ ...aborted, err: { message: 'first' } })
  t.strictSame(told(), [])
  take(aborted, ended(500))
  t.strictSame(told(), [])
  t.match(counters, { errors: 0, ignored: 1 })
  t.end()
})

t.test('a line that waits and must make room is judged once', (t) => {
  const { intake, counters, take, told } = setUp([{ statusCode: 499 }])
  const lineOf = (i: number, padding: string): object => ({ level: 50, reqId: `r${i}`, err: { message: 'x' }, padding })
  // More than fits: the oldest make room.
  for (let i = 0; i < 20; i += 1) take(lineOf(i, 'x'.repeat(60_000)))
  // The further line of a request makes room by its own.
  take(lineOf(100, ''), lineOf(100, 'x'.repeat(600_000)))
  intake.settle()
  t.equal(told().length, 21)
  t.match(counters, { errors: 21, ignored: 0 })
  t.end()
})

t.test('records that are handed in are ignored too, where they are errors', (t) => {
  const { intake, counters, told } = setUp([{ statusCode: { lte: 503 }, model: { not: 'pay' } }, { errorMessage: '' }])
  for (const record of [{ statusCode: 503 }, { statusCode: 200 }, { errorMessage: 'x', model: 'pay' }, {}])
    intake.takeRecord(record)
  t.strictSame(told(), ['default'])
  t.match(counters, { errors: 1, ignored: 1 })
  t.end()
})

t.test('what is held for the first config is ignored by that config', (t) => {
  const { intake, counters, hold, take, told } = setUp([], { isHolding: true })
  take(aborted, ended(500))
  intake.takeRecord({ errorMessage: 'aborted' })
  intake.useRules([rule], { ignore: messages, isIgnoreShared: true })
  hold?.release()
  t.strictSame(told(), [])
  t.match(counters, { errors: 0, ignored: 2 })
  t.end()
})

t.test('without an id, or where requests are not told apart, each line is ignored by itself', (t) => {
  const { counters, take, told } = setUp(messages, { options: { dedupeRequests: false } })
  take(aborted, aborted, { ...aborted, err: { message: 'x' } })
  t.strictSame(told(), ['default'])
  t.match(counters, { errors: 1, ignored: 2 })
  t.end()
})

t.test('another config ignores other errors; a request that is ignored stays so', (t) => {
  const { intake, counters, take, told } = setUp(messages)
  take(aborted)
  intake.useRules([rule])
  take(ended(500), aborted)
  t.strictSame(told(), ['default'])
  intake.useRules([rule], ignoring([{ level: 'error' }]))
  take({ level: 50, msg: 'x' })
  t.match(counters, { errors: 1, ignored: 2 })
  t.end()
})

t.test('conditions of the document find nothing in redacted places, those in code do', (t) => {
  const line = { level: 50, msg: 'x', tenant: { key: 's3cret' } }
  const ignore = [{ 'tenant.key': { regex: '^s' } }, { 'tenant.key': { not: { prefix: 't' } }, msg: 'never' }]
  const { intake, counters, take } = setUp(ignore, { options: { redact: ['tenant'] } })
  take(line)
  t.match(counters, { errors: 0, ignored: 1 })
  intake.useRules([rule], { ignore, isIgnoreShared: true })
  take(line)
  t.match(counters, { errors: 1, ignored: 1 })
  t.end()
})

const entries: readonly Match[] = [
  { errorMessage: 'boom' },
  { errorMessage: { regex: '^db' }, statusCode: 0 },
  { statusCode: 503 },
  { statusCode: { gte: 500 }, model: 'm' },
  { model: { not: 'm' }, errorMessage: { not: { prefix: 'boom' } } },
  { model: ['m', 'n'], level: { gte: 'error' } },
]

type Known = Partial<LogRecord> & { readonly level: number }
type Verdict = 'ignored' | 'counted' | 'open'

/** Whether a set of conditions above holds, each written out by hand. */
const sets: readonly ((
  known: Known,
  isMissing: (name: 'statusCode' | 'model' | 'errorMessage') => boolean,
) => Verdict)[] = [
  ({ errorMessage }, lacks) => (lacks('errorMessage') ? 'open' : errorMessage === 'boom' ? 'ignored' : 'counted'),
  ({ errorMessage, statusCode = 0 }, lacks) => {
    if (!lacks('errorMessage') && !errorMessage?.startsWith('db')) return 'counted'
    if (!lacks('statusCode') && statusCode !== 0) return 'counted'
    return lacks('errorMessage') || lacks('statusCode') ? 'open' : 'ignored'
  },
  ({ statusCode }, lacks) => (lacks('statusCode') ? 'open' : statusCode === 503 ? 'ignored' : 'counted'),
  ({ statusCode = 0, model }, lacks) => {
    if (!lacks('statusCode') && statusCode < 500) return 'counted'
    if (!lacks('model') && model !== 'm') return 'counted'
    return lacks('statusCode') || lacks('model') ? 'open' : 'ignored'
  },
  ({ model, errorMessage }, lacks) => {
    if (!lacks('model') && model === 'm') return 'counted'
    if (!lacks('errorMessage') && errorMessage?.startsWith('boom')) return 'counted'
    return lacks('model') || lacks('errorMessage') ? 'open' : 'ignored'
  },
  ({ model = '', level }, lacks) => {
    if (level < 50 || (!lacks('model') && !['m', 'n'].includes(model))) return 'counted'
    return lacks('model') ? 'open' : 'ignored'
  },
]

/** What becomes of a request, line by line: which of two rules count it, of which one waits for a status, and whether it is ignored. */
function outcomeOf(lines: readonly Given[], chosen: readonly number[]): { counted: string[]; isIgnored: boolean } {
  const counted = new Set<string>()
  let [isIgnored, isWaiting, known] = [false, false, [] as Given[]]
  const verdictOn = (some: readonly Given[], isOpen: boolean): Verdict => {
    const verdicts = some.filter(isErrorLine).flatMap((line) => {
      const view = [line, ...some.filter((other) => other !== line)]
      const whole = { ...mergedOf(view), level: line.level }
      return chosen.map((i) => sets[i]?.(whole, (name) => isOpen && !whole[name]) ?? 'counted')
    })
    return verdicts.includes('ignored') ? 'ignored' : verdicts.includes('open') ? 'open' : 'counted'
  }
  const judge = (some: readonly Given[], mayWait: boolean): void => {
    counted.add('default')
    if (mergedOf(some).statusCode || !mayWait) counted.add('byStatus')
    isWaiting = mayWait && !counted.has('byStatus')
  }
  const settle = (): void => {
    isWaiting = false
    if (verdictOn(known, false) === 'ignored') isIgnored = true
    else judge(known, false)
  }
  for (const line of lines) {
    const mayCome = line.id !== '' && !line.isLast
    const isFirst = known.length === 0
    known = [...known, line]
    if (isIgnored) continue
    if (!isFirst && !isWaiting) {
      if (isErrorLine(line) && verdictOn([line], false) === 'ignored') isIgnored = true
      continue
    }
    if (!isFirst && !mayCome) {
      settle()
      continue
    }
    const verdict = verdictOn(known, mayCome)
    if (verdict === 'ignored') [isIgnored, isWaiting] = [true, false]
    else if (verdict === 'open') isWaiting = true
    else judge(known, mayCome)
  }
  if (isWaiting) settle()
  return { counted: [...counted].sort(), isIgnored }
}

t.test('any lines of any requests: each counts or is ignored, as when they are judged by hand', (t) => {
  const byStatus = { ...rule, name: 'byStatus', groupBy: ['statusCode'] }
  let [ignored, both] = [0, 0]
  fc.assert(
    fc.property(
      fc.array(arbitraryLine, { maxLength: 24 }),
      fc.uniqueArray(fc.nat(entries.length - 1), { minLength: 1, maxLength: 3 }),
      (lines, chosen) => {
        const requests = requestsOf(lines)
        fc.pre(requests.every((request) => request.filter(isErrorLine).length <= 10))
        const counted = new Map<Occurrence, string[]>()
        const count = ({ rule: { name } }: Series, occurrence: Occurrence): void => {
          occurrence.show()
          counted.set(occurrence, [...(counted.get(occurrence) ?? []), name].sort())
        }
        const counters = newCounters()
        const ignore = chosen.map((i) => entries[i] ?? {})
        const intake = new Intake(
          { options: {}, clock: fakeClock(), counters, sink: { count, countOthers: () => {} } },
          [rule, byStatus],
          ignoring(ignore),
        )
        for (const line of lines) intake.takeMembers({ members: membersOf(line), level: line.level })
        intake.settle()
        const expected = requests.map((request) => outcomeOf(request, chosen))
        const names = expected.map(({ counted }) => counted.join()).filter((text) => text !== '')
        ignored += counters.ignored
        both += expected.filter(({ counted, isIgnored }) => isIgnored && counted.length > 0).length
        return (
          JSON.stringify([...counted.values()].map(String).sort()) === JSON.stringify(names.sort()) &&
          counters.errors === names.length &&
          counters.ignored === expected.filter(({ isIgnored }) => isIgnored).length &&
          requests.every((_, i) => expected[i]?.isIgnored || expected[i]?.counted.length)
        )
      },
    ),
    { numRuns: Number(process.env['FC_RUNS'] ?? 400) },
  )
  t.ok(ignored > 100 && both > 0, `${ignored} ignored, ${both} of them in part`)
  t.end()
})
