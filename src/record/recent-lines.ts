// The lines of the last moments, as they came. An alert of a response with status 503 shows what was asked for; where that stands only in a
// line that was let go unread, such as Fastify's "incoming request", it is looked for here, for the few errors that are shown.
import type { Clock } from '../clock.js'
import { parseJson } from '../unknown.js'
import type { Place } from './reading/line-details.js'
import type { Line } from './reading/line-reader.js'
import type { LineReading } from './reading/read-line.js'
import type { RequestTraits } from './reading/request-traits.js'
import { isSameRequest } from './request-dedupe.js'
import { lineEnd, lineStart } from './sieve/text-sieve.js'

/** Of the text that came last, so many UTF-16 units are kept at least, and about twice as many at most. */
export const KEPT_LENGTH: number = 128 * 1024
/** Of the lines that were objects, so many are kept at least, and twice as many at most; for `KEPT_MS` at least, and for twice that at most. */
export const KEPT_LINES = 64
const KEPT_MS = 500

/** Looks in a second. Each costs up to some tenths of a millisecond, and errors may come in any number. */
const MAX_LOOKS = 50
/** Places in a text at which an id may stand that are looked at. */
const MAX_HITS = 100

/** What was kept last, and before: each time that the first is full, it takes the place of the second. */
interface Kept<T> {
  last: T[]
  before: T[]
}

export class RecentLines {
  readonly #clock: Clock
  readonly #texts: Kept<string> = { last: [], before: [] }
  readonly #lines: Kept<Line> = { last: [], before: [] }
  #length = 0
  #isTimed = false
  #looks = 0
  #looksSinceMs = Number.NEGATIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Takes whole lines of JSON text. */
  keepText(text: string): void {
    if (this.#length > KEPT_LENGTH) {
      turn(this.#texts)
      this.#length = 0
    }
    this.#texts.last.push(text)
    this.#length += text.length
  }

  /** Takes a line that is an object. It is the application's, so it is let go soon, whether others come or not. */
  keepLine(line: Line): void {
    if (this.#lines.last.length >= KEPT_LINES) turn(this.#lines)
    this.#lines.last.push(line)
    if (!this.#isTimed) this.#letGoLater()
  }

  #letGoLater(): void {
    this.#isTimed = true
    this.#clock.after(KEPT_MS, () => {
      turn(this.#lines)
      this.#isTimed = false
      if (this.#lines.before.length > 0) this.#letGoLater()
    })
  }

  /** Gives method and path of a request from the newest line of it that has them; undefined where none has. */
  placeOf(request: RequestTraits, reading: Pick<LineReading, 'roots' | 'request' | 'details'>): Place | undefined {
    if (request.id === '' || !this.#mayLook()) return undefined
    for (const line of this.#linesWith(request.id)) {
      try {
        const roots = reading.roots(line)
        if (!isSameRequest(reading.request(roots), request)) continue
        const { method, path } = reading.details(roots)
        if (path !== '') return { method, path }
      } catch {
        // A getter of the application threw.
      }
    }
    return undefined
  }

  #mayLook(): boolean {
    const nowMs = this.#clock.monotonicMs()
    if (nowMs >= this.#looksSinceMs + 1000) {
      this.#looks = 0
      this.#looksSinceMs = nowMs
    }
    this.#looks += 1
    return this.#looks <= MAX_LOOKS
  }

  /** Lines that may have this id, the newest first. */
  *#linesWith(id: string): Generator<Line> {
    for (const lines of [this.#lines.last, this.#lines.before]) yield* lines.toReversed()
    // The id may have been cut, so it may go on. A short number stands in many places, but rarely is all of a value.
    const tokens = [`:${JSON.stringify(id).slice(0, -1)}`, ...(/^\d+$/.test(id) ? [`:${id}`] : [])]
    for (const texts of [this.#texts.last, this.#texts.before])
      for (const text of texts.toReversed())
        for (const line of tokens.flatMap((token) => linesOf(text, token)).reverse()) {
          const members = parseJson(line)
          if (typeof members === 'object' && members !== null) yield { members, isParsed: true }
        }
  }
}

function turn<T>(kept: Kept<T>): void {
  kept.before = kept.last
  kept.last = []
}

/** The lines of a text in which a token stands. */
function linesOf(text: string, token: string): string[] {
  const lines: string[] = []
  for (let at = text.indexOf(token); at >= 0 && lines.length < MAX_HITS; at = text.indexOf(token, at)) {
    const end = lineEnd(text, at)
    lines.push(text.slice(lineStart(text, at), end))
    at = end
  }
  return lines
}
