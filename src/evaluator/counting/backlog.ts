// What is counted and not yet submitted, by series, and what is remembered of each series that is alive. Bounded in any outage: counts by
// the moments of a window, series by the groups of a window, and what is shown of errors by a number for all together; see src/README, Bounds.
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
  /** The request that it belongs to, as far as more of that may come. */
  readonly request: RequestTraits | undefined
  /** Its record, which is built only where it is shown. */
  readonly toRecord: () => LogRecord
  /** What its line says beside that; undefined for a record that was handed in. */
  readonly toDetails: () => LineDetails | undefined
  readonly monotonicMs: number
  readonly wallMs: number
}

/** What an alert shows of a series: its newest error, and others of the window. Those of other processes are not among them. */
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

/** What is known of the newest error of a series. */
type Newest =
  /** It may still be improved by later lines of its request; it holds log lines. */
  | { readonly kind: 'open'; readonly counted: Counted; readonly further: readonly Counted[] }
  | { readonly kind: 'sealed'; readonly sample: Sample; readonly details: LineDetails | undefined }

interface Known {
  /** With the rule as it was when its last error was counted. */
  series: Series
  readonly tally: Tally
  evidence: Evidence
  newest: Newest
  lastMs: number
  /** The number of the first error that waits. */
  firstWaiting: number
}

/** A request may go on to log errors for as long as it likes; the first of them tell what there is to tell. */
const MAX_FURTHER = 8
/** At most this many errors of all series together are kept to be shown. */
const MAX_OCCURRENCES = 5000
/** How often what left its window is let go, and what holds log lines is read and lets them go. */
const TEND_MS = 1000

export class Backlog {
  readonly #clock: Clock
  readonly #counters: Pick<Counters, 'dropped'>
  readonly #known = new Map<string, Known>()
  /** Series with errors that wait to be submitted, the longest waiting first. */
  readonly #waiting = new Set<Known>()
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
    return { series: this.#known.size, occurrences: this.#occurrences }
  }

  /** The number of the newest error that was added. */
  get newestNumber(): number {
    return this.#errors
  }

  /** Whether an error that was added no later than that one still waits. */
  hasWaiting(number: number): boolean {
    const [longest] = this.#waiting
    return longest !== undefined && longest.firstWaiting <= number
  }

  /** Since when the longest waiting error has waited; undefined where none waits. */
  get waitingSinceMs(): number | undefined {
    const [longest] = this.#waiting
    return longest?.tally.oldestMs
  }

  /** Adds one error of a series. */
  add(series: Series, counted: Counted): void {
    const { monotonicMs, wallMs } = counted
    if (monotonicMs >= this.#tendedAtMs + TEND_MS) this.#tend(monotonicMs)
    this.#errors += 1
    const known = this.#knownOf(series, counted)
    if (known.tally.isEmpty) {
      known.firstWaiting = this.#errors
      this.#waiting.add(known)
    }
    known.newest = { kind: 'open', counted, further: [] }
    known.lastMs = monotonicMs
    if (this.#occurrences < MAX_OCCURRENCES && known.evidence.take(monotonicMs)) {
      this.#occurrences += 1
      known.evidence.add(monotonicMs, () => {
        const details = counted.toDetails()
        return occurrenceOf(wallMs, counted.toRecord(), details?.path ?? '', details?.fields)
      })
    }
    this.#counters.dropped += known.tally.add(monotonicMs, wallMs, series.rule)
  }

  /** Errors of a series that wait. */
  errorsOf({ id }: Series): number {
    return this.#known.get(id)?.tally.errors ?? 0
  }

  /** More is known of a request that is counted already; it matters where its error is the newest. */
  improve({ id }: Series, further: Counted): void {
    const known = this.#known.get(id)
    if (known === undefined || known.tally.isEmpty || known.newest.kind === 'sealed') return
    if (!isSameRequest(known.newest.counted.request, further.request)) return
    if (known.newest.further.length < MAX_FURTHER)
      known.newest = { ...known.newest, further: [...known.newest.further, further] }
  }

  /** Hands over what waits as long as there is room for it, the longest waiting first, or the newest. */
  take(hasRoom: (moments: number) => boolean, isNewestFirst = false): readonly Part[] {
    const nowMs = this.#clock.monotonicMs()
    if (nowMs >= this.#tendedAtMs + TEND_MS) this.#tend(nowMs)
    const parts: Part[] = []
    const waiting = isNewestFirst ? [...this.#waiting].sort((a, b) => b.lastMs - a.lastMs) : this.#waiting
    for (const known of waiting) {
      const { series, tally } = known
      if (!hasRoom(tally.moments)) break
      this.#waiting.delete(known)
      this.#seal(known)
      const { errors } = tally
      parts.push({ series, counts: tally.take(), errors })
    }
    return parts
  }

  /** What was counted since this was last called, by series; it goes on waiting. */
  takeUnseen(): readonly (readonly [Series, readonly Count[]])[] {
    return [...this.#waiting].map(({ series, tally }) => [series, tally.takeUnseen()] as const)
  }

  /** What an alert of a series shows; undefined where nothing is known of it any more. */
  shownOf({ id }: Series): Shown | undefined {
    const known = this.#known.get(id)
    if (known === undefined) return undefined
    const { sample, details } = this.#seal(known)
    return { sample, details, evidence: known.evidence }
  }

  #knownOf(series: Series, counted: Counted): Known {
    const known = this.#known.get(series.id)
    if (known === undefined) {
      const newest = { kind: 'open', counted, further: [] } as const
      const evidence = new Evidence(series.rule.windowMs)
      const begun = { series, tally: new Tally(), evidence, newest, lastMs: 0, firstWaiting: 0 }
      this.#known.set(series.id, begun)
      return begun
    }
    // The rule may have changed since: what waits stays, and so does what is shown, unless its window is another.
    if (known.series.rule.windowMs !== series.rule.windowMs) known.evidence = new Evidence(series.rule.windowMs)
    known.series = series
    return known
  }

  /** Lets go series that are over, and the log lines that others hold. */
  #tend(nowMs: number): void {
    this.#tendedAtMs = nowMs
    this.#occurrences = 0
    for (const [id, known] of this.#known) {
      const { tally, evidence, series, lastMs } = known
      // A tumbling window counts late errors of the one before it.
      const { windowMs, windowType } = series.rule
      if (lastMs < nowMs - (windowType === 'fixed' ? 2 * windowMs : windowMs)) {
        this.#counters.dropped += tally.errors
        this.#waiting.delete(known)
        this.#known.delete(id)
        continue
      }
      if (nowMs >= lastMs + TEND_MS) this.#seal(known)
      this.#occurrences += evidence.tend(nowMs)
    }
  }

  /** Reads what is shown of the newest error, and lets go its log line. */
  #seal(known: Known): Extract<Newest, { kind: 'sealed' }> {
    known.evidence.seal()
    if (known.newest.kind === 'sealed') return known.newest
    const { counted, further } = known.newest
    const blank = toLogRecord({})
    const record = further.reduce(
      (merged, line) => mergeRecords(merged, orElse(line.toRecord, blank)),
      orElse(counted.toRecord, blank),
    )
    const details = orElse(counted.toDetails, undefined)
    const sealed = { kind: 'sealed', sample: toSample(record, details?.fields), details } as const
    known.newest = sealed
    return sealed
  }
}

/** A getter of the application's may throw where a line is read: then that tells nothing. */
function orElse<T>(read: () => T, fallback: T): T {
  try {
    return read()
  } catch {
    return fallback
  }
}
