// Reads lines of plain text that report an error. A line, the exception that follows it, and the exception's stack count once.
import { withoutControls } from '../../text.js'
import { levelWordOf, saysNothing } from './level-word.js'
import { logfmtMembersOf } from './logfmt.js'

interface Members {
  readonly level?: unknown
  readonly [name: string]: unknown
}

/** A line without any of these reports no error by itself, and is let go at once. */
const CANDIDATE =
  /err|exception|traceback|fat(?:al?\b|a\[)|ftl|panic|pani\[|severe|crit|alert|emerg|fail:|status(?:_code|Code)?=|^[EF]\d{4} /i
/** A line of logsiren's own, behind a container's name and a time or none: a level in it is not the line's. Of others their message decides. */
const OWN = /^(?:[\w.-]{1,100} {0,40}\| )?(?:\[?[\d:.,TZ +-]{8,40}\]? )?logsiren: /
/** How lines begin that go on with the exception or object before them. */
const CONTINUATION = /^(?:\t| {2}|\.{3} \d+ more|Caused by: |\]|\}|\))/
/** The first line of a stack in Python, whose exception comes last. */
const TRACEBACK = /^Traceback \(most recent call last\):/
/** What Python writes between an exception and another one that followed from it. */
const CHAIN = /^(?:During handling of the above exception|The above exception was the direct cause)/
/** A frame of a stack of JavaScript, Java or .NET. */
const FRAME = /^\s+at \S.*[(:<]/
/** An exception, which begins its line: `TypeError: …`, `java.lang.IllegalStateException`, `Exception in thread "main" …`. */
const EXCEPTION =
  /^(?:Uncaught (?:Exception )?|Unhandled (?:rejection|exception)[:.]? |Exception in thread "[^"]{0,200}" |PHP Fatal error: {1,4}Uncaught )?((?:[A-Za-z_$][\w$]{0,99}[.\\]){0,12}(?:[A-Z][\w$]{0,99}?)?(?:Error|Exception))(?: \[[\w]{1,64}\])?(?::\s+(\S.*)|:?\s*$)/
/** UTF-16 units of a line that are looked at. */
const MAX_LENGTH = 8192
/** Levels that make an error of a line. */
const errorLevels = new Set(['error', 'critical', 'crit', 'alert', 'emerg', 'emergency', 'fatal', 'panic', 'severe'])

export class TextReader {
  /** The last line that was not counted: if a stack follows, that line is an error. `''` where there is none. */
  #last = ''
  /** Whether an exception, if it comes next, belongs to an error that was counted. */
  #isOpen = false
  /** Whether a stack of Python has begun whose exception is still to come. */
  #isTraceback = false

  /** Gives the members of a line that reports an error, undefined for all others; `line` comes without its newline. */
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

  /** Reads an indented line: the first frame of a stack makes an error of the line before it, whatever that line says. */
  #readFrame(line: string): Members | undefined {
    const head = clean(this.#last)
    this.#last = ''
    if (!FRAME.test(line) || OWN.test(head)) return undefined
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
    if (OWN.test(line)) return undefined
    const exception = EXCEPTION.exec(line)
    if (wasTraceback || (exception !== null && isWhole(exception))) {
      // The line before has counted, and this is its exception.
      if (wasOpen) return undefined
      const [, type = '', message] = exception ?? /^([\w.]{1,200})(?:: (.*))?$/.exec(line) ?? [undefined, '', line]
      return { level: 'error', err: { type, message: message ?? (type || line) } }
    }
    const pairs = logfmtMembersOf(line)
    const word = pairs?.['level'] === undefined ? levelWordOf(line) : undefined
    this.#isOpen = errorLevels.has(String(pairs?.['level'] ?? word?.level).toLowerCase())
    if (this.#isOpen || pairs !== undefined)
      return { ...(word !== undefined && { level: word.level, msg: messageFrom(line, word.end) }), ...pairs }
    this.#last = line
    return undefined
  }
}

/** Whether a match is an exception: it has a message that does not deny an error, or a name with dots. `Error` alone is none. */
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
