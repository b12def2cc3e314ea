// Makes a record of a log line. The mapper is compiled once, from the options that say where in a line things are.
import type { RecordField } from '../../config/options.js'
import { cleanMessage, cleanText, messageOfStack } from '../../text.js'
import { type ErrorRecord, toInteger, toKind } from '../log-record.js'
import { compileErrorType } from './error-type.js'
import { type LineShape, messagePathsOf, pathsOf } from './field-paths.js'
import { compileMessage } from './line-message.js'
import { compileReader, type LineReader, type Root } from './line-reader.js'
import { compileStatus } from './line-status.js'
import { text } from './line-traits.js'

/** Makes a record of a line. Its own message stands in for that of an error only if `severity` is `error` or worse. */
export type LineMapper = (roots: readonly Root[], severity: number) => ErrorRecord

/** Reads single members of a record, for conditions and groups, which look at few of them: a record takes twice as long as its message. */
export type FieldReaders = {
  readonly [name in keyof ErrorRecord]: (roots: readonly Root[], severity: number) => ErrorRecord[name]
}

/** Compiles the readers; field-paths.ts has the default paths. */
export function compileFields(shape: LineShape): FieldReaders {
  const { redact = [] } = shape
  const reader = (name: RecordField): LineReader => compileReader(pathsOf(name, shape), redact)
  const text = (name: RecordField): ((roots: readonly Root[]) => string) => {
    const read = reader(name)
    return (roots) => read(roots, cleaned) ?? ''
  }
  const [keyId, clientIp, given] = [reader('keyId'), reader('clientIp'), reader('kind')]
  const message = compileMessage(shape, redact)
  const isRepeated = compileRepetition(shape, redact)
  return {
    group: text('group'),
    keyId: (roots) => keyId(roots, integer) ?? 0,
    model: text('model'),
    providerName: text('providerName'),
    providerType: text('providerType'),
    statusCode: compileStatus(shape, redact),
    errorMessage: (roots, severity) => {
      const shown = message(roots, severity)
      return isRepeated(shown, roots) ? '' : shown
    },
    clientIp: (roots) => clientIp(roots, address) ?? '',
    kind: (roots) => given(roots, kind) ?? '',
    errorType: compileErrorType(shape, redact),
  }
}

/** Makes a mapper of the readers. */
export function mapperOf(read: FieldReaders): LineMapper {
  return (roots, severity) => ({
    group: read.group(roots, severity),
    keyId: read.keyId(roots, severity),
    model: read.model(roots, severity),
    providerName: read.providerName(roots, severity),
    providerType: read.providerType(roots, severity),
    statusCode: read.statusCode(roots, severity),
    errorMessage: read.errorMessage(roots, severity),
    clientIp: read.clientIp(roots, severity),
    kind: read.kind(roots, severity),
    errorType: read.errorType(roots, severity),
  })
}

/** A redacted text with fewer UTF-16 units than these may be a part of another text by chance. */
const MIN_REPEATED_LENGTH = 4

/**
 * Compiles a check whether a message repeats a redacted text. Loggers copy the message of an error: they make it the line's own, put
 * it behind the line's own, and begin a stack with it. If one place is redacted, no copy in another place may show its text.
 */
function compileRepetition(
  shape: LineShape,
  redact: readonly string[],
): (shown: string, roots: readonly Root[]) => boolean {
  if (redact.length === 0) return () => false
  const paths = [...pathsOf('errorMessage', shape), ...messagePathsOf(shape), 'stack']
  const [all, open] = [paths.map((path) => compileReader([path])), paths.map((path) => compileReader([path], redact))]
  return (shown, roots) =>
    roots.some((root) =>
      all.some((read, i) => {
        const hidden = read([root], text)
        if (hidden === undefined || open[i]?.([root], text) === hidden) return false
        const [message, inStack] = [cleanMessage(hidden), messageOfStack(hidden)]
        return (
          shown === message ||
          [message, inStack].some((one) => one.length >= MIN_REPEATED_LENGTH && shown.includes(one))
        )
      }),
    )
}

/** Takes a text that is not blank, and cleans it. */
export const cleaned = (value: unknown): string | undefined => {
  const given = text(value)
  return given === undefined ? undefined : cleanText(given)
}

/** Takes a kind: a text that is not blank, or a code that is a number. */
const kind = (value: unknown): string | undefined =>
  toKind(cleaned(typeof value === 'number' ? String(value) : value)) || undefined

const integer = (value: unknown): number | undefined => toInteger(value) || undefined

/** Takes the address of a client; an IPv4 address in IPv6 form loses its `::ffff:`. */
function address(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? cleanText(value.replace(/^::ffff:(?=\d+\.)/i, '')) : undefined
}
