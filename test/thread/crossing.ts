// Read here and judged there, against read and judged in one place.
import t from 'tap'
import winston from 'winston'
import Transport from 'winston-transport'
import type { Occurrence } from '../../src/alert/occurrence.js'
import type { LogsirenOptions } from '../../src/config/options.js'
import { parseOptions } from '../../src/config/parse-options.js'
import { resolveSettings } from '../../src/config/settings.js'
import { Intake } from '../../src/evaluator/intake/intake.js'
import { newCounters, type Stats } from '../../src/evaluator/stats.js'
import type { Line } from '../../src/record/reading/line-reader.js'
import { rankedScale, type SeverityScale } from '../../src/record/severity.js'
import type { Series } from '../../src/rule/series.js'
import { Crossing } from '../../src/thread/crossing.js'
import { lowestStatusOf } from '../../src/thread/shared-state.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { fc } from '../fixtures/properties.js'
import { errorCalls } from '../fixtures/winston-calls.js'

interface Verdict {
  readonly told: readonly unknown[]
  readonly stats: Stats
}

function judged(options: LogsirenOptions, hand: (intake: Intake, counters: Stats) => void): Verdict {
  const told: unknown[] = []
  const counters = newCounters()
  const occurrences: Occurrence[] = []
  const count = ({ id, groupValues }: Series, occurrence: Occurrence): void => {
    occurrence.show()
    told.push({ id, groupValues })
    occurrences.push(occurrence)
  }
  const sink = { count, countOthers: () => {} }
  const settings = resolveSettings(options, undefined)
  const intake = new Intake({ options, clock: fakeClock(), counters, sink }, settings.rules, settings)
  hand(intake, counters)
  intake.settle()
  for (const occurrence of occurrences) {
    const { record, details } = occurrence.seal() ?? {}
    told.push({ record, details: { fields: undefined, ...details } })
  }
  return { told, stats: { ...counters } }
}

function inProcess(options: LogsirenOptions, lines: readonly Line[], scale?: SeverityScale): Verdict {
  return judged(options, (intake, counters) => {
    if (scale !== undefined) intake.useLogger({ scale })
    for (const line of lines) {
      try {
        intake.takeMembers(line)
      } catch {
        Object.assign(counters, { skipped: counters.skipped + 1 })
      }
    }
  })
}

/** Nobody asks for requests that went well. */
const nothing = { requestSearch: 'none', requests: 0 } as const

function acrossThreads(options: LogsirenOptions, lines: readonly Line[], scale?: SeverityScale): Verdict {
  return judged(options, (intake, counters) => {
    const lowestStatus = lowestStatusOf(resolveSettings(options, undefined).rules)
    const crossing = new Crossing(options, counters, { ...nothing, lowestStatus })
    if (scale !== undefined) crossing.useLogger({ scale })
    for (const line of lines) {
      try {
        const read = crossing.take(line, 1000)
        if (read !== undefined) intake.takeRead(JSON.parse(JSON.stringify(read)))
      } catch {
        Object.assign(counters, { skipped: counters.skipped + 1 })
      }
    }
  })
}

const url = 'https://example.test/hook'
const rich = parseOptions({
  url,
  rules: [
    { name: 'all', groupBy: ['status_code', 'tenant.id', 'err.code'] },
    { name: 'cause', match: { 'err.cause.message': { prefix: 'dis' } } },
    { name: 'bad', match: { level: { gte: 'error' }, 'meta.area': ['a', 'b'] }, statusCodeThreshold: 400 },
  ],
  sampleFields: ['tenant', 'err.cause'],
  redact: ['tenant.key', 'secret'],
})

/** As a transport gets it from a logger that is called so. */
function lineOf(log: (logger: winston.Logger) => void, format: winston.Logform.Format): Line[] {
  const lines: Line[] = []
  class Catcher extends Transport {
    override log(info: Record<symbol, unknown>, next: () => void): void {
      const { [Symbol.for('level')]: level, [Symbol.for('splat')]: extras } = info
      lines.push({ members: info, level, extras: Array.isArray(extras) ? extras : undefined })
      next()
    }
  }
  log(winston.createLogger({ format, level: 'silly', transports: [new Catcher({ handleExceptions: false })] }))
  return lines
}

t.test('an error is the same error, wherever winston puts it', (t) => {
  for (const [name, log, format = winston.format.simple()] of errorCalls) {
    const lines = lineOf(log, format)
    for (const options of [{ url }, rich]) {
      const verdict = acrossThreads(options, lines)
      t.strictSame(verdict, inProcess(options, lines), name)
      t.match(verdict.told.at(-1), { record: { statusCode: 503, errorMessage: 'db timeout' } }, name)
    }
  }
  t.end()
})

t.test('levels are what the logger says they are', (t) => {
  const scale = rankedScale({ disaster: 0, error: 1, odd: 2, info: 3 })
  const lines = ['disaster', 'error', 'odd', 'info'].map((level) => ({ members: { message: level }, level }))
  const verdict = acrossThreads({ url }, lines, scale)
  t.strictSame(verdict, inProcess({ url }, lines, scale))
  t.equal(verdict.stats.errors, 2)
  t.end()
})

t.test('what cannot be an error does not cross, and what is redacted stays', (t) => {
  const state = { ...nothing, lowestStatus: 500 }
  const counters = newCounters()
  const options: LogsirenOptions = { redact: ['tenant.key', 'secret'] }
  const crossing = new Crossing(options, counters, state)
  const served = { members: { message: 'x', res: { statusCode: 404 }, responseTime: 3, reqId: 1 }, level: 'info' }
  t.equal(crossing.take(served, 0), undefined)
  t.equal(crossing.take({ members: { message: 'logsiren: own words' }, level: 'error' }, 0), undefined)
  t.equal(crossing.take({ members: {}, level: undefined }, 0), undefined)
  t.equal(counters.skipped, 1)
  const failed = { members: { message: 'x', reqId: 1, secret: 'canary', tenant: { key: 'canary' } }, level: 'error' }
  t.strictSame(crossing.take(failed, 0)?.roots, [], 'no rule asks for more than is read already')
  const grouping = new Crossing({ ...options, groupBy: 'tenant.id' }, counters, state)
  t.match(grouping.take(failed, 0)?.roots, [{ members: { tenant: {} } }])
  t.notMatch(JSON.stringify(grouping.take(failed, 0)), 'canary')
  const asking = { ...options, rules: [{ name: 'a', match: { secret: 'canary' } }] }
  t.match(JSON.stringify(new Crossing(asking, counters, state).take(failed, 0)), 'canary', 'but for a condition')
  t.match(crossing.take(served, 0), { request: { id: '1', isLast: true } }, 'it ends a request whose error crossed')
  state.lowestStatus = 404
  t.match(crossing.take(served, 0), { traits: { statusCode: 404 } }, 'the threshold follows what is in force')
  state.lowestStatus = Number.POSITIVE_INFINITY
  t.equal(crossing.take(failed, 0), undefined, 'nothing is an error')
  t.end()
})

const scalar = fc.constantFrom<unknown>(
  200,
  404,
  500,
  503,
  '503',
  'x',
  '',
  null,
  true,
  undefined,
  7n,
  Symbol('x'),
  () => 1,
)
const error = fc
  .record({
    status: fc.constantFrom(500, 404, undefined),
    code: scalar,
    cause: fc.constantFrom('x', new Error('disk')),
  })
  .map((more) => Object.assign(new RangeError('failed'), more))
/** Its class has what errors have. */
class Foreign {
  readonly status = 503
  get message(): string {
    return 'x'
  }
}
const hostile = fc.constantFrom<unknown>(
  new Date(0),
  new Map(),
  new Foreign(),
  new DOMException('aborted', 'AbortError'),
)
const flat = fc.dictionary(
  fc.constantFrom('statusCode', 'status', 'err', 'message', 'stack', 'code', 'id', 'key', 'area', 'a.b', '__proto__'),
  fc.oneof(scalar, error, hostile),
  { maxKeys: 4 },
)
const names = ['res', 'err', 'error', 'meta', 'metadata', 'tenant', 'secret', 'reason', 'exception', 'message', 'area']
const members = fc
  .tuple(
    fc.dictionary(fc.constantFrom(...names), fc.oneof(scalar, error, flat, hostile), { maxKeys: 5 }),
    fc.record({ reqId: fc.constantFrom(1, 2), responseTime: fc.constantFrom(5) }, { requiredKeys: [] }),
  )
  .map(([one, request]) => ({ ...one, ...request }))
const line = fc.record({
  members: fc.oneof({ weight: 9, arbitrary: members }, { weight: 1, arbitrary: error }),
  level: fc.constantFrom('info', 'warn', 'warn', 'error', 'strange', undefined),
  extras: fc.array(fc.oneof(flat, error), { maxLength: 2 }),
})

t.test('any lines are judged the same on both sides', async (t) => {
  let errors = 0
  const options = fc.constantFrom<LogsirenOptions>(
    { url },
    rich,
    { url, minLevel: 'info', statusCodeThreshold: 404, dedupeRequests: false },
    {
      url,
      redact: ['tenant'],
      ignore: [{ 'tenant.area': { not: 'x' }, statusCode: 503 }, { errorMessage: { prefix: 'a' } }],
    },
    { url, fields: { errorMessage: 'reason' }, nestedKey: 'tenant', errorKey: 'failure' },
  )
  fc.assert(
    fc.property(options, fc.array(line, { maxLength: 6 }), (given, lines) => {
      const [here, there] = [inProcess(given, lines), acrossThreads(given, lines)]
      errors += here.stats.errors
      // What is looked at only because a request is open may be blank there, and is not looked at here.
      return (
        JSON.stringify([here.told, here.stats.errors, here.stats.ignored, here.stats.duplicates]) ===
        JSON.stringify([there.told, there.stats.errors, there.stats.ignored, there.stats.duplicates])
      )
    }),
    { numRuns: 1000 },
  )
  t.ok(errors > 300, `${errors} errors`)
})

t.test('with Redis a line without an error crosses too, until one has told the service’s name', (t) => {
  const cross = (options: LogsirenOptions): readonly (string | undefined)[] => {
    const crossing = new Crossing(options, newCounters(), { ...nothing, lowestStatus: 500 })
    const lines = [{}, { service: 'shop' }, { service: 'shop' }]
    return lines.map(
      (more) => crossing.take({ members: { level: 'info', message: 'fine', ...more } }, 0)?.details.service,
    )
  }
  t.strictSame(cross({ redis: 'redis://127.0.0.1:1' }), [undefined, 'shop', undefined])
  t.strictSame(cross({ redis: 'redis://127.0.0.1:1', redact: ['service'] }), [undefined, undefined, undefined])
  t.strictSame(cross({}), [undefined, undefined, undefined])
  const crossing = new Crossing({ redis: 'redis://127.0.0.1:1' }, newCounters(), { ...nothing, lowestStatus: 500 })
  const own = { level: 'error', message: 'logsiren: Redis does not count', service: 'shop' }
  t.equal(crossing.take({ members: own }, 0), undefined, 'none of our own')
  for (let i = 0; i < 20; i += 1) crossing.take({ members: { level: 'info' } }, 0)
  t.equal(crossing.take({ members: { level: 'info', service: 'shop' } }, 0), undefined, 'not for ever')
  t.end()
})
