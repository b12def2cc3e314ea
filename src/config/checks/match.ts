// The check of a rule's conditions. They are plain data, since they cross to worker threads and are stored in Redis.
import * as v from 'valibot'
import { levelNames } from '../levels.js'
import type { Condition, Match, Scalar } from '../options.js'
import { behindNot } from './negation.js'
import {
  areCompilable,
  MAX_PATTERN_LENGTH,
  MAX_PATTERN_SIZE,
  MAX_PATTERNS_SIZE,
  patternSize,
  totalSize,
} from './pattern.js'
import { linePath, sharedPath } from './schema.js'

const MATCH = 'an object of paths and conditions'
const CONDITION =
  'a text, a number, true, false, a list of these, { prefix }, { regex }, { gte, lte } with numbers or level names, or { not } with a condition'
const REGEX = `a regular expression in RE2’s syntax, without lookaround and backreferences, of at most ${MAX_PATTERN_LENGTH} characters and ${MAX_PATTERN_SIZE} instructions (a counted repetition stands for as many)`

const scalarShape = { type: ['string', 'number', 'boolean'] }
const boundShape = { anyOf: [{ type: 'number' }, { enum: levelNames }] }
const plainShapes = [
  scalarShape,
  { type: 'array', items: scalarShape, minItems: 1 },
  objectShape({ prefix: { type: 'string' } }),
  objectShape({ regex: { type: 'string', maxLength: MAX_PATTERN_LENGTH } }),
  objectShape({ gte: boundShape, lte: boundShape }),
]

const condition = v.pipe(
  v.custom<Condition>(
    (input) => fault(input) === undefined,
    ({ input }) => fault(input) ?? CONDITION,
  ),
  v.metadata({ anyOf: [...plainShapes, objectShape({ not: { anyOf: plainShapes } })] }),
)

/** The check of `match` in options, where a condition may name any path of a line. */
export const match: v.GenericSchema<unknown, Match> = matchOf(linePath)

/** The check of `match` in a config document, where no condition may name a path to private data. */
export const documentMatch: v.GenericSchema<unknown, Match> = matchOf(sharedPath)

function matchOf(path: v.GenericSchema<string>): v.GenericSchema<unknown, Match> {
  return v.pipe(
    v.custom<object>((input) => !Array.isArray(input), MATCH),
    v.record(path, condition, MATCH),
  )
}

/** At most this many sets of conditions. Each error is tested by all of them. */
const MAX_IGNORED = 100
const IGNORED = `a list of at most ${MAX_IGNORED} objects of paths and conditions`
const EMPTY = 'conditions: without any it would ignore every error'
const PATTERNS = `a list whose patterns have at most ${MAX_PATTERNS_SIZE} instructions together (a counted repetition stands for as many)`

/** The check of `ignore` in options. */
export const matches: v.GenericSchema<unknown, readonly Match[]> = matchesOf(match)

/** The check of `ignore` in a config document. */
export const documentMatches: v.GenericSchema<unknown, readonly Match[]> = matchesOf(documentMatch)

function matchesOf(one: v.GenericSchema<unknown, Match>): v.GenericSchema<unknown, readonly Match[]> {
  return v.pipe(
    // Before any is looked at, as with rules.
    v.custom<unknown>((input) => !Array.isArray(input) || input.length <= MAX_IGNORED, IGNORED),
    v.custom<unknown>((input) => !Array.isArray(input) || areCompilable(input), PATTERNS),
    v.array(
      v.pipe(
        one,
        v.check((conditions) => Object.keys(conditions).length > 0, EMPTY),
        v.metadata({ minProperties: 1 }),
      ),
      IGNORED,
    ),
    v.metadata({ maxItems: MAX_IGNORED }),
    v.check((given) => totalSize(given) <= MAX_PATTERNS_SIZE, PATTERNS),
  )
}

function objectShape(properties: object): object {
  return { type: 'object', properties, additionalProperties: false, minProperties: 1 }
}

/** Whether a line's value can equal this: a text, true or false, or a finite number. */
export function isScalar(input: unknown): input is Scalar {
  return typeof input === 'string' || typeof input === 'boolean' || Number.isFinite(input)
}

/** What is expected in place of this condition, for an error message; undefined for a valid one. */
function fault(condition: unknown): string | undefined {
  const { condition: input } = behindNot(condition)
  if (isScalar(input)) return undefined
  if (Array.isArray(input)) return input.length > 0 && input.every(isScalar) ? undefined : CONDITION
  if (typeof input !== 'object' || input === null) return CONDITION
  const given = Object.entries(input)
  const members = new Map<string, unknown>(given)
  if (given.length === 1 && typeof members.get('prefix') === 'string') return undefined
  const regex = members.get('regex')
  if (given.length === 1 && typeof regex === 'string') return patternSize(regex) === undefined ? REGEX : undefined
  const areBounds =
    given.length > 0 && given.every(([name, bound]) => (name === 'gte' || name === 'lte') && isBound(bound))
  return areBounds ? undefined : CONDITION
}

function isBound(input: unknown): boolean {
  return Number.isFinite(input) || levelNames.some((name) => name === input)
}
