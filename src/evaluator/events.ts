// What an evaluator tells its owner: the events, and what they are made of.
import type { Alert, Resolution } from '../alert/payload.js'
import { fromSample } from '../alert/sample.js'
import type { Warning } from '../errors.js'
import type { LogRecord } from '../record/log-record.js'
import type { GroupValues } from '../rule/series.js'

/** An alert as events tell it. */
export interface AlertEvent {
  /** The same in every attempt, in the payload and in `webhook-id`. */
  readonly id: string
  readonly rule: string
  /** What the errors have in common, where the rule has groups. */
  readonly groupBy?: GroupValues
  /** The window's count when the alert was raised. */
  readonly count: number
  readonly threshold: number
  readonly windowSeconds: number
  /** Errors since the last alert that raised none. */
  readonly suppressed: number
  readonly sample: LogRecord
  /** Raised by one process alone, since Redis was away. */
  readonly degraded?: true
}

export interface DeliveredEvent extends AlertEvent {
  /** The receiver's final status, 200 to 299. */
  readonly status: number
  /** Attempts at this alert by any process, this one included. */
  readonly tries: number
}

/** That the errors which an alert told of have stopped. */
export interface ResolvedEvent extends Omit<AlertEvent, 'suppressed' | 'degraded'> {
  /** Of the last alert that was delivered. */
  readonly alertId: string
  /** From the first alert until the count fell below the threshold. */
  readonly durationSeconds: number
  /** The highest count of the window, and all errors, meanwhile. */
  readonly peak: number
  readonly total: number
}

export interface Events {
  readonly alert: [alert: AlertEvent]
  readonly delivered: [alert: DeliveredEvent]
  readonly resolved: [resolved: ResolvedEvent]
  readonly warning: [warning: Warning]
}

export const eventNames: readonly (keyof Events)[] = ['alert', 'delivered', 'resolved', 'warning']

export function toAlertEvent(alert: Alert): AlertEvent {
  const { degraded } = alert
  return { ...toEvent(alert), suppressed: alert.facts.suppressed, ...(degraded !== undefined && { degraded }) }
}

export function toResolvedEvent(resolution: Resolution): ResolvedEvent {
  const { alertId, durationMs, peak, total } = resolution.facts
  return { ...toEvent(resolution), alertId, durationSeconds: Math.round(durationMs / 1000), peak, total }
}

function toEvent(notice: Alert | Resolution): Omit<AlertEvent, 'suppressed' | 'degraded'> {
  const { id, rule, count, threshold, window_seconds, sample, group_by } = notice
  return {
    id,
    rule,
    ...(group_by !== undefined && { groupBy: group_by }),
    count,
    threshold,
    windowSeconds: window_seconds,
    sample: fromSample(sample),
  }
}
