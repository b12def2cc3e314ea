// The events of an evaluator, and what their listeners get.
import type { Texts } from '../alert/draft.js'
import type { Alert, Resolution } from '../alert/payload.js'
import { fromSample } from '../alert/sample.js'
import { toPayload } from '../alert/to-payload.js'
import type { Warning } from '../errors.js'
import type { LogRecord } from '../record/log-record.js'
import type { GroupValues } from '../rule/series.js'

/** What listeners of `alert` get. */
export interface AlertEvent {
  /** Names the alert: the same in all its events, in the payload and in the header `webhook-id` of every attempt. */
  readonly id: string
  /** The rule's name, `default` where there is only one without a name. */
  readonly rule: string
  /** The group's values, by the names in `groupBy`; left out where the rule has no groups. */
  readonly groupBy?: GroupValues
  /** How many groups it tells of; only there where `groupBy` says `(many)`. */
  readonly groups?: number
  /**
   * Errors in the window when the alert was raised, at least the threshold; in `resolved`, when the errors had stopped.
   */
  readonly count: number
  /** Requests in the window when the alert was raised, the errors among them; only where the rule has `percent`. */
  readonly requests?: number
  /** The share of the window's requests, in percent, that had to be errors too; left out where the rule has none. */
  readonly percent?: number
  /** The rule's threshold when the alert was raised. */
  readonly threshold: number
  /** Length of the window, in seconds. */
  readonly windowSeconds: number
  /** Errors since the last alert that raised none: they came while that one was being delivered, or in its cooldown. */
  readonly suppressed: number
  /**
   * The newest of the errors that the process which raised the alert has seen; its members are blank where nothing is
   * known.
   */
  readonly sample: LogRecord
  /** Urls by the names of the rule's links, as receivers get them; left out where there are none. */
  readonly links?: Texts
  /** The rule's labels when the alert was raised; left out where there are none. */
  readonly labels?: Texts
  /** Set where one process raised the alert alone, since Redis was away. */
  readonly degraded?: true
}

/** What listeners of `delivered` get: the alert, and how it was delivered. */
export interface DeliveredEvent extends AlertEvent {
  /** The receiver's HTTP status, 200 to 299. */
  readonly status: number
  /** Attempts at this alert by all processes, the successful one included; at least 1. */
  readonly tries: number
}

/** What listeners of `resolved` get: the errors that an alert was about have stopped. */
export interface ResolvedEvent extends Omit<AlertEvent, 'requests' | 'suppressed' | 'degraded'> {
  /** The `id` of the last alert that was delivered; `id` names this end. */
  readonly alertId: string
  /** Whole seconds from the first alert until the count fell below the threshold. */
  readonly durationSeconds: number
  /** The highest count of the window in that time. */
  readonly peak: number
  /** All errors in that time. */
  readonly total: number
}

/** The events of an evaluator, each with the arguments of its listeners. */
export interface Events {
  /** This process has raised an alert. */
  readonly alert: [alert: AlertEvent]
  /** A receiver has taken an alert. */
  readonly delivered: [alert: DeliveredEvent]
  /** A receiver has taken the end of an alert. */
  readonly resolved: [resolved: ResolvedEvent]
  /** Something needs attention; README lists the codes under When something fails. */
  readonly warning: [warning: Warning]
}

export const eventNames: readonly (keyof Events)[] = ['alert', 'delivered', 'resolved', 'warning']

export function toAlertEvent(alert: Alert): AlertEvent {
  const { degraded, facts } = alert
  const { requests, suppressed } = facts
  return {
    ...toEvent(alert),
    ...(requests !== undefined && { requests }),
    suppressed,
    ...(degraded !== undefined && { degraded }),
  }
}

export function toResolvedEvent(resolution: Resolution): ResolvedEvent {
  const { alertId, durationMs, peak, total } = resolution.facts
  return { ...toEvent(resolution), alertId, durationSeconds: Math.round(durationMs / 1000), peak, total }
}

function toEvent(notice: Alert | Resolution): Omit<AlertEvent, 'requests' | 'suppressed' | 'degraded'> {
  const { id, rule, count, threshold, window_seconds, sample, group_by, groups, percent, labels } = notice
  // They are the same whenever the payload is sent.
  const { links } = toPayload(notice, 0)
  return {
    id,
    rule,
    ...(group_by !== undefined && { groupBy: group_by }),
    ...(groups !== undefined && { groups }),
    count,
    ...(percent !== undefined && { percent }),
    threshold,
    windowSeconds: window_seconds,
    sample: fromSample(sample),
    ...(links !== undefined && { links }),
    ...(labels !== undefined && { labels }),
  }
}
