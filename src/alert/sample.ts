// Samples: records as payloads show them, bounded in size.
import { type LogRecord, toLogRecord } from '../record/log-record.js'
import type { SampleFields } from '../record/reading/sample-fields.js'

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
  /** Values of the line, by the paths of the option `sampleFields`. */
  readonly fields?: SampleFields
}

/** The largest sample, in bytes of JSON. */
export const MAX_SAMPLE_BYTES = 8192

/** Makes a sample of a record. To fit into `MAX_SAMPLE_BYTES` long texts are cut, and the last of the fields left out. */
export function toSample(record: LogRecord, fields?: SampleFields): Sample {
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
  const short = isSmall(sample) ? sample : shorten(sample)
  return fields === undefined ? short : withFields(short, fields)
}

/** Makes a record of a sample, whose members have the names that JavaScript callers know. */
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

/** Reads a sample that somebody may have changed in Redis: a member of another type becomes `''` or `0`. */
export function readSample(input: object): Sample {
  const { fields } = input as Partial<Sample>
  const record = toLogRecord(fromSample(input as Sample))
  return toSample(record, typeof fields === 'object' && fields !== null ? fields : undefined)
}

function isSmall(sample: Sample): boolean {
  const units = Object.values(sample).reduce<number>((sum, value) => sum + String(value).length, 0)
  // A UTF-16 unit takes at most six bytes of JSON, and the members' names less than 160: most samples need no closer look.
  return units * 6 + 160 <= MAX_SAMPLE_BYTES || fits(sample)
}

function fits(sample: Sample): boolean {
  return Buffer.byteLength(JSON.stringify(sample)) <= MAX_SAMPLE_BYTES
}

/** Halves the longest text until the sample fits: short texts, which say where the error happened, stay whole. */
function shorten(sample: Sample): Sample {
  let short = sample
  while (!isSmall(short)) {
    const texts = Object.entries(short).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    const [key, longest] = texts.reduce((a, b) => (b[1].length > a[1].length ? b : a))
    short = { ...short, [key]: longest.slice(0, Math.floor(longest.length / 2)).replace(/[\ud800-\udbff]$/, '') }
  }
  return short
}

/** Adds as many of the fields, in their order, as there is room for. */
function withFields(sample: Sample, fields: SampleFields): Sample {
  let entries = Object.entries(fields)
  while (entries.length > 0) {
    const whole = { ...sample, fields: Object.fromEntries(entries) }
    if (fits(whole)) return whole
    entries = entries.slice(0, -1)
  }
  return sample
}
