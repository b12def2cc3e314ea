// What is told: a claim made into an alert, and an alert into the payload that receivers get.
import { type LogRecord, toLogRecord } from '../record/log-record.js'

/** The eight fields of a record under the names of the original service. */
export interface Sample {
  readonly group: string
  readonly key_id: number
  readonly model: string
  readonly provider_name: string
  readonly provider_type: string
  readonly status_code: number
  readonly error_message: string
  readonly client_ip: string
}

/** What is fixed when an alert is raised and travels with it through Redis as JSON. */
export interface Draft {
  readonly threshold: number
  readonly window_seconds: number
  readonly sample: Sample
}

/** An alert to be told; everything but the time of the attempt is frozen. */
export interface Alert extends Draft {
  /** Stable over all attempts; sent as `webhook-id` too. */
  readonly id: string
  readonly rule: string
  /** The window's count when the alert was raised. */
  readonly count: number
}

/** The JSON body of contract §6: the original's members first, with its names and types. */
export interface Payload extends Draft {
  readonly type: 'log_error_threshold'
  readonly sent_at: string
  readonly count: number
  readonly id: string
  readonly rule: string
}

/** The largest sample, as JSON in bytes. */
export const MAX_SAMPLE_BYTES = 8192

export function toSample(record: LogRecord): Sample {
  const sample = {
    group: record.group,
    key_id: record.keyId,
    model: record.model,
    provider_name: record.providerName,
    provider_type: record.providerType,
    status_code: record.statusCode,
    error_message: record.errorMessage,
    client_ip: record.clientIp,
  }
  return isSmall(sample) ? sample : shorten(sample)
}

/** The same fields under the names that JavaScript callers know. */
export function fromSample(sample: Sample): LogRecord {
  return {
    group: sample.group,
    keyId: sample.key_id,
    model: sample.model,
    providerName: sample.provider_name,
    providerType: sample.provider_type,
    statusCode: sample.status_code,
    errorMessage: sample.error_message,
    clientIp: sample.client_ip,
  }
}

/** The payload of one attempt; `sentAtMs` shows as RFC 3339 in whole seconds. */
export function toPayload(alert: Alert, sentAtMs: number): Payload {
  return {
    type: 'log_error_threshold',
    sent_at: `${new Date(sentAtMs).toISOString().slice(0, 19)}Z`,
    threshold: alert.threshold,
    window_seconds: alert.window_seconds,
    count: alert.count,
    sample: alert.sample,
    id: alert.id,
    rule: alert.rule,
  }
}

/** Reads back what `JSON.stringify` made of a draft; undefined where another hand has changed it beyond use. */
export function parseDraft(text: string): Draft | undefined {
  try {
    const draft: unknown = JSON.parse(text)
    if (typeof draft !== 'object' || draft === null) return undefined
    const { threshold, window_seconds, sample } = draft as Partial<Record<keyof Draft, unknown>>
    if (typeof threshold !== 'number' || typeof window_seconds !== 'number') return undefined
    if (typeof sample !== 'object' || sample === null) return undefined
    // Members of another type become blank, as in any record that is handed in.
    return { threshold, window_seconds, sample: toSample(toLogRecord(fromSample(sample as Sample))) }
  } catch {
    return undefined
  }
}

function isSmall(sample: Sample): boolean {
  const units = Object.values(sample).reduce<number>((sum, value) => sum + String(value).length, 0)
  // A UTF-16 unit takes six bytes at most as JSON; most samples need no closer look.
  return units * 6 + 160 <= MAX_SAMPLE_BYTES || Buffer.byteLength(JSON.stringify(sample)) <= MAX_SAMPLE_BYTES
}

/** Halves the longest text until the whole fits: the short ones, which say where, stay whole. */
function shorten(sample: Sample): Sample {
  let short = sample
  while (!isSmall(short)) {
    const texts = Object.entries(short).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    const [key, longest] = texts.reduce((a, b) => (b[1].length > a[1].length ? b : a))
    short = { ...short, [key]: longest.slice(0, Math.floor(longest.length / 2)).replace(/[\ud800-\udbff]$/, '') }
  }
  return short
}
