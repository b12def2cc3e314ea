// The state of a fleet as the admin endpoint and the command line show it: JSON with snake_case names.
import type { Format } from '../config/options.js'
import type { GroupValues } from '../rule/series.js'
import type { Connection } from '../store/connection/connection.js'
import { readStatusState, type SilenceState, type StatusState } from '../store/status/status-reader.js'
import type {
  EndedAttempt,
  EndedNews,
  PendingState,
  ProcessState,
  SeriesStatus,
} from '../store/status/status-replies.js'
import type { ConfigSource, LoggerName } from '../store/store.js'
import { type ShownSilence, toShownSilence } from './silences.js'
import { toTime } from './time.js'

/** The state of all processes on one config key. All times are RFC 3339 with milliseconds. */
export interface Status {
  /** The time of the Redis server. */
  readonly now: string
  /** One row for each rule and group, by the rule's name; in a rule the highest count comes first. */
  readonly rows: readonly StatusRow[]
  /** How many more rules and groups are known; at most 200 have rows, the busiest. */
  readonly rows_beyond: number
  /** The silences that have not ended, the one that ends first in front; those too that mute nothing that is known. */
  readonly silences: readonly StatusSilence[]
  /** Those that were heard of within the last minute, by service, host and process id; 1000 at most. */
  readonly processes: readonly StatusProcess[]
  /** When some process last read a line, as far as any has told; null if none has within two days. */
  readonly last_observed_at: string | null
  /** The stored document. While it is not valid, `config` of each process says what that goes by. */
  readonly config: {
    readonly state: 'missing' | 'valid' | 'invalid'
    /** What is wrong with it, in one sentence; null if nothing is. */
    readonly problem: string | null
  }
  /** Alerts and ends that were delivered or given up, the newest first. */
  readonly recent: readonly RecentNews[]
  /** The counters of `stats()`, summed over all processes. Redis forgets the sums when no process has reported for two days. */
  readonly totals: Readonly<Record<string, number>>
}

export interface StatusSilence extends ShownSilence {
  /** How many of the rules and groups that are known it mutes. */
  readonly mutes: number
}

/** A process that counts; one whose application has two transports or evaluators is there twice. */
export interface StatusProcess {
  /** As its log lines tell it; blank if none has. */
  readonly service: string
  /** Blank if the option `redact` hides it. */
  readonly hostname: string
  readonly pid: number
  /** The version of logsiren. */
  readonly version: string
  /** How lines come in. */
  readonly logger: LoggerName
  /** When it was last heard of. */
  readonly seen_at: string
  /** Lines and records that it was handed within about a minute. */
  readonly lines_per_minute: number
  /** What its rules come from: its options alone, the stored document, or the last document that was valid. */
  readonly config: ConfigSource
}

/** The state of a rule, or of one group of it. */
export interface StatusRow {
  readonly rule: string
  /** The values of the group by path; absent if the rule has no groups. */
  readonly group_by?: GroupValues
  readonly enabled: boolean
  /** Errors in the window now. */
  readonly count: number
  /** Requests in the window now, the errors among them; absent if the rule has no `percent`, as that is. */
  readonly requests?: number
  readonly threshold: number
  readonly percent?: number
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
  /** The silence that mutes it, of several the one that ends last; null if there is none. */
  readonly silence: RowSilence | null
  /** Where its alerts go; null if no process and no document has told a url. */
  readonly receiver: StatusReceiver | null
  readonly last_alert: { readonly id: string; readonly delivered_at: string; readonly count: number } | null
}

/** What a rule or group shows of the silence that mutes it. */
export interface RowSilence extends Pick<ShownSilence, 'id' | 'until' | 'reason' | 'by'> {
  /** Errors that were counted in it. */
  readonly errors: number
}

/** The receiver of a rule's alerts. */
export interface StatusReceiver {
  /** Host, and port if it has one, of the url. The rest of a url may be secret. */
  readonly host: string
  readonly format: Format
  /** How the last attempt of the rule there ended, for whichever of its groups; null if there was none within a week. */
  readonly last_answer: (StatusAttempt & { readonly delivered: boolean }) | null
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

export function toStatus(state: StatusState): Status {
  const { nowMs, series, seriesBeyond, silences, ended, totals, observedAtMs, processes, config } = state
  const rows = series.filter(isShown).map(toRow)
  rows.sort((a, b) => compare(a.rule, b.rule) || b.count - a.count)
  return {
    now: toTime(nowMs),
    rows,
    rows_beyond: seriesBeyond,
    silences: silences.map(toStatusSilence),
    processes: processes.map(toProcess).sort(byName),
    last_observed_at: observedAtMs === undefined ? null : toTime(observedAtMs),
    config: { state: config.kind, problem: config.kind === 'invalid' ? config.problem : null },
    recent: ended.map(toRecent),
    totals,
  }
}

/** A rule that is not in force any more is shown only while it has errors in its window or an alert to deliver. */
function isShown({ isInForce, count, pending }: SeriesStatus): boolean {
  return isInForce || count > 0 || pending !== undefined
}

function toRow(status: SeriesStatus): StatusRow {
  const { series, count, requests, cooldownLeftMs, suppressed, slots, countedAtMs, pending, silenced } = status
  const { receiver, lastAlert } = status
  const { rule, groupValues } = series
  return {
    rule: rule.name,
    ...(groupValues !== undefined && { group_by: groupValues }),
    enabled: rule.enabled,
    count,
    ...(requests !== undefined && { requests }),
    threshold: rule.threshold,
    ...(rule.percent > 0 && { percent: rule.percent }),
    window_seconds: rule.windowMs / 1000,
    window_type: rule.windowType,
    cooldown_seconds: rule.cooldownMs / 1000,
    cooldown_left_seconds: Math.ceil(cooldownLeftMs / 1000),
    suppressed,
    ...(rule.windowType === 'sliding' && { slots }),
    last_counted_at: countedAtMs === undefined ? null : toTime(countedAtMs),
    pending: pending === undefined ? null : toPending(pending),
    silence: silenced === undefined ? null : toRowSilence(silenced),
    receiver: receiver === undefined ? null : toReceiver(receiver),
    last_alert: lastAlert === undefined ? null : toLastAlert(lastAlert),
  }
}

function toStatusSilence({ silence, mutes }: SilenceState): StatusSilence {
  return { ...toShownSilence(silence), mutes }
}

function toRowSilence({ silence, count }: NonNullable<SeriesStatus['silenced']>): RowSilence {
  const { rule: _, group: __, created_at: ___, ...shown } = toShownSilence(silence)
  return { ...shown, errors: count }
}

function toProcess({ heardAtMs, linesPerMinute, ...facts }: ProcessState): StatusProcess {
  return { ...facts, seen_at: toTime(heardAtMs), lines_per_minute: linesPerMinute }
}

function byName(a: StatusProcess, b: StatusProcess): number {
  return compare(a.service, b.service) || compare(a.hostname, b.hostname) || a.pid - b.pid
}

function toReceiver({ host, format, lastAnswer }: NonNullable<SeriesStatus['receiver']>): StatusReceiver {
  if (lastAnswer === undefined) return { host, format, last_answer: null }
  const { atMs, outcome, isDelivered } = lastAnswer
  return { host, format, last_answer: { at: toTime(atMs), outcome, delivered: isDelivered } }
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
