// Whether Redis is away: a call that is not answered begins it, any answer ends it.
import type { Clock } from '../../clock.js'

/** Without an answer for this long Redis counts as down. */
const DOWN_AFTER_MS = 5000

type State =
  | { readonly kind: 'up' }
  | { readonly kind: 'failing'; readonly sinceMs: number }
  /** Nothing waits for it any more, since the process is about to end. */
  | { readonly kind: 'givenUp' }

export class Outage {
  readonly #clock: Clock
  #state: State = { kind: 'up' }

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get isGivenUp(): boolean {
    return this.#state.kind === 'givenUp'
  }

  get isDown(): boolean {
    return this.isGivenUp || this.downInMs <= 0
  }

  /** How long until Redis counts as down, unless it answers; infinite while it does. */
  get downInMs(): number {
    if (this.#state.kind !== 'failing') return Number.POSITIVE_INFINITY
    return this.#state.sinceMs + DOWN_AFTER_MS - this.#clock.monotonicMs()
  }

  /** A call that began then was not answered. */
  failed(sinceMs: number): void {
    if (this.#state.kind === 'up') this.#state = { kind: 'failing', sinceMs }
  }

  answered(): void {
    this.#state = { kind: 'up' }
  }

  giveUp(): void {
    this.#state = { kind: 'givenUp' }
  }
}
