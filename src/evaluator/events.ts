// What an evaluator tells its owner. Listeners are strangers: one that throws is counted, and changes nothing.
import { EventEmitter } from 'node:events'
import type { Alert, Resolution } from '../alert/payload.js'
import { fromSample } from '../alert/sample.js'
import type { Clock } from '../clock.js'
import type { Warning, WarningCode } from '../errors.js'
import type { LogRecord } from '../record/log-record.js'
import type { GroupValues } from '../rule/series.js'
import { publishEvent } from './diagnostics.js'
import type { Counters } from './stats.js'

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

const WARNING_INTERVAL_MS = 60_000

export class Announcer {
  readonly #emitter = new EventEmitter()
  readonly #counters: Counters
  readonly #clock: Clock
  readonly #muted = new Map<WarningCode, { untilMs: number; suppressed: number }>()

  constructor(counters: Counters, clock: Clock) {
    this.#counters = counters
    this.#clock = clock
    this.#emitter.setMaxListeners(0)
  }

  on<E extends keyof Events>(event: E, listener: (...args: Events[E]) => void): void {
    this.#emitter.on(event, listener as (...args: unknown[]) => void)
  }

  off<E extends keyof Events>(event: E, listener: (...args: Events[E]) => void): void {
    this.#emitter.off(event, listener as (...args: unknown[]) => void)
  }

  emit<E extends keyof Events>(event: E, ...args: Events[E]): void {
    publishEvent(event, args[0])
    for (const listener of this.#emitter.listeners(event)) {
      try {
        listener(...args)
      } catch {
        this.#counters.listenerErrors += 1
      }
    }
  }

  /** Says it now, whatever was said before. */
  warn(code: WarningCode, text: string): void {
    this.#counters.warnings += 1
    this.emit('warning', { code, message: `logsiren: ${text}` })
  }

  /** For what may happen again and again: the first at once, then one a minute that tells how many it stands for. */
  warnSparsely(code: WarningCode, text: string): void {
    const nowMs = this.#clock.monotonicMs()
    const muted = this.#muted.get(code)
    if (muted !== undefined && nowMs < muted.untilMs) {
      muted.suppressed += 1
      this.#counters.muted += 1
      return
    }
    const more =
      muted === undefined || muted.suppressed === 0 ? '' : ` (and ${muted.suppressed} times more in the last minute)`
    this.#muted.set(code, { untilMs: nowMs + WARNING_INTERVAL_MS, suppressed: 0 })
    this.warn(code, text + more)
  }
}

export function toAlertEvent(alert: Alert): AlertEvent {
  const { degraded } = alert
  return { ...toEvent(alert), suppressed: alert.facts.suppressed, ...(degraded !== undefined && { degraded }) }
}

export function toResolvedEvent(resolution: Resolution): ResolvedEvent {
  const { alertId, durationMs, peak, total } = resolution.facts
  return { ...toEvent(resolution), alertId, durationSeconds: Math.round(durationMs / 1000), peak, total }
}

function toEvent(news: Alert | Resolution): Omit<AlertEvent, 'suppressed' | 'degraded'> {
  const { id, rule, count, threshold, window_seconds, sample, group_by } = news
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
