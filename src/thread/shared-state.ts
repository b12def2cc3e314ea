// What both threads see at any moment, without a message: memory that they share. One writes, the other only reads.
import type { RuleSettings } from '../config/settings.js'
import { type Counters, newCounters, type Stats } from '../evaluator/stats.js'

export const counterNames: readonly (keyof Counters)[] = Object.keys(newCounters()) as (keyof Counters)[]

const CELLS = 2 * counterNames.length + 3
const [LOWEST_STATUS, RECEIVED, TOTAL_SENT] = [CELLS - 3, CELLS - 2, CELLS - 1]

export class SharedState {
  readonly buffer: SharedArrayBuffer
  /** The worker's. */
  readonly counters: Counters
  /** Those of the application's thread. */
  readonly outerCounters: Counters
  readonly #cells: Float64Array

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(8 * CELLS)) {
    this.buffer = buffer
    this.#cells = new Float64Array(buffer)
    this.counters = countersIn(this.#cells, 0)
    this.outerCounters = countersIn(this.#cells, counterNames.length)
  }

  /** Of both threads together. */
  sums(): Stats {
    const sums = newCounters()
    for (const name of counterNames) sums[name] = this.counters[name] + this.outerCounters[name]
    return sums
  }

  /** The lowest status that is an error for some rule, written by the worker; `Infinity` where nothing is an error. */
  get lowestStatus(): number {
    return this.#cells[LOWEST_STATUS] ?? 0
  }

  set lowestStatus(status: number) {
    this.#cells[LOWEST_STATUS] = status
  }

  /** Lines that the worker has got. */
  get received(): number {
    return this.#cells[RECEIVED] ?? 0
  }

  set received(lines: number) {
    this.#cells[RECEIVED] = lines
  }

  /** No line comes any more, so the next flush is the last; one that is under way may come before the last line. */
  get isComplete(): boolean {
    const lines = (this.#cells[TOTAL_SENT] ?? 0) - 1
    return lines >= 0 && this.received >= lines
  }

  /** Tells how many lines have been sent in all, written by the application's thread. */
  complete(lines: number): void {
    // 0 is that it has not been told.
    this.#cells[TOTAL_SENT] = lines + 1
  }
}

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
