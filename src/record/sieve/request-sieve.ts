// Counts, in the stretches of text that hold no error, the lines that have a status: the requests that went well. No line is parsed of
// which it is sure that a reader would find a status there. Of all others that may have one it only says that they must be read.
import { errorStatusPathsOf, type LineShape, pathsOf } from '../reading/field-paths.js'
import { lastSegments, lineEnd, shortest } from './text-sieve.js'

/** Neighbouring whole lines of a text, none of which passes the sieve. */
export interface Stretch {
  readonly text: string
  readonly from: number
  readonly until: number
}

/**
 * Calls `count` with the number of lines that have a status, and gives the index at which the next line begins that must be read to know;
 * `until` where none must. A line must also be read where `mustRead` says so. Stretches of one text come in their order.
 */
export type RequestSieve = (
  stretch: Stretch,
  mustRead: ((line: string) => boolean) | undefined,
  count: (lines: number) => void,
) => number

/** With `readsAll` each line that may have a status must be read. Undefined where a text cannot be searched for the keys of a status. */
export function compileRequestSieve(shape: LineShape, readsAll: boolean): RequestSieve | undefined {
  const own = pathsOf('statusCode', shape)
  const keys = lastSegments([...own, ...errorStatusPathsOf(shape)])
  if (keys === undefined) return undefined
  const statuses = nextOf(
    shortest(keys)
      .map((key) => `${key}"\\s*:\\s*"?[1-5]\\d\\d`)
      .join('|'),
  )
  // Behind a method or a protocol, as `mayBeAccess` says. A slash may be escaped.
  const accesses = nextOf(String.raw`[DEHST] \\?\/|HTTP\\?\/`)
  // The longest first: a place may end in another one.
  const places = own.flatMap(placesOf).sort((one, other) => other.before.length - one.before.length)

  return ({ text, from, until }, mustRead, count) => {
    let requests = 0
    let start = until
    for (let at = from; at < until; ) {
      const hit = Math.min(statuses.next(text, at), accesses.next(text, at))
      if (hit >= until) break
      // Line by line, forwards: to search for the beginning backwards takes ten times as long.
      do {
        start = at
        at = lineEnd(text, start)
      } while (at < hit)
      const statusEnd = statuses.next(text, start)
      const isStatus = statusEnd < at
      if (isStatus && !readsAll && isAtPlace(text, start, statusEnd, at, places)) {
        if (mustRead === undefined || !mustRead(text.slice(start, at))) {
          requests += 1
          start = until
          continue
        }
      } else if (!isStatus && !ACCESS_STATUS.test(text.slice(hit, at))) {
        start = until
        continue
      }
      break
    }
    if (until === text.length && start === until) {
      statuses.forget()
      accesses.forget()
    }
    if (requests > 0) count(requests)
    return start
  }
}

const ACCESS_STATUS = / (?:\\u001[bB]\[[\d;]*m)?[1-5]\d\d[ "\\]/

/** A place of a status: the text before the number, and the keys in it, each in an object of its own. */
interface Place {
  readonly before: string
  readonly keys: readonly string[]
}

/** The places at which a path finds a status, as loggers write them: below its names, or under one with dots. */
function placesOf(path: string): readonly Place[] {
  return [path.split('.'), [path]].map((names) => {
    const keys = names.map((name) => `"${name}"`)
    return { before: `${keys.join(':{')}:`, keys }
  })
}

/** A longer end of a line is not looked at, in UTF-16 units: then the line must be read. */
const MAX_TAIL = 4096

/**
 * Whether the line from `start` to `end` has a status that ends at `statusEnd` at one of these places, below its root. How deep a number is in
 * a line shows in what closes behind it, which is mostly shorter than what opens before.
 */
function isAtPlace(text: string, start: number, statusEnd: number, end: number, places: readonly Place[]): boolean {
  if (end - statusEnd > MAX_TAIL || text.charCodeAt(start) !== OPEN_BRACE) return false
  const numberAt = statusEnd - 3
  for (const { before, keys } of places) {
    const at = numberAt - before.length
    if (at <= start || !text.startsWith(before, at)) continue
    const opening = text.charCodeAt(at - 1)
    return (opening === COMMA || opening === OPEN_BRACE) && closingBehind(text, statusEnd, end, keys) === keys.length
  }
  return false
}

const [QUOTE, COMMA, BACKSLASH, OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [
  0x22, 0x2c, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d,
]

/**
 * How many objects that are open at `from` are closed until the line ends, the last one at its very end; -1 where a list is, where the text
 * is no rest of a line of JSON, or where one of the keys comes again: of two members with one name the last one counts.
 */
function closingBehind(text: string, from: number, end: number, keys: readonly string[]): number {
  const behind = text.charCodeAt(from)
  if (behind !== COMMA && behind !== CLOSE_BRACE) return -1
  let [closed, open, lastAt] = [0, 0, -1]
  for (let at = from; at < end; at += 1) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      for (const key of keys) if (text.startsWith(key, at)) return -1
      at = closingQuote(text, at)
      if (at < 0 || at >= end) return -1
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) open += 1
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      lastAt = at
      if (open > 0) open -= 1
      else if (code === CLOSE_BRACKET) return -1
      else closed += 1
    }
  }
  return open === 0 && lastAt >= 0 && text.slice(lastAt + 1, end).trim() === '' ? closed : -1
}

/** Index of the quote that closes the text in quotes that begins at an index; -1 where none does. */
function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let backslashes = 0
    while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1
    if (backslashes % 2 === 0) return at
  }
  return -1
}

interface NextOf {
  /** Index behind the first find that ends behind an index, infinite where there is none. An index must not be lower than the last one. */
  readonly next: (text: string, from: number) => number
  readonly forget: () => void
}

/** A search that remembers what it found as long as the same text is searched. */
function nextOf(source: string): NextOf {
  const pattern = new RegExp(source, 'g')
  let searched = ''
  let found = -1
  return {
    next: (text, from) => {
      if (text !== searched || from === 0) found = -1
      searched = text
      if (found < from) {
        pattern.lastIndex = from
        found = pattern.test(text) ? pattern.lastIndex : Number.POSITIVE_INFINITY
      }
      return found
    },
    forget: () => {
      searched = ''
      found = -1
    },
  }
}
