// The draft of an alert: what the process that raises it adds to what the store counts. The store keeps it with the alert, as JSON.
import * as v from 'valibot'
import type { GroupValues } from '../rule/series.js'
import { defined, isObject, parseJson } from '../unknown.js'
import type { EvidenceSample, Top, TopValue } from './evidence.js'
import { readSample, type Sample } from './sample.js'

/** What is kept with an alert beside what the store counts; the members are those of the payload. */
export interface Draft {
  readonly threshold: number
  readonly window_seconds: number
  readonly sample: Sample
  /** Method and path of the sample's request: `GET /orders/17`. */
  readonly sample_request?: string
  /** The trace in which the sample's error happened. */
  readonly sample_trace_id?: string
  readonly group_by?: GroupValues
  /** Set where the rule counts only what is new: `count` is that of the window's new kinds, and `samples` has one of each. */
  readonly new_only?: true
  readonly service?: string
  readonly hostname?: string
  /** When the oldest error happened that the process saw, RFC 3339; the store may know an older one. */
  readonly first_seen?: string
  /** When the newest error happened that the process saw, RFC 3339; the store may know a newer one. */
  readonly last_seen?: string
  readonly samples?: readonly EvidenceSample[]
  readonly top?: Top
  /** How many groups an alert of `(many)` tells of; the store adds it as the first attempt begins, see rule/many.ts. */
  readonly groups?: number
  /** Set where one process raised the alert alone, since Redis was away. */
  readonly degraded?: true
  /** Set where somebody sends an alert by hand, to see whether it arrives. */
  readonly test?: true
}

/** The largest draft, in bytes of JSON. A body may have 64 KiB, and its other members are short. */
export const MAX_DRAFT_BYTES: number = 60 * 1024

/** JSON of a draft. One that is larger than `MAX_DRAFT_BYTES` loses its last samples, and then its top lists, until it fits. */
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

/** A member that is left out where it is missing, or where somebody has changed it in Redis to something that cannot be used. */
const optional = <T>(schema: v.GenericSchema<unknown, T>) => v.fallback(v.optional(schema), undefined)

const draftSchema = v.object({
  threshold: v.number(),
  window_seconds: v.number(),
  sample: v.pipe(
    v.looseObject({}),
    v.transform((given) => readSample(given)),
  ),
  sample_request: optional(v.string()),
  sample_trace_id: optional(v.string()),
  group_by: optional(v.custom<GroupValues>(isObject)),
  new_only: optional(v.literal(true)),
  service: optional(v.string()),
  hostname: optional(v.string()),
  first_seen: optional(v.string()),
  last_seen: optional(v.string()),
  samples: optional(v.custom<readonly EvidenceSample[]>(Array.isArray)),
  top: optional(v.custom<Top>(isObject)),
  groups: optional(v.number()),
  top_groups: optional(v.custom<readonly TopValue[]>(Array.isArray)),
  degraded: optional(v.literal(true)),
})

/** Reads a draft that `writeDraft` wrote; undefined where somebody has changed it in Redis so that it cannot be used. */
export function readDraft(text: string): Draft | undefined {
  const { success, output } = v.safeParse(draftSchema, parseJson(text))
  if (!success) return undefined
  const { top_groups: group, ...draft } = defined(output)
  return group === undefined ? draft : { ...draft, top: { message: [], path: [], status: [], ...draft.top, group } }
}

/** The groups that the store froze are all of this text, where it had no draft then; `own` is a draft to put before them. */
export function withDraft(own: string, text: string): string {
  return own !== '' && text.startsWith('{"groups":') ? `${own.slice(0, -1)},${text.slice(1)}` : text
}
