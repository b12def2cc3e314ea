// What a process reports of its counters, so that the store can add them up for the fleet: by how much each has grown
// since the last report.
import type { Clock } from '../../clock.js'
import type { Stats } from '../stats.js'
import { IDLE_BATCH_MS } from './pace.js'

/** Least time between two reports: that of the earliest idle batch, so that each idle batch carries one. */
const INTERVAL_MS: number = 0.8 * IDLE_BATCH_MS

/** By how much counters have grown, by their names; those that have not are left out. */
export type Growth = Readonly<Record<string, number>>

export class CounterGrowth {
  readonly #clock: Clock
  readonly #stats: () => Stats
  #reported: Growth = {}
  #reportedAtMs = Number.NEGATIVE_INFINITY

  constructor(clock: Clock, stats: () => Stats) {
    this.#clock = clock
    this.#stats = stats
  }

  /** Whether anything has grown beside `submissions`, which each report itself makes grow. */
  get hasGrown(): boolean {
    return Object.keys(this.#grown()).some((name) => name !== 'submissions')
  }

  /**
   * What the next submission reports; undefined where nothing has grown, or where the last report is recent and no
   * flush waits, which may be the last chance for a while.
   */
  next(isWaitedFor: boolean): Growth | undefined {
    if (!isWaitedFor && this.#clock.monotonicMs() < this.#reportedAtMs + INTERVAL_MS) return undefined
    const grown = this.#grown()
    return Object.keys(grown).length === 0 ? undefined : grown
  }

  /** Notes that the store has this growth. */
  told(growth: Growth): void {
    this.#reportedAtMs = this.#clock.monotonicMs()
    const sums = Object.entries(growth).map(([name, count]) => [name, (this.#reported[name] ?? 0) + count] as const)
    this.#reported = { ...this.#reported, ...Object.fromEntries(sums) }
  }

  #grown(): Growth {
    const grown = Object.entries(this.#stats()).map(
      ([name, count]) => [name, count - (this.#reported[name] ?? 0)] as const,
    )
    return Object.fromEntries(grown.filter(([, count]) => count > 0))
  }
}
