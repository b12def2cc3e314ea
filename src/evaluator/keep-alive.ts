import type { Clock } from '../clock.js'

/** Who may have something left to do. */
export type Activity = 'hold' | 'counting' | 'dispatch'

/**
 * Holds a process that is otherwise done while there is something left to count or to deliver, but no longer than `maxMs`
 * from when that began; nothing else of ours holds it.
 */
export class KeepAlive {
  readonly #clock: Clock
  readonly #maxMs: number
  readonly #busy = new Set<Activity>()
  #release: (() => void) | undefined

  constructor(clock: Clock, maxMs: number) {
    this.#clock = clock
    this.#maxMs = maxMs
  }

  update(activity: Activity, isBusy: boolean): void {
    if (isBusy) this.#busy.add(activity)
    else this.#busy.delete(activity)
    if (this.#busy.size > 0) this.#release ??= this.#clock.after(this.#maxMs, () => {}, true)
    else this.release()
  }

  /** Holds it no longer, until somebody is busy again. */
  release(): void {
    this.#release?.()
    this.#release = undefined
  }
}
