// What a line is judged by, and whether that makes it an error; see README, "What is an error". Read for every line that is looked at, so it
// reads no more than that.

import { messageOfStack } from '../../text.js'
import { isObject } from '../../unknown.js'
import { type LogRecord, toInteger } from '../log-record.js'
import { ERROR, type SeverityScale } from '../severity.js'
import {
  atErrorKey,
  errorPaths,
  fieldPaths,
  type LineShape,
  levelPaths,
  messagePathsOf,
  pathsOf,
} from './field-paths.js'
import { compileReader, type LineReader, type Root } from './line-reader.js'
import { isError, member } from './path.js'

export interface LineTraits {
  /** On pino's scale, trace 10 to fatal 60; 0 where the line has no level. */
  readonly severity: number
  /** 0 where the line has none. */
  readonly statusCode: number
  /** The line carries an error object or an error text of its own, not just a message. */
  readonly hasError: boolean
  /** One of our own messages, which are never errors. */
  readonly isOwn: boolean
  /** Nothing that is read. */
  readonly isBlank: boolean
}

/** `level` is that of a logger which knows better than the members tell. */
export type TraitsReader = (roots: readonly Root[], level: unknown, scale: SeverityScale) => LineTraits

/** The message of an attached error as it stands there; undefined where the line has none that tells one. */
export type ErrorMessageReader = (roots: readonly Root[]) => string | undefined

/** A record handed in directly is an error by its status code or by a message that is not blank. */
export function isErrorRecord(record: LogRecord, statusCodeThreshold: number): boolean {
  return record.statusCode >= statusCodeThreshold || /\S/.test(record.errorMessage)
}

/** A line is one by its status code, by its level, or by an attached error from `minSeverity` up that no 4xx explains. */
export function isErrorLine(line: LineTraits, statusCodeThreshold: number, minSeverity: number): boolean {
  if (line.statusCode >= statusCodeThreshold || line.severity >= ERROR) return true
  const isClientError = line.statusCode >= 400 && line.statusCode < 500
  return line.hasError && line.severity >= minSeverity && !isClientError
}

/** What winston puts in front of the message of what was thrown. */
const THROWN = /^(?:uncaughtException|unhandledRejection): /
const OWN = 'logsiren: '
/** Where one of our messages may stand beside a text that is not, our `warning` events as they are handed over among them. */
const ownPaths: readonly string[] = [...fieldPaths.errorMessage, 'warning.message', 'warning']

export function compileTraits(shape: LineShape): TraitsReader {
  // What is only judged by may be redacted all the same: it never leaves.
  const read = {
    level: compileReader(levelPaths),
    statusCode: compileReader(pathsOf('statusCode', shape)),
    message: compileReader(messagePathsOf(shape)),
    errorMessage: compileErrorMessage(shape, []),
    error: compileReader(atErrorKey(errorPaths, shape)),
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
      isOwn: isOwn(errorMessage) || anyMessage(roots, ownText) === true,
      isBlank: severity === 0 && statusCode === 0 && message === undefined && !hasError,
    }
  }
}

/** Reads it past the `redact`ed places. */
export function compileErrorMessage(shape: LineShape, redact: readonly string[]): ErrorMessageReader {
  const direct = compileReader(pathsOf('errorMessage', shape), redact)
  if (shape.fields?.errorMessage !== undefined) return (roots) => direct(roots, text)
  const message = compileReader(messagePathsOf(shape), redact)
  const stack = compileReader(['stack'], redact)
  return (roots) => direct(roots, text) ?? thrownMessage(roots, message) ?? stack(roots, stackMessage)
}

/** winston's message of what was thrown, which stands beside `exception: true`. */
function thrownMessage(roots: readonly Root[], message: LineReader): string | undefined {
  const thrown = roots.filter(({ members }) => member(members, 'exception') === true)
  return thrown.length === 0 ? undefined : message(thrown, text)
}

/** With a visible character of ASCII, as nearly all do. */
const beginsPlainly = (value: string): boolean => value.charCodeAt(0) > 0x20 && value.charCodeAt(0) < 0x7f

/** A text that is not blank. */
export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && (beginsPlainly(value) || /\S/.test(value)) ? value : undefined

const stackMessage = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? messageOfStack(value) : undefined

const ownText = (value: unknown): true | undefined => (typeof value === 'string' && isOwn(value) ? true : undefined)

export function status(value: unknown): number | undefined {
  const code = toInteger(value)
  return code >= 100 && code <= 599 ? code : undefined
}

function isOwn(message: string | undefined): boolean {
  if (message === undefined) return false
  return message.startsWith(OWN) || (message.startsWith('un') && message.replace(THROWN, '').startsWith(OWN))
}

/** An error object without a message still is one; `{}` and flags are not. */
function errorLike(value: unknown): true | undefined {
  if (!isObject(value)) return undefined
  const looksLikeOne =
    isError(value) || 'stack' in value || 'stack_trace' in value || 'type' in value || 'message' in value
  return looksLikeOne ? true : undefined
}
