// Errors that were counted and that no batch has taken, by series, and what alerts may show of each series with errors
// in its window. Memory stays bounded in any outage: counts by the slots of a window, series by the groups of a window,
// and errors that may be shown by one number for all series together; see src/README, Bounds.
import { Evidence } from '../../alert/evidence.js'
import type { Occurrence } from '../../alert/occurrence.js'
import { type Sample, toSample } from '../../alert/sample.js'
import type { Clock, Moment } from '../../clock.js'
import { toLogRecord } from '../../record/log-record.js'
import type { LineDetails } from '../../record/reading/line-details.js'
import type { GroupValues, Series } from '../../rule/series.js'
import { type Count, Tally } from '../../rule/tally.js'
import type { Counters } from '../stats.js'

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

interface LiveSeries {
  /** The series, with its rule as it was when the last error was counted. */
  series: Series
  /** Its errors that wait to be submitted. */
  readonly tally: Tally
  evidence: Evidence
  /** Its newest error. */
  newest: Occurrence
  /** When its newest error happened, on the monotonic clock. */
  lastMs: number
  /** The number of its first error that waits; errors are numbered from 1 as they are added. */
  firstWaiting: number
}

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

  /** Counts one error of a series, which happened at that moment: now, or a second ago at most. */
  add(series: Series, occurrence: Occurrence, moment: Moment): void {
    const { monotonicMs, wallMs } = moment
    if (monotonicMs >= this.#tendedAtMs + TEND_MS) this.#tend(monotonicMs)
    this.#errors += 1
    const live = this.#liveOf(series, occurrence, monotonicMs)
    if (live.tally.isEmpty) {
      live.firstWaiting = this.#errors
      this.#waiting.add(live)
    }
    if (this.#occurrences < MAX_OCCURRENCES && live.evidence.take(monotonicMs)) {
      this.#occurrences += 1
      live.evidence.add(moment, occurrence)
    }
    this.#counters.dropped += live.tally.add(monotonicMs, wallMs, series.rule)
  }

  /** Errors of a series that wait to be submitted. */
  errorsOf({ id }: Series): number {
    return this.#live.get(id)?.tally.errors ?? 0
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
    this.#seal(live)
    const { record = toLogRecord({}), details } = live.newest.seal() ?? {}
    return { sample: toSample(record, details?.fields), details, evidence: live.evidence }
  }

  /** The values of a group; undefined where the rule has none, or its errors have left their window. */
  groupValuesOf(seriesId: string): GroupValues | undefined {
    return this.#live.get(seriesId)?.series.groupValues
  }

  /** The series, with this error as its newest unless a newer one is known. */
  #liveOf(series: Series, occurrence: Occurrence, monotonicMs: number): LiveSeries {
    const live = this.#live.get(series.id)
    if (live === undefined) {
      const evidence = new Evidence(series.rule.windowMs)
      occurrence.show()
      const begun = { series, tally: new Tally(), evidence, newest: occurrence, lastMs: monotonicMs, firstWaiting: 0 }
      this.#live.set(series.id, begun)
      return begun
    }
    // The config may have changed the rule since. The counts that wait stay, and so do the errors to show, unless the
    // window has another length.
    if (live.series.rule.windowMs !== series.rule.windowMs) live.evidence = new Evidence(series.rule.windowMs)
    live.series = series
    if (monotonicMs >= live.lastMs) {
      occurrence.show()
      live.newest.hide()
      live.newest = occurrence
      live.lastMs = monotonicMs
    }
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

  /** Reads what is shown and lets go its log lines. */
  #seal({ newest, evidence }: LiveSeries): void {
    newest.seal()
    evidence.seal()
  }
}
