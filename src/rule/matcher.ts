// Compiles a rule's conditions to a test of errors: does the rule count this one? Pure.
import { isScalar } from '../config/checks/match.js'
import { behindNot } from '../config/checks/negation.js'
import { recordFieldOf } from '../config/names.js'
import type { Condition, Match, PlainCondition, RecordField } from '../config/options.js'
import type { RuleSettings } from '../config/settings.js'
import { levelPaths } from '../record/reading/field-paths.js'
import { compileReader, type Root } from '../record/reading/line-reader.js'
import { standardScale } from '../record/severity.js'
import { joinedPatterns, type Patterns } from './patterns.js'

/** A field of a record that is read as it is. */
export type PlainField = Exclude<RecordField, 'kind'>

/** An error as conditions and groups see it. */
export interface Subject {
  /** The objects of its line in which paths are looked up; empty for a record that was handed in. */
  readonly roots: readonly Root[]
  /** Its level on pino's scale; 0 where it has none. */
  readonly severity: number
  /** Reads a field of its record; blank where that has none. */
  field(name: PlainField): string | number
  /** Gives its kind, which is made when it is first asked for. */
  kind(): string
}

export type Matcher = (subject: Subject) => boolean

type Test = (value: unknown) => boolean

/** A condition, and what it looks at. */
export interface PathTest {
  readonly path: string
  readonly read: (subject: Subject) => unknown
  /** Whether the condition holds for what was read. */
  readonly holds: Test
  /** Whether what was read is nothing, so that a further line of the request may have it. */
  readonly isMissing: Test
}

/** The test passes where all conditions hold; without conditions always. A value at a `redact` path counts as missing. */
export function compileMatcher(match?: Match, redact?: readonly string[], patterns?: Patterns): Matcher {
  const tests = compileTests(match, redact, patterns)
  return (subject) => tests.every(({ read, holds }) => holds(read(subject)))
}

/** Compiles each condition; `patterns` of several sets of conditions that look at the same errors are joined. */
export function compileTests(
  match: Match = {},
  redact: readonly string[] = [],
  patterns: Patterns = joinedPatterns(),
): readonly PathTest[] {
  return Object.entries(match).map(([path, condition]) => {
    const search = (pattern: string): ((text: string) => boolean) => patterns(recordFieldOf(path) ?? path, pattern)
    const isLevel = levelPaths.includes(path)
    const holds = conditionTest(condition, (plain) => (isLevel ? levelTest(plain, search) : valueTest(plain, search)))
    const read = isLevel ? severityIn : compileRead(path, redact, (value) => value ?? undefined)
    return { path, read, holds, isMissing: isLevel ? never : missingTest(path) }
  })
}

const severityIn = ({ severity }: Subject): number | undefined => severity || undefined
const never = (): boolean => false

/** What a record does not have is blank in it. */
function missingTest(path: string): Test {
  return recordFieldOf(path) === undefined ? (value) => value === undefined : (value) => !value
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
  const isMissing = missingTest(path)
  return (subject) => isMissing(read(subject))
}

/** Reads a record field by either of its names, or what `accept` makes of a path in the line; undefined where the line lacks it. */
export function compileRead<T>(
  path: string,
  redact: readonly string[] | undefined,
  accept: (value: unknown) => T | undefined,
): (subject: Subject) => T | string | number | undefined {
  const field = recordFieldOf(path)
  if (field === 'kind') return (subject) => subject.kind()
  if (field !== undefined) return (subject) => subject.field(field)
  const reader = compileReader([path], redact)
  return ({ roots }) => reader(roots, accept)
}

/** Makes a pattern's test. */
type Search = (pattern: string) => (text: string) => boolean

function conditionTest(given: Condition, compile: (plain: PlainCondition) => Test): Test {
  const { condition, isNegated } = behindNot(given)
  // What stands behind the last `not` has passed the check of plain conditions.
  const holds = compile(condition as PlainCondition)
  return isNegated ? (value) => !holds(value) : holds
}

function valueTest(condition: PlainCondition, search: Search): Test {
  if (isScalar(condition)) return (value) => isScalar(value) && String(value) === String(condition)
  if (isList(condition)) {
    const texts = new Set(condition.map(String))
    return (value) => isScalar(value) && texts.has(String(value))
  }
  if ('prefix' in condition) return (value) => isScalar(value) && String(value).startsWith(condition.prefix)
  if ('regex' in condition) {
    const isIn = search(condition.regex)
    return (value) => isScalar(value) && isIn(String(value))
  }
  const { gte, lte } = condition
  return (value) => {
    const isAbove = gte === undefined || (toNumber(value, gte) ?? Number.NaN) >= (severityOf(gte) ?? 0)
    return isAbove && (lte === undefined || (toNumber(value, lte) ?? Number.NaN) <= (severityOf(lte) ?? 0))
  }
}

/** Levels are compared by severity, however a logger writes them. A prefix or a pattern sees the digits of the severity. */
function levelTest(condition: PlainCondition, search: Search): Test {
  if (isScalar(condition)) return (value) => value === severityOf(condition)
  if (isList(condition)) {
    const severities = condition.map(severityOf)
    return (value) => value !== undefined && severities.includes(Number(value))
  }
  return valueTest(condition, search)
}

const severityOf = (level: unknown): number | undefined => standardScale.severityOf(level)

/** The number to compare with a bound: the value or its digits, or, where the bound names a level, the severity that the value names. */
function toNumber(value: unknown, bound: number | string): number | undefined {
  if (typeof value === 'number') return value
  if (typeof bound === 'string') return severityOf(value)
  return typeof value === 'string' && /^-?\d{1,15}(\.\d{1,15})?$/.test(value) ? Number(value) : undefined
}

function isList(condition: PlainCondition): condition is Extract<PlainCondition, readonly unknown[]> {
  return Array.isArray(condition)
}
