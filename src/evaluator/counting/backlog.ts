// Errors that were counted and that no batch has taken, by series, and what alerts may show of each series with errors
// in its window. Memory stays bounded in any outage: counts by the slots of a window, series by the groups of a window,
// and errors that may be shown by one number for all series together; see src/README, Bounds.
import type { Occurrence } from '../../alert/occurrence.js'
import type { Clock, Moment } from '../../clock.js'
import { RecentMap } from '../../recent.js'
import type { Meeting } from '../../rule/known-kinds.js'
import type { GroupValues, Series } from '../../rule/series.js'
import type { Count } from '../../rule/tally.js'
import type { Counters } from '../stats.js'
import {
  type Counted,
  KindSeries,
  kindsOf,
  type LiveSeries,
  type Part,
  type Shown,
  type Stock,
  TallySeries,
} from './live-series.js'

/** At most this many kinds are remembered that the fleet is known to know, those heard of last. */
const MAX_FAMILIAR = 10_000
/** Time between two rounds that forget what has left its window, and read log lines that are held and let them go. */
const TEND_MS = 1000

export class Backlog {
  readonly #clock: Clock
  readonly #counters: Pick<Counters, 'dropped'>
  readonly #live = new Map<string, LiveSeries>()
  /** Series with errors that wait to be submitted, the longest waiting first. */
  readonly #waiting = new Set<LiveSeries>()
  readonly #stock: Stock = { occurrences: 0, kinds: 0 }
  /**
   * Kinds that the fleet knows, each behind the name of its rule: an error of another one is worth a draft and haste. It need not be so: the
   * store decides.
   */
  readonly #familiar = new RecentMap<string, true>(MAX_FAMILIAR)
  #errors = 0
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
    return { series: this.#live.size, occurrences: this.#stock.occurrences }
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
    return longest?.oldestMs
  }

  /**
   * Counts one error of a series, which happened at that moment: now, or a second ago at most. `kind` is its kind where the rule counts only
   * what is new.
   */
  add(series: Series, occurrence: Occurrence, { monotonicMs, wallMs }: Moment, kind: string = ''): void {
    if (monotonicMs >= this.#tendedAtMs + TEND_MS) this.#tend(monotonicMs)
    this.#errors += 1
    const error = { occurrence, monotonicMs, wallMs, kind }
    const live = this.#liveOf(series, error)
    if (live.errors === 0) {
      live.firstWaiting = this.#errors
      this.#waiting.add(live)
    }
    this.#counters.dropped += live.add(series, error, this.#stock)
    if (live.errors === 0) this.#waiting.delete(live)
  }

  /** Errors of a series that wait to be submitted and may bring it nearer to its threshold, as far as this process knows. */
  mayCount({ id }: Series): number {
    return this.#live.get(id)?.mayCount ?? 0
  }

  /**
   * Takes out the counts that wait for as long as `hasRoom` is true: first the series that has waited longest, or with
   * `isNewestFirst` the one with the newest error.
   */
  take(hasRoom: (argumentCount: number, series: Series) => boolean, isNewestFirst = false): readonly Part[] {
    const nowMs = this.#clock.monotonicMs()
    if (nowMs >= this.#tendedAtMs + TEND_MS) this.#tend(nowMs)
    const parts: Part[] = []
    const waiting = isNewestFirst ? [...this.#waiting].sort((a, b) => b.lastMs - a.lastMs) : this.#waiting
    for (const live of waiting) {
      if (!hasRoom(live.argumentCount, live.series)) break
      this.#waiting.delete(live)
      const part = live.take()
      this.#stock.kinds -= part.kinds.length
      parts.push(part)
    }
    return parts
  }

  /** The counts that came since this was last called, by series; they go on waiting. */
  takeUnseen(): readonly (readonly [Series, readonly Count[]])[] {
    return [...this.#waiting].map((live) => [live.series, live.takeUnseen()] as const)
  }

  /**
   * What an alert of this series shows; undefined where its errors have left their window, or where none of them was new. `part` is what was
   * taken out of it and the store has not answered for.
   */
  shownOf({ id }: Series, part?: Part): Shown | undefined {
    return this.#live.get(id)?.shown(this.#clock.monotonicMs(), part)
  }

  /** The part of a series by its kinds, where the config has only just let the rule count what is new; else as it is. */
  asked(part: Part, series: Series): Part {
    if (!series.rule.newOnly || part.kinds.length > 0) return part
    const kinds = kindsOf(part)
    if (kinds.length === 0) return part
    for (const { occurrence } of kinds) occurrence?.show()
    if (!(this.#live.get(series.id) instanceof KindSeries)) this.#begin(this.#newKindSeries(series))
    return { ...part, counts: kinds, kinds }
  }

  /** The values of a group; undefined where the rule has none, or its errors have left their window. */
  groupValuesOf(seriesId: string): GroupValues | undefined {
    return this.#live.get(seriesId)?.series.groupValues
  }

  /** How many errors of a part may bring its series nearer to the threshold, as far as this process knows. */
  mayCountOf({ series, errors, kinds }: Part): number {
    if (kinds.length === 0) return errors
    return kinds.filter(({ kind }) => !this.#familiar.has(nameOf(series, kind))).length
  }

  /** Takes what the store has answered for the kinds of a part: what is new is shown from now on. */
  learn({ series, kinds }: Part, meetings: readonly Meeting[]): void {
    this.#live.get(series.id)?.learn(kinds, meetings)
    for (const [at, { kind }] of kinds.entries()) {
      const name = nameOf(series, kind)
      if (meetings[at] === 'withheld') this.#familiar.delete(name)
      else if (meetings[at] !== 'dropped') this.#familiar.set(name, true)
    }
  }

  #liveOf(series: Series, error: Counted): LiveSeries {
    const live = this.#live.get(series.id)
    // Where the config has just changed what the rule counts, what waits of it is submitted by itself.
    if (live !== undefined && live instanceof KindSeries === series.rule.newOnly) return live
    return this.#begin(series.rule.newOnly ? this.#newKindSeries(series) : new TallySeries(series, error))
  }

  #newKindSeries(series: Series): KindSeries {
    return new KindSeries(series, this.#clock.monotonicMs(), (kind) => this.#familiar.has(nameOf(series, kind)))
  }

  #begin(live: LiveSeries): LiveSeries {
    this.#live.set(live.series.id, live)
    return live
  }

  /** Forgets series whose last error has left its window, and lets go the log lines that others hold. */
  #tend(nowMs: number): void {
    this.#tendedAtMs = nowMs
    this.#stock.occurrences = 0
    this.#stock.kinds = 0
    for (const [id, live] of this.#live) {
      const { series, lastMs } = live
      // A tumbling window that is over still takes late errors for the length of the next one.
      const { windowMs, windowType } = series.rule
      if (lastMs < nowMs - (windowType === 'fixed' ? 2 * windowMs : windowMs)) {
        this.#counters.dropped += live.errors
        this.#waiting.delete(live)
        this.#live.delete(id)
        continue
      }
      if (nowMs >= lastMs + TEND_MS) live.seal()
      this.#counters.dropped += live.tend(nowMs, this.#stock)
      if (live.errors === 0) this.#waiting.delete(live)
    }
  }
}

function nameOf({ rule }: Series, kind: string): string {
  return `${rule.name} ${kind}`
}
