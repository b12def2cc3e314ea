// The alerts and ends that a backtest found, in bounded memory: a file of errors may raise an alert with each of its lines.
import type { LogRecord } from '../record/log-record.js'
import type { GroupValues } from '../rule/series.js'

/** An alert that would have been sent, or the end of one. */
export interface BacktestAlert {
  /** `'resolved'` is the end of an alert; only rules with `sendResolved` have ends. */
  readonly kind: 'alert' | 'resolved'
  /** When it would have been sent, by the times in the lines; RFC 3339 with milliseconds. */
  readonly at: string
  /** The reason, for people to read. */
  readonly why: string
  /** The rule's name, `default` where there is only one without a name. */
  readonly rule: string
  /** The group's values, by the names in `groupBy`; left out where the rule has no groups. */
  readonly groupBy?: GroupValues
  /** Errors in the window at that time. */
  readonly count: number
  readonly threshold: number
  readonly windowSeconds: number
  /** Requests in the window at that time, the errors among them; left out where the rule has no `percent`, and of an end. */
  readonly requests?: number
  /** The share of the requests that the rule asks for, in percent; left out where it asks for none. */
  readonly percent?: number
  /** Set where the rule counts only what is new: `count` is that of the new kinds. */
  readonly newOnly?: true
  /** Errors since the last alert that raised none, because its cooldown ran; left out of an end. */
  readonly suppressed?: number
  /** Whole seconds from the first alert until the count fell below the threshold; left out of an alert. */
  readonly durationSeconds?: number
  /** The error that raised the alert; in an end, the error that raised the last alert. */
  readonly sample: LogRecord
}

/** At most this many alerts and ends are listed, the first ones; further ones are only counted. */
export const MAX_LISTED = 10_000

/** The alerts and ends that came after the listed ones. */
export interface UnlistedAlerts {
  /** How many alerts came after the listed ones. */
  readonly alerts: number
  /** How many ends of alerts came after the listed ones. */
  readonly ends: number
  /** When the last alert of all was raised, RFC 3339; undefined where all alerts are listed. */
  readonly lastAlertAt?: string
}

export class AlertList {
  readonly listed: BacktestAlert[] = []
  #unlisted: UnlistedAlerts | undefined

  /** What is not listed; undefined where all alerts and ends are. */
  get unlisted(): UnlistedAlerts | undefined {
    return this.#unlisted
  }

  add(alert: BacktestAlert): void {
    if (this.listed.length < MAX_LISTED) {
      // A copy, since V8 keeps the whole line in memory for a text that was cut out of it.
      this.listed.push(structuredClone(alert))
      return
    }
    const { alerts, ends, ...last } = this.#unlisted ?? { alerts: 0, ends: 0 }
    this.#unlisted =
      alert.kind === 'alert' ? { alerts: alerts + 1, ends, lastAlertAt: alert.at } : { alerts, ends: ends + 1, ...last }
  }
}
