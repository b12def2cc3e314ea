// What is counted and not yet submitted, by series, and what is remembered of each series that is alive.

import { Evidence, occurrenceOf } from '../../alert/evidence.js'
import type { Clock } from '../../clock.js'
import type { LineDetails } from '../../record/line-details.js'
import { type LogRecord, mergeRecords, toLogRecord } from '../../record/log-record.js'
import { isSameRequest } from '../../record/request-dedupe.js'
import type { RequestTraits } from '../../record/request-traits.js'
import type { Series } from '../../rule/series.js'
import { type Count, Tally } from '../../rule/tally.js'

/** An error that was counted. */
export interface Counted {
  /** The request that it belongs to, as far as more of that may come. */
  readonly request: RequestTraits | undefined
  /** Its record, which is built only where it is shown. */
  readonly toRecord: () => LogRecord
  /** What its line says beside that; undefined for a record that was handed in. */
  readonly toDetails: () => LineDetails | undefined
  readonly monotonicMs: number
  readonly wallMs: number
}

/** An error that can be judged again, by the rules of these names as they are then. */
export interface Judged {
  again(ruleNames: ReadonlySet<string>): void
}

/** What is shown of the newest error. */
export interface Newest {
  readonly record: LogRecord
  readonly details: LineDetails | undefined
}

/** One series' counts, taken out to be submitted. */
export interface Part {
  readonly series: Series
  readonly counts: readonly Count[]
  readonly newest: Newest
  /** Of the errors in its window, those of other processes not among them. */
  readonly evidence: Evidence
}

export interface Taken {
  readonly parts: readonly Part[]
  readonly judged: readonly Judged[]
}

interface Waiting {
  readonly series: Series
  readonly tally: Tally
  readonly evidence: Evidence
  newest: Counted
  /** Further lines of the newest one's request. */
  further: readonly Counted[]
  lastMs: number
}

/** A request may go on to log errors for as long as it likes; the first of them tell what there is to tell. */
const MAX_FURTHER = 8
/** So many series ride in one submission; others have to wait for the next. */
const MAX_PARTS = 1000
/** So many errors are kept to be judged again, should the config turn out to have changed before they were submitted. */
const MAX_JUDGED = 1000
/** How often series that are over are looked for. */
const SWEEP_MS = 10_000

export class Backlog {
  readonly #clock: Clock
  readonly #known = new Map<string, Waiting>()
  /** Of these, those with errors that wait, the longest waiting first. */
  readonly #waiting = new Set<Waiting>()
  #judged: Judged[] = []
  #sweptAtMs: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#sweptAtMs = clock.monotonicMs()
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0
  }

  /** Adds one error of a series; returns how many older ones left the window unsubmitted. */
  add(series: Series, counted: Counted): number {
    const { monotonicMs, wallMs } = counted
    let waiting = this.#known.get(series.id)
    if (waiting?.series !== series) {
      waiting = this.#begin(series, counted, waiting)
      this.#known.set(series.id, waiting)
    }
    if (waiting.tally.isEmpty) this.#waiting.add(waiting)
    waiting.newest = counted
    waiting.lastMs = monotonicMs
    if (waiting.further.length > 0) waiting.further = []
    if (waiting.evidence.take(monotonicMs)) {
      waiting.evidence.add(monotonicMs, () => {
        const details = counted.toDetails()
        return occurrenceOf(wallMs, counted.toRecord(), details?.path ?? '', details?.fields)
      })
    }
    return waiting.tally.add(monotonicMs, wallMs, series.rule)
  }

  /** Errors of a series that wait. */
  errorsOf({ id }: Series): number {
    return this.#known.get(id)?.tally.errors ?? 0
  }

  /** More is known of a request that is counted already; it matters where its error is the newest. */
  improve({ id }: Series, further: Counted): void {
    const waiting = this.#known.get(id)
    if (waiting === undefined || waiting.tally.isEmpty) return
    if (!isSameRequest(waiting.newest.request, further.request)) return
    if (waiting.further.length < MAX_FURTHER) waiting.further = [...waiting.further, further]
  }

  remember(judged: Judged): void {
    if (this.#judged.length < MAX_JUDGED) this.#judged.push(judged)
  }

  /** Hands over what waits, as much as one submission takes. */
  take(): Taken {
    const parts: Part[] = []
    for (const waiting of this.#waiting) {
      if (parts.length === MAX_PARTS) break
      this.#waiting.delete(waiting)
      const { series, tally, evidence } = waiting
      evidence.seal()
      parts.push({ series, counts: tally.take(), newest: newestOf(waiting), evidence })
      // So that no log line is held any longer.
      waiting.newest = nothing
      waiting.further = []
    }
    const judged = this.#judged
    this.#judged = []
    this.#sweep()
    return { parts, judged }
  }

  /** What was counted since this was last called, by series; it goes on waiting. */
  takeUnseen(): readonly (readonly [Series, readonly Count[]])[] {
    return [...this.#waiting].map(({ series, tally }) => [series, tally.takeUnseen()] as const)
  }

  /** What waits of a series, as a part; it goes on waiting. */
  peek({ id }: Series): Part | undefined {
    const waiting = this.#known.get(id)
    if (waiting === undefined || waiting.tally.isEmpty) return undefined
    return { series: waiting.series, counts: [], newest: newestOf(waiting), evidence: waiting.evidence }
  }

  /** Drops what waits of these rules, and hands over what can be judged again. */
  forget(ruleNames: ReadonlySet<string>): readonly Judged[] {
    for (const [id, waiting] of this.#known) {
      if (!ruleNames.has(waiting.series.rule.name)) continue
      this.#known.delete(id)
      this.#waiting.delete(waiting)
    }
    const judged = this.#judged
    this.#judged = []
    return judged
  }

  /** The rule may have changed since: what waits stays, unless its window is another. */
  #begin(series: Series, counted: Counted, known: Waiting | undefined): Waiting {
    const isSameWindow = known?.series.rule.windowMs === series.rule.windowMs
    const evidence = isSameWindow ? known.evidence : new Evidence(series.rule.windowMs)
    const begun = { series, tally: known?.tally ?? new Tally(), evidence, newest: counted, further: [], lastMs: 0 }
    if (known !== undefined && this.#waiting.delete(known)) this.#waiting.add(begun)
    return begun
  }

  #sweep(): void {
    const nowMs = this.#clock.monotonicMs()
    if (nowMs < this.#sweptAtMs + SWEEP_MS) return
    this.#sweptAtMs = nowMs
    for (const [id, { series, tally, lastMs }] of this.#known)
      if (tally.isEmpty && lastMs < nowMs - series.rule.windowMs) this.#known.delete(id)
  }
}

const nothing: Counted = {
  request: undefined,
  toRecord: () => toLogRecord({}),
  toDetails: () => undefined,
  monotonicMs: 0,
  wallMs: 0,
}

/** A getter of the application's may throw where a line is read: then that tells nothing. */
function newestOf({ newest, further }: Waiting): Newest {
  const blank = toLogRecord({})
  const record = further.reduce(
    (merged, line) => mergeRecords(merged, orElse(line.toRecord, blank)),
    orElse(newest.toRecord, blank),
  )
  return { record, details: orElse(newest.toDetails, undefined) }
}

function orElse<T>(read: () => T, fallback: T): T {
  try {
    return read()
  } catch {
    return fallback
  }
}
