// Numbers that both threads see at any moment, without a message, in memory that they share. Once the worker runs, each
// number has one thread that writes it.
import type { RuleSettings } from '../config/settings.js'
import { type Counters, newCounters, type Stats } from '../evaluator/stats.js'

export const counterNames: readonly (keyof Counters)[] = Object.keys(newCounters()) as (keyof Counters)[]

const CELLS = 2 * counterNames.length + 3
const [LOWEST_STATUS, RECEIVED, TOTAL_SENT] = [CELLS - 3, CELLS - 2, CELLS - 1]

export class SharedState {
  readonly buffer: SharedArrayBuffer
  /** The counters that the worker writes. */
  readonly counters: Counters
  /** The counters that the application's thread writes. */
  readonly outerCounters: Counters
  readonly #cells: Float64Array

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(8 * CELLS)) {
    this.buffer = buffer
    this.#cells = new Float64Array(buffer)
    this.counters = countersIn(this.#cells, 0)
    this.outerCounters = countersIn(this.#cells, counterNames.length)
  }

  /** The counters of both threads, added up. */
  sums(): Stats {
    const sums = newCounters()
    for (const name of counterNames) sums[name] = this.counters[name] + this.outerCounters[name]
    return sums
  }

  /**
   * The lowest HTTP status that is an error for some rule; `Infinity` where nothing is an error. Written by the worker,
   * and by the application's thread before there is one.
   */
  get lowestStatus(): number {
    return this.#cells[LOWEST_STATUS] ?? 0
  }

  set lowestStatus(status: number) {
    this.#cells[LOWEST_STATUS] = status
  }

  /** Lines that the worker has received, written by it. */
  get received(): number {
    return this.#cells[RECEIVED] ?? 0
  }

  set received(lines: number) {
    this.#cells[RECEIVED] = lines
  }

  /**
   * Whether the worker has received the last line, so that its next flush may close it.
   *
   * `close()` says how many lines there are in all and then flushes. An earlier flush may still be on its way just
   * then, before the last lines. If the worker closed at that one, the lines behind it would be lost; so it counts what
   * it has received.
   */
  get isComplete(): boolean {
    const lines = (this.#cells[TOTAL_SENT] ?? 0) - 1
    return lines >= 0 && this.received >= lines
  }

  /** Says how many lines were sent in all: no more will come. Written by the application's thread. */
  complete(lines: number): void {
    // One more than the lines, since 0 means that it has not been said.
    this.#cells[TOTAL_SENT] = lines + 1
  }
}

/** The lowest status that is an error for some of these rules; `Infinity` where there is none. */
export function lowestStatusOf(rules: readonly RuleSettings[]): number {
  return Math.min(...rules.map((rule) => rule.statusCodeThreshold))
}

function countersIn(cells: Float64Array, first: number): Counters {
  const counters = newCounters()
  for (const [i, name] of counterNames.entries()) {
    Object.defineProperty(counters, name, {
      enumerable: true,
      get: () => cells[first + i],
      set: (count: number) => {
        cells[first + i] = count
      },
    })
  }
  return counters
}
