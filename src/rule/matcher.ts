// A rule's conditions, compiled: does an error concern the rule? Pure.
import { isScalar } from '../config/checks/match.js'
import { compilePattern } from '../config/checks/pattern.js'
import { recordFieldOf } from '../config/names.js'
import type { Condition, Match } from '../config/options.js'
import type { LogRecord } from '../record/log-record.js'
import { levelPaths } from '../record/reading/field-paths.js'
import { compileReader, type Root } from '../record/reading/line-reader.js'
import { standardScale } from '../record/severity.js'

/** An error as conditions see it. */
export interface Subject {
  /** What its line holds; empty for a record that was handed in. */
  readonly roots: readonly Root[]
  /** On pino's scale; 0 where it has no level. */
  readonly severity: number
  /** Its record, which is built only where a condition asks for one of its fields. */
  readonly record: () => LogRecord
}

export type Matcher = (subject: Subject) => boolean

type Read = (subject: Subject) => unknown
type Test = (value: unknown) => boolean

/** All conditions must hold; where there are none they do. What is `redact`ed they do not find. */
export function compileMatcher(match: Match = {}, redact: readonly string[] = []): Matcher {
  const tests = Object.entries(match).map(([path, condition]) => {
    const isLevel = levelPaths.includes(path)
    return { read: compileRead(path, isLevel, redact), holds: isLevel ? levelTest(condition) : valueTest(condition) }
  })
  return (subject) => tests.every(({ read, holds }) => holds(read(subject)))
}

/** A record field by either of its names, the level, or a path in the line. */
function compileRead(path: string, isLevel: boolean, redact: readonly string[]): Read {
  if (isLevel) return ({ severity }) => severity || undefined
  const field = recordFieldOf(path)
  if (field !== undefined) return (subject) => subject.record()[field]
  const reader = compileReader([path], redact)
  return ({ roots }) => reader(roots, (value) => value ?? undefined)
}

function valueTest(condition: Condition): Test {
  if (isScalar(condition)) return (value) => isScalar(value) && String(value) === String(condition)
  if (isList(condition)) {
    const texts = new Set(condition.map(String))
    return (value) => isScalar(value) && texts.has(String(value))
  }
  if ('prefix' in condition) return (value) => isScalar(value) && String(value).startsWith(condition.prefix)
  if ('regex' in condition) {
    const pattern = compilePattern(condition.regex)
    return (value) => isScalar(value) && pattern?.isIn(String(value)) === true
  }
  const { gte, lte } = condition
  return (value) => {
    const isAbove = gte === undefined || (toNumber(value, gte) ?? Number.NaN) >= (severityOf(gte) ?? 0)
    return isAbove && (lte === undefined || (toNumber(value, lte) ?? Number.NaN) <= (severityOf(lte) ?? 0))
  }
}

/** Levels are compared by what they mean, however a logger writes them; texts that are none by how they begin or read. */
function levelTest(condition: Condition): Test {
  if (isScalar(condition)) return (value) => value === severityOf(condition)
  if (isList(condition)) {
    const severities = condition.map(severityOf)
    return (value) => value !== undefined && severities.includes(Number(value))
  }
  return valueTest(condition)
}

const severityOf = (level: unknown): number | undefined => standardScale.severityOf(level)

/** A number or its digits; where the bound is the name of a level, the level that the value names. */
function toNumber(value: unknown, bound: number | string): number | undefined {
  if (typeof value === 'number') return value
  if (typeof bound === 'string') return severityOf(value)
  return typeof value === 'string' && /^-?\d{1,15}(\.\d{1,15})?$/.test(value) ? Number(value) : undefined
}

function isList(condition: Condition): condition is Extract<Condition, readonly unknown[]> {
  return Array.isArray(condition)
}
