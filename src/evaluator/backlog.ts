// What is counted and not yet submitted, by rule.
import type { RuleSettings } from '../config/settings.js'
import type { LineRecord, LogRecord } from '../record/log-record.js'
import { type Count, Tally } from '../rule/tally.js'

/** A record as it was observed; only those made from lines know their request. */
export type Counted = LogRecord & Partial<LineRecord>

/** One rule's counts, taken out to be submitted, with the newest record among them. */
export interface Part {
  readonly ruleName: string
  readonly counts: readonly Count[]
  readonly newest: Counted
}

interface Waiting {
  readonly tally: Tally
  newest: Counted
}

export class Backlog {
  readonly #waiting = new Map<string, Waiting>()

  get isEmpty(): boolean {
    for (const { tally } of this.#waiting.values()) if (!tally.isEmpty) return false
    return true
  }

  /** Adds one error of a rule that happened then; returns how many older ones left the window unsubmitted. */
  add(rule: RuleSettings, record: Counted, monotonicMs: number, wallMs: number): number {
    const waiting = this.#waiting.get(rule.name) ?? { tally: new Tally(), newest: record }
    this.#waiting.set(rule.name, waiting)
    waiting.newest = record
    return waiting.tally.add(monotonicMs, wallMs, rule)
  }

  /** Errors of a rule that wait. */
  errorsOf(rule: RuleSettings): number {
    return this.#waiting.get(rule.name)?.tally.errors ?? 0
  }

  /** More is known of a request that is counted already; it matters where its error is the newest. */
  improve(rule: RuleSettings, record: Counted): void {
    const waiting = this.#waiting.get(rule.name)
    if (waiting !== undefined && waiting.newest.requestId === record.requestId) waiting.newest = record
  }

  /** Hands over all that waits and starts anew. */
  take(): readonly Part[] {
    return [...this.#waiting]
      .filter(([, { tally }]) => !tally.isEmpty)
      .map(([ruleName, { tally, newest }]) => ({ ruleName, newest, counts: tally.take() }))
  }
}
