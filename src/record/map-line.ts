// A log line as an object -> a record. Pure; compiled once from the options that say where things are.
import type { LogsirenOptions, RecordField } from '../config/options.js'
import { errorPaths, fieldPaths, levelPaths, messagePaths, requestIdPaths, responseTimePaths } from './field-paths.js'
import { compileReader, type Line, type LineReader, type Root, rootsOf } from './line-reader.js'
import { type LineRecord, toInteger } from './log-record.js'
import { isError, isObject, member } from './path.js'
import { ERROR, type SeverityScale } from './severity.js'
import { cleanMessage, cleanText, messageOfStack } from './text.js'

export type MappingOptions = Pick<LogsirenOptions, 'fields' | 'messageKey' | 'errorKey' | 'nestedKey' | 'redact'>

export type MappedLine =
  | { readonly kind: 'record'; readonly record: LineRecord }
  /** One of our own messages, or a line that holds nothing we read. */
  | { readonly kind: 'own' | 'blank' }

export type LineMapper = (line: Line, scale: SeverityScale) => MappedLine

/** A line or an error of ours begins so, and is never counted; winston puts something in front of what was thrown. */
const OWN = /^(?:(?:uncaughtException|unhandledRejection): )?logsiren: /

/** Compiles the mapper; see field-paths.ts for the defaults that `fields` overrides. */
export function compileMapper(options: MappingOptions): LineMapper {
  const { messageKey, redact = [] } = options
  // What is only judged by may be redacted all the same: it never leaves.
  const judged = (paths: readonly string[]): LineReader => compileReader(paths)
  const told = (paths: readonly string[]): LineReader => compileReader(paths, redact)
  const field = (name: RecordField): LineReader => told(pathsOf(name, options))
  const allMessagePaths = messageKey === undefined ? messagePaths : [messageKey, ...messagePaths]
  const read = {
    group: field('group'),
    keyId: field('keyId'),
    model: field('model'),
    providerName: field('providerName'),
    providerType: field('providerType'),
    statusCode: field('statusCode'),
    clientIp: field('clientIp'),
    message: told(allMessagePaths),
    anyMessage: judged([...allMessagePaths, ...atErrorKey(fieldPaths.errorMessage, options)]),
    error: judged(atErrorKey(errorPaths, options)),
    level: judged(levelPaths),
    requestId: judged(requestIdPaths),
    processId: judged(['pid']),
    hostname: judged(['hostname']),
    responseTime: judged(responseTimePaths),
  }
  const errorMessage = compileErrorMessage(options, allMessagePaths, told)
  const hiddenMessage = redact.length === 0 ? undefined : compileErrorMessage(options, allMessagePaths, judged)
  const mayHideOwn = redact.length > 0 || options.fields?.errorMessage !== undefined

  return (line, scale) => {
    const roots = rootsOf(line, options.nestedKey)
    const severity = scale(line.level) ?? read.level(roots, scale) ?? 0
    const ownMessage = read.message(roots, text) ?? ''
    const explicit = errorMessage(roots)
    if (OWN.test(ownMessage) || (explicit !== undefined && OWN.test(explicit))) return { kind: 'own' }
    if (mayHideOwn && read.anyMessage(roots, own)) return { kind: 'own' }
    const hasError = (explicit ?? hiddenMessage?.(roots) ?? read.error(roots, errorLike)) !== undefined
    const statusCode = read.statusCode(roots, status) ?? 0
    if (severity === 0 && statusCode === 0 && ownMessage === '' && !hasError) return { kind: 'blank' }
    const record: LineRecord = {
      group: read.group(roots, cleaned) ?? '',
      keyId: read.keyId(roots, integer) ?? 0,
      model: read.model(roots, cleaned) ?? '',
      providerName: read.providerName(roots, cleaned) ?? '',
      providerType: read.providerType(roots, cleaned) ?? '',
      statusCode,
      errorMessage: cleanMessage(explicit ?? (severity >= ERROR ? ownMessage : '')),
      clientIp: read.clientIp(roots, address) ?? '',
      severity,
      hasError,
      requestId: '',
      closesRequest: read.responseTime(roots, number) !== undefined,
    }
    const id = read.requestId(roots, identity)
    if (id === undefined) return { kind: 'record', record }
    const process = `${read.processId(roots, identity) ?? ''} ${read.hostname(roots, identity) ?? ''}`
    return { kind: 'record', record: { ...record, requestId: `${process} ${id}` } }
  }
}

function pathsOf(name: RecordField, options: MappingOptions): readonly string[] {
  const override = options.fields?.[name]
  return override === undefined ? atErrorKey(fieldPaths[name], options) : [override].flat()
}

/** Wherever `err` is read, the key that the logger has for it comes first. */
function atErrorKey(paths: readonly string[], { errorKey = 'err' }: MappingOptions): readonly string[] {
  if (errorKey === 'err') return paths
  return paths.flatMap((path) => (/^err(\.|$)/.test(path) ? [`${errorKey}${path.slice('err'.length)}`, path] : [path]))
}

/** The message of an attached error; undefined where the line has none that tells one. */
function compileErrorMessage(
  options: MappingOptions,
  allMessagePaths: readonly string[],
  compile: (paths: readonly string[]) => LineReader,
): (roots: readonly Root[]) => string | undefined {
  const direct = compile(pathsOf('errorMessage', options))
  if (options.fields?.errorMessage !== undefined) return (roots) => direct(roots, text)
  const message = compile(allMessagePaths)
  const stack = compile(['stack'])
  // winston's message of what was thrown, which stands beside `exception: true`.
  const thrown = (roots: readonly Root[]): string | undefined =>
    message(
      roots.filter(({ members }) => member(members, 'exception') === true),
      text,
    )
  return (roots) => direct(roots, text) ?? thrown(roots) ?? stack(roots, stackMessage)
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined
const cleaned = (value: unknown): string | undefined => {
  const given = text(value)
  return given === undefined ? undefined : cleanText(given)
}
const own = (value: unknown): true | undefined => (typeof value === 'string' && OWN.test(value) ? true : undefined)
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)
const stackMessage = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? messageOfStack(value) : undefined

const integer = (value: unknown): number | undefined => toInteger(value) || undefined

function status(value: unknown): number | undefined {
  const code = toInteger(value)
  return code >= 100 && code <= 599 ? code : undefined
}

function address(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? cleanText(value.replace(/^::ffff:(?=\d+\.)/i, '')) : undefined
}

function identity(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value.slice(0, 128) : undefined
}

/** An error object without a message still is one; `{}` and flags are not. */
function errorLike(value: unknown): true | undefined {
  if (!isObject(value)) return undefined
  const looksLikeOne =
    isError(value) || 'stack' in value || 'stack_trace' in value || 'type' in value || 'message' in value
  return looksLikeOne ? true : undefined
}
