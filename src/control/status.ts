// The state of a fleet as the admin endpoint and the command line show it: JSON with snake_case names.
import type { GroupValues } from '../rule/series.js'
import type { Connection } from '../store/connection/connection.js'
import { readStatusState, type StatusState } from '../store/status/status-reader.js'
import type { EndedAttempt, EndedNews, PendingState, SeriesStatus } from '../store/status/status-replies.js'

/** The state of all processes on one config key. All times are RFC 3339 with milliseconds. */
export interface Status {
  /** The time of the Redis server. */
  readonly now: string
  /** One row for each rule and group, by the rule's name; in a rule the highest count comes first. */
  readonly rows: readonly StatusRow[]
  /** Alerts and ends that were delivered or given up, the newest first. */
  readonly recent: readonly RecentNews[]
  /** The counters of `stats()`, summed over all processes. Redis forgets the sums when no process has reported for two days. */
  readonly totals: Readonly<Record<string, number>>
}

/** The state of a rule, or of one group of it. */
export interface StatusRow {
  readonly rule: string
  /** The values of the group by path; absent if the rule has no groups. */
  readonly group_by?: GroupValues
  readonly enabled: boolean
  /** Errors in the window now. */
  readonly count: number
  readonly threshold: number
  readonly window_seconds: number
  readonly window_type: 'sliding' | 'fixed'
  readonly cooldown_seconds: number
  /** Rounded up; 0 outside of a cooldown. */
  readonly cooldown_left_seconds: number
  /** Errors since the last alert that have not raised another. */
  readonly suppressed: number
  /** The errors of a sliding window in 120 equal spans of time, the oldest first. Absent for tumbling windows. */
  readonly slots?: readonly number[]
  /** The time of the last error that was counted, or a little later; null if there is none. */
  readonly last_counted_at: string | null
  readonly pending: PendingNews | null
  readonly last_alert: { readonly id: string; readonly delivered_at: string; readonly count: number } | null
}

/** An alert, or the end of one, that is not delivered yet. */
export interface PendingNews {
  readonly id: string
  readonly kind: 'alert' | 'resolved'
  readonly count: number
  readonly raised_at: string
  readonly tries: number
  readonly state: 'sending' | 'waiting' | 'parked'
  readonly next_attempt_at: string | null
  /** The latest attempts, the oldest of them first. */
  readonly attempts: readonly StatusAttempt[]
}

/** One HTTP request. Its outcome is a text such as `status 204` or `serverError, status 503`. */
export interface StatusAttempt {
  readonly at: string
  readonly outcome: string
}

/** An alert, or the end of one, that was delivered or given up. */
export interface RecentNews extends Omit<EndedNews, 'raised' | 'ended' | 'attempts'> {
  readonly raised_at: string
  readonly ended_at: string
  readonly attempts: readonly StatusAttempt[]
}

/** Reads the state from Redis. @throws the error of the connection if Redis does not answer */
export async function readStatus(connection: Connection, configKey: string): Promise<Status> {
  return toStatus(await readStatusState(connection, configKey))
}

export function toStatus({ nowMs, series, ended, totals }: StatusState): Status {
  const rows = series.filter(isShown).map(toRow)
  rows.sort((a, b) => compare(a.rule, b.rule) || b.count - a.count)
  return { now: toTime(nowMs), rows, recent: ended.map(toRecent), totals }
}

/** A rule that is not in force any more is shown only while it has errors in its window or an alert to deliver. */
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

/** The latest time that a Date can hold, in ms since 1970. Another program may have written any number into Redis. */
const MAX_TIME_MS = 8.64e15

function toTime(epochMs: number): string {
  return new Date(Math.min(Math.max(0, epochMs || 0), MAX_TIME_MS)).toISOString()
}
