// Levels of any logger -> one scale, pino's: trace 10, debug 20, info 30, warn 40, error 50, fatal 60.
import { DEFAULT_MIN_LEVEL } from '../config/defaults.js'
import { levelNames, levelSeverities } from '../config/levels.js'
import type { LogsirenOptions } from '../config/options.js'

export const INFO = 30
export const ERROR = 50

export interface SeverityScale {
  /** The severity of a level as a logger writes it, or undefined where it is none. */
  readonly severityOf: (level: unknown) => number | undefined
  /** Names and numbers that this logger is likely to write; it may write others. */
  readonly usualLevels: readonly (string | number)[]
}

const extraNames: Readonly<Record<string, number>> = {
  log: INFO,
  default: INFO,
  emergency: 60,
  panic: 60,
  severe: ERROR,
}

/** Pino's numbers as they are, and every name in common use, in any case. */
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
 * The scale of a pino logger with levels of its own, from what it announces (`levels.values`, name to number).
 * Where it has moved a standard level, a number counts as the worst that it reaches; lower is worse where `error` is
 * below `info`.
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
      const severity = byName.get(level) ?? byName.get(level.toLowerCase())
      if (severity !== undefined) return severity
      const value = numberIn(level)
      return value === undefined ? standardScale.severityOf(level) : severityOf(value)
    },
    usualLevels: [...standardScale.usualLevels, ...Object.keys(values), ...Object.values(values)],
  }
}

const asItIs = (value: number): number => value

function worstReached(known: readonly KnownLevel[]): (value: number) => number {
  const sign = isDescending(known) ? -1 : 1
  return (value) =>
    known.reduce((worst, level) => (sign * value >= sign * level.value ? Math.max(worst, level.severity) : worst), 0)
}

/**
 * The scale of a winston logger (`levels`, name to rank, lower is worse): the same rule on ranks.
 * Sets that do not name `error` are judged by their names alone.
 */
export function rankedScale(ranks: Readonly<Record<string, number>>): SeverityScale {
  if (!('error' in ranks)) return standardScale
  const negated = Object.fromEntries(Object.entries(ranks).map(([name, rank]) => [name, -rank]))
  return announcedScale(negated)
}

/** A number that a formatter has made a text. */
function numberIn(level: string): number | undefined {
  return /^\d{1,9}$/.test(level) ? Number(level) : undefined
}

function isDescending(known: readonly KnownLevel[]): boolean {
  const worst = known.reduce((a, b) => (b.severity > a.severity ? b : a))
  const least = known.reduce((a, b) => (b.severity < a.severity ? b : a))
  return worst.value < least.value
}

function severityOfName(name: string): number | undefined {
  const key = name.toLowerCase()
  if (Object.hasOwn(levelSeverities, key)) return levelSeverities[key as keyof typeof levelSeverities]
  return Object.hasOwn(extraNames, key) ? extraNames[key] : undefined
}

/** The lowest severity at which an attached error counts. */
export function minSeverityOf({ minLevel = DEFAULT_MIN_LEVEL }: Pick<LogsirenOptions, 'minLevel'>): number {
  return standardScale.severityOf(minLevel) ?? 0
}
