// Whether Redis is away: a call that is not answered begins an outage, any answer ends it.
import type { Clock } from '../../clock.js'

/** Redis counts as down once it has not answered for this long. README promises it, under When something fails. */
const DOWN_AFTER_MS = 5000

type State =
  | { readonly kind: 'up' }
  | { readonly kind: 'failing'; readonly sinceMs: number }
  /** The process is about to end and waits for Redis no longer. */
  | { readonly kind: 'givenUp' }

export class Outage {
  readonly #clock: Clock
  #state: State = { kind: 'up' }

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Whether this process has stopped waiting for Redis. */
  get isGivenUp(): boolean {
    return this.#state.kind === 'givenUp'
  }

  /** Whether this process has to judge alone. */
  get isDown(): boolean {
    return this.isGivenUp || this.downInMs <= 0
  }

  /**
   * Milliseconds until Redis counts as down, unless it answers; 0 or less where it does already, infinite where it is
   * up.
   */
  get downInMs(): number {
    if (this.#state.kind !== 'failing') return Number.POSITIVE_INFINITY
    return this.#state.sinceMs + DOWN_AFTER_MS - this.#clock.monotonicMs()
  }

  /** Notes that a call which began at `sinceMs`, on the monotonic clock, was not answered. */
  failed(sinceMs: number): void {
    if (this.#state.kind === 'up') this.#state = { kind: 'failing', sinceMs }
  }

  /** Notes that Redis answered. */
  answered(): void {
    this.#state = { kind: 'up' }
  }

  /** Stops waiting for Redis, until it answers. */
  giveUp(): void {
    this.#state = { kind: 'givenUp' }
  }
}
