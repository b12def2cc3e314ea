// The record that lines, and what callers hand in, are read into.
import { isObject } from '../unknown.js'

/** What is known of one request or event, whatever framework logged it. Absent text is `''`, an absent number `0`. */
export interface LogRecord {
  readonly group: string
  readonly keyId: number
  readonly model: string
  readonly providerName: string
  readonly providerType: string
  readonly statusCode: number
  readonly errorMessage: string
  readonly clientIp: string
}

/** A record as callers hand it in: what they do not know they leave out. */
export type GivenRecord = { readonly [field in keyof LogRecord]?: LogRecord[field] | undefined }

/** Reads a record that was handed in directly: members left out, or of another type, are blank. */
export function toLogRecord(input: unknown): LogRecord {
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
  }
}

function toText(input: unknown): string {
  return typeof input === 'string' ? input : ''
}

/** An integer or its digits, as loggers and queries write it; anything else is 0. */
export function toInteger(input: unknown): number {
  const number = typeof input === 'string' && /^-?\d{1,15}$/.test(input) ? Number(input) : input
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : 0
}

/** Two records of one request as one: a status beats none, a real message one that was made up, and what is known is kept. */
export function mergeRecords(known: LogRecord, later: LogRecord): LogRecord {
  return {
    group: known.group || later.group,
    keyId: known.keyId || later.keyId,
    model: known.model || later.model,
    providerName: known.providerName || later.providerName,
    providerType: known.providerType || later.providerType,
    statusCode: known.statusCode || later.statusCode,
    errorMessage: isMadeUp(known.errorMessage) && later.errorMessage !== '' ? later.errorMessage : known.errorMessage,
    clientIp: known.clientIp || later.clientIp,
  }
}

/** pino-http has a message for every failed request, be there an error or not. */
function isMadeUp(message: string): boolean {
  return message === '' || /^failed with status code \d+$/.test(message)
}
