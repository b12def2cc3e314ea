// What is told: a claim made into an alert, and an alert into the payload that receivers get.
import type { FiringFacts, ResolvedFacts } from '../rule/alert-state.js'
import { toTimestamp } from '../text.js'
import type { Draft } from './draft.js'

interface Notice extends Draft {
  /** Stable over all attempts; sent as `webhook-id` too. */
  readonly id: string
  readonly rule: string
  /** The window's count when this was raised. */
  readonly count: number
}

/** The threshold was reached. */
export interface Alert extends Notice {
  readonly facts: FiringFacts
}

/** The errors that an alert told of have stopped. */
export interface Resolution extends Notice {
  readonly facts: ResolvedFacts
}

/** The JSON body: the original's members first, with its names and types. */
export type Payload = ThresholdPayload | ResolvedPayload

export interface ThresholdPayload extends Draft {
  readonly type: 'log_error_threshold'
  readonly sent_at: string
  readonly count: number
  readonly id: string
  readonly rule: string
  readonly suppressed: number
}

export interface ResolvedPayload
  extends Omit<Draft, 'first_seen' | 'last_seen' | 'samples' | 'top' | 'degraded' | 'test'> {
  readonly type: 'log_error_resolved'
  readonly sent_at: string
  readonly count: number
  readonly id: string
  readonly rule: string
  readonly alert_id: string
  readonly duration_seconds: number
  readonly peak: number
  readonly total: number
}

export function isAlert(notice: Alert | Resolution): notice is Alert {
  return notice.facts.kind === 'firing'
}

/** The payload of one attempt; everything but `sent_at` is frozen. */
export function toPayload(notice: Alert | Resolution, sentAtMs: number): Payload {
  const sentAt = toTimestamp(sentAtMs)
  return notice.facts.kind === 'firing'
    ? thresholdPayload(notice, notice.facts, sentAt)
    : resolvedPayload(notice, notice.facts, sentAt)
}

function thresholdPayload(alert: Notice, facts: FiringFacts, sentAt: string): ThresholdPayload {
  const { first_seen, last_seen, samples, top, degraded, test } = alert
  const firstSeen = facts.firstSeenMs === undefined ? first_seen : toTimestamp(facts.firstSeenMs)
  const lastSeen = facts.lastSeenMs === undefined ? last_seen : toTimestamp(facts.lastSeenMs)
  return {
    type: 'log_error_threshold',
    ...originals(alert, sentAt),
    ...known(alert),
    ...(firstSeen !== undefined && { first_seen: firstSeen }),
    ...(lastSeen !== undefined && { last_seen: lastSeen }),
    suppressed: facts.suppressed,
    ...(samples !== undefined && { samples }),
    ...(top !== undefined && { top }),
    ...(degraded !== undefined && { degraded }),
    ...(test !== undefined && { test }),
  }
}

function resolvedPayload(resolution: Notice, facts: ResolvedFacts, sentAt: string): ResolvedPayload {
  return {
    type: 'log_error_resolved',
    ...originals(resolution, sentAt),
    ...known(resolution),
    alert_id: facts.alertId,
    duration_seconds: Math.round(facts.durationMs / 1000),
    peak: facts.peak,
    total: facts.total,
  }
}

/** In the order in which the original writes them, and what names the alert. */
function originals({ threshold, window_seconds, count, sample, id, rule }: Notice, sentAt: string) {
  return { sent_at: sentAt, threshold, window_seconds, count, sample, id, rule }
}

function known({ group_by, service, hostname }: Notice): Pick<Draft, 'group_by' | 'service' | 'hostname'> {
  return {
    ...(group_by !== undefined && { group_by }),
    ...(service !== undefined && { service }),
    ...(hostname !== undefined && { hostname }),
  }
}
