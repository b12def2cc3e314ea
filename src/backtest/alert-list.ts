// What a backtest would have told, in bounded memory: a file of errors may raise an alert with each of its lines.
import type { LogRecord } from '../record/log-record.js'
import type { GroupValues } from '../rule/series.js'

/** What would have been told, and when. */
export interface BacktestAlert {
  readonly kind: 'alert' | 'resolved'
  /** RFC 3339, by the clock of the lines. */
  readonly at: string
  /** In a sentence. */
  readonly why: string
  readonly rule: string
  readonly groupBy?: GroupValues
  /** Errors in the window then. */
  readonly count: number
  readonly threshold: number
  readonly windowSeconds: number
  /** Of an alert: errors since the one before that raised none. */
  readonly suppressed?: number
  /** Of an end: from the alert until the count fell below the threshold. */
  readonly durationSeconds?: number
  /** The error that raised it; of an end the last one that raised an alert. */
  readonly sample: LogRecord
}

/** So many are listed, the first ones; the rest is counted. */
export const MAX_LISTED = 10_000

/** Alerts and ends that came after those that are listed. */
export interface UnlistedAlerts {
  readonly alerts: number
  readonly ends: number
  /** When the last alert of all was raised, RFC 3339; undefined where all alerts are listed. */
  readonly lastAlertAt?: string
}

export class AlertList {
  readonly listed: BacktestAlert[] = []
  #unlisted: UnlistedAlerts | undefined

  /** Undefined where all are listed. */
  get unlisted(): UnlistedAlerts | undefined {
    return this.#unlisted
  }

  add(alert: BacktestAlert): void {
    if (this.listed.length < MAX_LISTED) {
      // A copy: a text that was cut out of a long line would keep all of it.
      this.listed.push(structuredClone(alert))
      return
    }
    const { alerts, ends, ...last } = this.#unlisted ?? { alerts: 0, ends: 0 }
    this.#unlisted =
      alert.kind === 'alert' ? { alerts: alerts + 1, ends, lastAlertAt: alert.at } : { alerts, ends: ends + 1, ...last }
  }
}
