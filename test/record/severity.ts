import fc from 'fast-check'
import pino from 'pino'
import t from 'tap'
import winston from 'winston'
import { levelSeverities } from '../../src/config/levels.js'
import {
  announcedScale,
  ERROR,
  INFO,
  minSeverityOf,
  otherScales,
  rankedScale,
  type SeverityScale,
  standardScale,
} from '../../src/record/severity.js'

const isErrorOn = (scale: SeverityScale, level: unknown): boolean => (scale.severityOf(level) ?? 0) >= ERROR

await t.test("info and error have pino's numbers", async (t) => {
  t.equal(INFO, pino.levels.values['info'])
  t.equal(ERROR, pino.levels.values['error'])
})

await t.test('the standard scale keeps numbers, in digits too', async (t) => {
  for (const number of [0, 10, 35, 50, 60, 100]) {
    t.equal(standardScale.severityOf(number), number)
    t.equal(standardScale.severityOf(String(number)), number)
  }
})

await t.test('the standard scale knows names in any case', async (t) => {
  for (const [name, severity] of Object.entries(levelSeverities)) {
    for (const written of [name, name.toUpperCase(), `${name[0]?.toUpperCase()}${name.slice(1)}`]) {
      t.equal(standardScale.severityOf(written), severity, written)
    }
  }
})

await t.test('the standard scale knows the severities of Google Cloud and of NestJS', async (t) => {
  for (const [level, isError] of Object.entries({
    DEFAULT: false,
    DEBUG: false,
    INFO: false,
    NOTICE: false,
    WARNING: false,
    ERROR: true,
    CRITICAL: true,
    ALERT: true,
    EMERGENCY: true,
    log: false,
    verbose: false,
    fatal: true,
  })) {
    t.not(standardScale.severityOf(level), undefined, level)
    t.equal(isErrorOn(standardScale, level), isError, level)
  }
})

await t.test('a name is known with what loggers put around it', async (t) => {
  const announced = announcedScale({ ...pino.levels.values, audit: 35 })
  for (const [level, severity] of [
    ['\u001b[31merror\u001b[39m', 50],
    [' ERROR ', 50],
    ['[error]', 50],
    ['<Warning>', 40],
    ['error:', 50],
    ['✖ error', 50],
    ['ERROR+2', 50],
    ['INFO-4', 30],
    ['Information', 30],
    ['WRN', 40],
    ['ftl', 60],
    ['dpanic', 60],
  ] as const) {
    t.equal(standardScale.severityOf(level), severity, level)
    t.equal(announced.severityOf(level), severity, level)
  }
  t.equal(announced.severityOf('[AUDIT]'), 35)
})

await t.test('numbers of other scales mean what these say', async (t) => {
  const { syslog, insights, telemetry, monolog, cloud } = otherScales
  t.strictSame([0, 2, 3, 4, 5, 6, 7, 8, -1].map(syslog), [60, 60, 50, 40, 30, 30, 20, undefined, undefined])
  t.strictSame([0, 1, 2, 3, 4, 5].map(insights), [20, 30, 40, 50, 60, undefined])
  t.strictSame([0, 1, 4, 5, 9, 13, 16, 17, 20, 21, 24, 25].map(telemetry), [
    ...[undefined, 10, 10, 20, 30, 40, 40, 50, 50, 60, 60, undefined],
  ])
  t.strictSame([50, 100, 200, 250, 300, 400, 500, 550, 600, 601].map(monolog), [
    ...[undefined, 20, 30, 30, 40, 50, 60, 60, 60, undefined],
  ])
  t.strictSame([0, 100, 200, 300, 400, 500, 600, 800, 900].map(cloud), [
    ...[undefined, 20, 30, 30, 40, 50, 60, 60, undefined],
  ])
})

await t.test('what is no level has no severity, on any scale', async (t) => {
  const scales = [standardScale, announcedScale(pino.levels.values), rankedScale(winston.config.npm.levels)]
  for (const scale of scales) {
    for (const level of [
      undefined,
      null,
      '',
      'loud',
      'error log',
      'x'.repeat(100),
      '5.5',
      true,
      {},
      [50],
      'constructor',
      '__proto__',
      'toString',
    ]) {
      t.equal(scale.severityOf(level), undefined, `${typeof level} ${JSON.stringify(level)}`)
    }
  }
})

await t.test("pino's own levels announce the standard scale", async (t) => {
  const scale = announcedScale(pino.levels.values)
  for (const [name, number] of Object.entries(pino.levels.values)) {
    t.equal(scale.severityOf(name), number)
    t.equal(scale.severityOf(number), number)
  }
})

await t.test(
  'a level of its own keeps its number beside the standard ones, for a minLevel that is a number',
  async (t) => {
    const logger = pino({ customLevels: { chatty: 5, audit: 35, oops: 55, doom: 70 } }, { write: () => {} })
    const scale = announcedScale(logger.levels.values)
    for (const [level, severity] of [
      ['chatty', 5],
      ['audit', 35],
      ['oops', 55],
      ['doom', 70],
      [35, 35],
      [1000, 1000],
      ['AUDIT', 35],
      ['35', 35],
    ] as const) {
      t.equal(scale.severityOf(level), severity, `${level}`)
    }
  },
)

await t.test('renumbered levels count by their own numbers', async (t) => {
  const logger = pino(
    { customLevels: { error: 3, warn: 2, info: 1 }, useOnlyCustomLevels: true, level: 'info' },
    { write: () => {} },
  )
  const scale = announcedScale(logger.levels.values)
  for (const [level, severity] of [
    [1, 30],
    [2, 40],
    [3, 50],
    [4, 50],
    ['3', 50],
    ['error', 50],
  ] as const) {
    t.equal(scale.severityOf(level), severity, `${level}`)
  }
})

await t.test('lower is worse where error is below info, as in syslog', async (t) => {
  const logger = pino(
    {
      customLevels: winston.config.syslog.levels,
      useOnlyCustomLevels: true,
      levelComparison: 'DESC',
      level: 'info',
    },
    { write: () => {} },
  )
  const scale = announcedScale(logger.levels.values)
  for (const [level, severity] of [
    [0, 60],
    [2, 60],
    [3, 50],
    [4, 40],
    [6, 30],
    [7, 20],
    ['crit', 60],
    ['3', 50],
  ] as const) {
    t.equal(scale.severityOf(level), severity, `${level}`)
  }
})

await t.test('levels that announce no known name leave the standard scale', async (t) => {
  t.strictSame([30, 'error', 'nonsense'].map(announcedScale({}).severityOf), [30, 50, undefined])
  t.strictSame([30, 'error', 'spam'].map(announcedScale({ spam: 1, ham: 2 }).severityOf), [30, 50, 1])
})

await t.test("winston's sets: error or worse is what ranks at or above error", async (t) => {
  for (const [name, levels] of Object.entries({
    npm: winston.config.npm.levels,
    syslog: winston.config.syslog.levels,
    cli: winston.config.cli.levels,
    custom: { boom: 0, error: 1, hmm: 2, info: 3, noise: 4 },
    shouting: { FATAL: 0, ERROR: 1, INFO: 2 },
  })) {
    const scale = rankedScale(levels)
    const ranks = new Map(Object.entries(levels).map(([level, rank]) => [level, rank]))
    const rankOfError = ranks.get('error') ?? ranks.get('ERROR') ?? -1
    for (const [level, rank] of ranks) t.equal(isErrorOn(scale, level), rank <= rankOfError, `${name} ${level}`)
  }
})

await t.test('a set of winston without error is judged by its names', async (t) => {
  const scale = rankedScale({ fatal: 0, crit: 1, warning: 2, info: 3 })
  for (const [level, isError] of Object.entries({ fatal: true, crit: true, warning: false, info: false })) {
    t.equal(isErrorOn(scale, level), isError, level)
  }
})

await t.test("the usual levels are pino's numbers and every name that is known", async (t) => {
  const { usualLevels, severityOf } = standardScale
  for (const number of Object.values(pino.levels.values)) t.ok(usualLevels.includes(number), `${number}`)
  for (const name of [...Object.keys(levelSeverities), 'log', 'default', 'emergency', 'panic', 'severe'])
    t.ok(usualLevels.includes(name), name)
  for (const level of usualLevels) t.not(severityOf(level), undefined, `${level}`)
})

await t.test('a logger that announces levels usually writes those too', async (t) => {
  for (const [scale, levels] of [
    [announcedScale({ audit: 35, error: 3, INFO: 1 }), ['audit', 35, 'error', 3, 'INFO', 1]],
    [rankedScale({ boom: 0, error: 1, noise: 4 }), ['boom', 'error', 'noise']],
  ] as const) {
    for (const level of [...standardScale.usualLevels, ...levels]) t.ok(scale.usualLevels.includes(level), `${level}`)
    for (const level of scale.usualLevels) t.not(scale.severityOf(level), undefined, `${level}`)
  }
  t.strictSame(rankedScale({ fatal: 0, loud: 1 }).usualLevels, standardScale.usualLevels, 'judged by known names alone')
})

await t.test('severity only rises with the number, and known names are never milder than said', async () => {
  const names = fc.constantFrom('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'audit', 'oops', 'constructor')
  const rising = fc
    .uniqueArray(fc.integer({ min: -100, max: 100 }), { minLength: 6, maxLength: 6 })
    .map((numbers) => numbers.toSorted((a, b) => a - b))
    .map((numbers) =>
      Object.fromEntries(
        ['trace', 'debug', 'info', 'warn', 'error', 'fatal'].map((name, i) => [name, numbers[i] ?? 0]),
      ),
    )
  const numbers = fc.tuple(fc.integer({ min: -120, max: 120 }), fc.integer({ min: -120, max: 120 }))
  fc.assert(
    fc.property(rising, fc.boolean(), numbers, (values, isDescending, [a, b]) => {
      const sign = isDescending ? -1 : 1
      const announced = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, sign * value]))
      const scale = announcedScale(announced)
      const [milder, worse] = a < b ? [a, b] : [b, a]
      const keepsOrder = (scale.severityOf(sign * milder) ?? 0) <= (scale.severityOf(sign * worse) ?? 0)
      const keepsNames = Object.entries(announced).every(
        ([name, value]) =>
          scale.severityOf(name) === scale.severityOf(value) &&
          scale.severityOf(name) === standardScale.severityOf(name),
      )
      return keepsOrder && keepsNames
    }),
  )
  fc.assert(
    fc.property(fc.dictionary(names, fc.integer()), fc.anything(), names, (values, any, name) => {
      const scales = [standardScale, announcedScale(values), rankedScale(values)]
      return scales.every((scale) =>
        [any, name].every((level) => ['number', 'undefined'].includes(typeof scale.severityOf(level))),
      )
    }),
  )
})

t.test('an attached error counts from `minLevel` on, which is warn where nothing is said', (t) => {
  t.equal(minSeverityOf({}), 40)
  t.equal(minSeverityOf({ minLevel: 'info' }), 30)
  t.equal(minSeverityOf({ minLevel: 'fatal' }), 60)
  t.end()
})
