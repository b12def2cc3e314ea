// What is fixed when an alert is raised, beside what the store knows; travels with it through Redis as JSON.
import type { GroupValues } from '../rule/series.js'
import type { EvidenceSample, Top } from './evidence.js'
import { readSample, type Sample } from './sample.js'

export interface Draft {
  readonly threshold: number
  readonly window_seconds: number
  readonly sample: Sample
  readonly group_by?: GroupValues
  readonly service?: string
  readonly hostname?: string
  /** Of the errors that this process saw; the store may know more. */
  readonly first_seen?: string
  readonly last_seen?: string
  readonly samples?: readonly EvidenceSample[]
  readonly top?: Top
  /** Raised by one process alone, since Redis was away. */
  readonly degraded?: true
  /** Sent by hand, to see whether it arrives. */
  readonly test?: true
}

/** What a draft may take as JSON, in bytes: the rest of a body of 64 KiB is short. */
export const MAX_DRAFT_BYTES: number = 60 * 1024

/** The JSON of a draft, without as many samples, and then top lists, as it takes to fit. */
export function writeDraft(draft: Draft): string {
  let fitting = draft
  for (;;) {
    const text = JSON.stringify(fitting)
    if (Buffer.byteLength(text) <= MAX_DRAFT_BYTES) return text
    const { samples = [], top, ...rest } = fitting
    if (samples.length > 0) fitting = { ...fitting, samples: samples.slice(0, -1) }
    else if (top !== undefined) fitting = rest
    else return text
  }
}

/** Reads back what `writeDraft` wrote; undefined where another hand has changed it beyond use. */
export function readDraft(text: string): Draft | undefined {
  try {
    const draft: unknown = JSON.parse(text)
    if (typeof draft !== 'object' || draft === null) return undefined
    const { threshold, window_seconds, sample, group_by, service, hostname, first_seen, last_seen, samples, top } =
      draft as Partial<Draft>
    const { degraded } = draft as Partial<Draft>
    if (typeof threshold !== 'number' || typeof window_seconds !== 'number') return undefined
    if (typeof sample !== 'object' || sample === null) return undefined
    return {
      threshold,
      window_seconds,
      sample: readSample(sample),
      ...(isObject(group_by) && { group_by }),
      ...(typeof service === 'string' && { service }),
      ...(typeof hostname === 'string' && { hostname }),
      ...(typeof first_seen === 'string' && { first_seen }),
      ...(typeof last_seen === 'string' && { last_seen }),
      ...(Array.isArray(samples) && { samples }),
      ...(isObject(top) && { top }),
      ...(degraded === true && { degraded }),
    }
  } catch {
    return undefined
  }
}

function isObject(input: unknown): input is object {
  return typeof input === 'object' && input !== null && !Array.isArray(input)
}
