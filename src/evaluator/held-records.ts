// Until the config has been read once, nothing is judged: records wait here, within bounds.
import type { Clock } from '../clock.js'
import type { LineRecord, LogRecord } from '../record/log-record.js'

export type Observed =
  | { readonly kind: 'record'; readonly record: LogRecord; readonly monotonicMs: number; readonly wallMs: number }
  | { readonly kind: 'line'; readonly record: LineRecord; readonly monotonicMs: number; readonly wallMs: number }

export const MAX_HELD_RECORDS = 1000
export const MAX_HELD_BYTES = 1_048_576
export const MAX_HOLD_MS = 1000

/** Holds records until `release()`, or until there are too many of them, or they waited too long. */
export class HeldRecords {
  readonly #judge: (observed: Observed) => void
  readonly #cancelTimeout: () => void
  #held: Observed[] | undefined = []
  #bytes = 0

  constructor(judge: (observed: Observed) => void, clock: Clock) {
    this.#judge = judge
    this.#cancelTimeout = clock.after(MAX_HOLD_MS, () => this.release())
  }

  /** Judging goes on without waiting. */
  get isReleased(): boolean {
    return this.#held === undefined
  }

  get isEmpty(): boolean {
    return this.#held === undefined || this.#held.length === 0
  }

  hold(observed: Observed): void {
    if (this.#held === undefined) {
      this.#judge(observed)
      return
    }
    this.#held.push(observed)
    this.#bytes += sizeOf(observed.record)
    if (this.#held.length >= MAX_HELD_RECORDS || this.#bytes >= MAX_HELD_BYTES) this.release()
  }

  release(): void {
    const held = this.#held ?? []
    this.#held = undefined
    this.#cancelTimeout()
    for (const observed of held) this.#judge(observed)
  }
}

/** About what a record takes: its texts, and a little for the rest. */
function sizeOf(record: LogRecord): number {
  const { group, model, providerName, providerType, errorMessage, clientIp } = record
  return (
    200 +
    2 *
      (group.length + model.length + providerName.length + providerType.length + errorMessage.length + clientIp.length)
  )
}
