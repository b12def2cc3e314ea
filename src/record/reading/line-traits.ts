// The traits by which a line is judged to be an error; see README, What is an error. They are read for every line that passes the
// sieve, so nothing else is read with them.

import { messageOfStack, UNCAUGHT } from '../../text.js'
import { isObject } from '../../unknown.js'
import { type LogRecord, toInteger } from '../log-record.js'
import { ERROR, type SeverityScale } from '../severity.js'
import {
  atErrorKey,
  errorPaths,
  fieldPaths,
  type LineShape,
  levelPathsOf,
  messagePathsOf,
  pathsOf,
  requestIdPathsOf,
} from './field-paths.js'
import { compileReader, type LineReader, type Root } from './line-reader.js'
import { isError, member } from './path.js'

export interface LineTraits {
  /** On pino's scale, trace 10 to fatal 60; 0 where the line has no level. */
  readonly severity: number
  /** HTTP status, 100 to 599; 0 where the line has none. */
  readonly statusCode: number
  /** Whether the line carries an error object or an error text of its own, not just a message. */
  readonly hasError: boolean
  /**
   * Whether the line holds one of logsiren's own messages and belongs to no request. An application may log them; they are no errors of it,
   * and to count them would raise alerts about alerts.
   */
  readonly isOwn: boolean
  /** Whether the line has no level, no status, no message and no error. */
  readonly isBlank: boolean
}

/** Reads the traits of a line. `level` is the level as the logger itself gives it, see `Line`. */
export type TraitsReader = (roots: readonly Root[], level: unknown, scale: SeverityScale) => LineTraits

/** Reads the message of an attached error, uncleaned; undefined where the line has no error with a message. */
export type ErrorMessageReader = (roots: readonly Root[]) => string | undefined

/** Whether a record that a caller handed in is an error: by its status code, or by a message that is not blank. */
export function isErrorRecord(record: LogRecord, statusCodeThreshold: number): boolean {
  return record.statusCode >= statusCodeThreshold || /\S/.test(record.errorMessage)
}

/**
 * Whether a line is an error: by its status code, by its level, or by an attached error from `minSeverity` up that no 4xx explains.
 *
 * What begins a message is often chosen by whoever sends a request, and `logsiren: ` at its start must not hide an error. So only a line
 * that looks like nothing but ours is let go: without a request id, and without a status that makes it an error.
 */
export function isErrorLine(line: LineTraits, statusCodeThreshold: number, minSeverity: number): boolean {
  if (line.statusCode >= statusCodeThreshold) return true
  if (line.isOwn) return false
  if (line.severity >= ERROR) return true
  const isClientError = line.statusCode >= 400 && line.statusCode < 500
  return line.hasError && line.severity >= minSeverity && !isClientError
}

/** Each of logsiren's own messages begins so. */
const OWN = 'logsiren: '
/** Paths of our own messages where the line's message is another: in an error, or in a `warning` event that the application logs. */
const ownPaths: readonly string[] = [...fieldPaths.errorMessage, 'warning.message', 'warning']

export function compileTraits(shape: LineShape): TraitsReader {
  // Redacted places are read here too: a trait only decides whether the line is an error, and is never shown.
  const read = {
    level: compileReader(levelPathsOf(shape)),
    statusCode: compileReader(pathsOf('statusCode', shape)),
    message: compileReader(messagePathsOf(shape)),
    errorMessage: compileErrorMessage(shape, []),
    error: compileReader(atErrorKey(errorPaths, shape)),
    requestId: compileReader(requestIdPathsOf(shape)),
  }
  const anyMessage = compileReader([...messagePathsOf(shape), ...atErrorKey(ownPaths, shape)])
  return (roots, level, scale) => {
    const severity = scale.severityOf(level) ?? read.level(roots, scale.severityOf) ?? 0
    const message = read.message(roots, text)
    const errorMessage = read.errorMessage(roots)
    const statusCode = read.statusCode(roots, status) ?? 0
    const hasError = errorMessage !== undefined || (severity < ERROR && read.error(roots, errorLike) === true)
    return {
      severity,
      statusCode,
      hasError,
      isOwn:
        (isOwn(errorMessage) || anyMessage(roots, ownText) === true) && read.requestId(roots, identity) === undefined,
      isBlank: severity === 0 && statusCode === 0 && message === undefined && !hasError,
    }
  }
}

/** Compiles a reader of the message of an attached error, which does not look at redacted places. */
export function compileErrorMessage(shape: LineShape, redact: readonly string[]): ErrorMessageReader {
  const direct = compileReader(pathsOf('errorMessage', shape), redact)
  if (shape.fields?.errorMessage !== undefined) return (roots) => direct(roots, text)
  const message = compileReader(messagePathsOf(shape), redact)
  const stack = compileReader(['stack'], redact)
  return (roots) => direct(roots, text) ?? thrownMessage(roots, message) ?? stack(roots, stackMessage)
}

/** The message of an uncaught error as winston writes it: the line's own message, beside `exception: true`. */
function thrownMessage(roots: readonly Root[], message: LineReader): string | undefined {
  const thrown = roots.filter(({ members }) => member(members, 'exception') === true)
  return thrown.length === 0 ? undefined : message(thrown, text)
}

/** Whether a text begins with a visible ASCII character. Nearly all do, and need no further look to be not blank. */
const beginsPlainly = (value: string): boolean => value.charCodeAt(0) > 0x20 && value.charCodeAt(0) < 0x7f

/** Takes a text that is not blank. */
export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && (beginsPlainly(value) || /\S/.test(value)) ? value : undefined

const stackMessage = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? messageOfStack(value) : undefined

const ownText = (value: unknown): true | undefined => (typeof value === 'string' && isOwn(value) ? true : undefined)

/** Takes an HTTP status, 100 to 599, as a number or its digits. */
export function status(value: unknown): number | undefined {
  const code = toInteger(value)
  return code >= 100 && code <= 599 ? code : undefined
}

const MAX_ID_LENGTH = 128

/** Takes a number or a text that is not empty, and gives at most 128 UTF-16 units of it as text. */
export function identity(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value.slice(0, MAX_ID_LENGTH) : undefined
}

function isOwn(message: string | undefined): boolean {
  if (message === undefined) return false
  return message.startsWith(OWN) || (message.startsWith('un') && message.replace(UNCAUGHT, '').startsWith(OWN))
}

/** Whether a value looks like an error object, with a message or without; `{}` and flags do not. */
function errorLike(value: unknown): true | undefined {
  if (!isObject(value)) return undefined
  const looksLikeOne =
    isError(value) || 'stack' in value || 'stack_trace' in value || 'type' in value || 'message' in value
  return looksLikeOne ? true : undefined
}
