// What is counted and not yet submitted, by rule.
import type { RuleSettings } from '../config/settings.js'
import { type LogRecord, mergeRecords } from '../record/log-record.js'
import { isSameRequest } from '../record/request-dedupe.js'
import type { RequestTraits } from '../record/request-traits.js'
import { type Count, Tally } from '../rule/tally.js'

/** An error that was counted. */
export interface Counted {
  /** The request that it belongs to, as far as more of that may come. */
  readonly request: RequestTraits | undefined
  /** Its record, which is built only where it is needed as a sample. */
  readonly toRecord: () => LogRecord
}

/** One rule's counts, taken out to be submitted, with the newest record among them. */
export interface Part {
  readonly ruleName: string
  readonly counts: readonly Count[]
  readonly newest: LogRecord
}

interface Waiting {
  readonly tally: Tally
  newest: Counted
  /** Further lines of the newest one's request. */
  further: readonly Counted[]
}

/** A request may go on to log errors for as long as it likes; the first of them tell what there is to tell. */
const MAX_FURTHER = 8

export class Backlog {
  readonly #waiting = new Map<string, Waiting>()

  get isEmpty(): boolean {
    for (const { tally } of this.#waiting.values()) if (!tally.isEmpty) return false
    return true
  }

  /** Adds one error of a rule that happened then; returns how many older ones left the window unsubmitted. */
  add(rule: RuleSettings, counted: Counted, monotonicMs: number, wallMs: number): number {
    let waiting = this.#waiting.get(rule.name)
    if (waiting === undefined) {
      waiting = { tally: new Tally(), newest: counted, further: [] }
      this.#waiting.set(rule.name, waiting)
    }
    waiting.newest = counted
    if (waiting.further.length > 0) waiting.further = []
    return waiting.tally.add(monotonicMs, wallMs, rule)
  }

  /** Errors of a rule that wait. */
  errorsOf(rule: RuleSettings): number {
    return this.#waiting.get(rule.name)?.tally.errors ?? 0
  }

  /** More is known of a request that is counted already; it matters where its error is the newest. */
  improve(rule: RuleSettings, further: Counted): void {
    const waiting = this.#waiting.get(rule.name)
    if (waiting === undefined || !isSameRequest(waiting.newest.request, further.request)) return
    if (waiting.further.length < MAX_FURTHER) waiting.further = [...waiting.further, further]
  }

  /** Hands over all that waits and starts anew. */
  take(): readonly Part[] {
    return [...this.#waiting]
      .filter(([, { tally }]) => !tally.isEmpty)
      .map(([ruleName, { tally, newest, further }]) => ({
        ruleName,
        counts: tally.take(),
        newest: further.reduce((record, line) => mergeRecords(record, line.toRecord()), newest.toRecord()),
      }))
  }
}
