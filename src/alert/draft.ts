// What is fixed when an alert is raised, beside what the store knows; travels with it through Redis as JSON.
import * as v from 'valibot'
import type { GroupValues } from '../rule/series.js'
import { defined, isObject, parseJson } from '../unknown.js'
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

/** What another hand has changed beyond use is left out. */
const optional = <T>(schema: v.GenericSchema<unknown, T>) => v.fallback(v.optional(schema), undefined)

const draftSchema = v.object({
  threshold: v.number(),
  window_seconds: v.number(),
  sample: v.pipe(
    v.looseObject({}),
    v.transform((given) => readSample(given)),
  ),
  group_by: optional(v.custom<GroupValues>(isObject)),
  service: optional(v.string()),
  hostname: optional(v.string()),
  first_seen: optional(v.string()),
  last_seen: optional(v.string()),
  samples: optional(v.custom<readonly EvidenceSample[]>(Array.isArray)),
  top: optional(v.custom<Top>(isObject)),
  degraded: optional(v.literal(true)),
})

/** Reads back what `writeDraft` wrote; undefined where another hand has changed it beyond use. */
export function readDraft(text: string): Draft | undefined {
  const { success, output } = v.safeParse(draftSchema, parseJson(text))
  return success ? defined(output) : undefined
}
