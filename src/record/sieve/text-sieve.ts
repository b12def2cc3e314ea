// The sieve: JSON text in, the lines that may be errors out, the rest never parsed. One regular expression, compiled
// from where statuses, levels and errors are read, looks for what is not known to be fine; it sees neither structure nor
// nesting, so it lets through too much at times, and never too little.
import { atErrorKey, errorPaths, type LineShape, levelPaths, pathsOf } from '../reading/field-paths.js'
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
 * The index, at or after `from`, of something whose line must be read, or -1 where no line from there on must be.
 * `text` is whole lines, `from` the beginning of one.
 */
export type Sieve = (text: string, from: number) => number

/** Lets every line through. */
const openSieve: Sieve = (text, from) => (from < text.length ? from : -1)

export function compileSieve({ statusThreshold, minSeverity, scale, shape }: SieveCriteria): Sieve {
  const statusKeys = lastSegments(pathsOf('statusCode', shape))
  const errorKeys = firstSegments([...pathsOf('errorMessage', shape), ...atErrorKey(errorPaths, shape), 'stack'])
  if (statusKeys === undefined || errorKeys === undefined) return openSieve
  const levelKeys = lastSegments(levelPaths) ?? []
  const tokens = usualTokens(scale)
  const fineLevels = tokens.filter(({ severity }) => severity < Math.min(minSeverity, ERROR))
  // Lines of these levels are errors only where an error is attached.
  const isStatusElsewhere = !levelKeys.some((key) => statusKeys.includes(key))
  const watchedLevels = tokens.filter(
    ({ severity }) => isStatusElsewhere && severity >= minSeverity && severity < ERROR,
  )
  const fineLevel = `\\s*(?:${fineLevels.map(({ text }) => text).join('|')})\\s*[,}]`
  // Statuses are numbers or their digits: other texts, lists, objects and names are none.
  const fineStatus = `\\s*(?:"?(?:\\d\\d?|${digitsBelow(statusThreshold)})"?\\s*[,}]|"(?!\\d)|[[{tfn])`
  // One alternative for each key: with a group of keys in front the engine skips through the text half as fast.
  const candidate = new RegExp(
    [
      ...levelKeys.map((key) => `${key}"\\s*:(?!${fineLevel})`),
      ...statusKeys.map((key) => `${key}"\\s*:(?!${fineStatus})`),
      // A key or a name whose letters are escaped reads like none of these.
      String.raw`\\u00[2-7]`,
    ].join('|'),
    'g',
  )
  const watched = new RegExp(
    `(?<=(?:${levelKeys.join('|')})"\\s*:)\\s*(?:${watchedLevels.map(({ text }) => text).join('|')})\\s*[,}]`,
    'y',
  )
  const attached = new RegExp(`"(?:${errorKeys.join('|')})["\\.]`)

  /** Whether what was found stands for itself, and is not the level of a line that nothing is attached to. */
  const isAlone = (text: string, at: number): boolean => {
    if (watchedLevels.length === 0) return true
    watched.lastIndex = at
    return !watched.test(text) || attached.test(text.slice(lineStart(text, at), lineEnd(text, at)))
  }

  return (text, from) => {
    candidate.lastIndex = from
    while (candidate.test(text)) {
      const at = candidate.lastIndex
      if (isAlone(text, at)) return at - 1
    }
    return -1
  }
}

/** Where the line begins that this index is in. */
export function lineStart(text: string, index: number): number {
  return text.lastIndexOf('\n', index - 1) + 1
}

/** Where the next line begins. */
export function lineEnd(text: string, index: number): number {
  return text.indexOf('\n', index) + 1 || text.length
}

/** How levels look in JSON, as far as they are known, with their severities. */
function usualTokens({ usualLevels, severityOf }: SeverityScale): { text: string; severity: number }[] {
  const spellings = usualLevels.flatMap((level): (string | number)[] =>
    typeof level === 'number' ? [level] : [level, level.toUpperCase(), level.charAt(0).toUpperCase() + level.slice(1)],
  )
  return [...new Set(spellings)].flatMap((level) => {
    const severity = severityOf(level)
    const text = JSON.stringify(level)
    return severity === undefined || !isPlain(String(level)) ? [] : [{ text: escaped(text), severity }]
  })
}

/** Three digits that are less than this; none where it is 100 or less. */
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

/** How the keys end that these paths read their values from; undefined where one says nothing about that. */
function lastSegments(paths: readonly string[]): string[] | undefined {
  const segments = paths.map((path) => path.split('.').at(-1) ?? '')
  // Numbers and `length` may be read from a list, which has no keys.
  return segments.every((segment) => isPlain(segment) && !/^\d+$|^length$/.test(segment)) ? unique(segments) : undefined
}

/** How the keys begin that these paths start from. */
function firstSegments(paths: readonly string[]): string[] | undefined {
  const segments = paths.map((path) => path.split('.')[0] ?? '')
  return segments.every(isPlain) ? unique(segments) : undefined
}

/** JSON may write it in no other way but with `\u00..`. */
function isPlain(segment: string): boolean {
  return /^[\w$@ -]+$/.test(segment)
}

function unique(segments: readonly string[]): string[] {
  return [...new Set(segments)].map(escaped)
}

function escaped(text: string): string {
  return text.replace(/[$^.*+?()[\]{}|\\]/g, '\\$&')
}
