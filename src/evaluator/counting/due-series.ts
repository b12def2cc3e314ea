// Series that are to be looked at though nothing was counted: what is due, and attempts that this process has scheduled.
import type { Clock } from '../../clock.js'
import type { FormerRule } from '../../store/store.js'

/** Why a series is looked at. */
export interface Look {
  /** A scheduled attempt is made now. */
  readonly isForced: boolean
  /** The rule as it was before the config moved or ended it, where it is its former self that something is open of. */
  readonly former: FormerRule | undefined
}

/** At most this many are remembered; others are found to be due again. */
const MAX_DUE = 10_000

export class DueSeries {
  readonly #clock: Clock
  readonly #timers = new Map<string, () => void>()
  readonly #due = new Map<string, Look>()
  #onDue: () => void = () => {}

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Calls back when a planned look is due. */
  onDue(listener: () => void): void {
    this.#onDue = listener
  }

  get isEmpty(): boolean {
    return this.#due.size === 0
  }

  get size(): number {
    return this.#due.size + this.#timers.size
  }

  add(seriesId: string, { isForced = false, former }: Partial<Look> = {}): void {
    const known = this.#due.get(seriesId)
    if (known === undefined && this.#due.size >= MAX_DUE) return
    this.#due.set(seriesId, { isForced: isForced || known?.isForced === true, former: former ?? known?.former })
  }

  /** Adds it after a while. */
  plan(seriesId: string, waitMs: number, look: Partial<Look> = {}): void {
    this.#timers.get(seriesId)?.()
    const cancel = this.#clock.after(Math.ceil(waitMs), () => {
      this.#timers.delete(seriesId)
      this.add(seriesId, look)
      this.#onDue()
    })
    this.#timers.set(seriesId, cancel)
  }

  /** Those that have waited longest, as long as there is room; the others go on waiting. */
  take(hasRoom: () => boolean): ReadonlyMap<string, Look> {
    const taken = new Map<string, Look>()
    for (const [id, look] of this.#due) {
      if (!hasRoom()) break
      this.#due.delete(id)
      taken.set(id, look)
    }
    return taken
  }

  close(): void {
    for (const cancel of this.#timers.values()) cancel()
    this.#timers.clear()
  }
}
