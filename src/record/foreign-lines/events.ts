// An event of text: a head, and the lines that go on with it. What it says is judged once, by its head.
import { exceptionOf, type Head, headOf, ownWords } from './heads.js'

/** Members as a line of JSON has them. */
export interface EventMembers {
  readonly level?: unknown
  readonly [name: string]: unknown
}

/** A line of an event, without its carriers. */
export interface EventLine {
  readonly text: string
  /** Whether a time stood just before the text. */
  readonly isTimed: boolean
  /** What stood before it, times included: lines that were written at once have the same. */
  readonly stamp: string
}

/** A frame of a stack of JavaScript, Java or .NET. */
const FRAME = /^\s+at \S.*[(:<\])]/
/** How lines begin that go on with what stands before them, whatever that is. */
const FOLLOWING =
  /^(?:\t| {2}|\.{3} \d+ more|(?:Caused by|Suppressed|Causes?):(?: |$)|\[cause\]: |[\])}]|Require stack:|Stack trace:|#\d+ |- \/|\(Use `|Emitted '|Node\.js v\d|at \S+ \(|From previous event:|goroutine \d+ \[|exit status \d|note: run with|stack backtrace:|(?:[\w./-]{1,200}|<[\w ]+>):\d+:in [`']|-{3,}|\^+$|NoneType: None$)/
/** What Python writes between an exception and another one that followed from it. */
const CHAIN = /^(?:During handling of the above exception|The above exception was the direct cause|Caused by:$)/
/** The name of an exception within a line: such a line may be the head of a stack. */
const NAMES_EXCEPTION = /(?:Error|Exception)(?:: | \[|$)/
const CUSTOM_EXCEPTION = /^(?<type>[A-Z][\w$]{2,99})(?: \[\w+\])?: (?<message>.*)/
/** A status among pretty-printed members. */
const STATUS = /^\s+"?statusCode"?: (?<status>[1-5]\d\d),?$/

const errorLevels = new Set([
  'error',
  'eror',
  'err',
  'critical',
  'crit',
  'alert',
  'emerg',
  'emergency',
  'fatal',
  'panic',
  'dpanic',
  'severe',
])
const warnLevels = new Set(['warn', 'warning', 'wrn'])

/** Lines that may be a part of a message, where no mark tells: so many are taken along until a stack or another head comes. */
const MAX_LOOSE = 8
/** Lines and UTF-16 units of each that are kept of what a head does not say itself. */
const MAX_BELOW = 32
const MAX_BELOW_LENGTH = 512

/** Whether a line goes on with what stands before it, if that is an event. */
export function isFollowing(text: string): boolean {
  return FOLLOWING.test(text) || CHAIN.test(text)
}

/** Whether a line is a frame of a stack: what stands before it is an event then, whatever it says. */
export function isFrame(text: string): boolean {
  return FRAME.test(text)
}

/** Whether a line names an exception somewhere: if a stack follows, it is the head of that. */
export function namesException(text: string): boolean {
  return NAMES_EXCEPTION.test(text)
}

/** Whether lines that follow a head may be a part of its event. Others end with their line. */
export function mayGoOn(head: Head): boolean {
  if (head.kind === 'line')
    return head.level !== undefined && (errorLevels.has(head.level) || warnLevels.has(head.level))
  return head.kind !== 'access' || (head.members.res.statusCode >= 500 && head.members.req.method === undefined)
}

export class TextEvent {
  readonly #head: Head | undefined
  readonly #line: string
  #below: string[] = []
  #exception: (Head & { readonly kind: 'exception' }) | undefined
  /** Whether an exception, if it comes next, belongs to this event. */
  #isExpecting: boolean
  #hasStack = false
  #loose = 0
  #statusCode = 0
  readonly #stamp: string
  readonly #isTimed: boolean

  /** `head` is undefined for a line that only the stack below makes an event. */
  constructor(head: Head | undefined, { text, stamp, isTimed }: EventLine) {
    this.#head = head
    this.#line = text
    this.#stamp = stamp
    this.#isTimed = isTimed
    this.#isExpecting = head?.kind === 'line' || head?.kind === 'opening' || head?.kind === 'access'
  }

  /** Takes the next line of the same source, if it belongs to the event; `head` is what it would be by itself. */
  join(line: EventLine, head: Head | undefined): boolean {
    const { text } = line
    if (text.trim() === '') return true
    if (CHAIN.test(text)) {
      // Python tells the cause first.
      if (this.#head?.kind === 'opening') this.#exception = undefined
      this.#isExpecting = true
      return true
    }
    if (head?.kind === 'line' && this.#goesOn(head, line.stamp)) return true
    // An access line may be indented, and a line with a level of its own is none of an event's members.
    if (head?.kind === 'access') return false
    if (isFollowing(text)) {
      this.#follow(text)
      return true
    }
    if (head?.kind === 'opening' && head.below === 'exception' && this.#isExpecting && !this.#hasStack) return true
    if (head?.kind === 'exception') return this.#take(head)
    return head === undefined && this.#joinLoosely(line)
  }

  /** What the event says, where it may be an error; undefined where it is none. */
  members(): EventMembers | undefined {
    const members = this.#members()
    return this.#statusCode === 0 || members === undefined
      ? members
      : { res: { statusCode: this.#statusCode }, ...members }
  }

  #members(): EventMembers | undefined {
    const head = this.#head
    const below = ownWords(this.#below.find((text) => text.trim() !== '') ?? '')
    if (head === undefined) {
      const message = ownWords(this.#line)
      return this.#hasStack ? { level: 'error', msg: message, err: { message } } : undefined
    }
    switch (head.kind) {
      case 'own':
        return undefined
      case 'access':
        return this.#exception === undefined
          ? { ...head.members }
          : { ...head.members, err: messageOf(this.#exception) }
      case 'exception':
        return { level: 'error', err: { type: head.type, message: this.#messageOf(head) } }
      case 'opening': {
        const told = this.#exception
        const message =
          head.below === 'line'
            ? below || head.message
            : told === undefined
              ? head.message || below
              : this.#messageOf(told)
        return { level: 'error', err: { type: told?.type ?? '', message: message || ownWords(this.#line) } }
      }
      case 'line':
        return this.#lineMembers(head, below)
      default:
        return head satisfies never
    }
  }

  #lineMembers(head: Head & { readonly kind: 'line' }, below: string): EventMembers | undefined {
    const { level, members } = head
    const isError = level !== undefined && errorLevels.has(level)
    if (members !== undefined) {
      const said = head.message === '' ? {} : { msg: head.message }
      return { ...said, ...members, ...(level !== undefined && { level }) }
    }
    const message = head.message || this.#exception?.message || below || ownWords(this.#line)
    if (!isError && !this.#hasStack && this.#exception === undefined)
      return this.#statusCode > 0 ? { level, msg: message } : undefined
    const told = exceptionOf(message)
    if (told !== undefined && (isError || this.#hasStack)) return { level, msg: message, err: messageOf(told) }
    return isError ? { level, msg: message } : { level, msg: message, err: { message } }
  }

  /** An exception's own words; those below where it has none. Which line of them tells what happened is found where lines are read. */
  #messageOf({ message, type }: Head & { readonly kind: 'exception' }): string {
    return message || this.#below.join('\n').trim() || type
  }

  /** Whether a line with the same level is a part of this event: a frame, or a further line of a report that is logged line by line. */
  #goesOn(head: Head & { readonly kind: 'line' }, stamp: string): boolean {
    const own = this.#head
    if (own?.kind !== 'line' || own.level !== head.level || own.members !== undefined) return false
    const isBlank = own.message === '' && this.#below.length === 0
    const isOfReport = head.part !== undefined && head.part !== '' && head.part === own.part && stamp === this.#stamp
    const goesOn = head.message === '' || isOfReport || (own.part === '' && (isBlank || isFollowing(head.message)))
    if (goesOn && isBlank && head.message !== '') this.#keep(head.message)
    return goesOn
  }

  #follow(text: string): void {
    const status = STATUS.exec(text)?.groups?.['status']
    if (status !== undefined && this.#statusCode === 0) this.#statusCode = Number(status)
    if (isFrame(text)) {
      this.#hasStack = true
      if (this.#head?.kind !== 'opening') this.#isExpecting = false
    } else if (!this.#hasStack && this.#speaksBelow) this.#keep(text)
    if (this.#exception === undefined && (this.#isNameless || this.#head?.kind === 'opening')) {
      const inner = /(?:<rejected> |reason: |\| |^\s+)\[?(?<inner>[A-Z].*)/.exec(text)?.groups?.['inner']
      const told = inner === undefined ? undefined : exceptionOf(inner.replace(/\](?: \{)?$/, ''))
      if (told !== undefined && told.message !== '') this.#exception = told
      if (told !== undefined && this.#isNameless && told.message !== '') this.#below = [told.message]
    }
  }

  /** Whether what happened stands below the head. */
  get #speaksBelow(): boolean {
    return this.#isNameless || (this.#head?.kind === 'opening' && this.#head.below === 'line')
  }

  /** Whether the head is an exception that says nothing itself. */
  get #isNameless(): boolean {
    return this.#head?.kind === 'exception' && this.#head.message === ''
  }

  #take(exception: Head & { readonly kind: 'exception' }): boolean {
    if (!this.#isExpecting) return false
    if (this.#head?.kind === 'line' && !mayGoOn(this.#head) && !/[.\\]/.test(exception.type)) return false
    this.#exception ??= exception
    this.#isExpecting = false
    return true
  }

  /** A line without a mark may be the next one of a message of several lines. If it is not, it is none that counts either. */
  #joinLoosely({ text, isTimed }: EventLine): boolean {
    if (this.#head?.kind === 'opening' && this.#head.below === 'exception' && this.#isExpecting) {
      // Python's own exceptions, which come last, have any name.
      const [, type = '', message = ''] = /^((?:[a-z_]\w{0,60}\.){0,8}[A-Z]\w{1,100})(?:: (.*))?$/.exec(text) ?? []
      if (type !== '') {
        this.#exception ??= { kind: 'exception', type, message: ownWords(message) || type }
        this.#isExpecting = false
        return true
      }
    }
    if (isTimed && (!this.#isTimed || this.#head?.kind === 'line')) return false
    if (this.#loose === MAX_LOOSE || NAMES_EXCEPTION.test(text)) return false
    if (this.#hasStack && CUSTOM_EXCEPTION.test(text)) return false
    this.#loose += 1
    if (this.#head?.kind === 'line') this.#isExpecting = false
    if (!this.#hasStack) this.#keep(text)
    return true
  }

  #keep(text: string): void {
    if (this.#below.length < MAX_BELOW) this.#below.push(text.slice(0, MAX_BELOW_LENGTH).trimEnd())
  }
}

function messageOf({ type, message }: Head & { readonly kind: 'exception' }): {
  readonly type: string
  readonly message: string
} {
  return { type, message }
}

/** Whether a line is a status among pretty-printed members, which tells of its event even where that is of no error's level. */
export function isStatus(text: string): boolean {
  return STATUS.test(text)
}

/** The head that a frame or a status makes an event of. */
export function headBefore({ text, isTimed }: EventLine): Head | undefined {
  const bare = text.trim().replace(/^\{ /, '')
  const told = exceptionOf(bare, true) ?? headOf(text, isTimed)
  if (told !== undefined) return told
  // An exception of any name.
  const { type, message } = CUSTOM_EXCEPTION.exec(bare)?.groups ?? {}
  return type === undefined || message === undefined
    ? undefined
    : { kind: 'exception', type, message: ownWords(message) }
}
