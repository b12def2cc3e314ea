// The message of a line that says what happened: that of its error, else the line's own.
import { cleanMessage, headOfStack, tellingLine, withoutColours } from '../../text.js'
import { isObject, parseJson } from '../../unknown.js'
import { ERROR } from '../severity.js'
import {
  errorPathsOf,
  type LineShape,
  messagePathsOf,
  otelMessagePaths,
  pathsOf,
  stackPaths,
  telemetryLevelPaths,
} from './field-paths.js'
import { compileReader, isHidden, type Root } from './line-reader.js'
import { errorLike, stackText, text } from './line-traits.js'
import { compilePath, isError, member } from './path.js'
import { jsonOf } from './sample-fields.js'

/** Chooses the message of a line, safe to keep; `''` where it has none. Its own message counts where its level is `error` or worse, or beside an error. */
export type MessageReader = (roots: readonly Root[], severity: number) => string

/** An object is looked into as deep as this, and at so many items of a list. */
const MAX_DEPTH = 3
const MAX_ITEMS = 5
/** UTF-16 units of JSON in a text that are parsed. */
const MAX_JSON_LENGTH = 65_536

/** Where texts stand in an object that is a message, or an error. */
export const messageNames: readonly string[] = [
  'message',
  'errorMessage',
  'error_message',
  'msg',
  'Message',
  'value',
  'stringValue',
]
/** Where the errors stand that an error is about. */
export const innerNames: readonly string[] = [
  'aggregateErrors',
  'errors',
  'issues',
  'cause',
  'originalError',
  'reason',
  'error',
  'err',
]
const furtherNames = ['detail', 'details', 'description', 'error_description', 'constraints', 'title', 'text', 'class']
/** Messages that say no more than that something else failed. */
const WRAPPER =
  /^(?:fetch failed|failed to fetch|all promises were rejected|(?:network|connection|unknown|unexpected|internal) error|request (?:failed|error)|terminated|an? (?:unknown |unexpected )?error (?:has )?occurred)[.:!\s]*$/i

/** Whether what a path of a root leads to may be shown. */
type IsOpen = (path: string) => boolean

/** Compiles the reader, which does not look at redacted places. */
export function compileMessage(shape: LineShape, redact: readonly string[] = []): MessageReader {
  const isToldWhere = shape.fields?.errorMessage !== undefined
  const error = compileFirst(isToldWhere ? pathsOf('errorMessage', shape) : errorPathsOf(shape), redact)
  const stack = compileFirst(isToldWhere ? [] : stackPaths, redact)
  const code = compileFirst(['code'], redact)
  const errorObject = compileFirst(errorPathsOf(shape), redact)
  const own = compileFirst(messagePathsOf(shape), redact)
  const ofTelemetry = compileFirst(otelMessagePaths, redact)
  const telemetry = compileReader([...telemetryLevelPaths, 'severityText', 'SeverityText'])

  const ownMessage = <T>(roots: readonly Root[], take: Take<T>): T | undefined =>
    own(roots, take) ?? (telemetry(roots, (value) => value) === undefined ? undefined : ofTelemetry(roots, take))

  // winston's `errors` format makes the error the line itself.
  const nameBeside = (roots: readonly Root[]): string | undefined => {
    const inStack = stack(roots, (value) => (stackText(value) === true ? nameInStack(value as string) : undefined))
    return inStack === undefined ? undefined : (code(roots, (value) => text(value) as string | undefined) ?? inStack)
  }

  return (roots, severity) => {
    const ofError =
      error(roots, messageIn) ??
      (isToldWhere ? undefined : own(roots.filter(isThrown), messageIn)) ??
      stack(roots, (value) => stackText(value) && messageInText(headOfStack(value as string), 0))
    if (ofError !== undefined) return cleanMessage(ofError)
    const isShown = severity >= ERROR || errorObject(roots, errorLike) === true
    const told =
      (isShown ? ownMessage(roots, messageIn) : undefined) ??
      errorObject(roots, nameIn) ??
      nameBeside(roots) ??
      (isShown ? ownMessage(roots, anyText) : undefined)
    return told === undefined ? '' : cleanMessage(told)
  }
}

/** Makes something of a value; `isOpen` says of a path below the root whether it may be shown. */
type Take<T> = (value: unknown, path: string, isOpen: IsOpen) => T | undefined

const allOpen: IsOpen = () => true

/** Compiles a reader of the first value at one of these paths of which `take` makes something. */
function compileFirst(
  paths: readonly string[],
  redact: readonly string[],
): <T>(roots: readonly Root[], take: Take<T>) => T | undefined {
  const readers = paths.map((path) => ({ path, read: compilePath(path) }))
  const redacted = redact.map((path) => path.split('.'))
  return (roots, take) => {
    for (const { path, read } of readers) {
      for (const root of roots) {
        const value = read(root.members)
        if (value === undefined) continue
        const isOpen = redact.length === 0 ? allOpen : (inner: string): boolean => !isHidden(root, inner, redacted)
        const taken = isOpen(path) ? take(value, path, isOpen) : undefined
        if (taken !== undefined) return taken
      }
    }
    return undefined
  }
}

/** What a value says: a text, or the message of an error or of any object; undefined where it says nothing. */
function messageIn(value: unknown, path: string, isOpen: IsOpen, depth = 0): string | undefined {
  if (typeof value === 'string') return messageInText(withoutColours(value), depth)
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return undefined
  if (Array.isArray(value)) return firstOf(value.slice(0, MAX_ITEMS).keys(), value, path, isOpen, depth)
  const own = firstOf(messageNames, value, path, isOpen, depth)
  // pino puts the messages of causes behind the message; of one that has none the colon is left.
  const message = own?.endsWith(':') === true ? own.slice(0, -1) : own
  if (message !== undefined && !WRAPPER.test(message) && message === own) return withPlace(message, value)
  const inner = firstOf(innerNames, value, path, isOpen, depth) ?? causeInStack(value, path, isOpen)
  if (message === undefined) return inner ?? firstOf(furtherNames, value, path, isOpen, depth)
  return inner === undefined || message.includes(inner) ? message : `${message}: ${inner}`
}

function firstOf(
  names: Iterable<string | number>,
  object: object,
  path: string,
  isOpen: IsOpen,
  depth: number,
): string | undefined {
  for (const name of names) {
    const place = `${path}.${name}`
    const value = member(object, String(name))
    if (value === undefined || !isOpen(place)) continue
    const message = messageIn(name === 'constraints' ? listOfValues(value) : value, place, isOpen, depth + 1)
    if (message !== undefined) return message
  }
  return undefined
}

/** The messages of class-validator, by the name of what was checked. */
function listOfValues(value: unknown): readonly unknown[] {
  return isObject(value) ? Object.values(value) : []
}

/** What a text says. Zod's message, for one, is a list of what is wrong, as JSON. */
function messageInText(value: string, depth: number): string | undefined {
  const isJson = /^\s*(?:\{\s*"|\[\s*[{"[])/.test(value) && value.length <= MAX_JSON_LENGTH
  const parsed = isJson ? parseJson(value) : undefined
  if (typeof parsed === 'object' && parsed !== null)
    return messageIn(parsed, '', allOpen, depth + 1) ?? tellingLine(value)
  if (isJson) {
    const inside = /"(?:message|errorMessage|msg)"\s*:\s*"((?:[^"\\]|\\.){1,500})"/.exec(value)?.[1]
    if (inside !== undefined) return tellingLine(inside)
  }
  return tellingLine(value)
}

/** Says before a message what it is about, where an object tells: `items.0.sku: Required`. */
function withPlace(message: string, object: object): string {
  const place = member(object, 'path')
  if (!Array.isArray(place) || place.length === 0 || member(object, 'code') === undefined) return message
  return place.every((name) => typeof name === 'string' || typeof name === 'number')
    ? `${place.join('.')}: ${message}`
    : message
}

/** What is told of a cause in the stack that pino's serializer writes. */
function causeInStack(object: object, path: string, isOpen: IsOpen): string | undefined {
  const stack = member(object, 'stack')
  if (typeof stack !== 'string' || !isOpen(`${path}.stack`)) return undefined
  const [, code, message = ''] =
    /\ncaused by: [\w$.]{1,100}(?: \[(\w{1,64})\])?(?::[ \t]?([^\r\n]*))?/.exec(stack) ?? []
  return tellingLine(message) ?? code
}

/** An error's code, or its type where that says more than that it is an error. */
function nameIn(value: unknown, path: string, isOpen: IsOpen): string | undefined {
  if (!isObject(value)) return undefined
  for (const name of ['code', 'errno', 'type', 'name', 'errorType', 'kind', 'class']) {
    const told = member(value, name)
    if ((typeof told !== 'string' && typeof told !== 'number') || !isOpen(`${path}.${name}`)) continue
    if (/[a-z\d]/i.test(String(told)) && !/^(?:error|object|exception)$/i.test(String(told))) return String(told)
  }
  const stack = isOpen(`${path}.stack`) ? member(value, 'stack') : undefined
  return typeof stack === 'string' ? nameInStack(stack) : undefined
}

/** The code at the head of a stack, or the type where that says more than that it is an error. */
function nameInStack(stack: string): string | undefined {
  const [, type, code] = /^([\w$.]{1,100})(?: \[(\w{1,64})\])?/.exec(stack) ?? []
  return code ?? (type === 'Error' ? undefined : type)
}

/** A text though it says nothing, or an object as JSON, cut. */
function anyText(value: unknown, path: string, isOpen: IsOpen): string | undefined {
  if (typeof value === 'string') return text(value)
  if (typeof value === 'number') return String(value)
  if (!isObject(value) || isError(value)) return undefined
  const json = jsonOf(value, path, isOpen)
  return json === '{}' ? undefined : json
}

/** Whether a root is an uncaught error as winston writes it: the line's own message is the error's, beside `exception: true`. */
function isThrown({ members }: Root): boolean {
  return member(members, 'exception') === true
}
