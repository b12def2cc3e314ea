// Selects the lines of a text that must be read: those that may be errors, and those that may end a request whose error was counted. Where
// somebody asks for other requests, these are counted on the way.
import { type LineShape, requestIdPathsOf, responseTimePaths } from '../reading/field-paths.js'
import { identity } from '../reading/line-traits.js'
import type { RequestDedupe } from '../request-dedupe.js'
import type { RequestSieve } from './request-sieve.js'
import { lastSegments, lineEnd, lineStart, type Sieve, shortest } from './text-sieve.js'

/** How lines are selected. */
export interface Sieves {
  /** Finds what may be an error. */
  readonly errors: Sieve
  /** Counts the other requests; undefined where nobody asks for them. */
  readonly others?: RequestSieve | undefined
}

/** What becomes of lines. */
export interface Selected {
  /** Called with each run of neighbouring lines that must be read, in order. */
  readonly read: (lines: string) => void
  /** Called with the numbers of requests in lines that need not be read. */
  readonly count?: (requests: number) => void
}

/**
 * `text` is whole lines. A line that is read may open a request, whose last line must then be read too: so each run is read before the
 * search goes on behind it.
 */
export type Selection = (text: string, sieves: Sieves, requests: RequestDedupe | undefined, selected: Selected) => void

export function compileSelection(shape: LineShape): Selection {
  const ids = lastSegments(requestIdPathsOf(shape))
  const mayBelongTo = ids === undefined ? () => true : compileBelonging(ids)
  return (text, sieves, requests, selected) => selectLines(text, sieves, requests, mayBelongTo, selected)
}

/** Whether a line may be of one of these open requests. */
type Belonging = (requests: RequestDedupe, line: string) => boolean

function selectLines(
  text: string,
  { errors: sieve, others }: Sieves,
  requests: RequestDedupe | undefined,
  mayBelongTo: Belonging,
  { read, count = () => {} }: Selected,
): void {
  let candidate = sieve(text, 0)
  let runStart = 0
  let runEnd = 0
  while (runEnd < text.length) {
    const candidateStart = candidate < 0 ? text.length : lineStart(text, candidate)
    let start = candidateStart
    if (candidateStart > runEnd) {
      if (runEnd > runStart) read(text.slice(runStart, runEnd))
      start = nextLastLine(text, runEnd, candidateStart, requests, mayBelongTo)
      // A further line of a request whose error was counted is no other request.
      const mayBelong =
        requests === undefined || requests.isEmpty ? undefined : (line: string) => mayBelongTo(requests, line)
      if (others !== undefined) start = others({ text, from: runEnd, until: start }, mayBelong, count)
      runStart = start
    }
    runEnd = start === text.length ? start : lineEnd(text, start)
    if (start === candidateStart && runEnd < text.length) candidate = sieve(text, runEnd)
  }
  if (runEnd > runStart) read(text.slice(runStart, runEnd))
}

const RESPONSE_TIME = new RegExp(`(?:${responseTimePaths.join('|')})"\\s*:`, 'g')

/** Index at which the first line between `from` and `until` begins that may end an open request; `until` where none may. */
function nextLastLine(
  text: string,
  from: number,
  until: number,
  requests: RequestDedupe | undefined,
  mayBelongTo: Belonging,
): number {
  if (requests === undefined || requests.isEmpty) return until
  RESPONSE_TIME.lastIndex = from
  while (RESPONSE_TIME.test(text) && RESPONSE_TIME.lastIndex < until) {
    const start = lineStart(text, RESPONSE_TIME.lastIndex)
    const end = lineEnd(text, start)
    if (mayBelongTo(requests, text.slice(start, end))) return start
    RESPONSE_TIME.lastIndex = end
  }
  return until
}

/** `keys` are expressions of the keys behind which ids stand. */
function compileBelonging(keys: readonly string[]): Belonging {
  const requestId = new RegExp(`(?:${shortest(keys).join('|')})"\\s*:\\s*("[^"\\\\]*"|[^\\s,}]*)`, 'g')
  return (requests, line) => {
    for (const [, value = ''] of line.matchAll(requestId)) {
      const id = idIn(value)
      if (id === undefined || requests.hasOpen(id)) return true
    }
    return false
  }
}

/** The id in a piece of JSON; undefined where it would have to be parsed. */
function idIn(value: string): string | undefined {
  if (/^"[^"\\]*"$/.test(value)) return identity(value.slice(1, -1)) ?? ''
  return /^\d{1,15}$/.test(value) ? String(Number(value)) : undefined
}
