// Reads what any program prints, as events. Each line loses what carries it; lines of JSON are handed on, and those of text are joined to
// events, one open event for each source. Most lines are nothing, and are passed over without being looked at one by one.
import { withoutControls } from '../../text.js'
import { isObject, parseJson } from '../../unknown.js'
import { type Carried, withoutCarriers } from './carriers.js'
import { enclosedIn, mayBeEnvelope } from './envelopes.js'
import {
  type EventLine,
  headBefore,
  isFollowing,
  isFrame,
  isStatus,
  mayGoOn,
  namesException,
  TextEvent,
} from './events.js'
import { accessHeadOf, type Head, headOf } from './heads.js'
import { candidatesIn } from './quiet-lines.js'

export const parserNames = ['auto', 'json', 'text', 'morgan'] as const
export type ParserName = (typeof parserNames)[number]

/** Where a line stood, which may tell when it was logged. */
export interface Origin {
  /** What stood before the JSON of a line; the whole line where it is text. */
  readonly prefix: string
  /** The JSON that carried it. */
  readonly envelope: object | undefined
}

/** Gets what is read. */
export interface EventTaker {
  /** Whole neighbouring lines of JSON; one alone, with its origin, where something carried it. */
  json(text: string, lines: number, origin: Origin | undefined): void
  /** What an event of text says, or a line that was an object already. It may be an error. `note` is what was noted at its head. */
  members(members: { readonly level?: unknown }, note: unknown): void
  /** Counts lines of text that need not be told: they are no errors, or further lines of an event. */
  pass(lines: number): void
  /** Called with each line: the JSON in it, if there is any, and whether an error in it would have been found. */
  seen?(line: string, json: string | undefined, isUnderstood: boolean): void
  /** Notes what is known at the head of an event; it is handed back when the event is complete. */
  note?(origin: Origin): unknown
}

/** A text that stood in a line, or was enclosed in it. */
interface Given {
  readonly text: string
  /** What enclosed it: the source of an envelope, the envelope, and the level that it gives. */
  readonly around: string
  readonly envelope: object | undefined
  readonly level: string | undefined
  /** 1, or 0 for what a line holds beside its first text: each line is counted once. */
  readonly weight: 0 | 1
}

interface Seen {
  readonly json?: string
  readonly isUnderstood: boolean
}

interface Open {
  readonly event: TextEvent
  readonly note: unknown
  /** What of the head's line is not counted yet. */
  readonly weight: 0 | 1
  /** Whether an error of it would have been found; then so in its further lines. */
  readonly isUnderstood: boolean
  /** It was handed on; its further lines are only passed over. */
  isTold: boolean
  /** The number of the line that joined it last. */
  line: number
  /** How often `tick` was called since. */
  ticks: number
}

/** An event is closed once so many lines of others came after its last one: it takes time to look at each line. */
const MAX_BETWEEN = 48
/** Lines from one look at that to the next. */
const SWEEP_LINES = 16
/** Calls of `tick` after which an event that got no line is closed. */
const MAX_TICKS = 50
/** Sources that are remembered at once; of more, the oldest is closed. */
const MAX_SOURCES = 64
/** In so many UTF-16 units, and lines, before a frame its head is searched for. */
const [TAIL_LENGTH, TAIL_LINES] = [4096, 16]
/** UTF-16 units of a line of text that are looked at. */
const MAX_LENGTH = 8192
/** UTF-16 units of a line that comes in parts. */
const MAX_JOINED_LENGTH = 262_144
const UNDERSTOOD: Seen = { isUnderstood: true }
const STRANGE: Seen = { isUnderstood: false }

export class EventReader {
  readonly #parser: ParserName
  readonly #taker: EventTaker
  /** By source: open events, lines that come in parts, and the last line that an envelope held. */
  readonly #open = new Map<string, Open>()
  readonly #parts = new Map<string, string>()
  readonly #last = new Map<string, Carried>()
  /** Source of the line before: one without a carrier may go on with its event. */
  #source = ''
  #line = 0
  #passed = 0
  /** The text that is being read, where its line begins, and the end of the text before it. */
  #text = ''
  #start = 0
  #tail = ''
  /** Whether the line is no candidate, and is looked at only since events are open. */
  #isQuiet = false

  constructor(parser: ParserName, taker: EventTaker) {
    this.#parser = parser
    this.#taker = taker
  }

  /** Whether an event may still go on. */
  get isOpen(): boolean {
    return this.#open.size > 0
  }

  /** Whether the next line may go on with one before it. */
  get #isWaiting(): boolean {
    return this.#open.size > 0 || this.#parts.size > 0
  }

  /** Takes whole lines, each with its newline. */
  take(text: string): void {
    const { seen } = this.#taker
    const isCandidate = seen === undefined ? candidatesIn(text) : () => true
    let [runStart, lines] = [0, 0]
    const endRun = (end: number): void => {
      if (lines > 0) this.#taker.json(text.slice(runStart, end), lines, undefined)
      lines = 0
    }
    this.#text = text
    for (let start = 0; start < text.length; ) {
      const end = text.indexOf('\n', start) + 1
      const looksJson = this.#looksJson(text, start)
      if (looksJson && !this.#mayBeEnvelope(text, start, end)) {
        if (lines === 0) runStart = start
        lines += 1
        this.#source = ''
        if (this.#open.size > 0) this.#close('')
        if (seen !== undefined)
          this.#see(text.slice(start, end - 1), { json: text.slice(start, end - 1), isUnderstood: true })
      } else {
        endRun(start)
        // Of an envelope, what it holds has to be a candidate; the first line has no newline before it, by which some candidates are found.
        const isQuiet = start > 0 && !isCandidate(looksJson ? start + 1 : start, end)
        if (isQuiet && !this.#isWaiting) this.#passed += 1
        else {
          this.#isQuiet = isQuiet
          this.#start = start
          this.#takeLine(text.slice(start, end - 1))
        }
      }
      start = end
    }
    endRun(text.length)
    this.#tail = (text.length < TAIL_LENGTH ? this.#tail + text : text).slice(-TAIL_LENGTH)
    this.#text = ''
    this.#passOn()
  }

  /** Tells the events to which no line was added since the last call: what they lack would have come by now. */
  tick(): void {
    for (const [source, open] of this.#open) {
      if (open.ticks > 0) this.#tell(open)
      open.ticks += 1
      if (open.ticks > MAX_TICKS) this.#close(source)
    }
    this.#passOn()
  }

  /** Tells all events that are open, as far as they are errors by now. Lines that still come belong to them. */
  settle(): void {
    for (const open of this.#open.values()) this.#tell(open)
    this.#passOn()
  }

  /** Closes all events: nothing more comes. */
  end(): void {
    for (const source of this.#open.keys()) this.#close(source)
    this.#passOn()
  }

  #looksJson(text: string, start: number): boolean {
    if (this.#parser === 'json') return true
    if (this.#parser !== 'auto' || text.charCodeAt(start) !== 0x7b) return false
    const next = text.charCodeAt(start + 1)
    // A quote, a brace, or the blank that some formatters write before them: any other text is no JSON.
    return next === 0x22 || next === 0x7d || (next === 0x20 && /^\s*["}]/.test(text.slice(start + 1, start + 8)))
  }

  #mayBeEnvelope(text: string, start: number, end: number): boolean {
    return this.#parser === 'auto' && mayBeEnvelope(text, start, end)
  }

  #takeLine(line: string): void {
    this.#line += 1
    if (this.#line % SWEEP_LINES === 0) this.#sweep()
    const text = line.endsWith('\r') || line.includes('\u001b') ? withoutControls(line) : line
    // Most candidates are access lines without a carrier.
    const access = this.#open.size === 0 && this.#parser !== 'text' ? accessHeadOf(text) : undefined
    if (access === undefined || mayGoOn(access)) {
      this.#see(line, this.#read({ text, around: '', envelope: undefined, level: undefined, weight: 1 }))
    } else {
      this.#taker.members(access.members, this.#taker.note?.({ prefix: line, envelope: undefined }))
      this.#see(line, UNDERSTOOD)
    }
  }

  #see(line: string, { json, isUnderstood }: Seen): void {
    this.#taker.seen?.(line, json, isUnderstood)
  }

  #read(given: Given): Seen {
    const { around, weight } = given
    const carried = withoutCarriers(given.text, (source, text) => this.#isCarrier(around + source, around, text))
    const source = around + carried.source
    if (!carried.isPart && this.#parts.size === 0) return this.#readWhole(carried, source, given)
    const joined = ((this.#parts.get(source) ?? '') + carried.text).slice(0, MAX_JOINED_LENGTH)
    this.#parts.delete(source)
    if (!carried.isPart) {
      // Another part of it may have been a candidate.
      this.#isQuiet = false
      return this.#readWhole({ ...carried, text: joined }, source, given)
    }
    keep(this.#parts, source, joined)
    this.#passed += weight
    return UNDERSTOOD
  }

  #readWhole(carried: Carried, source: string, given: Given): Seen {
    const { text } = carried
    if (this.#parser === 'auto' && text.startsWith('{') && /^\{\s*["}]/.test(text) && /\}\s*$/.test(text.slice(-8)))
      return this.#readJson(carried, source, given)
    const isLong = text.length > MAX_LENGTH
    return this.#readText(isLong ? { ...carried, text: text.slice(0, MAX_LENGTH) } : carried, source, given)
  }

  #readJson({ text, start }: Carried, source: string, given: Given): Seen {
    const { envelope, level, weight } = given
    const members = mayBeEnvelope(text, 0, text.length) || level !== undefined ? parseJson(text) : undefined
    const enclosed = isObject(members) ? enclosedIn(members) : undefined
    if (enclosed !== undefined && isObject(members) && envelope === undefined) {
      const { content } = enclosed
      const within = { around: source + enclosed.source, envelope: members, level: enclosed.level }
      if (typeof content !== 'string') return this.#takeMembers(content, within.around, { ...given, ...within })
      if (enclosed.isPart) {
        keep(this.#parts, within.around, (this.#parts.get(within.around) ?? '') + content)
        this.#passed += weight
        return UNDERSTOOD
      }
      const lines = content.replace(/\n$/, '').split('\n')
      const seen = lines.map((line, i) =>
        this.#read({ ...within, text: withoutControls(line), weight: i === 0 ? weight : 0 }),
      )
      return { isUnderstood: seen.some(({ isUnderstood }) => isUnderstood) }
    }
    if (level !== undefined && isObject(members)) return this.#takeMembers(members, source, given)
    this.#source = source
    this.#close(source)
    const prefix = given.text.slice(0, start)
    const isAlone = prefix !== '' || envelope !== undefined
    this.#taker.json(`${text}\n`, 1, isAlone ? { prefix, envelope } : undefined)
    return { json: text, isUnderstood: true }
  }

  /** Takes a line that is an object; the level of what enclosed it is its own where it has none. */
  #takeMembers(members: object, source: string, { text, envelope, level }: Given): Seen {
    this.#close(source)
    const hasLevel = level === undefined || ['level', 'severity', 'log.level'].some((key) => key in members)
    this.#taker.members(
      hasLevel ? { ...members } : { ...members, level },
      this.#taker.note?.({ prefix: text, envelope }),
    )
    return UNDERSTOOD
  }

  #readText(line: Carried, source: string, given: Given): Seen {
    const { text } = line
    const { weight } = given
    const owner = source === '' ? this.#source : source
    const open = this.#open.get(owner)
    // What is no candidate begins nothing: it only goes on with what is open.
    const head = this.#isQuiet && open === undefined ? undefined : this.#headOf(line)
    this.#source = owner
    if (open?.event.join(lineOf(line, given), head) === true) {
      open.line = this.#line
      open.ticks = 0
      this.#passed += weight
      return open.isUnderstood && (head !== undefined || isFollowing(text)) ? UNDERSTOOD : STRANGE
    }
    this.#source = source
    this.#close(source)
    if (head !== undefined) return this.#begin(head, line, source, given)
    if ((isFrame(text) || isStatus(text)) && this.#parser !== 'morgan') return this.#beginBefore(line, source, given)
    if (given.envelope !== undefined) keep(this.#last, source, line)
    if (given.level !== undefined && text.trim() !== '' && !isFollowing(text))
      return this.#begin({ kind: 'line', level: given.level, message: text.trim() }, line, source, given)
    if (namesException(text) && !isFollowing(text) && this.#parser !== 'morgan')
      this.#keepOpen(source, this.#newOpen(new TextEvent(undefined, lineOf(line, given)), given, true))
    else this.#passed += weight
    return STRANGE
  }

  #headOf({ text, isTimed }: Carried): Head | undefined {
    // A time ends most events, whatever stands behind it.
    if (this.#isQuiet && isTimed) return undefined
    const access = this.#parser === 'text' ? undefined : accessHeadOf(text)
    if (access !== undefined || this.#parser === 'morgan') return access
    // Indented lines belong to others; only the marks of Python's groups of exceptions begin so.
    return /^(?:\t| {2}(?! ?\+ Exception Group ))/.test(text) ? undefined : headOf(text, isTimed)
  }

  #begin(head: Head, line: Carried, source: string, given: Given): Seen {
    // Rails puts a tag before each line of what it reports, behind the level of the first.
    const isTag = head.kind === 'line' && /^\[[\w-]{1,80}\]$/.test(head.message)
    const event = new TextEvent(isTag ? { ...head, message: '', part: '' } : head, lineOf(line, given))
    const open = this.#newOpen(event, given, true)
    if (mayGoOn(head)) this.#keepOpen(isTag ? `${source}${head.message} ` : source, open)
    else this.#finish(open)
    return UNDERSTOOD
  }

  /** A frame makes an event of the line before it, whatever that says, and a status one of the line that it was printed below. */
  #beginBefore(line: Carried, source: string, given: Given): Seen {
    const before = given.envelope === undefined ? this.#headLineBefore(line) : this.#last.get(source)
    const head = before === undefined ? undefined : headBefore(lineOf(before, given))
    // JSON and lines of access logs are whole by themselves.
    const isWhole = before === undefined || /^\{\s*"/.test(before.text) || accessHeadOf(before.text) !== undefined
    if (isWhole || (isStatus(line.text) && head?.kind !== 'line')) {
      this.#passed += given.weight
      return STRANGE
    }
    const event = new TextEvent(head, lineOf(before, given))
    event.join(lineOf(line, given), undefined)
    this.#keepOpen(source, this.#newOpen(event, { ...given, text: before.text }, head !== undefined))
    return UNDERSTOOD
  }

  #newOpen(event: TextEvent, { text, envelope, weight }: Given, isUnderstood: boolean): Open {
    const note = this.#taker.note?.({ prefix: text, envelope })
    return { event, note, weight, isUnderstood, isTold: false, line: this.#line, ticks: 0 }
  }

  /**
   * The line that a frame or a status belongs to, if it is near: the last one of its source that is not blank, and, where that is indented,
   * the one that it belongs to. An indented exception is the head itself, where it is no member of something.
   */
  #headLineBefore(line: Carried): Carried | undefined {
    const isHead = (one: Carried | undefined): boolean =>
      one !== undefined && isFrame(line.text) && headBefore(lineOf(one, undefined))?.kind === 'exception'
    let indented: Carried | undefined
    for (const before of this.#linesBefore(line.source)) {
      const isBlank = before.text.trim() === ''
      const isInside = /^(?:\t| {2})/.test(before.text)
      if (isFrame(before.text) || (isInside && isHead(indented))) return undefined
      if ((isBlank || !isInside) && isHead(indented)) return indented
      if (!isBlank && !isInside) return isFollowing(before.text) ? undefined : before
      if (!isBlank) indented = before
    }
    return isHead(indented) ? indented : undefined
  }

  /** The lines of a source before the one that is read, from the nearest on. */
  *#linesBefore(source: string): Generator<Carried> {
    const isNear = this.#start < TAIL_LENGTH
    const text = isNear ? this.#tail + this.#text.slice(0, this.#start) : this.#text
    let end = (isNear ? text.length : this.#start) - 1
    for (let n = 0; n < TAIL_LINES && end > 0; n += 1) {
      const start = text.lastIndexOf('\n', end - 1) + 1
      const line = withoutControls(text.slice(Math.max(start, end - TAIL_LENGTH), end))
      const carried = withoutCarriers(line, (name, rest) => name === source || isFrame(rest))
      // A line without a carrier goes on with the one before it, whatever carried that.
      if (carried.source === source || source === '') yield carried
      end = start - 1
    }
  }

  /** Whether a name with a colon, or the like, is what carries a text: it did before, or what it stands before begins something by itself. */
  #isCarrier(source: string, around: string, text: string): boolean {
    if (this.#open.has(source)) return true
    if (this.#open.has(around)) return false
    const rest = withoutCarriers(text, () => false)
    if (rest.text.startsWith('{"') || isFrame(rest.text) || accessHeadOf(rest.text) !== undefined) return true
    const head = headOf(rest.text, rest.isTimed)
    // `config: level=error` is a setting.
    return head !== undefined && (source.includes('/') || !(head.kind === 'line' && head.members !== undefined))
  }

  #keepOpen(source: string, open: Open): void {
    this.#open.set(source, open)
    const [oldest] = this.#open.size > MAX_SOURCES ? this.#open.keys() : []
    if (oldest !== undefined) this.#close(oldest)
  }

  #sweep(): void {
    for (const [source, open] of this.#open) if (this.#line - open.line > MAX_BETWEEN) this.#close(source)
  }

  #close(source: string): void {
    const open = this.#open.get(source)
    if (open === undefined) return
    this.#open.delete(source)
    this.#finish(open)
  }

  #finish(open: Open): void {
    this.#tell(open)
    if (!open.isTold) this.#passed += open.weight
  }

  #tell(open: Open): void {
    if (open.isTold) return
    const members = open.event.members()
    if (members === undefined) return
    open.isTold = true
    this.#taker.members(members, open.note)
  }

  #passOn(): void {
    if (this.#passed > 0) this.#taker.pass(this.#passed)
    this.#passed = 0
  }
}

function lineOf({ text, isTimed, start }: Carried, given: Given | undefined): EventLine {
  return { text, isTimed, stamp: given?.text.slice(0, start) ?? '' }
}

/** Keeps a value in a map of bounded size. */
function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.size > MAX_SOURCES ? map.keys() : []
  if (oldest !== undefined) map.delete(oldest)
}
