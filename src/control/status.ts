// The state of a fleet as operators see it, whoever asks: JSON, in snake_case.
import type { GroupValues } from '../rule/series.js'
import type { Connection } from '../store/connection/connection.js'
import { readStatusState, type StatusState } from '../store/status/status-reader.js'
import type { EndedAttempt, EndedNews, PendingState, SeriesStatus } from '../store/status/status-replies.js'

export interface Status {
  /** By the server's clock; this and all times RFC 3339 with milliseconds. */
  readonly now: string
  /** By rule, then the highest count first. */
  readonly rows: readonly StatusRow[]
  /** What is over with, the newest first. */
  readonly recent: readonly RecentNews[]
  /** Counters of all processes together, for the last days at least. */
  readonly totals: Readonly<Record<string, number>>
}

/** A rule, or one group of it. */
export interface StatusRow {
  readonly rule: string
  /** Absent where the rule has no groups. */
  readonly group_by?: GroupValues
  readonly enabled: boolean
  /** Errors in the window now. */
  readonly count: number
  readonly threshold: number
  readonly window_seconds: number
  readonly window_type: 'sliding' | 'fixed'
  readonly cooldown_seconds: number
  readonly cooldown_left_seconds: number
  /** Errors since the last alert that raised none. */
  readonly suppressed: number
  /** Errors of each 120th of a sliding window, the oldest first. */
  readonly slots?: readonly number[]
  /** At about that time or soon after. */
  readonly last_counted_at: string | null
  readonly pending: PendingNews | null
  readonly last_alert: { readonly id: string; readonly delivered_at: string; readonly count: number } | null
}

export interface PendingNews {
  readonly id: string
  readonly kind: 'alert' | 'resolved'
  readonly count: number
  readonly raised_at: string
  readonly tries: number
  readonly state: 'sending' | 'waiting' | 'parked'
  readonly next_attempt_at: string | null
  /** The last ones, the oldest first. */
  readonly attempts: readonly StatusAttempt[]
}

export interface StatusAttempt {
  readonly at: string
  readonly outcome: string
}

/** What is over with; its times as text. */
export interface RecentNews extends Omit<EndedNews, 'raised' | 'ended' | 'attempts'> {
  readonly raised_at: string
  readonly ended_at: string
  readonly attempts: readonly StatusAttempt[]
}

/** @throws what the connection rejects with, where Redis does not answer */
export async function readStatus(connection: Connection, configKey: string): Promise<Status> {
  return toStatus(await readStatusState(connection, configKey))
}

export function toStatus({ nowMs, series, ended, totals }: StatusState): Status {
  const rows = series.filter(isShown).map(toRow)
  rows.sort((a, b) => compare(a.rule, b.rule) || b.count - a.count)
  return { now: toTime(nowMs), rows, recent: ended.map(toRecent), totals }
}

/** Of a rule that is no more, only what is left to tell, or still counted by somebody. */
function isShown({ isInForce, count, pending }: SeriesStatus): boolean {
  return isInForce || count > 0 || pending !== undefined
}

function toRow(status: SeriesStatus): StatusRow {
  const { series, count, cooldownLeftMs, suppressed, slots, countedAtMs, pending, lastAlert } = status
  const { rule, groupValues } = series
  return {
    rule: rule.name,
    ...(groupValues !== undefined && { group_by: groupValues }),
    enabled: rule.enabled,
    count,
    threshold: rule.threshold,
    window_seconds: rule.windowMs / 1000,
    window_type: rule.windowType,
    cooldown_seconds: rule.cooldownMs / 1000,
    cooldown_left_seconds: Math.ceil(cooldownLeftMs / 1000),
    suppressed,
    ...(rule.windowType === 'sliding' && { slots }),
    last_counted_at: countedAtMs === undefined ? null : toTime(countedAtMs),
    pending: pending === undefined ? null : toPending(pending),
    last_alert: lastAlert === undefined ? null : toLastAlert(lastAlert),
  }
}

function toLastAlert({ id, deliveredAtMs, count }: NonNullable<SeriesStatus['lastAlert']>): StatusRow['last_alert'] {
  return { id, delivered_at: toTime(deliveredAtMs), count }
}

function toPending({
  id,
  kind,
  count,
  raisedAtMs,
  tries,
  state,
  nextAttemptAtMs,
  attempts,
}: PendingState): PendingNews {
  return {
    id,
    kind,
    count,
    raised_at: toTime(raisedAtMs),
    tries,
    state,
    next_attempt_at: nextAttemptAtMs === undefined ? null : toTime(nextAttemptAtMs),
    attempts: attempts.map(toAttempt),
  }
}

function toRecent({ raised, ended, attempts, ...news }: EndedNews): RecentNews {
  return { ...news, raised_at: toTime(raised), ended_at: toTime(ended), attempts: attempts.map(toAttempt) }
}

function toAttempt({ at, outcome }: EndedAttempt): StatusAttempt {
  return { at: toTime(at), outcome }
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** The latest moment that a Date can hold: another hand may have written any number. */
const MAX_TIME_MS = 8.64e15

function toTime(epochMs: number): string {
  return new Date(Math.min(Math.max(0, epochMs || 0), MAX_TIME_MS)).toISOString()
}
