// How often the store is asked. Keeps no timer: it only says how long to wait.
import type { Clock } from '../clock.js'

/** Submissions start at least so far apart, unless this process alone has just reached a threshold. */
export const SPACING_MS = 100
/** A process without errors asks so often whether the config has changed or something is due, +-20 %. */
export const HEARTBEAT_MS = 10_000
const FIRST_BACKOFF_MS = 50
const LAST_BACKOFF_MS = 5000

export class Pace {
  readonly #clock: Clock
  #failuresInARow = 0
  #earliestMs = Number.NEGATIVE_INFINITY
  #lastHurryMs = Number.NEGATIVE_INFINITY
  #heartbeatAtMs: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#heartbeatAtMs = clock.monotonicMs()
  }

  /** How long to wait for the next submission; 0 or less is now. */
  delayMs(hasWork: boolean, isFlushing: boolean): number {
    if (!hasWork) return this.#heartbeatAtMs - this.#clock.monotonicMs()
    if (isFlushing && this.#failuresInARow === 0) return 0
    return this.#earliestMs - this.#clock.monotonicMs()
  }

  /** The next submission need not wait. */
  hurry(): void {
    this.#earliestMs = Number.NEGATIVE_INFINITY
  }

  /** The same for a threshold just reached, and once for each spacing at most: many groups may cross in one storm. */
  hurryForCrossing(): boolean {
    const nowMs = this.#clock.monotonicMs()
    if (this.#failuresInARow > 0 || nowMs < this.#lastHurryMs + SPACING_MS) return false
    this.#lastHurryMs = nowMs
    this.hurry()
    return true
  }

  /** A submission starts. */
  start(): void {
    const nowMs = this.#clock.monotonicMs()
    this.#earliestMs = nowMs + SPACING_MS
    this.#heartbeatAtMs = nowMs + HEARTBEAT_MS * (0.8 + 0.4 * this.#clock.random())
  }

  /** The last submission failed. */
  get hasFailed(): boolean {
    return this.#failuresInARow > 0
  }

  succeed(): void {
    this.#failuresInARow = 0
  }

  /** Waits longer after each failure in a row. A flush ignores backoff, but not reason: it asks again quickly. */
  fail(isFlushing: boolean): void {
    const backoffMs = Math.min(FIRST_BACKOFF_MS * 2 ** this.#failuresInARow, LAST_BACKOFF_MS)
    this.#failuresInARow += 1
    const waitMs = isFlushing ? FIRST_BACKOFF_MS : backoffMs * (0.5 + 0.5 * this.#clock.random())
    this.#earliestMs = this.#clock.monotonicMs() + waitMs
  }
}
