// Numbers that both threads see at any moment, without a message, in memory that they share. Once the worker runs, each
// number has one thread that writes it.
import type { RuleSettings } from '../config/settings.js'
import type { RequestSearch } from '../evaluator/intake/request-search.js'
import { type Counters, newCounters, type Stats } from '../evaluator/stats.js'

export const counterNames: readonly (keyof Counters)[] = Object.keys(newCounters()) as (keyof Counters)[]

const OWN = 2 * counterNames.length
const [LOWEST_STATUS, RECEIVED, READ_LENGTH, STARTED, CLOSED, SEARCH, REQUESTS] = [
  OWN,
  OWN + 1,
  OWN + 2,
  OWN + 3,
  OWN + 4,
  OWN + 5,
  OWN + 6,
]
const CELLS = OWN + 7
/** How other requests are searched for, each by its number. */
const searches: readonly RequestSearch[] = ['none', 'unread', 'read']

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

  /** How requests that went well are searched for; written as `lowestStatus` is. */
  get requestSearch(): RequestSearch {
    return searches[this.#cells[SEARCH] ?? 0] ?? 'none'
  }

  set requestSearch(search: RequestSearch) {
    this.#cells[SEARCH] = searches.indexOf(search)
  }

  /** Requests that went well, in lines that did not cross; written by the application's thread. */
  get requests(): number {
    return this.#cells[REQUESTS] ?? 0
  }

  set requests(requests: number) {
    this.#cells[REQUESTS] = requests
  }

  /** Lines that the worker has received, written by it. */
  get received(): number {
    return this.#cells[RECEIVED] ?? 0
  }

  set received(lines: number) {
    this.#cells[RECEIVED] = lines
  }

  /** UTF-16 units of lines that the worker has taken, written by it. */
  get readLength(): number {
    return this.#cells[READ_LENGTH] ?? 0
  }

  set readLength(units: number) {
    this.#cells[READ_LENGTH] = units
  }

  /** Whether the worker takes messages: its own file, and all that stands before it in the thread, have been loaded. */
  get isStarted(): boolean {
    return this.#cells[STARTED] === 1
  }

  start(): void {
    this.#cells[STARTED] = 1
  }

  /** Whether the worker has counted and told everything, and is done. */
  get isClosed(): boolean {
    return this.#cells[CLOSED] === 1
  }

  close(): void {
    this.#cells[CLOSED] = 1
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
