// Hands past lines to the runs of a backtest as `watch` would read them, each with its time, and counts those that nobody understands.
import { compileLineParser, jsonStartOf, type ParserName } from '../record/foreign-lines/line-parser.js'
import { takeMixed } from '../record/foreign-lines/mixed-lines.js'
import { compileUnderstanding, looksLikeObject } from '../record/foreign-lines/understanding.js'
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
  /** Neighbouring lines of JSON. `prefixMs` is the time that stands before the only line. */
  readJson(text: string, prefixMs: number | undefined): void
  /** What was read from a line of text; `timeMs` is when it was logged, in ms since the epoch. */
  readMembers(members: { readonly level?: unknown }, timeMs: number | undefined): void
}

/** At most this many UTF-16 units of a line are shown. */
const MAX_SHOWN = 160
/** Lines in which a time is searched for at the beginning of the input, and at its end. */
const SEARCHED_LINES = 100
/** UTF-16 units of the text that they are searched in, at least, at the end of the input. */
const SEARCHED_LENGTH = 65_536

export class LineFeed {
  readonly #parse: ReturnType<typeof compileLineParser>
  readonly #isUnderstood: ReturnType<typeof compileUnderstanding>
  readonly #takers: readonly LineTaker[]
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
  #before: string | number | undefined
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
    this.#parse = compileLineParser(parser)
    this.#isUnderstood = compileUnderstanding(parser)
    this.#takers = takers
    this.#nowMs = nowMs
    this.#mayTell = mayTell
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
    takeMixed(text, this.#parse, {
      seen: (line, parsed) => {
        if (parsed.kind !== 'json') this.#before = textTimeOf(line, this.#nowMs) ?? this.#before
        if (this.#isUnderstood(line, parsed) && !(parsed.kind === 'json' && this.#isForeign(line.slice(parsed.start))))
          return
        if (line.trim() === '') this.#blank += 1
        else this.#addNotUnderstood(line)
      },
      json: (json, _, prefix) => {
        this.#before = json
        const prefixMs = prefix === '' ? undefined : textTimeOf(prefix, this.#nowMs)
        for (const taker of this.#takers) taker.readJson(json, prefixMs)
      },
      members: (members) => {
        const timeMs = timeOf(members) ?? this.#timeBefore()
        for (const taker of this.#takers) taker.readMembers(members, timeMs)
      },
    })
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

  /** Whether JSON is that of another program: Docker and journald put whole lines into a member, where no error of them is found. */
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
    const start = jsonStartOf(line)
    const members = start < 0 ? undefined : parseJson(line.slice(start))
    const text = start < 0 ? line : line.slice(0, start)
    return (isObject(members) ? timeOf(members) : undefined) ?? textTimeOf(text, this.#nowMs)
  }

  #timeBefore(): number | undefined {
    if (typeof this.#before === 'string') this.#before = this.#timeOf(this.#before.trimEnd().split('\n').at(-1) ?? '')
    return this.#before
  }

  #addNotUnderstood(line: string): void {
    this.#notUnderstood += 1
    if (this.#notUnderstood === 1) this.#first = truncate(oneLine(cleanText(line.slice(0, 4 * MAX_SHOWN))), MAX_SHOWN)
  }
}
