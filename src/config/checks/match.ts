// The conditions of a rule as they are written: plain data, since they cross threads and live in Redis.
import * as v from 'valibot'
import { levelNames } from '../levels.js'
import type { Condition, Match, Scalar } from '../options.js'
import { compilePattern, MAX_PATTERN_LENGTH, MAX_PATTERN_SIZE } from './pattern.js'
import { linePath, sharedPath } from './schema.js'

const MATCH = 'an object of paths and conditions'
const CONDITION =
  'a text, a number, true, false, a list of these, { prefix }, { regex }, or { gte, lte } with numbers or level names'
const REGEX = `a regular expression in RE2’s syntax, without lookaround and backreferences, of at most ${MAX_PATTERN_LENGTH} characters and ${MAX_PATTERN_SIZE} instructions (a counted repetition stands for as many)`

const scalarShape = { type: ['string', 'number', 'boolean'] }
const boundShape = { anyOf: [{ type: 'number' }, { enum: levelNames }] }

const condition = v.pipe(
  v.custom<Condition>(
    (input) => fault(input) === undefined,
    ({ input }) => fault(input) ?? CONDITION,
  ),
  v.metadata({
    anyOf: [
      scalarShape,
      { type: 'array', items: scalarShape, minItems: 1 },
      objectShape({ prefix: { type: 'string' } }),
      objectShape({ regex: { type: 'string', maxLength: MAX_PATTERN_LENGTH } }),
      objectShape({ gte: boundShape, lte: boundShape }),
    ],
  }),
)

/** Conditions as code may write them. */
export const match: v.GenericSchema<unknown, Match> = matchOf(linePath)

/** The same in a config document. */
export const documentMatch: v.GenericSchema<unknown, Match> = matchOf(sharedPath)

function matchOf(path: v.GenericSchema<string>): v.GenericSchema<unknown, Match> {
  return v.pipe(
    v.custom<object>((input) => !Array.isArray(input), MATCH),
    v.record(path, condition, MATCH),
  )
}

function objectShape(properties: object): object {
  return { type: 'object', properties, additionalProperties: false, minProperties: 1 }
}

export function isScalar(input: unknown): input is Scalar {
  return typeof input === 'string' || typeof input === 'boolean' || Number.isFinite(input)
}

/** What is expected in this condition's place; undefined where it is one. */
function fault(input: unknown): string | undefined {
  if (isScalar(input)) return undefined
  if (Array.isArray(input)) return input.length > 0 && input.every(isScalar) ? undefined : CONDITION
  if (typeof input !== 'object' || input === null) return CONDITION
  const given = Object.entries(input)
  const members = new Map<string, unknown>(given)
  if (given.length === 1 && typeof members.get('prefix') === 'string') return undefined
  const regex = members.get('regex')
  if (given.length === 1 && typeof regex === 'string') return compilePattern(regex) === undefined ? REGEX : undefined
  const areBounds =
    given.length > 0 && given.every(([name, bound]) => (name === 'gte' || name === 'lte') && isBound(bound))
  return areBounds ? undefined : CONDITION
}

function isBound(input: unknown): boolean {
  return Number.isFinite(input) || levelNames.some((name) => name === input)
}
