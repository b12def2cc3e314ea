// Series whose alerts are to be looked at though nothing was counted: notices that are due, and attempts that this
// process has scheduled.
import type { Clock } from '../../clock.js'
import type { FormerRule } from '../../store/store.js'

/** What to look for in a series. */
export interface Look {
  /** Whether an attempt that is scheduled for later is made now. */
  readonly isForced: boolean
  /** The rule as it was before the config moved or ended it, where its open notices are meant; else undefined. */
  readonly former: FormerRule | undefined
}

/** At most this many series wait; the store names the others again as long as they are due. */
const MAX_DUE = 10_000

export class DueSeries {
  readonly #clock: Clock
  readonly #timers = new Map<string, () => void>()
  readonly #due = new Map<string, Look>()
  #onDue: () => void = () => {}

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Sets what is called when a planned look is due. */
  onDue(listener: () => void): void {
    this.#onDue = listener
  }

  get isEmpty(): boolean {
    return this.#due.size === 0
  }

  get size(): number {
    return this.#due.size + this.#timers.size
  }

  /** Adds a series to those that wait to be looked at. */
  add(seriesId: string, { isForced = false, former }: Partial<Look> = {}): void {
    const known = this.#due.get(seriesId)
    if (known === undefined && this.#due.size >= MAX_DUE) return
    this.#due.set(seriesId, { isForced: isForced || known?.isForced === true, former: former ?? known?.former })
  }

  /** Adds a series after `waitMs`, in place of an earlier plan for it. */
  plan(seriesId: string, waitMs: number, look: Partial<Look> = {}): void {
    this.#timers.get(seriesId)?.()
    const cancel = this.#clock.after(Math.ceil(waitMs), () => {
      this.#timers.delete(seriesId)
      this.add(seriesId, look)
      this.#onDue()
    })
    this.#timers.set(seriesId, cancel)
  }

  /** Takes out the series that have waited longest for as long as `hasRoom` is true; the others go on waiting. */
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
