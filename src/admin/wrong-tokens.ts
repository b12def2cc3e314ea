// Wrong tokens: few may come at once and few a second, so that nobody finds the right one by trying. A bucket of their own,
// which a right token never looks at: whoever floods the endpoint with wrong ones keeps nobody out.
import type { Clock } from '../clock.js'

/** So many may come at once. */
export const MAX_AT_ONCE = 20
/** And so many more each second. */
const PER_SECOND = 1

/** How many of them were answered by each status, since the handler was made. */
export interface WrongTokenCounts {
  readonly 401: number
  readonly 429: number
}

export class WrongTokens {
  readonly #clock: Pick<Clock, 'monotonicMs'>
  #left = MAX_AT_ONCE
  #atMs: number
  #counts: WrongTokenCounts = { 401: 0, 429: 0 }

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock
    this.#atMs = clock.monotonicMs()
  }

  get counts(): WrongTokenCounts {
    return this.#counts
  }

  /** Counts one. Gives the whole seconds until another may come; 0 where this one may be told that it is wrong. */
  take(): number {
    const nowMs = this.#clock.monotonicMs()
    this.#left = Math.min(MAX_AT_ONCE, this.#left + ((nowMs - this.#atMs) / 1000) * PER_SECOND)
    this.#atMs = nowMs
    const isAllowed = this.#left >= 1
    const status = isAllowed ? 401 : 429
    this.#counts = { ...this.#counts, [status]: this.#counts[status] + 1 }
    if (!isAllowed) return Math.ceil((1 - this.#left) / PER_SECOND)
    this.#left -= 1
    return 0
  }
}
