// Until the config has been read once, nothing is judged: what may be an error waits here, within bounds.
import type { Clock } from '../../clock.js'

export const MAX_HELD_RECORDS = 1000
export const MAX_HELD_BYTES = 1_048_576
export const MAX_HOLD_MS = 1000

/** Holds what is to be judged until `release()`, or until it is too much, or it waited too long. */
export class FirstConfigHold {
  readonly #cancelTimeout: () => void
  readonly #onFailure: () => void
  #held: (() => void)[] | undefined = []
  #bytes = 0

  /** Calls back where something could not be judged: it throws when nobody of the application's is there to catch that. */
  constructor(clock: Clock, onFailure: () => void) {
    this.#onFailure = onFailure
    this.#cancelTimeout = clock.after(MAX_HOLD_MS, () => this.release())
  }

  /** Judging goes on without waiting. */
  get isReleased(): boolean {
    return this.#held === undefined
  }

  get isEmpty(): boolean {
    return this.#held === undefined || this.#held.length === 0
  }

  /** Calls `judge` when it is time to; `kept` is what that keeps until then, plain data. */
  hold(kept: object, judge: () => void): void {
    if (this.#held === undefined) {
      this.#judge(judge)
      return
    }
    this.#held.push(judge)
    this.#bytes += sizeOf(kept)
    if (this.#held.length >= MAX_HELD_RECORDS || this.#bytes >= MAX_HELD_BYTES) this.release()
  }

  release(): void {
    const held = this.#held ?? []
    this.#held = undefined
    this.#cancelTimeout()
    for (const judge of held) this.#judge(judge)
  }

  #judge(judge: () => void): void {
    try {
      judge()
    } catch {
      this.#onFailure()
    }
  }
}

/** What something takes that JSON cannot write. */
const UNKNOWN_BYTES = 10_000

/** About what a record or a line takes. */
function sizeOf(kept: object): number {
  try {
    return 200 + 2 * JSON.stringify(kept).length
  } catch {
    return UNKNOWN_BYTES
  }
}
