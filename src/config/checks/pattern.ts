// The regular expressions of rules. Any writer of the config key can choose one, and some would hang V8's own engine. RE2's engine takes a
// time that is linear in the text, but also in the size of the compiled expression, which is therefore bounded.
import { RE2JS, RE2Set } from 're2js'
import { isObject } from '../../unknown.js'
import { sizeBound } from './pattern-size.js'

export interface Pattern {
  /** Whether the pattern matches anywhere in the first 1,024 UTF-16 units of a text. */
  readonly isIn: (text: string) => boolean
  /** Instructions that it compiles to. */
  readonly size: number
}

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
 * Memory for the automaton of a pattern, in bytes for each instruction; all patterns of a config have 10 MB at most. The automaton grows with
 * what it reads, and from then on takes the same time for a text whatever the size of the pattern, where RE2 by itself would take fifty times
 * as long. Where a text needs more, RE2 reads it without one.
 */
const AUTOMATON_BYTES = 2048
/** A pattern sees this much of a text, in UTF-16 units. */
const MAX_SUBJECT_LENGTH = 1024

/**
 * Patterns that were compiled lately, by their texts: a config is checked several times until it is in force, as a request, as what is
 * written, and as what is read again. They are all forgotten when they are as large as those of two configs.
 */
const compiledLately = new Map<string, Pattern | undefined>()
let compiledSize = 0
/** What an entry takes beside its instructions, in instructions. */
const ENTRY_SIZE = 10

/** Compiles a pattern in RE2's syntax, which has no lookaround and no backreferences; undefined if it is not valid, too long or too large. */
export function compilePattern(text: string): Pattern | undefined {
  if (text.length > MAX_PATTERN_LENGTH) return undefined
  if (compiledLately.has(text)) return compiledLately.get(text)
  const pattern = compile(text)
  compiledSize += ENTRY_SIZE + (pattern?.size ?? 0)
  if (compiledSize > 2 * MAX_PATTERNS_SIZE) {
    compiledLately.clear()
    compiledSize = 0
  }
  compiledLately.set(text, pattern)
  return pattern
}

function compile(text: string): Pattern | undefined {
  if (sizeBound(text) > MAX_COMPILED_SIZE) return undefined
  try {
    const size = RE2JS.compile(text).programSize()
    if (size > MAX_PATTERN_SIZE) return undefined
    // Made for the first text: a config is checked more often than it is used.
    let set: RE2Set | undefined
    const isIn = (value: string): boolean => {
      set ??= automatonOf(text, size)
      return set.match(value.slice(0, MAX_SUBJECT_LENGTH)).length > 0
    }
    return { isIn, size }
  } catch {
    return undefined
  }
}

/** A set with one pattern: unlike a pattern alone it takes a bound for its memory. */
function automatonOf(text: string, size: number): RE2Set {
  const set = new RE2Set(undefined, undefined, AUTOMATON_BYTES * size)
  set.add(text)
  set.compile()
  return set
}

/** Whether the patterns of these rules, valid or not, may be compiled: their texts allow few enough instructions together. */
export function areCompilable(rules: readonly unknown[]): boolean {
  return sumOf(patternsOf(rules).map(sizeBound)) <= MAX_COMPILED_TOTAL
}

/** Compiled instructions of all patterns of these rules together. */
export function totalSize(rules: readonly unknown[]): number {
  return sumOf(patternsOf(rules).map((text) => compilePattern(text)?.size ?? 0))
}

function patternsOf(rules: readonly unknown[]): readonly string[] {
  return rules.flatMap((rule) => {
    const conditions = isObject(rule) && isObject(rule['match']) ? Object.values(rule['match']) : []
    return conditions.flatMap((one) => (isObject(one) && typeof one['regex'] === 'string' ? one['regex'] : []))
  })
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0)
}
