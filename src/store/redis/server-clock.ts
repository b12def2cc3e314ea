// What the server's clock shows, told from the times in its answers. Pure.

/** Answers older than this tell nothing any more: clocks drift. */
const MAX_AGE_MS = 60_000

/**
 * An answer that came at `receivedMs` and says `serverMs` was written before it came: the server is ahead of our monotonic
 * clock by `serverMs - receivedMs` at least. The largest such bound of the last minute or two, from the answer that was fastest,
 * is the best guess; it errs by that answer's way back, and never puts a moment later than it was.
 */
export class ServerClock {
  #epochMs = Number.NEGATIVE_INFINITY
  #aheadMs = Number.NEGATIVE_INFINITY
  #earlierAheadMs = Number.NEGATIVE_INFINITY

  observe(receivedMs: number, serverMs: number): void {
    if (receivedMs - this.#epochMs > MAX_AGE_MS) {
      this.#epochMs = receivedMs
      this.#earlierAheadMs = this.#aheadMs
      this.#aheadMs = Number.NEGATIVE_INFINITY
    }
    this.#aheadMs = Math.max(this.#aheadMs, serverMs - receivedMs)
  }

  /** What the server's clock shows at a moment of ours; undefined while no answer has come. */
  at(monotonicMs: number): number | undefined {
    const aheadMs = Math.max(this.#aheadMs, this.#earlierAheadMs)
    return aheadMs === Number.NEGATIVE_INFINITY ? undefined : Math.floor(monotonicMs + aheadMs)
  }
}
