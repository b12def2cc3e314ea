// Which lines are requests of a rule beside its counted errors, however they come in: against what is written down of each line by hand.
import t from 'tap'
import type { LogsirenOptions } from '../../../src/config/options.js'
import type { Ignoring, RuleSettings } from '../../../src/config/settings.js'
import { nothingIgnored } from '../../../src/config/settings.js'
import { FirstConfigHold, MAX_HELD_RECORDS } from '../../../src/evaluator/intake/first-config-hold.js'
import { Intake } from '../../../src/evaluator/intake/intake.js'
import { requestSearchOf } from '../../../src/evaluator/intake/request-search.js'
import { newCounters } from '../../../src/evaluator/stats.js'
import type { Line } from '../../../src/record/reading/line-reader.js'
import { Crossing } from '../../../src/thread/crossing.js'
import { type FakeClock, fakeClock } from '../../fixtures/fake-clock.js'
import { fc } from '../../fixtures/properties.js'
import { arbitraryLine, type Given, isErrorLine, membersOf } from '../../fixtures/requests-by-hand.js'
import { rule } from '../../fixtures/store-bench.js'

type Tally = Readonly<Record<string, readonly [errors: number, others: number]>>

interface Bench {
  readonly intake: Intake
  readonly clock: FakeClock
  readonly hold: FirstConfigHold
  /** Lines that were parsed. */
  readonly parsed: () => number
  /** Errors and other requests by rule and group. */
  readonly tally: () => Tally
  readonly takeText: (lines: readonly object[]) => void
}

interface Setup {
  readonly rules?: readonly RuleSettings[]
  readonly ignoring?: Ignoring
  readonly options?: LogsirenOptions
  readonly isHolding?: boolean
}

const asking: RuleSettings = { ...rule, percent: 5 }

function setUp({ rules = [asking], ignoring = nothingIgnored, options = {}, isHolding = false }: Setup = {}): Bench {
  const clock = fakeClock()
  const hold = new FirstConfigHold(clock, () => {})
  if (!isHolding) hold.release()
  const tally: Record<string, [number, number]> = {}
  const of = (id: string, groups: object | undefined): [number, number] => {
    const name = groups === undefined ? id : `${id.split(':')[0]} ${Object.values(groups).join()}`
    tally[name] ??= [0, 0]
    return tally[name]
  }
  const sink = {
    count: ({ id, groupValues }: { id: string; groupValues: object | undefined }) => {
      of(id, groupValues)[0] += 1
    },
    countOthers: ({ id, groupValues }: { id: string; groupValues: object | undefined }, requests: number) => {
      of(id, groupValues)[1] += requests
    },
  }
  const intake = new Intake({ options, clock, counters: newCounters(), hold, sink }, rules, ignoring)
  let parsed = 0
  const takeText = (lines: readonly object[]): void => {
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
    intake.takeText(text, (run) => {
      for (const line of run.trimEnd().split('\n')) {
        parsed += 1
        intake.takeLine({ members: JSON.parse(line), isParsed: true })
      }
    })
  }
  return { intake, clock, hold, parsed: () => parsed, tally: () => tally, takeText }
}

const ok = { level: 30, res: { statusCode: 200 }, responseTime: 3 }
const failed = { level: 50, res: { statusCode: 503 }, responseTime: 3 }

t.test('lines with a status are requests, and none of them is parsed where no rule looks at them', (t) => {
  const { takeText, tally, parsed } = setUp()
  takeText([ok, { level: 30, msg: 'no request' }, failed, ok, { level: 40, err: { statusCode: 404, message: 'x' } }])
  t.strictSame(tally(), { default: [1, 3] })
  t.equal(parsed(), 2, 'the error, and one whose status only a reader finds')
  t.end()
})

t.test('an error without a status counts as an error alone', (t) => {
  const { takeText, tally } = setUp()
  takeText([{ level: 50, msg: 'boom' }, { level: 40, msg: 'x', err: { message: 'y' } }, ok])
  t.strictSame(tally(), { default: [2, 1] })
  t.end()
})

t.test('rules with conditions and groups have requests of their own', (t) => {
  const pay = { ...asking, name: 'pay', match: { model: 'pay', level: 'error', statusCode: 503 } }
  const byModel = { ...asking, name: 'by', groupBy: ['model'], maxGroups: 2 }
  const none = { ...rule, name: 'none' }
  const { takeText, tally } = setUp({ rules: [pay, byModel, none] })
  const of = (model: string, line: object): object => ({ ...line, model })
  takeText([of('pay', ok), of('pay', failed), of('pay', { ...failed, res: { statusCode: 502 } }), of('buy', ok), ok])
  t.strictSame(tally(), {
    pay: [1, 2],
    'by pay': [2, 1],
    'by buy': [0, 1],
    'by (overflow)': [0, 1],
    none: [2, 0],
  })
  t.end()
})

t.test('a further line of a request whose error was counted is no other request', (t) => {
  const { takeText, tally, intake } = setUp()
  const line = (id: string, statusCode: number, more: object = {}): object => ({
    level: 30,
    reqId: id,
    statusCode,
    ...more,
  })
  takeText([line('a', 200), { level: 50, reqId: 'b', msg: 'boom' }, line('b', 200), line('a', 200)])
  intake.takeMembers({ members: line('b', 200), level: 'info' })
  takeText([line('b', 503, { responseTime: 1 }), line('b', 200)])
  t.strictSame(tally(), { default: [1, 3] })
  t.end()
})

t.test('an ignored error is another request, and an error that waits is decided once', (t) => {
  const ignoring = { ignore: [{ errorMessage: 'noise' }, { statusCode: 499 }], isIgnoreShared: false }
  const strict = { ...asking, statusCodeThreshold: 400 }
  const { takeText, tally, intake } = setUp({ rules: [strict], ignoring })
  takeText([
    { level: 50, msg: 'noise' },
    { level: 30, statusCode: 499 },
    { level: 30, statusCode: 404 },
  ])
  t.strictSame(tally(), { default: [1, 2] })
  takeText([{ level: 50, reqId: 'w', msg: 'boom' }])
  t.strictSame(tally(), { default: [1, 2] }, 'its status may be one to ignore')
  takeText([{ level: 30, reqId: 'w', statusCode: 499, responseTime: 2 }])
  t.strictSame(tally(), { default: [1, 3] })
  takeText([{ level: 50, reqId: 'v', msg: 'boom' }])
  intake.settle()
  t.strictSame(tally(), { default: [2, 3] })
  t.end()
})

t.test('records that went well are requests', (t) => {
  const { intake, tally } = setUp({ rules: [{ ...asking, groupBy: ['model'] }] })
  for (const statusCode of [200, 404, 0, 503]) intake.takeRecord({ statusCode, model: 'm' })
  intake.takeRecord({ errorMessage: 'boom', model: 'n' })
  t.strictSame(tally(), { 'default m': [1, 2], 'default n': [1, 0] })
  t.end()
})

t.test('lines that are objects are told apart by their members', (t) => {
  const { intake, tally } = setUp()
  for (const members of [
    ok,
    failed,
    { message: 'x' },
    { meta: { res: { statusCode: 200 } } },
    { message: 'GET / 200 1 ms - 2' },
  ])
    intake.takeMembers({ members, level: 'info' })
  t.strictSame(tally(), { default: [1, 3] })
  t.end()
})

t.test('until the first config is read, what went well counts too, and leaves room for what failed', (t) => {
  const { intake, hold, tally, takeText } = setUp({ isHolding: true, rules: [rule] })
  takeText(Array.from({ length: 3 * MAX_HELD_RECORDS }, () => ok))
  intake.takeRecord({ statusCode: 200 })
  takeText([failed])
  t.equal(hold.isReleased, false)
  intake.useRules([{ ...asking, statusCodeThreshold: 400 }])
  hold.release()
  t.strictSame(tally(), { default: [1, 3 * MAX_HELD_RECORDS + 1] })
  t.end()
})

t.test('they are dated by when they came', async (t) => {
  const clock = fakeClock()
  const dates: number[] = []
  const sink = {
    count: () => {},
    countOthers: (...[, , { monotonicMs }]: [unknown, number, { monotonicMs: number }]) => void dates.push(monotonicMs),
  }
  const hold = new FirstConfigHold(clock, () => {})
  const intake = new Intake({ options: {}, clock, counters: newCounters(), hold, sink }, [asking])
  const fromMs = clock.monotonicMs()
  intake.takeRecord({ statusCode: 200 })
  await clock.advance(700)
  hold.release()
  intake.takeRecord({ statusCode: 200 })
  t.strictSame(dates, [fromMs, fromMs + 700])
})

/** The naive way: each line by itself, with what is known of the requests whose error a rule has counted. */
function byHand(lines: readonly Given[], given: RuleSettings): readonly [errors: number, others: number] {
  const open = new Map<string, { readonly first: Given; isCounted: boolean; lines: number }>()
  const isOf = ({ model }: Given): boolean => given.match === undefined || model === given.match['model']
  let [errors, others] = [0, 0]
  for (const line of lines) {
    const key = `${line.process} ${line.id}`
    const known = line.id === '' ? undefined : open.get(key)
    const isForeign =
      known !== undefined &&
      !isErrorLine(line) &&
      known.first.statusCode >= 400 &&
      ![0, known.first.statusCode].includes(line.statusCode)
    const request = isForeign ? undefined : known
    const counts = isErrorLine(line) && isOf(line)
    if (request?.isCounted !== true && counts) errors += 1
    else if (request?.isCounted !== true && line.statusCode > 0 && isOf(line)) others += 1
    if (request !== undefined) {
      request.isCounted ||= counts
      if (line.isLast) open.delete(key)
    } else if (isErrorLine(line) && line.id !== '' && !line.isLast) {
      // A request is open as soon as some rule has counted it.
      open.set(key, { first: line, isCounted: counts, lines: 1 })
    }
  }
  return [errors, others]
}

// With groups and conditions errors wait for what they lack; here each line has what is looked at.
const linesOf = fc.array(
  arbitraryLine.map((line) => ({ ...line, model: line.model === '' ? 'm' : line.model })),
  { maxLength: 9 },
)
const plain = { ...asking, name: 'plain' }
const matching = { ...asking, name: 'matching', match: { model: 'm' } }

t.test('text, objects and another thread give what is counted by hand', async (t) => {
  let others = 0
  const property = fc.property(linesOf, fc.constantFrom([plain], [plain, matching]), (lines, rules) => {
    const expected = Object.fromEntries(
      rules.map((one) => [one.name, byHand(lines, one)] as const).filter(([, [a, b]]) => a + b > 0),
    )
    others += expected['plain']?.[1] ?? 0
    const members = lines.map((line) => membersOf(line))
    const [asText, asObjects, across] = [setUp({ rules }), setUp({ rules }), setUp({ rules })]
    asText.takeText(members)
    const state = { lowestStatus: 500, requestSearch: requestSearchOf(rules), requests: 0 }
    const crossing = new Crossing({ rules: [{ name: 'x', match: { model: 'm' } }] }, newCounters(), state)
    for (const [i, one] of members.entries()) {
      const line: Line = { members: one, level: lines[i]?.level }
      asObjects.intake.takeMembers(line)
      const read = crossing.take(line, across.clock.monotonicMs())
      if (state.requests > 0) across.intake.takeRequests(state.requests)
      state.requests = 0
      if (read !== undefined) across.intake.takeRead(JSON.parse(JSON.stringify(read)))
    }
    t.strictSame(
      [asText.tally(), asObjects.tally(), across.tally()],
      [expected, expected, expected],
      JSON.stringify(lines),
    )
    return true
  })
  fc.assert(property, { numRuns: 300 })
  t.ok(others > 100)
})
