// Guesses the server's clock from the times in its replies. Pure.

/** After so long without a reply clocks may have drifted apart: the server is asked for its time first. */
const MAX_AGE_MS = 60_000

/**
 * By how much the server's clock is ahead of ours. A reply that says `serverMs` and came at `receivedMs` was written before it
 * came, so the server is ahead by `serverMs - receivedMs` at least. The largest such bound, from the reply that was fastest, is
 * the best guess: it is too small by the time that this reply took, and never too large. Where clocks drift or step, the server
 * refuses a batch that was sent by a wrong guess, and the guess begins anew.
 */
export class ServerClock {
  #aheadMs = Number.NEGATIVE_INFINITY
  #observedMs = Number.NEGATIVE_INFINITY

  observe(receivedMs: number, serverMs: number): void {
    this.#aheadMs = Math.max(this.#aheadMs, serverMs - receivedMs)
    this.#observedMs = receivedMs
  }

  /** Forgets all earlier replies. */
  restart(): void {
    this.#aheadMs = Number.NEGATIVE_INFINITY
    this.#observedMs = Number.NEGATIVE_INFINITY
  }

  /** The server's time at a moment of our clock; undefined where no reply came within `MAX_AGE_MS`. */
  at(monotonicMs: number): number | undefined {
    if (monotonicMs > this.#observedMs + MAX_AGE_MS) return undefined
    return Math.floor(monotonicMs + this.#aheadMs)
  }
}
