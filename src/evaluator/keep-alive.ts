import type { Clock } from '../clock.js'

/**
 * Holds a process that is otherwise done while there is something left to count or to tell, but no longer than `maxMs`
 * from when that began; nothing else of ours holds it.
 */
export class KeepAlive {
  readonly #clock: Clock
  readonly #maxMs: number
  #release: (() => void) | undefined

  constructor(clock: Clock, maxMs: number) {
    this.#clock = clock
    this.#maxMs = maxMs
  }

  update(isBusy: boolean): void {
    if (isBusy === (this.#release !== undefined)) return
    this.#release?.()
    this.#release = isBusy ? this.#clock.after(this.#maxMs, () => {}, true) : undefined
  }
}
