// Errors that lack what a rule looks at, such as a status to group by. A later line of the same request may have it, so that rule waits for
// it: within bounds, and in time for its window.
import type { Clock } from '../../clock.js'
import { sizeOf } from './first-config-hold.js'

/** At most this many errors wait; a further one ends the wait of the oldest. */
export const MAX_WAITING_ERRORS = 1000
/** At most about this many bytes of their lines wait. */
export const MAX_WAITING_BYTES = 1_048_576
/** They wait for this long at most, and for a quarter of the shortest window at most. */
export const MAX_WAIT_MS = 1000

interface Wait {
  readonly dueMs: number
  readonly bytes: number
}

export class IncompleteErrors<T> {
  readonly #clock: Clock
  readonly #onChange: () => void
  readonly #waiting = new Map<T, Wait>()
  #bytes = 0
  #onDue: (one: T) => void = () => {}
  #cancelTimer: (() => void) | undefined

  /** Calls `onChange` whenever something begins or ends to wait. */
  constructor(clock: Clock, onChange: () => void = () => {}) {
    this.#clock = clock
    this.#onChange = onChange
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0
  }

  /** Sets what is called with each one that has waited long enough, or must make room; it calls `delete`. */
  onDue(listener: (one: T) => void): void {
    this.#onDue = listener
  }

  /**
   * Takes a line of one that waits from then on, or does already; it came at `fromMs` and keeps `kept` in memory. `windowsMs`
   * are those of the rules.
   */
  add(one: T, kept: object, fromMs: number, windowsMs: readonly number[]): void {
    const waitMs = Math.min(MAX_WAIT_MS, ...windowsMs.map((windowMs) => windowMs / 4))
    const bytes = sizeOf(kept)
    const known = this.#waiting.get(one)
    this.#waiting.set(one, { dueMs: known?.dueMs ?? fromMs + waitMs, bytes: bytes + (known?.bytes ?? 0) })
    this.#bytes += bytes
    for (const [oldest] of this.#waiting) {
      if (this.#waiting.size <= MAX_WAITING_ERRORS && this.#bytes <= MAX_WAITING_BYTES) break
      this.#onDue(oldest)
    }
    this.#onChange()
    this.#plan()
  }

  delete(one: T): void {
    const wait = this.#waiting.get(one)
    if (wait === undefined) return
    this.#waiting.delete(one)
    this.#bytes -= wait.bytes
    this.#onChange()
  }

  /** Ends the wait of those whose time is over by now, or of all. */
  end(nowMs: number = Number.POSITIVE_INFINITY): void {
    for (const [one, { dueMs }] of this.#waiting) if (dueMs <= nowMs) this.#onDue(one)
    this.#plan()
  }

  #plan(): void {
    if (this.#cancelTimer !== undefined || this.#waiting.size === 0) return
    const firstMs = Math.min(...[...this.#waiting.values()].map(({ dueMs }) => dueMs))
    this.#cancelTimer = this.#clock.after(Math.max(0, Math.ceil(firstMs - this.#clock.monotonicMs())), () => {
      this.#cancelTimer = undefined
      this.end(this.#clock.monotonicMs())
    })
  }
}
