// Hands past lines to the runs of a backtest as `watch` would read them, each with its time, and counts those that nobody understands.
import { EventReader, type Origin, type ParserName } from '../record/foreign-lines/event-reader.js'
import { cleanText, oneLine, truncate } from '../text.js'
import { isObject, parseJson } from '../unknown.js'
import { timeOf } from './line-time.js'
import { textTimeOf } from './text-time.js'

/** The lines that were not understood: an error in them would not have been found. */
export interface NotUnderstood {
  /** How many there are; blank lines, and those that were passed over, are none of them. */
  readonly lines: number
  /** The beginning of the first one, safe to show; `''` where there is none. */
  readonly first: string
  /** Whether more than half of the lines that are not blank were not understood or passed over: then the report says little. */
  readonly most: boolean
}

/** Gets the lines in their order. */
export interface LineTaker {
  /** Neighbouring lines of JSON. `carrierMs` is the time of what carried the only line. */
  readJson(text: string, carrierMs: number | undefined): void
  /** What was read from an event of text; `timeMs` is when it was logged, in ms since the epoch. */
  readMembers(members: { readonly level?: unknown }, timeMs: number | undefined): void
}

/** The last line that may have a time: text of JSON that has not been looked at, or a time that was read. */
type Before = string | number | undefined

/** At most this many UTF-16 units of a line are shown. */
const MAX_SHOWN = 160
/** Lines in which a time is searched for at the beginning of the input, and at its end. */
const SEARCHED_LINES = 100
/** UTF-16 units of the text that they are searched in, at least, at the end of the input. */
const SEARCHED_LENGTH = 65_536

export class LineFeed {
  readonly #reader: EventReader
  readonly #nowMs: number
  readonly #mayTell: (json: string) => boolean
  /** Whether some line of JSON was one of a log: as long as none was, each is looked at. */
  #isLog = false
  #lines = 0
  #skipped = 0
  #blank = 0
  #notUnderstood = 0
  #first = ''
  /** The last line that may have a time: text of JSON that has not been looked at, or a time that was read. An error without one has this. */
  #before: Before
  /** The newest pieces of text, so many that the last lines are among them however small the pieces are. */
  readonly #last: string[] = []
  #lastLength = 0

  /**
   * `nowMs` is the time now, in ms since the epoch: it gives a date its year where that has none. `mayTell` says of a JSON object whether it
   * has anything by which an error is known.
   */
  constructor(
    parser: ParserName,
    takers: readonly LineTaker[],
    nowMs: number,
    mayTell: (json: string) => boolean = () => true,
  ) {
    this.#nowMs = nowMs
    this.#mayTell = mayTell
    this.#reader = new EventReader(parser, {
      seen: (line, json, isUnderstood) => this.#see(line, json, isUnderstood),
      note: (origin) => this.#timeOfOrigin(origin) ?? this.#before,
      json: (json, _, origin) => {
        this.#before = json
        const carrierMs = origin === undefined ? undefined : this.#timeOfOrigin(origin)
        for (const taker of takers) taker.readJson(json, carrierMs)
      },
      members: (members, note) => {
        const timeMs = timeOf(members) ?? this.#timeOfBefore(note as Before)
        for (const taker of takers) taker.readMembers(members, timeMs)
      },
      pass: () => {},
    })
  }

  get lines(): number {
    return this.#lines
  }

  /** Lines that were passed over. */
  get skipped(): number {
    return this.#skipped
  }

  get notUnderstood(): NotUnderstood {
    const lines = this.#notUnderstood
    return { lines, first: this.#first, most: 2 * (lines + this.#skipped) > this.#lines - this.#blank }
  }

  /** Takes so many whole lines. */
  take(text: string, lines: number): void {
    this.#lines += lines
    this.#keepLast(text)
    this.#reader.take(text)
  }

  /** Ends the input: the last event is complete. */
  end(): void {
    this.#reader.end()
  }

  /** Counts lines that are too long to be looked at. */
  skip(lines: number): void {
    this.#lines += lines
    this.#skipped += lines
  }

  /** Counts a line of JSON that turned out to be none. */
  addUnreadable(line: string): void {
    if (looksLikeObject(line)) this.#addNotUnderstood(line)
  }

  /** The first time among the first lines of a text, in ms since the epoch. */
  firstTimeIn(text: string): number | undefined {
    return this.#firstTimeOf(text.split('\n', SEARCHED_LINES))
  }

  /** The last time among the last lines, in ms since the epoch. */
  lastTime(): number | undefined {
    return this.#firstTimeOf(this.#last.join('').trimEnd().split('\n').slice(-SEARCHED_LINES).reverse())
  }

  #see(line: string, json: string | undefined, isUnderstood: boolean): void {
    if (json === undefined) this.#before = textTimeOf(line, this.#nowMs) ?? this.#before
    if (json === undefined ? isUnderstood : looksLikeObject(json) && !this.#isForeign(json)) return
    if (line.trim() === '') this.#blank += 1
    else this.#addNotUnderstood(line)
  }

  /** Whether JSON is that of another program, in which no error is found: as long as no line had anything by which one is known. */
  #isForeign(json: string): boolean {
    this.#isLog ||= this.#mayTell(json)
    return !this.#isLog
  }

  #keepLast(text: string): void {
    this.#last.push(text)
    this.#lastLength += text.length
    for (;;) {
      const length = this.#lastLength - (this.#last[0] ?? '').length
      if (length < SEARCHED_LENGTH) return
      this.#last.shift()
      this.#lastLength = length
    }
  }

  #firstTimeOf(lines: readonly string[]): number | undefined {
    for (const line of lines) {
      const timeMs = this.#timeOf(line)
      if (timeMs !== undefined) return timeMs
    }
    return undefined
  }

  #timeOf(line: string): number | undefined {
    const start = line.indexOf('{"')
    const members = start < 0 ? undefined : parseJson(line.slice(start))
    return (isObject(members) ? timeOf(members) : undefined) ?? textTimeOf(line, this.#nowMs)
  }

  #timeOfOrigin({ prefix, envelope }: Origin): number | undefined {
    return (envelope === undefined ? undefined : timeOf(envelope)) ?? textTimeOf(prefix, this.#nowMs)
  }

  #timeOfBefore(before: Before): number | undefined {
    return typeof before === 'string' ? this.#timeOf(before.trimEnd().split('\n').at(-1) ?? '') : before
  }

  #addNotUnderstood(line: string): void {
    this.#notUnderstood += 1
    if (this.#notUnderstood === 1) this.#first = truncate(oneLine(cleanText(line.slice(0, 4 * MAX_SHOWN))), MAX_SHOWN)
  }
}

/** Whether a text begins and ends as a JSON object does. That costs little, and whoever parses it sees whether it is one. */
function looksLikeObject(text: string): boolean {
  // As nearly all do.
  if (text.startsWith('{"') && text.endsWith('}')) return true
  return /^\s*\{\s*["}]/.test(text.slice(0, 64)) && /\}\s*$/.test(text.slice(-16))
}
