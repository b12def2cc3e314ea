// Puts the levels of any logger on one scale, pino's: trace 10, debug 20, info 30, warn 40, error 50, fatal 60.
import { DEFAULT_MIN_LEVEL } from '../config/defaults.js'
import { levelNames, levelSeverities } from '../config/levels.js'
import type { LogsirenOptions } from '../config/options.js'
import { withoutControls } from '../text.js'

export const INFO = 30
export const ERROR = 50

export interface SeverityScale {
  /** The severity of a level as a logger writes it (a name, a number or its digits); undefined where it is no level. */
  readonly severityOf: (level: unknown) => number | undefined
  /** Level names and numbers that the logger is likely to write; it may write others. */
  readonly usualLevels: readonly (string | number)[]
  /** Set where the logger has announced its numbers: then what stands beside a number does not change what it means. */
  readonly isAnnounced?: true
}

/** Level names that loggers write beside those that the option `minLevel` takes. */
const extraNames: Readonly<Record<string, number>> = {
  log: INFO,
  default: INFO,
  success: INFO,
  information: INFO,
  informational: INFO,
  inf: INFO,
  trc: 10,
  finest: 10,
  finer: 10,
  dbg: 20,
  fine: 20,
  config: 20,
  wrn: 40,
  severe: ERROR,
  emergency: 60,
  panic: 60,
  dpanic: 60,
  ftl: 60,
}

/** The scale of a logger that announces none: pino's numbers, and the level names in common use, in capitals or not. */
export const standardScale: SeverityScale = {
  severityOf: (level) => {
    if (typeof level === 'number') return level
    if (typeof level !== 'string') return undefined
    return severityOfName(level) ?? numberIn(level)
  },
  usualLevels: [10, 20, INFO, 40, ERROR, 60, ...levelNames, ...Object.keys(extraNames)],
}

interface KnownLevel {
  readonly value: number
  readonly severity: number
}

/**
 * The scale of a pino logger with levels of its own. `values` maps the name of each level to its number, as pino announces it.
 * If a standard level has another number than usual, a number counts as the worst standard level that it reaches. If the worst of
 * these levels has a lower number than the least of them, lower numbers are worse.
 */
export function announcedScale(values: Readonly<Record<string, number>>): SeverityScale {
  const known = Object.entries(values)
    .map(([name, value]) => ({ value, severity: severityOfName(name) }))
    .filter((level): level is KnownLevel => level.severity !== undefined)
  const severityOf = known.every(({ value, severity }) => value === severity) ? asItIs : worstReached(known)
  const byName = new Map(Object.entries(values).map(([name, value]) => [name, severityOf(value)]))
  return {
    severityOf: (level) => {
      if (typeof level === 'number') return severityOf(level)
      if (typeof level !== 'string') return undefined
      const severity = byName.get(level) ?? byName.get(level.toLowerCase()) ?? byName.get(bareName(level))
      if (severity !== undefined) return severity
      const value = numberIn(level)
      return value === undefined ? standardScale.severityOf(level) : severityOf(value)
    },
    usualLevels: [...standardScale.usualLevels, ...Object.keys(values), ...Object.values(values)],
    isAnnounced: true,
  }
}

const asItIs = (value: number): number => value

function worstReached(known: readonly KnownLevel[]): (value: number) => number {
  const sign = isDescending(known) ? -1 : 1
  return (value) =>
    known.reduce((worst, level) => (sign * value >= sign * level.value ? Math.max(worst, level.severity) : worst), 0)
}

/**
 * The scale of a winston logger. `ranks` maps the name of each level to its rank, and a lower rank is worse; a level counts as the
 * worst standard level whose rank it reaches. If no level is called `error`, levels count by their names alone.
 */
export function rankedScale(ranks: Readonly<Record<string, number>>): SeverityScale {
  if (!('error' in ranks)) return standardScale
  const negated = Object.fromEntries(Object.entries(ranks).map(([name, rank]) => [name, -rank]))
  return announcedScale(negated)
}

/** Gives the severity of a number; undefined where the scale does not have it. */
type NumberScale = (level: number) => number | undefined

/** What numbers mean on the scales of others. */
export const otherScales: Readonly<Record<'syslog' | 'insights' | 'telemetry' | 'monolog' | 'cloud', NumberScale>> = {
  /** Syslog's and GELF's: 0 is the worst, 3 an error, 7 debug. */
  syslog: scaleOf([60, 60, 60, ERROR, 40, INFO, INFO, 20], 0),
  /** Application Insights': 0 verbose, 3 an error, 4 critical. */
  insights: scaleOf([20, INFO, 40, ERROR, 60], 0),
  /** OpenTelemetry's: four numbers for each of trace, debug, info, warn, error and fatal, from 1 on. */
  telemetry: scaleOf(
    [10, 20, INFO, 40, ERROR, 60].flatMap((severity) => [severity, severity, severity, severity]),
    1,
  ),
  /** Monolog's: 100 debug, 200 info, 250 notice, 300 a warning, 400 an error, 500 critical, 550 alert, 600 emergency. */
  monolog: (level) =>
    level >= 100 && level <= 600 ? [20, INFO, 40, ERROR, 60, 60][Math.floor(level / 100) - 1] : undefined,
  /** Google Cloud's: 100 debug, 200 info, 300 notice, 400 a warning, 500 an error, 600 critical and so on. */
  cloud: (level) =>
    level >= 100 && level <= 800 ? [20, INFO, INFO, 40, ERROR, 60, 60, 60][Math.floor(level / 100) - 1] : undefined,
}

function scaleOf(severities: readonly number[], first: number): NumberScale {
  return (level) => severities[level - first]
}

/** The number in a text such as `'50'`, as some formatters write levels; undefined where the text is no such number. */
function numberIn(level: string): number | undefined {
  return /^\d{1,9}$/.test(level) ? Number(level) : undefined
}

function isDescending(known: readonly KnownLevel[]): boolean {
  const worst = known.reduce((a, b) => (b.severity > a.severity ? b : a))
  const least = known.reduce((a, b) => (b.severity < a.severity ? b : a))
  return worst.value < least.value
}

function severityOfName(name: string): number | undefined {
  return severityOfKey(name.toLowerCase()) ?? severityOfKey(bareName(name))
}

/** Names are longer in no logger; longer texts are not looked at. */
const MAX_NAME_LENGTH = 64

/** A name in small letters, without what some loggers put around it: colours, blanks, brackets, signs, `ERROR+2` of Go's slog. */
function bareName(name: string): string {
  if (name.length > MAX_NAME_LENGTH) return ''
  const plain = withoutControls(name).toLowerCase()
  return /^[^a-z\d]*([a-z]+)(?:[+-]\d{1,3})?[^a-z\d]*$/.exec(plain)?.[1] ?? ''
}

function severityOfKey(key: string): number | undefined {
  if (Object.hasOwn(levelSeverities, key)) return levelSeverities[key as keyof typeof levelSeverities]
  return Object.hasOwn(extraNames, key) ? extraNames[key] : undefined
}

/** The lowest severity at which an attached error counts, from the option `minLevel`. */
export function minSeverityOf({ minLevel = DEFAULT_MIN_LEVEL }: Pick<LogsirenOptions, 'minLevel'>): number {
  return standardScale.severityOf(minLevel) ?? 0
}
