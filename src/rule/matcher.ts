// Compiles a rule's conditions to a test of errors: does the rule count this one? Pure.
import { isScalar } from '../config/checks/match.js'
import { compilePattern } from '../config/checks/pattern.js'
import { recordFieldOf } from '../config/names.js'
import type { Condition, Match } from '../config/options.js'
import type { RuleSettings } from '../config/settings.js'
import type { ErrorRecord } from '../record/log-record.js'
import { levelPaths } from '../record/reading/field-paths.js'
import { compileReader, type Root } from '../record/reading/line-reader.js'
import { standardScale } from '../record/severity.js'

/** An error as conditions and groups see it. */
export interface Subject {
  /** The objects of its line in which paths are looked up; empty for a record that was handed in. */
  readonly roots: readonly Root[]
  /** Its level on pino's scale; 0 where it has none. */
  readonly severity: number
  /** Builds its record; called only where a field of the record is asked for. */
  record(): ErrorRecord
  /** Gives its kind, which is made when it is first asked for. */
  kind(): string
}

export type Matcher = (subject: Subject) => boolean

type Test = (value: unknown) => boolean

/** The test passes where all conditions hold; without conditions always. A value at a `redact` path counts as missing. */
export function compileMatcher(match: Match = {}, redact: readonly string[] = []): Matcher {
  const tests = Object.entries(match).map(([path, condition]) => {
    const isLevel = levelPaths.includes(path)
    if (isLevel) return { read: ({ severity }: Subject) => severity || undefined, holds: levelTest(condition) }
    return { read: compileRead(path, redact, (value) => value ?? undefined), holds: valueTest(condition) }
  })
  return (subject) => tests.every(({ read, holds }) => holds(read(subject)))
}

/**
 * The test passes where an error has no value for something that the rule's conditions or groups look at; every error has a level.
 * Values at `hidden` paths count as missing for conditions, and those at `redact` paths for groups.
 */
export function compileLack(
  { match = {}, groupBy }: Pick<RuleSettings, 'match' | 'groupBy'>,
  redact: readonly string[] | undefined,
  hidden: readonly string[] | undefined,
): Matcher {
  const conditions = Object.keys(match).filter((path) => !levelPaths.includes(path))
  const reads = [
    ...conditions.map((path) => compileLackOf(path, hidden)),
    ...groupBy.map((path) => compileLackOf(path, redact)),
  ]
  return (subject) => reads.some((isLacking) => isLacking(subject))
}

function compileLackOf(path: string, redact: readonly string[] | undefined): Matcher {
  const read = compileRead(path, redact, (value) => value ?? undefined)
  // What a record does not have is blank in it.
  if (recordFieldOf(path) !== undefined) return (subject) => !read(subject)
  return (subject) => read(subject) === undefined
}

/** Reads a record field by either of its names, or what `accept` makes of a path in the line; undefined where the line lacks it. */
export function compileRead<T>(
  path: string,
  redact: readonly string[] | undefined,
  accept: (value: unknown) => T | undefined,
): (subject: Subject) => T | string | number | undefined {
  const field = recordFieldOf(path)
  if (field === 'kind') return (subject) => subject.kind()
  if (field !== undefined) return (subject) => subject.record()[field]
  const reader = compileReader([path], redact)
  return ({ roots }) => reader(roots, accept)
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

/** Levels are compared by severity, however a logger writes them. A prefix or a pattern sees the digits of the severity. */
function levelTest(condition: Condition): Test {
  if (isScalar(condition)) return (value) => value === severityOf(condition)
  if (isList(condition)) {
    const severities = condition.map(severityOf)
    return (value) => value !== undefined && severities.includes(Number(value))
  }
  return valueTest(condition)
}

const severityOf = (level: unknown): number | undefined => standardScale.severityOf(level)

/** The number to compare with a bound: the value or its digits, or, where the bound names a level, the severity that the value names. */
function toNumber(value: unknown, bound: number | string): number | undefined {
  if (typeof value === 'number') return value
  if (typeof bound === 'string') return severityOf(value)
  return typeof value === 'string' && /^-?\d{1,15}(\.\d{1,15})?$/.test(value) ? Number(value) : undefined
}

function isList(condition: Condition): condition is Extract<Condition, readonly unknown[]> {
  return Array.isArray(condition)
}
