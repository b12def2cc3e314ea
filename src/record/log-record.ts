// The record: what is known of one error, read from a log line or handed in by a caller.
import { truncate } from '../text.js'
import { isObject } from '../unknown.js'

/** What is known of one request or event, whatever framework logged it. Absent text is `''`, an absent number `0`. */
export interface LogRecord {
  readonly group: string
  readonly keyId: number
  readonly model: string
  readonly providerName: string
  readonly providerType: string
  /** HTTP status of the response, 100 to 599 where it was read from a line. */
  readonly statusCode: number
  /** Message of the error; where it was read from a line, one line of at most 2048 UTF-16 units. */
  readonly errorMessage: string
  /** Address of the client that made the request. */
  readonly clientIp: string
}

/** A record, and what tells the kind of its error. A sample shows neither. */
export interface ErrorRecord extends LogRecord {
  /** The kind as it was given: by the caller that handed the record in, or by the line where the option `fields` names a place for it. */
  readonly kind: string
  /** The type of the error whose message it is, such as `TypeError`; `''` where it is not known. */
  readonly errorType: string
}

/** A record as `observe()` takes it: a caller leaves out what it does not know. */
export type GivenRecord = { readonly [field in keyof LogRecord]?: LogRecord[field] | undefined } & {
  /** What errors of one fault have in common, at most 200 characters of it. @defaultValue the shape of `errorMessage` */
  readonly kind?: string | undefined
}

/** Makes a record of what a caller handed in; a member that is missing or of another type becomes `''` or `0`. */
export function toLogRecord(input: unknown): ErrorRecord {
  const given: Partial<Record<string, unknown>> = isObject(input) ? input : {}
  return {
    group: toText(given['group']),
    keyId: toInteger(given['keyId']),
    model: toText(given['model']),
    providerName: toText(given['providerName']),
    providerType: toText(given['providerType']),
    statusCode: toInteger(given['statusCode']),
    errorMessage: toText(given['errorMessage']),
    clientIp: toText(given['clientIp']),
    kind: toKind(given['kind']),
    errorType: '',
  }
}

/** A kind, and the shape of a message, has at most this many UTF-16 units. */
export const MAX_KIND_LENGTH = 200

/** Takes a kind as it is given, cut; `''` for what is no text, or says nothing. */
export function toKind(input: unknown): string {
  return typeof input === 'string' && /\S/.test(input) ? truncate(input, MAX_KIND_LENGTH).toWellFormed() : ''
}

function toText(input: unknown): string {
  return typeof input === 'string' ? input : ''
}

/** Reads an integer, or its digits as text; anything else is 0. At most 15 digits: a longer number may be no safe integer. */
export function toInteger(input: unknown): number {
  const number = typeof input === 'string' && /^-?\d{1,15}$/.test(input) ? Number(input) : input
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : 0
}

/**
 * Merges two records of one request. What the first one knows stays, but for two things: a message that pino-http made up gives way to the
 * later record's; and a status gives way to that of the request's last line, which is the response's. What stands in an error, as axios
 * writes it, may be the status of somebody else's response.
 */
export function mergeRecords(known: ErrorRecord, later: ErrorRecord, isLast: boolean): ErrorRecord {
  const { errorMessage, errorType } = isMadeUp(known.errorMessage) && later.errorMessage !== '' ? later : known
  return {
    group: known.group || later.group,
    keyId: known.keyId || later.keyId,
    model: known.model || later.model,
    providerName: known.providerName || later.providerName,
    providerType: known.providerType || later.providerType,
    statusCode: isLast ? later.statusCode || known.statusCode : known.statusCode || later.statusCode,
    errorMessage,
    clientIp: known.clientIp || later.clientIp,
    kind: known.kind || later.kind,
    errorType,
  }
}

/** Whether there is no message, or only the one that pino-http makes up for a failed request without an error. */
export function isMadeUp(message: string): boolean {
  return message === '' || /^failed with status code \d+$/.test(message)
}
