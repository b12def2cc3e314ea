// Errors that were counted and that no batch has taken, by series, and what alerts may show of each series with errors
// in its window. Memory stays bounded in any outage: counts by the slots of a window, series by the groups of a window,
// and errors that may be shown by one number for all series together; see src/README, Bounds.
import { Evidence, occurrenceOf } from '../../alert/evidence.js'
import { type Sample, toSample } from '../../alert/sample.js'
import type { Clock } from '../../clock.js'
import { type LogRecord, mergeRecords, toLogRecord } from '../../record/log-record.js'
import type { LineDetails } from '../../record/reading/line-details.js'
import type { RequestTraits } from '../../record/reading/request-traits.js'
import { isSameRequest } from '../../record/request-dedupe.js'
import type { Series } from '../../rule/series.js'
import { type Count, Tally } from '../../rule/tally.js'
import type { Counters } from '../stats.js'

/** An error that was counted. */
export interface Counted {
  /** The request of its line; undefined where no other line of that request needs to be recognized. */
  readonly request: RequestTraits | undefined
  /** Builds its record; called only where the error is shown. */
  readonly toRecord: () => LogRecord
  /** Reads what its line says beside the record; gives undefined for a record that was handed in. */
  readonly toDetails: () => LineDetails | undefined
  readonly monotonicMs: number
  readonly wallMs: number
}

/** What an alert shows of a series: its newest error and others of the window, only those of this process. */
export interface Shown {
  readonly sample: Sample
  readonly details: LineDetails | undefined
  readonly evidence: Evidence
}

/** One series' counts, taken out to be submitted. */
export interface Part {
  readonly series: Series
  readonly counts: readonly Count[]
  readonly errors: number
}

/** The newest error of a series. */
type Newest =
  /** Later lines of its request may still improve it, so it holds log lines. */
  | { readonly kind: 'open'; readonly counted: Counted; readonly further: readonly Counted[] }
  | { readonly kind: 'sealed'; readonly sample: Sample; readonly details: LineDetails | undefined }

interface LiveSeries {
  /** The series, with its rule as it was when the last error was counted. */
  series: Series
  /** Its errors that wait to be submitted. */
  readonly tally: Tally
  evidence: Evidence
  newest: Newest
  /** When its last error was counted, on the monotonic clock. */
  lastMs: number
  /** The number of its first error that waits; errors are numbered from 1 as they are added. */
  firstWaiting: number
}

/**
 * Lines that are kept of the newest error's request, beside the first error line. A request may log errors for as long
 * as it likes; the first ones tell what happened.
 */
const MAX_FURTHER = 8
/** At most this many errors of all series together are kept to be shown. */
const MAX_OCCURRENCES = 5000
/** Time between two rounds that forget what has left its window, and read log lines that are held and let them go. */
const TEND_MS = 1000

export class Backlog {
  readonly #clock: Clock
  readonly #counters: Pick<Counters, 'dropped'>
  readonly #live = new Map<string, LiveSeries>()
  /** Series with errors that wait to be submitted, the longest waiting first. */
  readonly #waiting = new Set<LiveSeries>()
  #errors = 0
  #occurrences = 0
  #tendedAtMs: number

  constructor(clock: Clock, counters: Pick<Counters, 'dropped'>) {
    this.#clock = clock
    this.#counters = counters
    this.#tendedAtMs = clock.monotonicMs()
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0
  }

  get sizes(): { readonly series: number; readonly occurrences: number } {
    return { series: this.#live.size, occurrences: this.#occurrences }
  }

  /** The number of the newest error that was added; 0 where none was. */
  get newestNumber(): number {
    return this.#errors
  }

  /** Whether an error of this number or a lower one still waits to be submitted. */
  hasWaiting(number: number): boolean {
    const [longest] = this.#waiting
    return longest !== undefined && longest.firstWaiting <= number
  }

  /** When the error that has waited longest was counted, on the monotonic clock; undefined where none waits. */
  get waitingSinceMs(): number | undefined {
    const [longest] = this.#waiting
    return longest?.tally.oldestMs
  }

  /** Counts one error of a series. */
  add(series: Series, counted: Counted): void {
    const { monotonicMs, wallMs } = counted
    if (monotonicMs >= this.#tendedAtMs + TEND_MS) this.#tend(monotonicMs)
    this.#errors += 1
    const live = this.#liveOf(series, counted)
    if (live.tally.isEmpty) {
      live.firstWaiting = this.#errors
      this.#waiting.add(live)
    }
    live.newest = { kind: 'open', counted, further: [] }
    live.lastMs = monotonicMs
    if (this.#occurrences < MAX_OCCURRENCES && live.evidence.take(monotonicMs)) {
      this.#occurrences += 1
      live.evidence.add(monotonicMs, () => {
        const details = counted.toDetails()
        return occurrenceOf(wallMs, counted.toRecord(), details?.path ?? '', details?.fields)
      })
    }
    this.#counters.dropped += live.tally.add(monotonicMs, wallMs, series.rule)
  }

  /** Errors of a series that wait to be submitted. */
  errorsOf({ id }: Series): number {
    return this.#live.get(id)?.tally.errors ?? 0
  }

  /**
   * Takes a further line of a request that is counted already; it is kept where that request's error is the newest of
   * its series and waits.
   */
  improve({ id }: Series, further: Counted): void {
    const live = this.#live.get(id)
    if (live === undefined || live.tally.isEmpty || live.newest.kind === 'sealed') return
    if (!isSameRequest(live.newest.counted.request, further.request)) return
    if (live.newest.further.length < MAX_FURTHER)
      live.newest = { ...live.newest, further: [...live.newest.further, further] }
  }

  /**
   * Takes out the counts that wait for as long as `hasRoom` is true: first the series that has waited longest, or with
   * `isNewestFirst` the one with the newest error.
   */
  take(hasRoom: (moments: number) => boolean, isNewestFirst = false): readonly Part[] {
    const nowMs = this.#clock.monotonicMs()
    if (nowMs >= this.#tendedAtMs + TEND_MS) this.#tend(nowMs)
    const parts: Part[] = []
    const waiting = isNewestFirst ? [...this.#waiting].sort((a, b) => b.lastMs - a.lastMs) : this.#waiting
    for (const live of waiting) {
      const { series, tally } = live
      if (!hasRoom(tally.moments)) break
      this.#waiting.delete(live)
      this.#seal(live)
      const { errors } = tally
      parts.push({ series, counts: tally.take(), errors })
    }
    return parts
  }

  /** The counts that came since this was last called, by series; they go on waiting. */
  takeUnseen(): readonly (readonly [Series, readonly Count[]])[] {
    return [...this.#waiting].map(({ series, tally }) => [series, tally.takeUnseen()] as const)
  }

  /** What an alert of this series shows; undefined where its errors have left their window. */
  shownOf({ id }: Series): Shown | undefined {
    const live = this.#live.get(id)
    if (live === undefined) return undefined
    const { sample, details } = this.#seal(live)
    return { sample, details, evidence: live.evidence }
  }

  #liveOf(series: Series, counted: Counted): LiveSeries {
    const live = this.#live.get(series.id)
    if (live === undefined) {
      const newest = { kind: 'open', counted, further: [] } as const
      const evidence = new Evidence(series.rule.windowMs)
      const begun = { series, tally: new Tally(), evidence, newest, lastMs: 0, firstWaiting: 0 }
      this.#live.set(series.id, begun)
      return begun
    }
    // The config may have changed the rule since. The counts that wait stay, and so do the errors to show, unless the
    // window has another length.
    if (live.series.rule.windowMs !== series.rule.windowMs) live.evidence = new Evidence(series.rule.windowMs)
    live.series = series
    return live
  }

  /** Forgets series whose last error has left its window, and lets go the log lines that others hold. */
  #tend(nowMs: number): void {
    this.#tendedAtMs = nowMs
    this.#occurrences = 0
    for (const [id, live] of this.#live) {
      const { tally, evidence, series, lastMs } = live
      // A tumbling window that is over still takes late errors for the length of the next one.
      const { windowMs, windowType } = series.rule
      if (lastMs < nowMs - (windowType === 'fixed' ? 2 * windowMs : windowMs)) {
        this.#counters.dropped += tally.errors
        this.#waiting.delete(live)
        this.#live.delete(id)
        continue
      }
      if (nowMs >= lastMs + TEND_MS) this.#seal(live)
      this.#occurrences += evidence.tend(nowMs)
    }
  }

  /** Reads what is shown of the newest error and lets go its log line. */
  #seal(live: LiveSeries): Extract<Newest, { kind: 'sealed' }> {
    live.evidence.seal()
    if (live.newest.kind === 'sealed') return live.newest
    const { counted, further } = live.newest
    const blank = toLogRecord({})
    const record = further.reduce(
      (merged, line) => mergeRecords(merged, orElse(line.toRecord, blank)),
      orElse(counted.toRecord, blank),
    )
    const details = orElse(counted.toDetails, undefined)
    const sealed = { kind: 'sealed', sample: toSample(record, details?.fields), details } as const
    live.newest = sealed
    return sealed
  }
}

/** Reads a line, whose getters are the application's and may throw; gives `fallback` then. */
function orElse<T>(read: () => T, fallback: T): T {
  try {
    return read()
  } catch {
    return fallback
  }
}
