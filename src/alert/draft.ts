// The draft of an alert: what the process that raises it adds to what the store counts. The store keeps it with the alert, as JSON.
import * as v from 'valibot'
import { MAX_LABELS } from '../config/checks/labels.js'
import { MAX_LINK_LENGTH, MAX_LINKS } from '../config/checks/links.js'
import type { RuleSettings } from '../config/settings.js'
import type { GroupValues } from '../rule/series.js'
import { MAX_TEXT_LENGTH, truncate } from '../text.js'
import { defined, isObject, parseJson } from '../unknown.js'
import type { EvidenceSample, Top, TopValue } from './evidence.js'
import { readSample, type Sample } from './sample.js'

/** Texts by their names. */
export type Texts = Readonly<Record<string, string>>

/** What is kept with an alert beside what the store counts; the members are those of the payload. */
export interface Draft {
  readonly threshold: number
  /** The share of the window's requests, in percent, that the rule asks for, too; left out where it asks for none. */
  readonly percent?: number
  readonly window_seconds: number
  readonly sample: Sample
  /** Method and path of the sample's request: `GET /orders/17`. */
  readonly sample_request?: string
  /** The trace in which the sample's error happened. */
  readonly sample_trace_id?: string
  /** The sample's kind, see record/kind.ts, for `{kind}`; left out where nothing tells it. No payload has it. */
  readonly sample_kind?: string
  readonly group_by?: GroupValues
  /** Set where the rule counts only what is new: `count` is that of the window's new kinds, and `samples` has one of each. */
  readonly new_only?: true
  readonly service?: string
  readonly hostname?: string
  readonly labels?: Texts
  /** Templates of links; each payload has them filled in, see links.ts. */
  readonly link_templates?: Texts
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

/** What a draft says of its rule. */
export function ruleMembers(
  rule: RuleSettings,
): Pick<Draft, 'threshold' | 'percent' | 'window_seconds' | 'labels' | 'link_templates'> {
  const { threshold, percent, windowMs, labels, links } = rule
  return {
    threshold,
    ...(percent > 0 && { percent }),
    window_seconds: windowMs / 1000,
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(Object.keys(links).length > 0 && { link_templates: links }),
  }
}

/** The largest draft, in bytes of JSON. A body may have 64 KiB, and its other members are short but for its links. */
export const MAX_DRAFT_BYTES: number = 60 * 1024

/** JSON of a draft. One that is larger than `MAX_DRAFT_BYTES` loses its last samples, and then its top lists, until it fits. */
export function writeDraft(draft: Draft): string {
  const maxBytes = MAX_DRAFT_BYTES - MAX_LINK_LENGTH * Object.keys(draft.link_templates ?? {}).length
  let fitting = draft
  for (;;) {
    const text = JSON.stringify(fitting)
    if (Buffer.byteLength(text) <= maxBytes) return text
    const { samples = [], top, ...rest } = fitting
    if (samples.length > 0) fitting = { ...fitting, samples: samples.slice(0, -1) }
    else if (top !== undefined) fitting = rest
    else return text
  }
}

/** A member that is left out where it is missing, or where somebody has changed it in Redis to something that cannot be used. */
const optional = <T>(schema: v.GenericSchema<unknown, T>) => v.fallback(v.optional(schema), undefined)

/** The first `max` texts of an object. */
const texts = (max: number): v.GenericSchema<unknown, Texts> =>
  v.pipe(
    v.custom<Readonly<Record<string, unknown>>>(isObject),
    v.transform((given) =>
      Object.fromEntries(
        Object.entries(given)
          .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
          .map(([name, text]) => [truncate(name, MAX_TEXT_LENGTH), truncate(text, MAX_TEXT_LENGTH)] as const)
          .slice(0, max),
      ),
    ),
  )

const draftSchema = v.object({
  threshold: v.number(),
  percent: optional(v.number()),
  window_seconds: v.number(),
  sample: v.pipe(
    v.looseObject({}),
    v.transform((given) => readSample(given)),
  ),
  sample_request: optional(v.string()),
  sample_trace_id: optional(v.string()),
  sample_kind: optional(v.string()),
  group_by: optional(v.custom<GroupValues>(isObject)),
  new_only: optional(v.literal(true)),
  service: optional(v.string()),
  hostname: optional(v.string()),
  labels: optional(texts(MAX_LABELS)),
  link_templates: optional(texts(MAX_LINKS)),
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
