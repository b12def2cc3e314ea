import type { Clock } from '../clock.js'

/** What may be left to do: judging what waits for the first config, or for more of its request; counting; or delivering. */
export type Activity = 'hold' | 'incomplete' | 'counting' | 'dispatch'

/**
 * Keeps a process alive that is otherwise done while there is something left to do, for `maxMs` at most from when that
 * began.
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

  /** Says whether an activity has something left to do. */
  update(activity: Activity, isBusy: boolean): void {
    if (isBusy) this.#busy.add(activity)
    else this.#busy.delete(activity)
    if (this.#busy.size > 0) this.#release ??= this.#clock.after(this.#maxMs, () => {}, true)
    else this.release()
  }

  /** Keeps the process alive no longer, until an activity has something to do again. */
  release(): void {
    this.#release?.()
    this.#release = undefined
  }
}
