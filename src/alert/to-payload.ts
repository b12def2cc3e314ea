// Makes the payload of an attempt at a notice.
import type { FiringFacts, ResolvedFacts } from '../rule/alert-state.js'
import { toTimestamp } from '../text.js'
import type { Draft } from './draft.js'
import { linksOf } from './links.js'
import type { Alert, Notice, Payload, Resolution, ResolvedPayload, ThresholdPayload } from './payload.js'

/** The payload of one attempt; in all attempts at a notice only `sent_at` differs. */
export function toPayload(notice: Alert | Resolution, sentAtMs: number): Payload {
  const sentAt = toTimestamp(sentAtMs)
  const payload =
    notice.facts.kind === 'firing'
      ? thresholdPayload(notice, notice.facts, sentAt)
      : resolvedPayload(notice, notice.facts, sentAt)
  const links = linksOf(notice.link_templates ?? {}, payload, notice.sample_kind)
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
