// How often the store is asked: less often where the fleet would keep it too busy. Keeps no timer, it only says how long to wait.
import type { Clock } from '../../clock.js'

/** Submissions start at least so far apart, unless this process alone has just reached a threshold. */
export const SPACING_MS = 100
/** A process without errors asks so often whether the config has changed or something is due, +-20 %. */
export const HEARTBEAT_MS = 10_000
const FIRST_BACKOFF_MS = 50
const LAST_BACKOFF_MS = 5000

/** Of the time from one submission to the next, at most about one part in so many is waiting for its answer. */
const SPACING_IN_ROUND_TRIPS = 10
/** Nobody waits longer than this for what others have counted to be put together, however long a window is. */
const LONGEST_SPACING_MS = 1000
/** A store is as slow as the fastest of its last answers: one that was late, since a connection had to come back, says little. */
const KEPT_ROUND_TRIPS = 4

/**
 * How far apart submissions start, where their round trips take so long: a store that is slow is asked less often. A burst is not missed
 * where the last of its errors is judged within 1.17 % of the window and 250 ms: a window is cut in 240 slots, and 98 % of it less 250 ms
 * are promised. The rest of that is for the round trip.
 */
export function spacingMs(roundTripMs: number, shortestWindowMs: number): number {
  const maxSpacingMs = Math.min(200 + 0.01 * shortestWindowMs, LONGEST_SPACING_MS)
  return Math.max(SPACING_MS, Math.min(SPACING_IN_ROUND_TRIPS * roundTripMs, maxSpacingMs))
}

export class Pace {
  readonly #clock: Clock
  #failuresInARow = 0
  #earliestMs = Number.NEGATIVE_INFINITY
  #lastHurryMs = Number.NEGATIVE_INFINITY
  #spacingMs = SPACING_MS
  /** The last ones; until there are enough, the store is taken to be fast. */
  #roundTripsMs: readonly number[] = [0]
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
    // Many processes with errors since the same moment shall not go on asking in the same moments.
    const isSpread = this.#spacingMs > SPACING_MS
    this.#earliestMs = nowMs + this.#spacingMs * (isSpread ? 0.8 + 0.2 * this.#clock.random() : 1)
    this.#heartbeatAtMs = nowMs + HEARTBEAT_MS * (0.8 + 0.4 * this.#clock.random())
  }

  /** The last submission failed. */
  get hasFailed(): boolean {
    return this.#failuresInARow > 0
  }

  succeed(tookMs: number, shortestWindowMs: number): void {
    this.#failuresInARow = 0
    this.#roundTripsMs = [...this.#roundTripsMs, tookMs].slice(-KEPT_ROUND_TRIPS)
    this.#spacingMs = spacingMs(Math.min(...this.#roundTripsMs), shortestWindowMs)
  }

  /** Waits longer after each failure in a row. A flush ignores backoff, but not reason: it asks again quickly. */
  fail(isFlushing: boolean): void {
    const backoffMs = Math.min(FIRST_BACKOFF_MS * 2 ** this.#failuresInARow, LAST_BACKOFF_MS)
    this.#failuresInARow += 1
    const waitMs = isFlushing ? FIRST_BACKOFF_MS : backoffMs * (0.5 + 0.5 * this.#clock.random())
    this.#earliestMs = this.#clock.monotonicMs() + waitMs
  }
}
