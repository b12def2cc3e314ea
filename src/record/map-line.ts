// A log line as an object -> a record. Pure; compiled once from the options that say where things are.
import type { LogsirenOptions, RecordField } from '../config/options.js'
import { errorPaths, fieldPaths, levelPaths, messagePaths, requestIdPaths, responseTimePaths } from './field-paths.js'
import { type LineRecord, toInteger } from './log-record.js'
import { compilePath, isError, isObject, type PathReader } from './path.js'
import { ERROR, type SeverityScale } from './severity.js'
import { cleanMessage, cleanText, messageOfStack } from './text.js'

export type MappingOptions = Pick<LogsirenOptions, 'fields' | 'messageKey' | 'errorKey' | 'nestedKey' | 'redact'>

/** A line as its logger hands it over. */
export interface Line {
  readonly members: object
  /** Further objects that belong to the line: winston's splat. */
  readonly extras?: readonly object[]
  /** Where the logger knows the level better than the members tell. */
  readonly level?: unknown
}

export type MappedLine =
  | { readonly kind: 'record'; readonly record: LineRecord }
  /** One of our own messages, or a line that holds nothing we read. */
  | { readonly kind: 'own' | 'blank' }

export type LineMapper = (line: Line, scale: SeverityScale) => MappedLine

/** A line or an error of ours begins so, and is never counted. */
const OWN_PREFIX = 'logsiren: '

/** Compiles the mapper; see field-paths.ts for the defaults that `fields` overrides. */
export function compileMapper(options: MappingOptions): LineMapper {
  const { messageKey, errorKey } = options
  const compile = (paths: readonly string[]): Reader => compileReader(paths, options)
  const field = (name: RecordField, first: readonly string[] = []): Reader => {
    const override = options.fields?.[name]
    return compile(override === undefined ? [...first, ...fieldPaths[name]] : [override].flat())
  }
  const hasOwnErrorPaths = options.fields?.errorMessage !== undefined
  const read = {
    group: field('group'),
    keyId: field('keyId'),
    model: field('model'),
    providerName: field('providerName'),
    providerType: field('providerType'),
    statusCode: field('statusCode', errorKey === undefined ? [] : [`${errorKey}.statusCode`, `${errorKey}.status`]),
    errorMessage: field('errorMessage', errorKey === undefined ? [] : [`${errorKey}.message`, errorKey]),
    clientIp: field('clientIp'),
    message: compile(messageKey === undefined ? messagePaths : [messageKey, ...messagePaths]),
    error: compile(errorKey === undefined ? errorPaths : [errorKey, ...errorPaths]),
    exception: compile(['exception']),
    stack: compile(['stack']),
    level: compile(levelPaths),
    requestId: compile(requestIdPaths),
    processId: compile(['pid']),
    hostname: compile(['hostname']),
    responseTime: compile(responseTimePaths),
  }

  return (line, scale) => {
    const roots = rootsOf(line, options.nestedKey)
    const severity = scale(line.level) ?? read.level(roots, scale) ?? 0
    const ownMessage = read.message(roots, text) ?? ''
    const isException = read.exception(roots, (value) => (value === true ? true : undefined)) === true
    const explicit =
      read.errorMessage(roots, text) ??
      (hasOwnErrorPaths ? undefined : isException && ownMessage !== '' ? ownMessage : read.stack(roots, stackMessage))
    if (ownMessage.startsWith(OWN_PREFIX) || explicit?.startsWith(OWN_PREFIX)) return { kind: 'own' }
    const hasError = explicit !== undefined || read.error(roots, errorLike) !== undefined
    const statusCode = read.statusCode(roots, status) ?? 0
    if (severity === 0 && statusCode === 0 && ownMessage === '' && !hasError) return { kind: 'blank' }
    const message = explicit ?? (severity >= ERROR ? ownMessage : '')
    const record: LineRecord = {
      group: read.group(roots, cleaned) ?? '',
      keyId: read.keyId(roots, integer) ?? 0,
      model: read.model(roots, cleaned) ?? '',
      providerName: read.providerName(roots, cleaned) ?? '',
      providerType: read.providerType(roots, cleaned) ?? '',
      statusCode,
      errorMessage: cleanMessage(message),
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

/** An object whose members are read, and how it is reached from the line's own, for `redact`. */
interface Root {
  readonly prefix: string
  readonly members: object
}

function rootsOf(line: Line, nestedKey: string | undefined): Root[] {
  const roots: Root[] = []
  const add = (prefix: string, members: unknown): void => {
    if (!isObject(members)) return
    roots.push({ prefix, members })
    const error = attachedError(members)
    if (error !== undefined) roots.push({ prefix, members: { err: error } })
  }
  add('', line.members)
  const { members } = line
  for (const key of nestedKey === undefined ? ['meta', 'metadata'] : ['meta', 'metadata', nestedKey]) {
    if (key in members) add(`${key}.`, compilePath(key)(members))
  }
  for (const extra of line.extras ?? []) add('', extra)
  return roots
}

/** In-process loggers hand over Error objects: as the line itself, as its message, or under any key. */
function attachedError(members: object): Error | undefined {
  return isError(members) ? members : Object.values(members).find(isError)
}

type Reader = <T>(roots: readonly Root[], accept: (value: unknown) => T | undefined) => T | undefined

/** Tries each path in each root; the first value that is accepted wins. Redacted places are not looked at. */
function compileReader(paths: readonly string[], options: MappingOptions): Reader {
  const redacted = (options.redact ?? []).map((path) => path.split('.'))
  const readers: { readonly path: string; readonly read: PathReader }[] = paths.map((path) => ({
    path,
    read: compilePath(path),
  }))
  return (roots, accept) => {
    for (const { path, read } of readers) {
      for (const { prefix, members } of roots) {
        if (redacted.length > 0 && isRedacted(`${prefix}${path}`, redacted)) continue
        const accepted = accept(read(members))
        if (accepted !== undefined) return accepted
      }
    }
    return undefined
  }
}

function isRedacted(path: string, redacted: readonly (readonly string[])[]): boolean {
  const segments = path.split('.')
  return redacted.some((pattern) =>
    pattern.every((part, i) => (part === '*' ? i < segments.length : part === segments[i])),
  )
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined
const cleaned = (value: unknown): string | undefined => (typeof value === 'string' ? cleanText(value) : undefined)
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
