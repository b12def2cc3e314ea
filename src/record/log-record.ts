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

/** A record made from a log line, with what the line alone tells. */
export interface LineRecord extends LogRecord {
  /** On pino's scale, trace 10 to fatal 60; 0 where the line has no level. */
  readonly severity: number
  /** The line carries an error object or an error text of its own, not just a message. */
  readonly hasError: boolean
  /** Distinguishes requests of one process; `''` where the line belongs to none. */
  readonly requestId: string
  /** The line has a response time: it is the last of its request. */
  readonly closesRequest: boolean
}

/** Reads a record that was handed in directly: members left out, or of another type, are blank. */
export function toLogRecord(input: unknown): LogRecord {
  const given: Partial<Record<string, unknown>> = typeof input === 'object' && input !== null ? { ...input } : {}
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
