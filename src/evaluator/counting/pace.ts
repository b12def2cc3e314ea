// How often a process calls the store, and how much less often where a large fleet would keep it too busy. It holds no
// timer: it only says how long to wait.
import type { Clock } from '../../clock.js'

/**
 * Least time between the starts of two submissions: ten a second at most, whatever the number of errors. A threshold
 * that this process has just reached by itself does not wait for it.
 */
export const SPACING_MS = 100
/**
 * A process without errors sends an idle batch this often, ±20 %, to learn whether the config has changed or a notice is
 * due.
 */
export const IDLE_BATCH_MS = 10_000
/** Wait after the first failed submission; it doubles with each further one, up to `LAST_BACKOFF_MS`. */
const FIRST_BACKOFF_MS = 50
const LAST_BACKOFF_MS = 5000

/**
 * Submissions start at least this many of the store's round trips apart: so a tenth of the time at most is waiting for
 * its answers, and a slow store gets fewer calls.
 */
const SPACING_IN_ROUND_TRIPS = 10
/**
 * Longest spacing, however long the window is: the store adds up what several processes have counted, so an alert that
 * takes the errors of all of them is late by this much at most.
 */
const LONGEST_SPACING_MS = 1000
/**
 * The store is taken to be as slow as the fastest of this many last answers: a single late one may only say that a
 * connection had to come back.
 */
const KEPT_ROUND_TRIPS = 4

/**
 * Milliseconds between the starts of two submissions to a store whose round trip takes `roundTripMs`.
 *
 * No burst may be missed whose errors lie within 98 % of the window less 250 ms. A window has 240 slots: the store's
 * ring may miss one of them, and the process puts together the errors of another before it sends them. What is left,
 * from a burst's last error until it is judged, is 250 ms and 1.17 % of the window. Spacing takes 200 ms and 1 % of
 * that; the rest is for the round trip.
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
  /**
   * Milliseconds of the last answers. It begins with 0, so that the store is taken to be fast until there are enough.
   */
  #roundTripsMs: readonly number[] = [0]
  #idleBatchAtMs: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#idleBatchAtMs = clock.monotonicMs()
  }

  /** Milliseconds until the next submission should start; 0 or less is now. Without work it starts at `dueAtMs`, or as the next idle batch does. */
  delayMs(hasWork: boolean, isFlushing: boolean, dueAtMs: number = Number.POSITIVE_INFINITY): number {
    if (!hasWork) {
      const startAtMs = Math.min(this.#idleBatchAtMs, Math.max(dueAtMs, this.#earliestMs))
      return startAtMs - this.#clock.monotonicMs()
    }
    if (isFlushing && this.#failuresInARow === 0) return 0
    return this.#earliestMs - this.#clock.monotonicMs()
  }

  /** Lets the next submission start at once. */
  hurry(): void {
    this.#earliestMs = Number.NEGATIVE_INFINITY
  }

  /**
   * Lets the next submission start at once, since a threshold was just reached; false where it has to wait. Once in
   * `SPACING_MS` at most, since many groups may cross their thresholds in one storm.
   */
  hurryForCrossing(): boolean {
    const nowMs = this.#clock.monotonicMs()
    if (this.#failuresInARow > 0 || nowMs < this.#lastHurryMs + SPACING_MS) return false
    this.#lastHurryMs = nowMs
    this.hurry()
    return true
  }

  /** Notes that a submission starts. */
  start(): void {
    const nowMs = this.#clock.monotonicMs()
    // Processes that began to see errors at the same moment would otherwise go on calling a slow store at the same
    // moments.
    const isSpread = this.#spacingMs > SPACING_MS
    this.#earliestMs = nowMs + this.#spacingMs * (isSpread ? 0.8 + 0.2 * this.#clock.random() : 1)
    this.#idleBatchAtMs = nowMs + IDLE_BATCH_MS * (0.8 + 0.4 * this.#clock.random())
  }

  /** Whether the last submission failed. */
  get hasFailed(): boolean {
    return this.#failuresInARow > 0
  }

  /** Notes that a submission was answered, after `tookMs`. */
  succeed(tookMs: number, shortestWindowMs: number): void {
    this.#failuresInARow = 0
    this.#roundTripsMs = [...this.#roundTripsMs, tookMs].slice(-KEPT_ROUND_TRIPS)
    this.#spacingMs = spacingMs(Math.min(...this.#roundTripsMs), shortestWindowMs)
  }

  /**
   * Notes that a submission failed: each further failure makes the next wait longer. While a flush waits it stays the
   * shortest one: a flush asks again soon, though not at once.
   */
  fail(isFlushing: boolean): void {
    const backoffMs = Math.min(FIRST_BACKOFF_MS * 2 ** this.#failuresInARow, LAST_BACKOFF_MS)
    this.#failuresInARow += 1
    const waitMs = isFlushing ? FIRST_BACKOFF_MS : backoffMs * (0.5 + 0.5 * this.#clock.random())
    this.#earliestMs = this.#clock.monotonicMs() + waitMs
  }
}
