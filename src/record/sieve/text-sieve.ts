// The sieve for JSON text. It finds the lines that may be errors; the others are never parsed. One regular expression, compiled from
// the paths at which statuses and levels are read, searches for values that are not known to be fine. It does not see the structure
// of JSON, so some lines pass that are no errors, but no error is held back.
import {
  errorPathsOf,
  errorStatusPathsOf,
  type LineShape,
  levelPathsOf,
  pathsOf,
  stackPaths,
  statusLevelPaths,
} from '../reading/field-paths.js'
import { ERROR, otherScales, type SeverityScale } from '../severity.js'

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
  const statusKeys = lastSegments([...pathsOf('statusCode', shape), ...errorStatusPathsOf(shape)])
  const errorKeys = firstSegments([...pathsOf('errorMessage', shape), ...errorPathsOf(shape), ...stackPaths])
  const { own, cloud, names, telemetry, insights } = levelPathsOf(shape)
  // A status may be a level's name; fine ones are told apart below.
  const levelKeys = levelKeysOf(
    [...own, ...cloud, ...names, ...insights].filter((path) => !statusLevelPaths.includes(path)),
  )
  if (statusKeys === undefined || errorKeys === undefined || levelKeys === undefined) return openSieve
  const bad = Math.min(minSeverity, ERROR)
  const tokens = usualTokens(scale)
  const fineLevels = tokens.filter(({ severity }) => severity < bad)
  // A line at a watched level is an error only by its status or by an attached error. If one key may hold a level or a status, no
  // level is watched.
  const isStatusElsewhere = !levelKeys.some((key) => statusKeys.includes(key))
  const watchedLevels = tokens.filter(
    ({ severity }) => isStatusElsewhere && severity >= minSeverity && severity < ERROR,
  )
  const fineLevel = `\\s*(?:${fineLevels.map(({ text }) => text).join('|')})\\s*[,}]`
  // A status is a number or its digits: other texts, lists, objects, true, false and null are none.
  const fineStatus = (texts: string, others = ''): string =>
    `\\s*(?:"?(?:\\d\\d?|${digitsBelow(statusThreshold)})"?\\s*[,}]|${texts}|[[{tfn${others}])`
  const fineTelemetry = TELEMETRY_NUMBERS.filter((number) => (otherScales.telemetry(number) ?? 0) < bad)
  const fineNumber = `\\s*"?(?:${fineTelemetry.join('|')})"?\\s*[,}]`
  const fineStatusName =
    names.length === 0
      ? '"(?!\\d)'
      : nameThatIsNo(scale.usualLevels.filter((level) => (scale.severityOf(level) ?? 0) >= bad))
  // One alternative for each key: with a group of keys in front the engine skips through the text half as fast.
  const candidate = new RegExp(
    [
      ...levelKeys.filter((key) => !isRare(key)).map((key) => `${findable(key)}"\\s*:(?!${fineLevel})`),
      ...telemetry.filter((key) => !isRare(key)).map((key) => `${key}"\\s*:(?!${fineNumber})`),
      ...shortest(statusKeys).map(
        (key) => `${key}"\\s*:(?!${fineStatus(key === 'status' ? fineStatusName : '"(?!\\d)')})`,
      ),
      ...(names.length > 0 && !statusKeys.includes('status')
        ? [`status"\\s*:(?!${fineStatus(fineStatusName, '\\d')})`]
        : []),
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
  const [rareLevels, rareNumbers] = [levelKeys.filter(isRare), telemetry.filter(isRare)]
  const rareLevel = new RegExp(
    [
      ...rareLevels.map((key) => `${fromRarePart(key)}"\\s*:(?!${fineLevel})`),
      ...rareNumbers.map((key) => `${fromRarePart(key)}"\\s*:(?!${fineNumber})`),
    ].join('|'),
    'y',
  )
  const rare = compileRare([...rareLevels, ...rareNumbers], rareLevel, statusThreshold)

  /** Whether a find suffices for its line to be read: it is no watched level, or an error is attached to the line. */
  const suffices = (text: string, at: number): boolean => {
    if (watchedLevels.length === 0) return true
    watched.lastIndex = at
    return !watched.test(text) || attached.test(text.slice(lineStart(text, at), lineEnd(text, at)))
  }

  const usual: Sieve = (text, from) => {
    candidate.lastIndex = from
    while (candidate.test(text)) {
      const at = candidate.lastIndex
      if (suffices(text, at)) return at - 1
    }
    return -1
  }
  return (text, from) => {
    const at = earlier(usual(text, from), rare.find(text, from))
    if (at < 0) rare.forget()
    return at
  }
}

const TELEMETRY_NUMBERS = Array.from({ length: 24 }, (_, i) => i + 1)
/**
 * The part of a level's key by which it is searched for apart from the others: the capital word or the sign that it begins with, or ends in
 * as `levelName` does. Undefined where it does not, and is searched for with the others; these would make that search slower.
 */
function rarePartOf(key: string): string | undefined {
  const [part] = /^(?:[A-Z]+[a-z]*|[@_\d]\w?)|Name$/.exec(key) ?? []
  return part === key || (part !== undefined && key.endsWith(part)) ? `${part}"` : part
}

/** An expression for a key that is found at its rare part. */
function fromRarePart(key: string): string {
  const part = rarePartOf(key)?.replace('"', '') ?? ''
  return key.startsWith(part) ? key : `(?<=${key.slice(0, -part.length)})${part}`
}

const isRare = (key: string): boolean => rarePartOf(key) !== undefined

/** A short key is found faster with any character before it: then the engine need not look at each quote. */
function findable(key: string): string {
  return key.length < 5 ? `[^]${key}` : key
}

/** An expression for the beginning of a text that begins with a letter and none of these names, or for the empty text. */
function nameThatIsNo(levels: readonly (string | number)[]): string {
  const names = levels.filter((level) => typeof level === 'string')
  if (!names.every(isUnescaped)) return '(?!)'
  const inAnyCase = names.map((name) =>
    escaped(name.toLowerCase()).replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`),
  )
  return `"(?:"|(?=[A-Za-z])(?!(?:${[...new Set(inAnyCase)].join('|')})(?![A-Za-z])))`
}

/** The earlier of two finds, each -1 where there is none. */
function earlier(a: number, b: number): number {
  return a < 0 || b < 0 ? Math.max(a, b) : Math.min(a, b)
}

/** What stands before the path in lines of access logs: a protocol, or the end of a method. */
const ACCESS_SIGNS = ['HTTP', 'T ', 'E ', 'H ', 'D ', 'S ']

/** A search for what few texts have. It remembers what it found as long as the same text is searched. */
interface RareSearch {
  /** As a sieve. */
  readonly find: Sieve
  /** Lets go of the text. */
  readonly forget: () => void
}

/**
 * Compiles a search for levels under rare keys (`level` is an expression for such a key and what follows it), and for lines of access logs
 * whose status reaches the threshold. All these have a text in them that `indexOf` finds, or finds to be absent, in no time; as further
 * alternatives of the one expression they would double the time that it takes.
 */
function compileRare(rareKeys: readonly string[], level: RegExp, statusThreshold: number): RareSearch {
  const parts = rareKeys.map((key) => rarePartOf(key) ?? key)
  // A part that begins with another one is found with that one.
  const keys = compileNextOf(
    [...new Set(parts)].filter((part) => !parts.some((other) => other !== part && part.startsWith(other))),
  )
  const signs = compileNextOf(ACCESS_SIGNS)
  const status = new RegExp(
    ` (?:\\\\u001[bB]\\[[\\d;]*m)?(?!(?:${digitsBelow(statusThreshold)}))[1-5]\\d\\d(?=[ "\\\\])`,
    'g',
  )

  const findLevel = (text: string, from: number): number => {
    for (let at = keys.next(text, from); at !== NONE; at = keys.next(text, at + 1)) {
      level.lastIndex = at
      if (level.test(text)) return at
    }
    return -1
  }
  const findAccess = (text: string, from: number): number => {
    let at = signs.next(text, from)
    while (at !== NONE) {
      status.lastIndex = at
      if (!status.test(text)) return -1
      const statusAt = status.lastIndex - 1
      if (statusAt < lineEnd(text, at)) return at
      at = signs.next(text, lineStart(text, statusAt))
    }
    return -1
  }
  return {
    find: (text, from) => earlier(findLevel(text, from), findAccess(text, from)),
    forget: () => {
      keys.forget()
      signs.forget()
    },
  }
}

const NONE = Number.POSITIVE_INFINITY

interface NextOf {
  /** Index of the first of the texts from an index on, `NONE` where none follows. An index must not be lower than the last one, or 0. */
  readonly next: (text: string, from: number) => number
  readonly forget: () => void
}

function compileNextOf(texts: readonly string[]): NextOf {
  const found = texts.map(() => -1)
  let searched = ''
  return {
    next: (text, from) => {
      if (text !== searched || from === 0) found.fill(-1)
      searched = text
      let first = NONE
      texts.forEach((one, i) => {
        const known = found[i] ?? -1
        const at = known < from ? text.indexOf(one, from) : known
        found[i] = at < 0 ? NONE : at
        first = Math.min(first, found[i] ?? NONE)
      })
      return first
    },
    forget: () => {
      searched = ''
    },
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

/**
 * The keys of these paths of levels. Where a path goes through another one of them, such as `level.name`, the other's key finds what is
 * nested, since an object there is no fine level; then only a key with dots is left to be found.
 */
function levelKeysOf(paths: readonly string[]): string[] | undefined {
  const keys = lastSegments(paths)
  const isThroughOther = (path: string): boolean =>
    path
      .split('.')
      .slice(0, -1)
      .some((segment) => paths.includes(segment))
  const literal = paths.filter(isThroughOther).map(escaped)
  const last = lastSegments(paths.filter((path) => !isThroughOther(path)))
  if (keys === undefined || last === undefined) return undefined
  return shortest([...last, ...literal])
}

/** Without the keys that end in another one, such as `log_level` in `level`, and are found with that one. */
export function shortest(keys: readonly string[]): string[] {
  return [...new Set(keys)].filter((key) => !keys.some((other) => other !== key && key.endsWith(other)))
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
