import type { Clock } from '../clock.js'

/** A clock that shows what it is set to, and never runs back; nothing waits by it. */
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
