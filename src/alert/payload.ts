// Notices, which are alerts and their ends, and the payload that receivers get of them.
import type { FiringFacts, ResolvedFacts } from '../rule/alert-state.js'
import { toTimestamp } from '../text.js'
import type { Draft, Texts } from './draft.js'
import { linksOf } from './links.js'

interface Notice extends Draft {
  /** Names the notice. Every attempt to deliver it has the same id, which the header `webhook-id` holds too. */
  readonly id: string
  readonly rule: string
  /** Errors in the window when the notice was raised. */
  readonly count: number
  /** Names the fleet that it is of, or the process where that counts alone, for receivers that are told of several. No payload has it. */
  readonly fleet?: string
}

/** An alert: a series has reached its threshold. */
export interface Alert extends Notice {
  readonly facts: FiringFacts
}

/** The end of an alert: its errors have stopped. */
export interface Resolution extends Notice {
  readonly facts: ResolvedFacts
}

/** The JSON body of a webhook, whose members README explains under The webhook. Those of the original service come first. */
export type Payload = ThresholdPayload | ResolvedPayload

/** What a payload has of a draft. */
interface Told extends Omit<Draft, 'link_templates'> {
  /** Urls by the names of their links. */
  readonly links?: Texts
}

/** The body of an alert. */
export interface ThresholdPayload extends Told {
  readonly type: 'log_error_threshold'
  readonly sent_at: string
  readonly count: number
  readonly id: string
  readonly rule: string
  /** Requests in the window when the alert was raised, the errors among them; only where the rule has `percent`. */
  readonly requests?: number
  readonly suppressed: number
  /** Which alert of the series this is while alerts keep coming: 1 for the first. Tests have none. */
  readonly notice?: number
  /** When the first of these alerts was raised, RFC 3339. */
  readonly since?: string
}

/** The body of the end of an alert. */
export interface ResolvedPayload extends Omit<Told, 'first_seen' | 'last_seen' | 'samples' | 'top' | 'degraded'> {
  readonly type: 'log_error_resolved'
  readonly sent_at: string
  readonly count: number
  readonly id: string
  readonly rule: string
  readonly alert_id: string
  readonly duration_seconds: number
  readonly peak: number
  readonly total: number
  /** As in the alert that `alert_id` names. */
  readonly since?: string
}

export function isAlert(notice: Alert | Resolution): notice is Alert {
  return notice.facts.kind === 'firing'
}

/** The payload of one attempt; in all attempts at a notice only `sent_at` differs. */
export function toPayload(notice: Alert | Resolution, sentAtMs: number): Payload {
  const sentAt = toTimestamp(sentAtMs)
  const payload =
    notice.facts.kind === 'firing'
      ? thresholdPayload(notice, notice.facts, sentAt)
      : resolvedPayload(notice, notice.facts, sentAt)
  const links = linksOf(notice.link_templates ?? {}, payload)
  return Object.keys(links).length === 0 ? payload : { ...payload, links }
}

function thresholdPayload(alert: Notice, facts: FiringFacts, sentAt: string): ThresholdPayload {
  const { first_seen, last_seen, samples, top, degraded, test } = alert
  const firstSeen = facts.firstSeenMs === undefined ? first_seen : toTimestamp(facts.firstSeenMs)
  const lastSeen = facts.lastSeenMs === undefined ? last_seen : toTimestamp(facts.lastSeenMs)
  return {
    type: 'log_error_threshold',
    ...leadingMembers(alert, sentAt),
    ...(facts.requests !== undefined && { requests: facts.requests }),
    ...optionalMembers(alert),
    ...(firstSeen !== undefined && { first_seen: firstSeen }),
    ...(lastSeen !== undefined && { last_seen: lastSeen }),
    suppressed: facts.suppressed,
    ...(facts.notice !== undefined && { notice: facts.notice }),
    ...(facts.sinceMs !== undefined && { since: toTimestamp(facts.sinceMs) }),
    ...(samples !== undefined && { samples }),
    ...(top !== undefined && { top }),
    ...(degraded !== undefined && { degraded }),
    ...(test !== undefined && { test }),
  }
}

function resolvedPayload(resolution: Notice, facts: ResolvedFacts, sentAt: string): ResolvedPayload {
  return {
    type: 'log_error_resolved',
    ...leadingMembers(resolution, sentAt),
    ...optionalMembers(resolution),
    alert_id: facts.alertId,
    duration_seconds: Math.round(facts.durationMs / 1000),
    peak: facts.peak,
    total: facts.total,
    ...(facts.sinceMs !== undefined && { since: toTimestamp(facts.sinceMs) }),
    ...(resolution.test !== undefined && { test: resolution.test }),
  }
}

/** The members of the original service in its order, and then those that name the notice. */
function leadingMembers({ threshold, window_seconds, count, sample, id, rule }: Notice, sentAt: string) {
  return { sent_at: sentAt, threshold, window_seconds, count, sample, id, rule }
}

const optional = [
  'percent',
  'sample_request',
  'sample_trace_id',
  'sample_kind',
  'group_by',
  'groups',
  'new_only',
  'service',
  'hostname',
  'labels',
] as const

function optionalMembers(notice: Notice): Pick<Draft, (typeof optional)[number]> {
  // Object.fromEntries cannot say which members are there: only those that the notice has.
  return Object.fromEntries(
    optional.flatMap((name) => (notice[name] === undefined ? [] : [[name, notice[name]]])),
  ) as never
}
