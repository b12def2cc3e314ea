// Lines of plain text -> members, of those that tell of an error. What belongs together counts once: a line with its
// exception and the stack of that.
import { withoutControls } from '../../text.js'
import { levelWordOf, saysNothing } from './level-word.js'
import { logfmtMembersOf } from './logfmt.js'

interface Members {
  readonly level?: unknown
  readonly [name: string]: unknown
}

/** Lines without any of these are let go at once. */
const CANDIDATE =
  /err|exception|traceback|fat(?:al?\b|a\[)|ftl|panic|pani\[|severe|crit|alert|emerg|fail:|status(?:_code|Code)?=|^[EF]\d{4} /i
const OWN = /(?:^|[\s|\])>:])logsiren: /
const CONTINUATION = /^(?:\t| {2}|\.{3} \d+ more|Caused by: |\]|\}|\))/
const TRACEBACK = /^Traceback \(most recent call last\):/
const CHAIN = /^(?:During handling of the above exception|The above exception was the direct cause)/
/** A frame of a stack of JavaScript, Java or .NET. */
const FRAME = /^\s+at \S.*[(:<]/
/** `TypeError: …`, `java.lang.IllegalStateException`, `Exception in thread "main" …`: at the start, since they are written so. */
const EXCEPTION =
  /^(?:Uncaught (?:Exception )?|Unhandled (?:rejection|exception)[:.]? |Exception in thread "[^"]{0,200}" |PHP Fatal error: {1,4}Uncaught )?((?:[A-Za-z_$][\w$]{0,99}[.\\]){0,12}(?:[A-Z][\w$]{0,99}?)?(?:Error|Exception))(?: \[[\w]{1,64}\])?(?::\s+(\S.*)|:?\s*$)/
const MAX_LENGTH = 8192
const worst = new Set(['error', 'critical', 'crit', 'alert', 'emerg', 'emergency', 'fatal', 'panic', 'severe'])

export class TextReader {
  /** The last line that was not counted: a stack may follow it. */
  #last = ''
  /** An error was counted that its exception may follow. */
  #isOpen = false
  #isTraceback = false

  /** The members of a line that tells of an error, undefined for all others; `line` comes without its newline. */
  read(line: string): Members | undefined {
    if (line === '' || line === '\r') return undefined
    const start = line.charCodeAt(0)
    const isIndented = start === 0x09 || (start === 0x20 && line.charCodeAt(1) === 0x20)
    if (isIndented) return this.#last === '' ? undefined : this.#readFrame(line)
    if (!CANDIDATE.test(line) && !this.#isTraceback) {
      this.#isOpen = false
      this.#last = line
      return undefined
    }
    return this.#readCandidate(clean(line))
  }

  /** A stack makes an error of the line before it, whatever that is. */
  #readFrame(line: string): Members | undefined {
    const head = clean(this.#last)
    this.#last = ''
    if (!FRAME.test(line)) return undefined
    if (OWN.test(head.slice(0, 256))) return undefined
    const level = levelWordOf(head)
    const message = level === undefined ? head : messageFrom(head, level.end)
    return { level: level?.level ?? 'error', msg: message, err: { message } }
  }

  #readCandidate(line: string): Members | undefined {
    if (CHAIN.test(line)) this.#isOpen = true
    if (TRACEBACK.test(line)) this.#isTraceback = true
    if (CHAIN.test(line) || TRACEBACK.test(line) || CONTINUATION.test(line)) return undefined
    const wasTraceback = this.#isTraceback
    const wasOpen = this.#isOpen
    this.#isTraceback = false
    this.#isOpen = false
    this.#last = ''
    if (OWN.test(line.slice(0, 256))) return undefined
    const exception = EXCEPTION.exec(line)
    if (wasTraceback || (exception !== null && isWhole(exception))) {
      // The line before has told of it.
      if (wasOpen) return undefined
      const [, type = '', message] = exception ?? /^([\w.]{1,200})(?:: (.*))?$/.exec(line) ?? [undefined, '', line]
      return { level: 'error', err: { type, message: message ?? (type || line) } }
    }
    const pairs = logfmtMembersOf(line)
    const word = pairs?.['level'] === undefined ? levelWordOf(line) : undefined
    this.#isOpen = worst.has(String(pairs?.['level'] ?? word?.level).toLowerCase())
    if (this.#isOpen || pairs !== undefined)
      return { ...(word !== undefined && { level: word.level, msg: messageFrom(line, word.end) }), ...pairs }
    this.#last = line
    return undefined
  }
}

/** A word alone, such as `Error`, is none yet; a name with dots is. */
function isWhole([, type = '', message]: RegExpExecArray): boolean {
  return message === undefined ? /[.\\]/.test(type) : !saysNothing(`: ${message}`)
}

function messageFrom(line: string, start: number): string {
  const message = line
    .slice(start)
    .replace(/^[\])>|:!,\s-]+/, '')
    // pino-pretty's name and process id.
    .replace(/^\([^()]{1,100}\): /, '')
    .trim()
  return message === '' ? line.trim() : message
}

function clean(line: string): string {
  return withoutControls(line.length > MAX_LENGTH ? line.slice(0, MAX_LENGTH) : line)
}
