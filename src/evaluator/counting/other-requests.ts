// Requests that are no counted errors and that no batch has taken, by series: a few numbers for each moment. Memory stays bounded in any
// outage, as that of errors does; what leaves its window meanwhile is forgotten, and nobody misses it.
import type { Clock, Moment } from '../../clock.js'
import type { Series } from '../../rule/series.js'
import { type Count, Tally } from '../../rule/tally.js'

/** Requests of one series. */
export interface OthersOf {
  readonly series: Series
  readonly others: readonly Count[]
}

interface Waiting {
  series: Series
  lastMs: number
  readonly tally: Tally
}

/**
 * Requests of a process without errors are this late at most, in ms, or a sixtieth of the window where that is more; README promises it, under
 * How errors are counted.
 */
const MAX_LAG_MS = 1000
/** So much of that they wait here. The rest is for the way. */
const WAITED_SHARE = 0.8
/** Time between two rounds that forget what has left its window. */
const TEND_MS = 1000

export class OtherRequests {
  readonly #clock: Clock
  readonly #waiting = new Map<string, Waiting>()
  #dueAtMs = Number.POSITIVE_INFINITY
  #tendedAtMs: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#tendedAtMs = clock.monotonicMs()
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0
  }

  /** Series with requests that wait. */
  get size(): number {
    return this.#waiting.size
  }

  /** When those that wait have to be submitted though no error takes them along, on the monotonic clock; infinite where none waits. */
  get dueAtMs(): number {
    return this.#dueAtMs
  }

  /** Counts so many requests of a series, which happened at that moment: now, or a second ago at most. */
  add(series: Series, requests: number, { monotonicMs, wallMs }: Moment): void {
    if (monotonicMs >= this.#tendedAtMs + TEND_MS) this.#tend(monotonicMs)
    let known = this.#waiting.get(series.id)
    if (known === undefined) {
      known = { series, lastMs: monotonicMs, tally: new Tally() }
      this.#waiting.set(series.id, known)
      this.#dueAtMs = Math.min(this.#dueAtMs, monotonicMs + WAITED_SHARE * lagMs(series))
    }
    known.series = series
    known.lastMs = Math.max(known.lastMs, monotonicMs)
    known.tally.add(monotonicMs, wallMs, series.rule, requests)
  }

  /** Arguments of a batch that those of a series take. */
  argumentsOf({ id }: Series): number {
    return 2 * (this.#waiting.get(id)?.tally.moments ?? 0)
  }

  /** Takes out those of a series. */
  takeOf({ id }: Series): readonly Count[] {
    const known = this.#waiting.get(id)
    this.#waiting.delete(id)
    return known?.tally.take() ?? []
  }

  /** Takes out what waits for as long as `hasRoom` is true. */
  take(hasRoom: (argumentCount: number) => boolean): readonly OthersOf[] {
    const taken: OthersOf[] = []
    for (const [id, { series, tally }] of this.#waiting) {
      if (!hasRoom(2 * tally.moments)) {
        this.#dueAtMs = this.#clock.monotonicMs()
        return taken
      }
      this.#waiting.delete(id)
      taken.push({ series, others: tally.take() })
    }
    this.#dueAtMs = Number.POSITIVE_INFINITY
    return taken
  }

  /** What came since this was last called, by series, for who judges without the store; it goes on waiting. */
  takeUnseen(): readonly OthersOf[] {
    return [...this.#waiting.values()].map(({ series, tally }) => ({ series, others: tally.takeUnseen() }))
  }

  #tend(nowMs: number): void {
    this.#tendedAtMs = nowMs
    for (const [id, { series, lastMs }] of this.#waiting)
      if (lastMs < nowMs - series.rule.windowMs) this.#waiting.delete(id)
  }
}

function lagMs({ rule }: Series): number {
  return Math.max(MAX_LAG_MS, rule.windowMs / 60)
}
