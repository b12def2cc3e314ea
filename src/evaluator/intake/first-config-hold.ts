// Holds what may be an error until the config has been read once. A process that starts knows only its options; the
// config in Redis may have other rules, conditions and thresholds. An error that is judged before would be missing from
// a rule that only the config has, or count for one that the config has changed. So errors wait, within bounds; then
// the options decide.
import type { Clock } from '../../clock.js'

/** At most this many lines and records wait. */
export const MAX_HELD_RECORDS = 1000
/** At most about this many bytes of them wait. */
export const MAX_HELD_BYTES = 1_048_576
/** They wait for this long at most: a Redis that is there answers sooner. */
export const MAX_HOLD_MS = 1000

/** Holds judgements until `release()` is called, a second has passed, or too much waits. */
export class FirstConfigHold {
  readonly #cancelTimeout: () => void
  readonly #onFailure: () => void
  #held: (() => void)[] | undefined = []
  #bytes = 0

  /**
   * `onFailure` is called where a judgement throws. Judgements that waited are made in a timer or when Redis answers,
   * where no caller could catch that.
   */
  constructor(clock: Clock, onFailure: () => void) {
    this.#onFailure = onFailure
    this.#cancelTimeout = clock.after(MAX_HOLD_MS, () => this.release())
  }

  /** Whether judgements are made at once. */
  get isReleased(): boolean {
    return this.#held === undefined
  }

  /** Whether nothing waits. */
  get isEmpty(): boolean {
    return this.#held === undefined || this.#held.length === 0
  }

  /** Whether what waits takes half of the room, and the rest is for what is likely to be an error. */
  get isHalfFull(): boolean {
    return 2 * (this.#held?.length ?? 0) >= MAX_HELD_RECORDS || 2 * this.#bytes >= MAX_HELD_BYTES
  }

  /** Calls `judge`, now or when the hold is released. `kept` is the data that it keeps in memory until then. */
  hold(kept: object, judge: () => void): void {
    if (this.#held === undefined) {
      this.#judge(judge)
      return
    }
    this.#held.push(judge)
    this.#bytes += sizeOf(kept)
    if (this.#held.length >= MAX_HELD_RECORDS || this.#bytes >= MAX_HELD_BYTES) this.release()
  }

  /** Makes all judgements that wait, in their order; from now on none waits. */
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

/** What an object is taken to need that JSON cannot write. */
const UNKNOWN_BYTES = 10_000

/** About how many bytes a record or a line needs: two for each UTF-16 unit of its JSON, and 200 for the object. */
export function sizeOf(kept: object): number {
  try {
    return 200 + 2 * JSON.stringify(kept).length
  } catch {
    return UNKNOWN_BYTES
  }
}
