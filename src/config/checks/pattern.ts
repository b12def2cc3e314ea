// The regular expressions of conditions. Any writer of the config key can choose one, and some would hang V8's own engine. RE2's engine takes
// a time that is linear in the text, but also in the size of the compiled expression, which is therefore bounded. rule/patterns.ts searches.
import { RE2JS } from 're2js'
import { isObject } from '../../unknown.js'
import { behindNot } from './negation.js'
import { sizeBound } from './pattern-size.js'

/** The longest pattern that is compiled, in UTF-16 units. */
export const MAX_PATTERN_LENGTH = 1000
/** The largest pattern that is taken, in compiled instructions. */
export const MAX_PATTERN_SIZE = 1000
/** The patterns of a config have at most this many instructions together. */
export const MAX_PATTERNS_SIZE = 5000
/**
 * A pattern whose text allows more instructions than this is not compiled at all. The bound that its text gives is up to a few
 * times what it compiles to, so one that is within `MAX_PATTERN_SIZE` is compiled nearly always.
 */
const MAX_COMPILED_SIZE = 4 * MAX_PATTERN_SIZE
/** The patterns of a config are compiled while their texts allow no more instructions than this together. */
const MAX_COMPILED_TOTAL = 2 * MAX_PATTERNS_SIZE

/**
 * Sizes of patterns that were measured lately, by their texts: a config is checked several times until it is in force, as a request, as what
 * is written, and as what is read again. They are all forgotten when there are too many.
 */
const sizesLately = new Map<string, number | undefined>()
const MAX_SIZES = 1000

/**
 * The number of instructions to which a pattern in RE2's syntax, which has no lookaround and no backreferences, compiles; undefined if it is
 * not valid, too long or too large.
 */
export function patternSize(text: string): number | undefined {
  if (text.length > MAX_PATTERN_LENGTH) return undefined
  if (sizesLately.has(text)) return sizesLately.get(text)
  const size = measured(text)
  if (sizesLately.size >= MAX_SIZES) sizesLately.clear()
  sizesLately.set(text, size)
  return size
}

function measured(text: string): number | undefined {
  if (sizeBound(text) > MAX_COMPILED_SIZE) return undefined
  try {
    const size = RE2JS.compile(text).programSize()
    return size > MAX_PATTERN_SIZE ? undefined : size
  } catch {
    return undefined
  }
}

/** Whether the patterns in these conditions, valid or not, may be compiled: their texts allow few enough instructions together. */
export function areCompilable(matches: readonly unknown[]): boolean {
  return sumOf(patternsOf(matches).map(sizeBound)) <= MAX_COMPILED_TOTAL
}

/** Compiled instructions of all patterns in these conditions together. */
export function totalSize(matches: readonly unknown[]): number {
  return sumOf(patternsOf(matches).map((text) => patternSize(text) ?? 0))
}

function patternsOf(matches: readonly unknown[]): readonly string[] {
  return matches.flatMap((match) => (isObject(match) ? Object.values(match).flatMap(patternOf) : []))
}

function patternOf(given: unknown): string | readonly string[] {
  const { condition } = behindNot(given)
  return isObject(condition) && typeof condition['regex'] === 'string' ? condition['regex'] : []
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0)
}
