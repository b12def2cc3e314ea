// Limits wrong tokens with a token bucket, so that nobody finds the right one by trying. Only wrong tokens take from the bucket, so a flood of
// them does not lock out the right one.
import type { Clock } from '../clock.js'

/** At most this many wrong tokens in a row get a 401: enough for mistakes of people and of a few misconfigured programs. */
export const MAX_AT_ONCE = 20
/** Further wrong tokens a second that get a 401. */
const PER_SECOND = 1

/** Numbers of wrong tokens by the status of the answer, since the handler was made. */
export interface WrongTokenCounts {
  readonly 401: number
  readonly 429: number
}

/** The bucket: full at first, and filled again with time. */
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

  /** Counts a wrong token. Returns 0 if the answer is 401, else the whole seconds to wait, for a 429 with `Retry-After`. */
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
