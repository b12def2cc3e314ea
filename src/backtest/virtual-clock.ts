// The clock of a backtest.
import type { Clock } from '../clock.js'

interface Timer {
  readonly dueMs: number
  readonly task: () => void
}

/** A clock that shows the time to which it is set, and never runs back. On its way there it runs what is due. */
export class VirtualClock implements Clock {
  #nowMs = 0
  readonly #timers = new Set<Timer>()

  readonly nowMs = (): number => this.#nowMs
  readonly monotonicMs = (): number => this.#nowMs
  readonly random = (): number => 0
  readonly after = (delayMs: number, task: () => void): (() => void) => {
    const timer = { dueMs: this.#nowMs + delayMs, task }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  set(nowMs: number): void {
    for (let timer = this.#nextBy(nowMs); timer !== undefined; timer = this.#nextBy(nowMs)) {
      this.#timers.delete(timer)
      this.#nowMs = Math.max(this.#nowMs, timer.dueMs)
      timer.task()
    }
    this.#nowMs = Math.max(this.#nowMs, nowMs)
  }

  #nextBy(nowMs: number): Timer | undefined {
    let next: Timer | undefined
    for (const timer of this.#timers) if (timer.dueMs <= nowMs && timer.dueMs < (next?.dueMs ?? Infinity)) next = timer
    return next
  }
}
