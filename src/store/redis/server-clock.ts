// What the server's clock shows, told from the times in its answers. Pure.

/** After so long without an answer a clock may have drifted: the server is asked for its time first. */
const MAX_AGE_MS = 60_000

/**
 * An answer that came at `receivedMs` and says `serverMs` was written before it came: the server is ahead of our monotonic
 * clock by `serverMs - receivedMs` at least. The largest such bound, from the answer that was fastest, is the best guess; it
 * errs by that answer's way back, and never puts a moment later than it was. Where clocks drift or step, the server refuses what
 * was sent by a wrong guess, and the guess begins anew.
 */
export class ServerClock {
  #aheadMs = Number.NEGATIVE_INFINITY
  #observedMs = Number.NEGATIVE_INFINITY

  observe(receivedMs: number, serverMs: number): void {
    this.#aheadMs = Math.max(this.#aheadMs, serverMs - receivedMs)
    this.#observedMs = receivedMs
  }

  /** Forgets what earlier answers said. */
  restart(): void {
    this.#aheadMs = Number.NEGATIVE_INFINITY
    this.#observedMs = Number.NEGATIVE_INFINITY
  }

  /** What the server's clock shows at a moment of ours; undefined while no answer has come lately. */
  at(monotonicMs: number): number | undefined {
    if (monotonicMs > this.#observedMs + MAX_AGE_MS) return undefined
    return Math.floor(monotonicMs + this.#aheadMs)
  }
}
