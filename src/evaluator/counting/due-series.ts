// Series that are to be looked at though nothing was counted: what is due, and attempts that this process has scheduled.
import type { Clock } from '../../clock.js'

export class Looks {
  readonly #clock: Clock
  readonly #onDue: () => void
  readonly #timers = new Map<string, () => void>()
  /** By series id: whether a scheduled attempt is to be made now. */
  readonly #due = new Map<string, boolean>()

  constructor(clock: Clock, onDue: () => void) {
    this.#clock = clock
    this.#onDue = onDue
  }

  get isEmpty(): boolean {
    return this.#due.size === 0
  }

  add(seriesId: string, isForced: boolean = false): void {
    this.#due.set(seriesId, isForced || this.#due.get(seriesId) === true)
  }

  /** Adds it after a while. */
  plan(seriesId: string, waitMs: number): void {
    this.#timers.get(seriesId)?.()
    const cancel = this.#clock.after(Math.ceil(waitMs), () => {
      this.#timers.delete(seriesId)
      this.add(seriesId)
      this.#onDue()
    })
    this.#timers.set(seriesId, cancel)
  }

  /** At most so many, the longest waiting first; the rest goes on waiting. */
  take(max: number): ReadonlyMap<string, boolean> {
    const taken = new Map([...this.#due].slice(0, max))
    for (const id of taken.keys()) this.#due.delete(id)
    return taken
  }

  close(): void {
    for (const cancel of this.#timers.values()) cancel()
    this.#timers.clear()
  }
}
