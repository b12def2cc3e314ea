import t from 'tap'
import type { Occurrence } from '../../../src/alert/occurrence.js'
import type { LogsirenOptions } from '../../../src/config/options.js'
import { FirstConfigHold } from '../../../src/evaluator/intake/first-config-hold.js'
import { Intake } from '../../../src/evaluator/intake/intake.js'
import type { ErrorSink } from '../../../src/evaluator/intake/rule-filter.js'
import { KeepAlive } from '../../../src/evaluator/keep-alive.js'
import { type Counters, newCounters } from '../../../src/evaluator/stats.js'
import { type LogRecord, toLogRecord } from '../../../src/record/log-record.js'
import type { ReadLine } from '../../../src/record/reading/read-line.js'
import { announcedScale, rankedScale, standardScale } from '../../../src/record/severity.js'
import type { GroupValues } from '../../../src/rule/series.js'
import { type FakeClock, fakeClock } from '../../fixtures/fake-clock.js'
import { fc } from '../../fixtures/properties.js'
import { rule } from '../../fixtures/store-bench.js'
import { noDetails } from '../../fixtures/tellings.js'

const strict = { ...rule, name: 'strict', statusCodeThreshold: 400 }

interface Told {
  readonly ruleName: string
  readonly groupValues: GroupValues | undefined
  readonly monotonicMs: number
  /** What is known of it when it is counted. */
  readonly record: LogRecord | undefined
  readonly occurrence: Occurrence
}

interface Others {
  readonly ruleName: string
  readonly groupValues: GroupValues | undefined
  readonly requests: number
  readonly monotonicMs: number
}

interface Bench {
  readonly intake: Intake
  readonly clock: FakeClock
  readonly counters: Counters
  readonly hold: FirstConfigHold | undefined
  /** Messages or request ids of the lines that were parsed since it was asked last. */
  parsed(): unknown[]
  /** What was counted since it was asked last. */
  told(): Told[]
  /** The other requests that were counted since it was asked last. */
  others(): Others[]
  /** What was counted since it was asked last, each as a text. */
  verdicts(): string[]
  takeText(...lines: readonly object[]): void
  /** Whether something that is held holds the process. */
  isHeld(): boolean
}

interface BenchOptions {
  readonly options?: LogsirenOptions
  readonly rules?: ConstructorParameters<typeof Intake>[1]
  readonly isHolding?: boolean
}

function setUp({ options = {}, rules = [rule], isHolding = false }: BenchOptions = {}): Bench {
  const clock = fakeClock()
  const counters = newCounters()
  const onUnreadable = (): void => {
    counters.skipped += 1
  }
  const hold = isHolding ? new FirstConfigHold(clock, onUnreadable) : undefined
  const told: Told[] = []
  const others: Others[] = []
  const parsed: object[] = []
  let holds = 0
  const after = (delayMs: number, task: () => void, isHolding = false): (() => void) => {
    const cancel = clock.after(delayMs, task)
    if (!isHolding) return cancel
    holds += 1
    return () => {
      holds -= 1
      cancel()
    }
  }
  const sink: ErrorSink = {
    count: ({ rule, groupValues }, occurrence, { monotonicMs }) => {
      occurrence.show()
      const record = occurrence.seal()?.record
      told.push({ ruleName: rule.name, groupValues, monotonicMs, record, occurrence })
    },
    countOthers: ({ rule, groupValues }, requests, { monotonicMs }) =>
      void others.push({ ruleName: rule.name, groupValues, requests, monotonicMs }),
  }
  const keepAlive = new KeepAlive({ ...clock, after }, 1000)
  const intake = new Intake({ options, clock, counters, hold, keepAlive, sink }, rules)
  const read = (lines: string): void => {
    for (const line of lines.trimEnd().split('\n')) {
      const members: object = JSON.parse(line)
      parsed.push(members)
      intake.takeLine({ members, isParsed: true })
    }
  }
  return {
    intake,
    clock,
    counters,
    hold,
    parsed: () => parsed.splice(0).map((members) => ('msg' in members ? members.msg : undefined)),
    told: () => told.splice(0),
    others: () => others.splice(0),
    verdicts: () => told.splice(0).map(({ ruleName }) => `count ${ruleName}`),
    takeText: (...lines) => intake.takeText(lines.map((line) => `${JSON.stringify(line)}\n`).join(''), read),
    isHeld: () => holds > 0,
  }
}

const line = (statusCode: number, reqId: string, isLast = false): object => ({
  level: 30,
  reqId,
  res: { statusCode },
  ...(isLast ? { responseTime: 5 } : {}),
})

t.test('a record counts for each rule that it breaks, and is one error', (t) => {
  const { intake, counters, verdicts } = setUp({ rules: [rule, strict] })
  for (const [record, expected] of [
    [{ statusCode: 399 }, []],
    [{ statusCode: 404 }, ['count strict']],
    [{ statusCode: 503 }, ['count default', 'count strict']],
    [{ errorMessage: 'db timeout' }, ['count default', 'count strict']],
    [{ errorMessage: ' ', group: 'a' }, []],
    [{}, []],
  ] as const) {
    intake.takeRecord(record)
    t.strictSame(verdicts(), expected, JSON.stringify(record))
  }
  t.match(counters, { errors: 3, duplicates: 0, skipped: 0 })
  t.end()
})

t.test('records that look alike count one by one', (t) => {
  const { intake, counters, told } = setUp()
  for (let i = 0; i < 3; i += 1) intake.takeRecord({ statusCode: 503, group: 'eu' })
  t.match(told(), Array(3).fill({ record: { statusCode: 503, group: 'eu' } }))
  t.match(counters, { errors: 3, duplicates: 0 })
  t.end()
})

t.test('says which rules a line breaks, and counts the lines of a request once', (t) => {
  for (const take of ['takeLine', 'takeMembers'] as const) {
    const { intake, counters, verdicts } = setUp({ rules: [rule, strict] })
    const count = ['count default', 'count strict']
    const rows: readonly (readonly [members: object, verdicts: string[]])[] = [
      [line(200, 'a'), []],
      [line(503, 'a'), count],
      [line(503, 'b'), count],
      [line(503, 'a', true), []],
      [line(503, 'a'), count],
      [line(0, 'a', true), []],
      [line(404, 'a'), ['count strict']],
      [line(503, 'a', true), ['count default']],
      [{ level: 40, err: { message: 'x' } }, count],
      [{ level: 40, msg: 'x' }, []],
      [{ level: 50, msg: 'x' }, count],
      [{ level: 30, err: { message: 'x' } }, []],
    ]
    for (const [members, expected] of rows) {
      intake[take]({ members })
      t.strictSame(verdicts(), expected, `${take} ${JSON.stringify(members)}`)
    }
    t.match(counters, { errors: 6, duplicates: 2, skipped: 0 })
  }
  t.end()
})

t.test('tells when it happened, and the record', async (t) => {
  const { intake, clock, told } = setUp()
  await clock.advance(250)
  intake.takeLine({ members: { ...line(503, 'a'), pid: 7, hostname: 'web-1', group: 'eu' } })
  intake.takeLine({ members: { ...line(503, 'a', true), pid: 7, hostname: 'web-1', group: 'us' } })
  intake.takeLine({ members: { level: 50, msg: 'db down' } })
  t.match(told(), [
    { record: { statusCode: 503, group: 'eu' }, monotonicMs: clock.monotonicMs() },
    { record: { errorMessage: 'db down' }, monotonicMs: clock.monotonicMs() },
  ])
})

t.test('counts each line for itself where it is told to', (t) => {
  const { intake, counters, told } = setUp({ options: { dedupeRequests: false } })
  for (let i = 0; i < 3; i += 1) intake.takeLine({ members: line(503, 'a') })
  t.equal(told().length, 3)
  t.match(counters, { errors: 3, duplicates: 0 })
  t.end()
})

t.test('minLevel moves from where on an attached error counts', (t) => {
  for (const [minLevel, counted] of [
    ['info', 3],
    ['warn', 2],
    ['error', 1],
    ['fatal', 1],
  ] as const) {
    const { counters, takeText } = setUp({ options: { minLevel } })
    takeText(...[20, 30, 40, 50].map((level) => ({ level, err: { message: 'x' } })))
    t.equal(counters.errors, counted, minLevel)
  }
  t.end()
})

t.test('our own lines are nothing, blank ones are passed over and counted as such', (t) => {
  const { intake, counters, verdicts } = setUp()
  intake.takeLine({ members: { level: 50, msg: 'logsiren: the store is away' } })
  t.match(counters, { errors: 0, skipped: 0 })
  intake.takeLine({ members: { time: 1 } })
  t.match(counters, { errors: 0, skipped: 1 })
  t.strictSame(verdicts(), [])
  t.end()
})

t.test('what is held is judged at its release, in its order, by the rules that are in force then', async (t) => {
  const { intake, clock, counters, hold, told, takeText, isHeld } = setUp({ isHolding: true })
  const seenAtMs = clock.monotonicMs()
  intake.takeRecord({ statusCode: 404, group: '1' })
  intake.takeLine({ members: { ...line(404, 'a'), group: '2' } })
  await clock.advance(100)
  takeText({ ...line(404, 'b'), group: '3' }, { ...line(404, 'a', true), group: '4' })
  intake.takeMembers({ members: { ...line(404, 'a', true), group: '5' } })
  t.strictSame([told(), counters.errors, isHeld()], [[], 0, true])
  intake.useRules([strict])
  t.strictSame(told(), [], 'new rules alone release nothing')
  hold?.release()
  t.strictSame(
    told().map(({ ruleName, record, monotonicMs }) => [ruleName, record?.group, monotonicMs]),
    [
      ['strict', '1', seenAtMs],
      ['strict', '2', seenAtMs],
      ['strict', '3', seenAtMs + 100],
      ['strict', '5', seenAtMs + 100],
    ],
  )
  t.match(counters, { errors: 4, duplicates: 1 })
  intake.takeRecord({ statusCode: 404, group: '6' })
  takeText({ ...line(404, 'c'), group: '7' })
  t.match(told(), [{ record: { group: '6' } }, { record: { group: '7' } }])
  t.equal(hold?.isEmpty, true, 'nothing more is held')
})

t.test('what no rule could call an error is not held', (t) => {
  const { intake, hold, takeText, parsed, isHeld } = setUp({ isHolding: true })
  intake.takeRecord({ group: 'a' })
  intake.takeMembers({ members: { level: 'warn', message: 'slow' } })
  takeText(
    { level: 40, msg: 'slow' },
    { level: 30, reqId: 'a', msg: 'begins' },
    { level: 30, responseTime: 5, msg: 'x' },
  )
  t.strictSame(parsed(), ['slow', 'begins', 'x'], 'though it had to be read to know that')
  t.strictSame([hold?.isEmpty, isHeld()], [true, false])
  takeText({ level: 10, err: { message: 'whatever minLevel is' } })
  t.strictSame([hold?.isEmpty, isHeld()], [false, true])
  t.end()
})

t.test('a line that was read elsewhere is judged by what it was found to be, at once or when it is released', (t) => {
  const request = { id: 'a', process: ' ', connection: '' }
  const record = toLogRecord({ errorMessage: 'read there' })
  const lineOf = (statusCode: number, isLast: boolean): ReadLine => ({
    traits: { severity: 30, statusCode, hasError: false, isOwn: false, isBlank: false },
    request: { ...request, statusCode, isLast },
    record,
    details: noDetails,
    roots: [],
  })
  for (const isHolding of [true, false]) {
    const { intake, hold, told, isHeld, counters } = setUp({ isHolding, rules: [strict] })
    for (const line of [lineOf(503, false), lineOf(200, true), lineOf(404, false), lineOf(503, true)])
      intake.takeRead(line)
    t.equal(isHeld(), isHolding)
    hold?.release()
    t.match(told(), [{ record: { errorMessage: 'read there' } }])
    t.match(counters, { errors: 1, duplicates: 2 })
  }
  t.end()
})

t.test('a held line that is no error ends its request all the same', (t) => {
  const { intake, hold, counters, verdicts, takeText } = setUp({ isHolding: true })
  takeText(
    { level: 50, reqId: 'a', msg: 'x' },
    { level: 30, reqId: 'a', responseTime: 5, msg: 'fine' },
    { level: 50, reqId: 'a', msg: 'y' },
    { level: 50, reqId: 'a', msg: 'z' },
  )
  hold?.release()
  t.strictSame(verdicts(), ['count default', 'count default'])
  intake.takeLine({ members: { level: 50, reqId: 'a', msg: 'later' } })
  t.strictSame(verdicts(), [], 'what was held is known to what comes later')
  t.match(counters, { errors: 2, duplicates: 2 })
  t.end()
})

t.test('only what may be an error is parsed', (t) => {
  const { counters, parsed, takeText } = setUp()
  takeText(
    { level: 30, msg: 'fine' },
    { level: 30, res: { statusCode: 200 }, responseTime: 5, msg: 'also fine' },
    { level: 50, msg: 'db down' },
    { level: 40, msg: 'slow' },
    { level: 30, res: { statusCode: 404 }, msg: 'not found' },
    { level: 30, res: { statusCode: 500 }, msg: 'request errored' },
    { level: 40, err: { message: 'x' }, msg: 'tried again' },
    { level: 30, err: { message: 'x' }, msg: 'told' },
  )
  t.strictSame(parsed(), ['db down', 'request errored', 'tried again'])
  t.match(counters, { errors: 3, skipped: 0 })
  t.end()
})

t.test('the last line of an open request is parsed though it is no error', async (t) => {
  const { clock, counters, parsed, takeText } = setUp()
  const last = { level: 30, reqId: 'a', res: { statusCode: 200 }, responseTime: 5, msg: 'last' }
  takeText(last)
  t.strictSame(parsed(), [], 'nothing is open yet')
  takeText({ level: 50, reqId: 'a', msg: 'one' }, { level: 30, reqId: 'a', msg: 'between' }, { ...last, reqId: 'b' })
  t.strictSame(parsed(), ['one'], 'no other line, nor the last one of another request')
  takeText({ level: 30, msg: 'fine' }, last, { level: 30, msg: 'fine' }, last)
  t.strictSame(parsed(), ['last'])
  takeText({ level: 50, reqId: 'a', msg: 'two' }, { level: 50, reqId: 'a', msg: 'three' }, last)
  t.strictSame(parsed(), ['two', 'three', 'last'], 'in the same text too')
  t.match(counters, { errors: 2, duplicates: 1 })
  takeText({ level: 50, reqId: 'a', msg: 'four' })
  await clock.advance(10_000)
  takeText(last)
  t.strictSame(parsed(), ['four'], 'what was open for long is not any more')
})

t.test('an object that is the last line of an open request ends it', (t) => {
  const { intake, counters } = setUp()
  const failed = { level: 'error', message: 'x', requestId: 'a' }
  for (let i = 0; i < 3; i += 1) {
    intake.takeMembers({ members: failed, level: 'error' })
    intake.takeMembers({ members: failed, level: 'error' })
    intake.takeMembers({ members: { level: 'info', requestId: 'a', responseTime: 5 }, level: 'info' })
  }
  t.match(counters, { errors: 3, duplicates: 3 })
  t.end()
})

t.test('where requests are not told apart, their last lines are not parsed', (t) => {
  const { parsed, takeText } = setUp({ options: { dedupeRequests: false } })
  takeText({ level: 50, reqId: 'a', msg: 'x' }, { level: 30, reqId: 'a', responseTime: 5, msg: 'last' })
  t.strictSame(parsed(), ['x'])
  t.end()
})

t.test('without rules nothing is read', (t) => {
  const { intake, counters, parsed, verdicts, takeText } = setUp({ rules: [] })
  const failed = { level: 60, res: { statusCode: 500 }, err: { message: 'x' }, msg: 'x' }
  takeText(failed)
  let reads = 0
  intake.takeMembers({
    get members() {
      reads += 1
      return failed
    },
  })
  intake.takeRecord({ statusCode: 500 })
  t.strictSame([reads, parsed(), verdicts(), counters.errors], [0, [], [], 0])
  intake.useRules([rule])
  takeText(failed)
  t.strictSame([parsed(), verdicts()], [['x'], ['count default']])
  intake.useRules([])
  takeText(failed)
  t.strictSame([parsed(), verdicts()], [[], []])
  t.end()
})

t.test('what was held while no rule was known is nothing if none is released to', (t) => {
  const { intake, counters, hold, verdicts, takeText } = setUp({ rules: [], isHolding: true })
  takeText({ level: 50, msg: 'x' })
  intake.takeRecord({ statusCode: 500 })
  hold?.release()
  t.strictSame([verdicts(), counters.errors], [[], 0])
  t.end()
})

t.test('a rule with a lower threshold lets more lines through, a higher one fewer', (t) => {
  const { intake, parsed, verdicts, takeText } = setUp()
  const answered = [200, 404, 503].map((statusCode) => ({ level: 30, res: { statusCode }, msg: statusCode }))
  takeText(...answered)
  t.strictSame([parsed(), verdicts()], [[503], ['count default']])
  intake.useRules([strict, rule])
  takeText(...answered)
  t.strictSame(
    [parsed(), verdicts()],
    [
      [404, 503],
      ['count strict', 'count strict', 'count default'],
    ],
  )
  intake.useRules([{ ...rule, statusCodeThreshold: 504 }])
  takeText(...answered)
  t.strictSame([parsed(), verdicts()], [[], []])
  intake.useRules([{ ...rule, statusCodeThreshold: 100 }])
  for (const members of answered) intake.takeMembers({ members, level: 30 })
  t.strictSame(verdicts(), Array(3).fill('count default'))
  t.end()
})

t.test('levels of its own count as the logger announces them', (t) => {
  const { intake, counters, parsed, verdicts, takeText } = setUp()
  const lines = [1, 2, 3, 50, 'error', 'audit'].map((level) => ({ level, msg: level }))
  takeText(...lines)
  t.strictSame(verdicts(), Array(2).fill('count default'), 'until it does: 50 and error')
  parsed()
  intake.useLogger({ scale: announcedScale({ info: 1, warn: 2, error: 3, audit: 1 }) })
  takeText(...lines)
  t.strictSame(verdicts(), Array(3).fill('count default'), '3, 50 and error')
  t.strictSame(parsed(), [3, 50, 'error'], 'what it announced as fine is not parsed')
  intake.useLogger({ scale: rankedScale({ boom: 0, error: 1, info: 2 }) })
  for (const level of ['boom', 'error', 'info']) intake.takeMembers({ members: { level, message: level }, level })
  t.strictSame(verdicts(), Array(2).fill('count default'))
  t.match(counters, { errors: 7, skipped: 0 })
  t.end()
})

t.test("the logger's own keys are read, and those of the options before them", (t) => {
  const members = { level: 50, text: 'from the logger', words: 'from the options', msg: 'usual' }
  for (const [options, before, after] of [
    [{}, 'usual', 'from the logger'],
    [{ messageKey: 'words' }, 'from the options', 'from the options'],
  ] as const) {
    const { intake, told } = setUp({ options })
    intake.takeLine({ members })
    intake.useLogger({ scale: standardScale, messageKey: 'text' })
    intake.takeLine({ members })
    t.strictSame(
      told().map(({ record }) => record?.errorMessage),
      [before, after],
    )
  }
  const { intake, parsed, verdicts, takeText } = setUp()
  const failed = { level: 40, failure: { message: 'x' }, msg: 'x' }
  takeText(failed)
  t.strictSame([parsed(), verdicts()], [[], []])
  intake.useLogger({ scale: standardScale, errorKey: 'failure' })
  takeText(failed, { ...failed, failure: { message: 'x', status: 404 } })
  t.strictSame(verdicts(), ['count default'], 'a 4xx explains the other one')
  t.end()
})

t.test('text, objects and lines that are read one by one count alike', (t) => {
  const members = fc.record(
    {
      level: fc.constantFrom<unknown>(20, 30, 40, 50, 'info', 'WARN', 'error', 'loud'),
      reqId: fc.constantFrom<unknown>('a', 'b', 1, '1', 'a"b', ''),
      res: fc.constantFrom<unknown>(
        { statusCode: 200 },
        { statusCode: 404 },
        { statusCode: '503' },
        { status: 500 },
        null,
      ),
      status: fc.constantFrom<unknown>('ok', 99, 200, 500, [503]),
      err: fc.constantFrom<unknown>({ message: 'x' }, { status: 502 }, { type: 'x' }, {}, 'x', false),
      stack: fc.constantFrom('Error: x\n    at y', ''),
      responseTime: fc.constantFrom<unknown>(5, '5ms'),
      meta: fc.constantFrom<unknown>(
        { statusCode: 503 },
        { err: { message: 'x' } },
        { requestId: 'a', responseTime: 1 },
      ),
      msg: fc.constantFrom('x', '"level":50', '{"res":{"statusCode":500}}', 'logsiren: x'),
    },
    { requiredKeys: [] },
  )
  const options = fc.record(
    {
      minLevel: fc.constantFrom<NonNullable<LogsirenOptions['minLevel']>>('info', 'warn', 'error'),
      dedupeRequests: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  const rules = fc.constantFrom([rule], [rule, strict], [strict])
  fc.assert(
    fc.property(fc.array(members, { maxLength: 12 }), options, rules, (lines, options, rules) => {
      const [byText, byObject, byLine] = [0, 1, 2].map(() => setUp({ options, rules })) as [Bench, Bench, Bench]
      byText.takeText(...lines)
      for (const members of lines) {
        byObject.intake.takeMembers({ members, level: 'level' in members ? members.level : undefined })
        byLine.intake.takeLine({ members })
      }
      const expected = JSON.stringify(byLine.told())
      return JSON.stringify(byText.told()) === expected && JSON.stringify(byObject.told()) === expected
    }),
    { numRuns: 500 },
  )
  t.end()
})

t.test('a rule counts the errors that its conditions choose, and only errors', (t) => {
  const payments = { ...rule, name: 'payments', match: { 'app.area': 'payments' } }
  const timeouts = { ...rule, name: 'timeouts', match: { errorMessage: { regex: '(?i)timeout' } } }
  const { takeText, intake, counters, verdicts } = setUp({ rules: [payments, timeouts] })
  for (const [members, expected] of [
    [{ level: 50, msg: 'db timeout', app: { area: 'payments' } }, ['count payments', 'count timeouts']],
    [{ level: 50, msg: 'db timeout', app: { area: 'search' } }, ['count timeouts']],
    [{ level: 50, msg: 'refused', app: { area: 'payments' } }, ['count payments']],
    [{ level: 50, msg: 'refused' }, []],
    [{ level: 30, msg: 'db timeout', app: { area: 'payments' } }, []],
  ] as const) {
    takeText(members)
    t.strictSame(verdicts(), expected, JSON.stringify(members))
  }
  intake.takeRecord({ errorMessage: 'Timeout' })
  t.strictSame(verdicts(), ['count timeouts'], 'a record has no line to look into')
  t.equal(counters.errors, 4)
  t.end()
})

t.test('a request counts once for each rule, at the first of its lines that the rule chooses', (t) => {
  const timeouts = { ...rule, name: 'timeouts', match: { 'err.message': { regex: 'timeout' } } }
  const { takeText, counters, verdicts } = setUp({ rules: [rule, timeouts] })
  takeText({ level: 50, reqId: 'r1', msg: 'failed', err: { message: 'refused' } })
  t.strictSame(verdicts(), ['count default'])
  takeText({ level: 50, reqId: 'r1', msg: 'failed', err: { message: 'timeout' } })
  t.strictSame(verdicts(), ['count timeouts'])
  takeText({ level: 50, reqId: 'r1', msg: 'failed', err: { message: 'timeout' }, responseTime: 5 })
  t.strictSame(verdicts(), [])
  t.match(counters, { errors: 1, duplicates: 2 })
  t.end()
})

t.test('the last line of a request ends it, though no rule chooses it', (t) => {
  const timeouts = { ...rule, name: 'timeouts', match: { 'err.message': { regex: 'timeout' } } }
  const { takeText, verdicts } = setUp({ rules: [timeouts] })
  const first = { level: 50, reqId: 'r1', msg: 'failed', err: { message: 'timeout' } }
  takeText(first, { level: 30, reqId: 'r1', res: { statusCode: 500 }, responseTime: 5 }, first)
  t.strictSame(verdicts(), ['count timeouts', 'count timeouts'])
  t.end()
})

t.test('what was held is chosen by the conditions in force when it is judged', (t) => {
  const { intake, hold, takeText, verdicts } = setUp({ isHolding: true })
  takeText({ level: 50, msg: 'one', app: { area: 'payments' } }, { level: 50, msg: 'two', app: { area: 'search' } })
  intake.useRules([{ ...rule, name: 'payments', match: { 'app.area': 'payments' } }])
  hold?.release()
  t.strictSame(verdicts(), ['count payments'])
  t.end()
})

t.test(
  'reads the service’s name from the first lines that have one, errors or not, where somebody asks for it',
  (t) => {
    const seeking = (options: LogsirenOptions = {}): Intake => {
      const sink: ErrorSink = { count: () => {}, countOthers: () => {} }
      return new Intake({ options, clock: fakeClock(), counters: newCounters(), sink, seeksService: true }, [rule])
    }
    const text = (...lines: readonly object[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('')
    const asText = seeking()
    const info = { level: 30, pid: 1, msg: 'fine' }
    asText.takeText(text(info), () => {})
    t.equal(asText.service, '')
    asText.takeText('no JSON\n', () => {})
    asText.takeText(text({ ...info, name: 'shop' }, { ...info, name: 'other' }), () => {})
    asText.takeText(text({ ...info, name: 'later' }), () => {})
    t.equal(asText.service, 'shop')

    const asObject = seeking()
    asObject.takeMembers({ members: { level: 'info', message: 'fine', service: 'billing' } })
    t.equal(asObject.service, 'billing')

    const hidden = seeking({ redact: ['service'] })
    hidden.takeMembers({ members: { level: 'info', service: 'canary' } })
    t.equal(hidden.service, '')

    const late = seeking()
    for (let i = 0; i < 20; i += 1) late.takeMembers({ members: { level: 'info' } })
    late.takeMembers({ members: { level: 'info', service: 'shop' } })
    t.equal(late.service, '', 'it is looked for in a few lines only')

    const throwing = seeking()
    const getter = {
      get name(): string {
        throw new Error('a getter of the application')
      },
    }
    throwing.takeMembers({ members: { level: 'info', service: getter } })
    throwing.takeMembers({ members: { service: 'shop' } })
    t.equal(throwing.service, 'shop')

    const { intake } = setUp()
    intake.takeText(text({ ...info, name: 'shop' }), () => {})
    t.equal(intake.service, '', 'nobody asks')
    t.end()
  },
)

/** Lines that tell only together what happened, as NestJS, koa and `req.log.error()` beside pino-http write them. */
const thrown = (id: unknown, msg = 'boom'): object => ({
  level: 50,
  req: { id },
  err: { type: 'Error', message: msg },
  msg,
})
const ended = (id: unknown, statusCode: number): object => ({
  level: 30,
  req: { id, method: 'GET', url: '/orders?key=canary' },
  res: { statusCode },
  responseTime: 5,
  ...(statusCode >= 500 && { err: { message: `failed with status code ${statusCode}` } }),
  msg: 'request ended',
})

t.test('later lines of a request improve its error wherever it is shown', (t) => {
  const { takeText, told } = setUp({ rules: [rule, strict] })
  takeText(thrown(1))
  const [one, other] = told()
  t.equal(one?.occurrence, other?.occurrence)
  takeText(ended(1, 503))
  const { record, details } = one?.occurrence.seal() ?? {}
  t.match(
    [record, details],
    [
      { statusCode: 503, errorMessage: 'boom' },
      { method: 'GET', path: '/orders' },
    ],
  )
  t.end()
})

t.test('the last line tells the status of a request though it is no error', (t) => {
  const { takeText, told } = setUp()
  takeText(thrown(1), ended(1, 404))
  t.match(told()[0]?.occurrence.seal(), { record: { statusCode: 404, errorMessage: 'boom' } })
  t.end()
})

const five = { ...rule, name: 'five', match: { statusCode: { gte: 500 } } }
const byStatus = { ...rule, name: 'byStatus', groupBy: ['res.statusCode'] }

t.test('a rule that looks at what an error lacks waits for the request’s other lines, and others do not', (t) => {
  const { takeText, told, counters } = setUp({ rules: [rule, five, byStatus] })
  takeText(thrown(1))
  t.strictSame([told().map(({ ruleName }) => ruleName), counters.errors], [['default'], 1])
  takeText(thrown(1, 'second'))
  t.strictSame(told(), [])
  takeText(ended(1, 503))
  t.match(told(), [
    { ruleName: 'five', record: { statusCode: 503, errorMessage: 'boom' } },
    { ruleName: 'byStatus', record: { statusCode: 503, errorMessage: 'boom' }, groupValues: { 'res.statusCode': 503 } },
  ])
  t.match(counters, { errors: 1, duplicates: 2 })
  takeText(thrown(2), ended(2, 404), ended(3, 503), { ...thrown(4), res: { statusCode: 500 } })
  t.match(
    told().map(({ ruleName, groupValues }) => [ruleName, groupValues?.['res.statusCode']]),
    [
      ['default', undefined],
      ['byStatus', 404],
      ['default', undefined],
      ['five', undefined],
      ['byStatus', 503],
      ['default', undefined],
      ['five', undefined],
      ['byStatus', 500],
    ],
    'a line that has it, or ends its request, waits for nothing',
  )
  t.match(counters, { errors: 4, duplicates: 2 })
  t.end()
})

t.test('waits a second at most, and counts at the time of the line', async (t) => {
  const { takeText, told, clock, isHeld, counters } = setUp({ rules: [byStatus] })
  const atMs = clock.monotonicMs()
  takeText(thrown(1), { level: 50, msg: 'of no request' })
  t.match(told(), [{ groupValues: { 'res.statusCode': null }, record: { errorMessage: 'of no request' } }])
  t.equal(isHeld(), true, 'the process is kept alive')
  await clock.advance(999)
  takeText(thrown(2))
  t.strictSame(told(), [])
  await clock.advance(1)
  t.match(told(), [{ groupValues: { 'res.statusCode': null }, monotonicMs: atMs, record: { errorMessage: 'boom' } }])
  takeText(ended(1, 500), ended(2, 500))
  t.match(told(), [{ groupValues: { 'res.statusCode': 500 }, monotonicMs: atMs + 999 }])
  t.equal(isHeld(), false)
  t.match(counters, { errors: 3, duplicates: 2 })
})

t.test('in a short window it waits for a quarter of that, so that it counts in time', async (t) => {
  const { takeText, told, clock } = setUp({ rules: [{ ...byStatus, windowMs: 2000 }] })
  takeText(thrown(1))
  await clock.advance(499)
  t.strictSame(told(), [])
  await clock.advance(1)
  t.equal(told().length, 1)
})

t.test('is judged at once where somebody asks for it, or too much waits', (t) => {
  const { intake, takeText, told } = setUp({ rules: [five, byStatus] })
  takeText(thrown(1))
  intake.settle()
  t.match(told(), [{ ruleName: 'byStatus' }])
  takeText(...Array.from({ length: 1001 }, (_, i) => thrown(`r${i}`)))
  t.equal(told().length, 1)
  takeText(...Array.from({ length: 100 }, (_, i) => ({ ...thrown(`big ${i}`), tenant: 'x'.repeat(30_000) })))
  const left = told().length
  t.ok(left > 1000, `${left} made room`)
  intake.settle()
  intake.settle()
  t.equal(told().length + left, 1100)
  t.end()
})

t.test('what waits is not what the application makes of its objects afterwards', (t) => {
  const { intake, told } = setUp({ rules: [{ ...rule, groupBy: ['tenant.id', 'statusCode'] }] })
  const members = { level: 'error', message: 'boom', requestId: 'a', tenant: { id: 'acme' }, err: new Error('boom') }
  intake.takeMembers({ members, level: 'error' })
  members.tenant.id = 'canary'
  members.err.message = 'canary'
  intake.takeMembers({ members: { requestId: 'a', statusCode: 502, responseTime: 1 }, level: 'info' })
  t.match(told(), [{ groupValues: { 'tenant.id': 'acme', statusCode: 502 }, record: { errorMessage: 'boom' } }])
  t.end()
})

t.test('what was held for the first config may wait for its request, too', async (t) => {
  const { intake, hold, takeText, told, clock } = setUp({ isHolding: true })
  takeText(thrown(1), thrown(2), ended(2, 500))
  intake.useRules([byStatus])
  hold?.release()
  t.match(told(), [{ groupValues: { 'res.statusCode': 500 } }])
  await clock.advance(1000)
  t.match(told(), [{ groupValues: { 'res.statusCode': null } }])
})

t.test('rules that change while an error waits judge it as they are then', async (t) => {
  const { intake, takeText, told } = setUp({ rules: [byStatus] })
  takeText(thrown(1))
  intake.useRules([five])
  takeText(ended(1, 500))
  t.match(told(), [{ ruleName: 'five', record: { errorMessage: 'boom' } }])
})

t.test('a status alone tells what was asked for, from a line of the request that was let go unread', (t) => {
  const incoming = {
    level: 30,
    reqId: 'r-1',
    req: { method: 'POST', url: '/pay/17?card=canary' },
    msg: 'incoming request',
  }
  const completed = { level: 30, reqId: 'r-1', res: { statusCode: 503 }, responseTime: 2, msg: 'request completed' }
  const other = { ...incoming, reqId: 'r-11', req: { method: 'GET', url: '/other' } }
  const place = { details: { method: 'POST', path: '/pay/17' } }
  const text = setUp()
  text.takeText(incoming, other)
  text.takeText(completed)
  t.match(text.told()[0]?.occurrence.seal(), place)
  t.strictSame(text.parsed(), ['request completed'])
  const objects = setUp()
  for (const members of [incoming, other, completed]) objects.intake.takeMembers({ members, level: 'info' })
  t.match(objects.told()[0]?.occurrence.seal(), place)
  const holding = setUp({ isHolding: true })
  holding.takeText(incoming, other, completed)
  holding.hold?.release()
  t.match(holding.told()[0]?.occurrence.seal(), place)
  t.end()
})
