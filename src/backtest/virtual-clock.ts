// The clock of a backtest.
import type { Clock } from '../clock.js'

/** A clock that shows the time to which it is set, and never runs back. Its timers never fire. */
export class VirtualClock implements Clock {
  #nowMs = 0

  readonly nowMs = (): number => this.#nowMs
  readonly monotonicMs = (): number => this.#nowMs
  readonly random = (): number => 0
  readonly after = (): (() => void) => () => {}

  set(nowMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, nowMs)
  }
}
