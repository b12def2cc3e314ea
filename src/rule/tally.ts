// The errors of one series that a process has counted and not submitted yet, or its other requests.
import type { WindowType } from '../config/options.js'
import { bucketAt, SLOT_COUNT } from './slots.js'

/** Errors that happened close together; the times are those of the oldest. */
export interface Count {
  readonly monotonicMs: number
  readonly wallMs: number
  readonly count: number
  /**
   * Where the rule counts only what is new: the kind of these errors, which happened at any time of the window; the times are those of the
   * newest. Undefined elsewhere.
   */
  readonly kind?: string
}

export interface WindowShape {
  readonly windowMs: number
  readonly windowType: WindowType
}

/** Cells in a sliding window: as many as the ring has slots, which could use no finer times. So memory is bounded in any storm. */
const CELLS_PER_WINDOW = SLOT_COUNT

interface Cell {
  monotonicMs: number
  wallMs: number
  count: number
  /** How many of the errors in `count` were handed over by `takeUnseen`. */
  seen: number
}

/** Counts that wait for the next batch: a few numbers for each moment, never an entry for each error. */
export class Tally {
  #counts: Cell[] = []
  #errors = 0
  /** Each cell before this one was handed over by `takeUnseen` as it is. */
  #unseenFrom = 0

  get isEmpty(): boolean {
    return this.#errors === 0
  }

  /** Errors that wait. */
  get errors(): number {
    return this.#errors
  }

  /** Moments at which errors that wait happened: each costs a batch two numbers. */
  get moments(): number {
    return this.#counts.length
  }

  /** When the oldest error that waits happened, on the monotonic clock; undefined where none waits. */
  get oldestMs(): number | undefined {
    return this.#counts[0]?.monotonicMs
  }

  /**
   * Counts one error or more, which happened now or not long ago; returns how many others this drops because they left the window
   * unsubmitted.
   */
  add(monotonicMs: number, wallMs: number, shape: WindowShape, count: number = 1): number {
    const own = cell({ monotonicMs, wallMs }, shape)
    const counts = this.#counts
    let at = counts.length - 1
    for (let last = counts[at]; last !== undefined && last.monotonicMs > monotonicMs; last = counts[at]) {
      if (cell(last, shape) === own) break
      at -= 1
    }
    this.#errors += count
    const known = counts[at]
    if (known !== undefined && cell(known, shape) === own) {
      known.count += count
      if (monotonicMs < known.monotonicMs) Object.assign(known, { monotonicMs, wallMs })
      this.#unseenFrom = Math.min(this.#unseenFrom, at)
      return 0
    }
    counts.splice(at + 1, 0, { monotonicMs, wallMs, count, seen: 0 })
    this.#unseenFrom = Math.min(this.#unseenFrom, at + 1)
    return this.#dropOlderThan(monotonicMs - shape.windowMs)
  }

  /** Hands over all counts that wait; the tally is empty then. */
  take(): readonly Count[] {
    const counts = this.#counts
    this.#counts = []
    this.#errors = 0
    this.#unseenFrom = 0
    return counts
  }

  /** The counts that were added since the last call and still wait. They stay in the tally. */
  takeUnseen(): readonly Count[] {
    const cells = this.#counts.slice(this.#unseenFrom)
    this.#unseenFrom = this.#counts.length
    return cells.flatMap((cell) => {
      const count = cell.count - cell.seen
      cell.seen = cell.count
      return count === 0 ? [] : { monotonicMs: cell.monotonicMs, wallMs: cell.wallMs, count }
    })
  }

  #dropOlderThan(monotonicMs: number): number {
    let dropped = 0
    while ((this.#counts[0]?.monotonicMs ?? Number.POSITIVE_INFINITY) < monotonicMs) {
      dropped += this.#counts.shift()?.count ?? 0
      this.#unseenFrom = Math.max(0, this.#unseenFrom - 1)
    }
    this.#errors -= dropped
    return dropped
  }
}

function cell(moment: Omit<Count, 'count'>, { windowMs, windowType }: WindowShape): number {
  if (windowType === 'fixed') return bucketAt(moment.wallMs, windowMs)
  return Math.floor(moment.monotonicMs / Math.max(1, windowMs / CELLS_PER_WINDOW))
}
