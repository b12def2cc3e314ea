// When something was observed, by both clocks.
import type { Clock } from '../clock.js'

export interface Moment {
  readonly monotonicMs: number
  readonly wallMs: number
}

/** How long one look at the wall clock stands for those that follow: to look costs as much as to count. */
export const MAX_CLOCK_AGE_MS = 20

/** Returns what tells the moment that it is. */
export function momentsOf(clock: Clock): () => Moment {
  let comparedMs = Number.NEGATIVE_INFINITY
  let wallAheadMs = 0
  return () => {
    const monotonicMs = clock.monotonicMs()
    if (monotonicMs - comparedMs >= MAX_CLOCK_AGE_MS) {
      comparedMs = monotonicMs
      wallAheadMs = clock.nowMs() - monotonicMs
    }
    return { monotonicMs, wallMs: monotonicMs + wallAheadMs }
  }
}
