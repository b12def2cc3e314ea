// The traits by which a line is judged to be an error; see README, What is an error. They are read for every line that passes the
// sieve, so nothing else is read with them.

import { messageOfStack, withoutUncaught } from '../../text.js'
import { isObject } from '../../unknown.js'
import type { LogRecord } from '../log-record.js'
import { ERROR, otherScales, type SeverityScale } from '../severity.js'
import {
  errorPathsOf,
  errorStatusPathsOf,
  foreignStatusPathsOf,
  furtherForeignStatusPathsOf,
  type LineShape,
  levelNamePaths,
  levelPathsOf,
  messagePathsOf,
  ownErrorPaths,
  pathsOf,
  requestIdPathsOf,
  stackPaths,
} from './field-paths.js'
import { compileReader, type Root } from './line-reader.js'
import { status, statusOf } from './line-status.js'
import { compileScan, type Wanted } from './member-scan.js'
import { isError } from './path.js'

export interface LineTraits {
  /** On pino's scale, trace 10 to fatal 60; 0 where the line has no level. */
  readonly severity: number
  /** HTTP status, 100 to 599; 0 where the line has none. */
  readonly statusCode: number
  /** Whether the line carries an error object or an error text of its own, not just a message, that no 4xx in the error explains. */
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

type Scan = Wanted<SeverityScale>

export function compileTraits(shape: LineShape): TraitsReader {
  // Redacted places are read here too: a trait only decides whether the line is an error, and is never shown.
  const isToldWhere = shape.fields?.errorMessage !== undefined
  const level = levelPathsOf(shape)
  const scan = compileScan<SeverityScale>([
    [
      { paths: level.own, accept: (value, scale) => scale.severityOf(value) },
      { paths: level.cloud, accept: severityOfCloud },
      { paths: level.names, accept: (value, scale) => (isName(value) ? scale.severityOf(value) : undefined) },
      { paths: level.telemetry, accept: onScale(otherScales.telemetry) },
      { paths: level.insights, accept: onScale(otherScales.insights) },
    ],
    // What stands beside a number that is on another scale.
    [{ paths: level.names.length === 0 ? [] : scaleSigns, accept: (value) => (isName(value) ? true : undefined) }],
    [{ paths: pathsOf('statusCode', shape), accept: status }],
    [{ paths: errorStatusPathsOf(shape), accept: status }],
    [{ paths: foreignStatusPathsOf(shape), accept: status }],
    [{ paths: furtherForeignStatusPathsOf(shape), accept: status }],
    [
      { paths: pathsOf('errorMessage', shape), accept: errorText },
      { paths: errorPathsOf(shape), accept: errorLike },
      ...(isToldWhere ? [] : [{ paths: stackPaths, accept: stackText }]),
    ],
    [{ paths: isToldWhere ? [] : ['exception'], accept: (value) => (value === true ? true : undefined) }],
    [
      { paths: [...messagePathsOf(shape), ...ownErrorPaths(shape)], accept: ownText },
      { paths: ['stack'], accept: ownStack },
    ],
  ] satisfies Scan[][])
  const message = compileReader(messagePathsOf(shape))
  const requestId = compileReader(requestIdPathsOf(shape))
  const severityBeside = compileSeverityBeside()

  return (roots, level, scale) => {
    const found = scan(roots, scale) as readonly [
      level: number | undefined,
      isOnOtherScale: true | undefined,
      ownStatus: number | undefined,
      ofError: number | undefined,
      foreign: number | undefined,
      further: number | undefined,
      error: true | undefined,
      isThrown: true | undefined,
      own: true | undefined,
    ]
    const [read, isOnOtherScale, ownStatus, ofError, foreign, further, error, isThrown, own] = found
    const known = isOnOtherScale === true && scale.isAnnounced !== true ? severityBeside(roots, scale) : undefined
    const severity = scale.severityOf(level) ?? known ?? read ?? 0
    const statusCode = statusOf(ownStatus, ofError, foreign)
    const hasError = error === true || (isThrown === true && message(roots, text) !== undefined)
    const isExplained = isClientError(ofError) || isClientError(foreign) || isClientError(further)
    return {
      severity,
      statusCode,
      hasError: hasError && !isExplained,
      isOwn: own === true && requestId(roots, identity) === undefined,
      isBlank: severity === 0 && statusCode === 0 && !hasError && message(roots, anyMessage) === undefined,
    }
  }
}

const isClientError = (code: number | undefined): boolean => code !== undefined && code >= 400 && code < 500

/** Whether a text may be the name of a level, and is no number. */
const isName = (value: unknown): value is string => typeof value === 'string' && !/^\s*\d*\s*$/.test(value)

const onScale =
  (severityOf: (level: number) => number | undefined) =>
  (value: unknown): number | undefined =>
    severityOf(typeof value === 'string' ? Number(value) : (value as number))

/** Takes a level of Google Cloud: a name, or a number that no other scale has. */
const severityOfCloud = (value: unknown, scale: SeverityScale): number | undefined =>
  typeof value === 'number' && value >= 100 && scale.isAnnounced !== true
    ? otherScales.cloud(value)
    : scale.severityOf(value)

/** Members that only loggers with numbers of another scale write: Monolog and GELF. */
const scaleSigns = ['level_name', 'channel', 'short_message', 'facility']

/**
 * Compiles a reader of a level that is a number on another scale, which is known by what stands beside it: the name of the level goes
 * before the number.
 */
function compileSeverityBeside(): (roots: readonly Root[], scale: SeverityScale) => number | undefined {
  const [level, name] = [compileReader(['level', 'severity']), compileReader(levelNamePaths)]
  const [channel, shortMessage] = [compileReader(['channel']), compileReader(['short_message', 'facility'])]
  return (roots, scale) => {
    const number = level(roots, (value) => (/^\d+$/.test(String(value)) ? Number(value) : undefined))
    if (number === undefined) return undefined
    const named = name(roots, (value) => (isName(value) ? scale.severityOf(value) : undefined))
    if (named !== undefined) return named
    if (channel(roots, text) !== undefined) return otherScales.monolog(number)
    return shortMessage(roots, text) === undefined ? undefined : otherScales.syslog(number)
  }
}

/** Whether a text begins with a visible ASCII character. Nearly all do, and need no further look to be not blank. */
const beginsPlainly = (value: string): boolean => value.charCodeAt(0) > 0x20 && value.charCodeAt(0) < 0x7f

/** Takes a text that is not blank. */
export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && (beginsPlainly(value) || /\S/.test(value)) ? value : undefined

/** Takes what a line holds beside its message where an error would be: a text that tells of one, or an object that looks like one. */
function errorText(value: unknown): true | undefined {
  if (typeof value === 'string') return text(value) !== undefined && !NO_ERROR.test(value) ? true : undefined
  return errorLike(value)
}

/** Texts that say that there is no error. */
const NO_ERROR = /^\s*(?:none|null|nil|<nil>|undefined|false|true|no|0|ok|-|n\/a|\{\}|\[\])\s*$/i

/** Takes a stack: a text with frames, or one that begins with the name of an error. */
export function stackText(value: unknown): true | undefined {
  return typeof value === 'string' && STACK.test(value) ? true : undefined
}

const STACK =
  /(?:^|\n)[ \t]{0,20}(?:at (?:\S.{0,300}[(<]|\S{0,300}[/\\.]\S{0,300}:\d)|File "|\.{3} \d)|^\s{0,20}Traceback|^(?:Uncaught )?[\w$.]{0,100}(?:Error|Exception)(?:\b|_)/

const ownStack = (value: unknown): true | undefined =>
  typeof value === 'string' && value.includes(OWN) && isOwn(messageOfStack(value)) ? true : undefined

/** Takes a message of any kind. */
const anyMessage = (value: unknown): true | undefined =>
  text(value) !== undefined || (isObject(value) && Object.keys(value).length > 0) ? true : undefined

const ownText = (value: unknown): true | undefined => (typeof value === 'string' && isOwn(value) ? true : undefined)

const MAX_ID_LENGTH = 128

/** Takes a number or a text that is not empty, and gives at most 128 UTF-16 units of it as text. */
export function identity(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value.slice(0, MAX_ID_LENGTH) : undefined
}

function isOwn(message: string | undefined): boolean {
  if (message === undefined) return false
  return message.startsWith(OWN) || withoutUncaught(message).startsWith(OWN)
}

/** Whether a value looks like an error object, with a message or without; `{}` and flags do not. */
export function errorLike(value: unknown): true | undefined {
  if (!isObject(value)) return undefined
  const looksLikeOne =
    isError(value) ||
    'stack' in value ||
    'stack_trace' in value ||
    'type' in value ||
    'message' in value ||
    'errorMessage' in value
  return looksLikeOne ? true : undefined
}
