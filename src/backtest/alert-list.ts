// What a backtest would have told, in bounded memory: a file of errors may raise an alert with each of its lines.
import type { BacktestAlert } from './replay.js'

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
