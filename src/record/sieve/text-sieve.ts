// The sieve for JSON text. It finds the lines that may be errors; the others are never parsed. One regular expression, compiled from
// the paths at which statuses and levels are read, searches for values that are not known to be fine. It does not see the structure
// of JSON, so some lines pass that are no errors, but no error is held back.
import { atErrorKey, errorPaths, type LineShape, levelPathsOf, pathsOf } from '../reading/field-paths.js'
import { ERROR, type SeverityScale } from '../severity.js'

export interface SieveCriteria {
  /** The lowest status that is an error for some rule. */
  readonly statusThreshold: number
  /** The lowest severity at which an attached error counts. */
  readonly minSeverity: number
  readonly scale: SeverityScale
  readonly shape: LineShape
}

/**
 * Gives an index within the next line, from `from` on, that must be read; -1 where no such line follows. `text` is whole lines, and
 * `from` is where one of them begins.
 */
export type Sieve = (text: string, from: number) => number

/** Lets every line through. */
const openSieve: Sieve = (text, from) => (from < text.length ? from : -1)

export function compileSieve({ statusThreshold, minSeverity, scale, shape }: SieveCriteria): Sieve {
  const statusKeys = lastSegments(pathsOf('statusCode', shape))
  const errorKeys = firstSegments([...pathsOf('errorMessage', shape), ...atErrorKey(errorPaths, shape), 'stack'])
  const levelKeys = lastSegments(levelPathsOf(shape))
  if (statusKeys === undefined || errorKeys === undefined || levelKeys === undefined) return openSieve
  const tokens = usualTokens(scale)
  const fineLevels = tokens.filter(({ severity }) => severity < Math.min(minSeverity, ERROR))
  // A line at a watched level is an error only by its status or by an attached error. If one key may hold a level or a status, no
  // level is watched.
  const isStatusElsewhere = !levelKeys.some((key) => statusKeys.includes(key))
  const watchedLevels = tokens.filter(
    ({ severity }) => isStatusElsewhere && severity >= minSeverity && severity < ERROR,
  )
  const fineLevel = `\\s*(?:${fineLevels.map(({ text }) => text).join('|')})\\s*[,}]`
  // A status is a number or its digits: other texts, lists, objects, true, false and null are none.
  const fineStatus = `\\s*(?:"?(?:\\d\\d?|${digitsBelow(statusThreshold)})"?\\s*[,}]|"(?!\\d)|[[{tfn])`
  // One alternative for each key: with a group of keys in front the engine skips through the text half as fast.
  const candidate = new RegExp(
    [
      ...levelKeys.map((key) => `${key}"\\s*:(?!${fineLevel})`),
      ...statusKeys.map((key) => `${key}"\\s*:(?!${fineStatus})`),
      // Escapes may hide a key or a level: a line with an escaped ASCII character must be read.
      String.raw`\\u00[2-7]`,
    ].join('|'),
    'g',
  )
  const watched = new RegExp(
    `(?<=(?:${levelKeys.join('|')})"\\s*:)\\s*(?:${watchedLevels.map(({ text }) => text).join('|')})\\s*[,}]`,
    'y',
  )
  const attached = new RegExp(`"(?:${errorKeys.join('|')})["\\.]`)

  /** Whether a find suffices for its line to be read: it is no watched level, or an error is attached to the line. */
  const suffices = (text: string, at: number): boolean => {
    if (watchedLevels.length === 0) return true
    watched.lastIndex = at
    return !watched.test(text) || attached.test(text.slice(lineStart(text, at), lineEnd(text, at)))
  }

  return (text, from) => {
    candidate.lastIndex = from
    while (candidate.test(text)) {
      const at = candidate.lastIndex
      if (suffices(text, at)) return at - 1
    }
    return -1
  }
}

/** Index at which the line begins that this index is in. */
export function lineStart(text: string, index: number): number {
  return text.lastIndexOf('\n', index - 1) + 1
}

/** Index at which the next line begins, or the text's length. */
export function lineEnd(text: string, index: number): number {
  return text.indexOf('\n', index) + 1 || text.length
}

/** The levels that a logger is likely to write, as expressions for their JSON, with their severities. */
function usualTokens({ usualLevels, severityOf }: SeverityScale): { text: string; severity: number }[] {
  const spellings = usualLevels.flatMap((level): (string | number)[] =>
    typeof level === 'number' ? [level] : [level, level.toUpperCase(), level.charAt(0).toUpperCase() + level.slice(1)],
  )
  return [...new Set(spellings)].flatMap((level) => {
    const severity = severityOf(level)
    const text = JSON.stringify(level)
    return severity === undefined || !isUnescaped(String(level)) ? [] : [{ text: escaped(text), severity }]
  })
}

/** An expression for the numbers of three digits that are less than this one; it finds nothing where that is 100 or less. */
function digitsBelow(threshold: number): string {
  const [hundreds, tens, ones] = String(Math.min(threshold, 1000) - 1).padStart(3, '0')
  if (threshold <= 100 || hundreds === undefined || tens === undefined || ones === undefined) return '(?!)'
  return threshold >= 1000
    ? '\\d{3}'
    : `[0-${Number(hundreds) - 1}]\\d\\d|${hundreds}(?:${lower(tens)}\\d|${tens}[0-${ones}])`
}

function lower(digit: string): string {
  return digit === '0' ? '(?!)' : `[0-${Number(digit) - 1}]`
}

/** The last keys of these paths as expressions, behind which their values stand; undefined where one is no key of JSON, or may be escaped in it. */
export function lastSegments(paths: readonly string[]): string[] | undefined {
  const segments = paths.map((path) => path.split('.').at(-1) ?? '')
  // Numbers and `length` may be read from a list, which has no keys.
  return segments.every((segment) => isUnescaped(segment) && !/^\d+$|^length$/.test(segment))
    ? unique(segments)
    : undefined
}

/** The first keys of these paths; undefined where JSON may escape one. */
function firstSegments(paths: readonly string[]): string[] | undefined {
  const segments = paths.map((path) => path.split('.')[0] ?? '')
  return segments.every(isUnescaped) ? unique(segments) : undefined
}

/** Whether JSON writes a text as it is, or with `\u00..`, and in no other way. */
function isUnescaped(segment: string): boolean {
  return /^[\w$@ -]+$/.test(segment)
}

function unique(segments: readonly string[]): string[] {
  return [...new Set(segments)].map(escaped)
}

function escaped(text: string): string {
  return text.replace(/[$^.*+?()[\]{}|\\]/g, '\\$&')
}
