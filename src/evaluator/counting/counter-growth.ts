// What a process tells of its counters, so that those of a fleet can be summed up: by how much they have grown, now and then.
import type { Clock } from '../../clock.js'
import type { Stats } from '../stats.js'
import { HEARTBEAT_MS } from './pace.js'

/** A heartbeat comes as early as this, and each tells. */
const INTERVAL_MS: number = 0.8 * HEARTBEAT_MS

/** Counters that have grown, by how much. */
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

  /** Something has grown beyond what the last submission itself made grow. */
  get hasGrown(): boolean {
    return Object.keys(this.#grown()).some((name) => name !== 'submissions')
  }

  /** What the next submission tells; undefined where that was done lately, unless it is the last chance for a while. */
  next(isWaitedFor: boolean): Growth | undefined {
    if (!isWaitedFor && this.#clock.monotonicMs() < this.#reportedAtMs + INTERVAL_MS) return undefined
    const grown = this.#grown()
    return Object.keys(grown).length === 0 ? undefined : grown
  }

  /** The store has it. */
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
