// The notices for one destination: one at a time, and not while the destination asks for a pause. Those that should not wait behind the alerts
// of a storm come before the others; apart from that they keep their order.
import type { Clock } from '../../clock.js'

/** The rank of an item among all that wait: the lowest comes first. */
export type RankOf<T> = (item: T, waiting: ReadonlyMap<string, T>) => number

export class DestinationQueue<T> {
  readonly #clock: Clock
  readonly #rankOf: RankOf<T>
  readonly #take: (item: T, queue: DestinationQueue<T>) => Promise<void>
  /** The items that wait, by id, in their order. */
  readonly #items = new Map<string, T>()
  #running: Promise<void> | undefined
  #pausedUntilMs = Number.NEGATIVE_INFINITY

  /** `take` gets each item in its turn, and must never reject. */
  constructor(clock: Clock, rankOf: RankOf<T>, take: (item: T, queue: DestinationQueue<T>) => Promise<void>) {
    this.#clock = clock
    this.#rankOf = rankOf
    this.#take = take
  }

  /** How many items wait for their turn. */
  get size(): number {
    return this.#items.size
  }

  get isIdle(): boolean {
    return this.#running === undefined
  }

  /** Milliseconds for which nothing should be sent; 0 where it may. */
  get pausedMs(): number {
    return Math.max(0, this.#pausedUntilMs - this.#clock.monotonicMs())
  }

  /** Asks that nothing be sent for this many milliseconds from now. */
  pause(ms: number): void {
    this.#pausedUntilMs = this.#clock.monotonicMs() + ms
  }

  /** Ends a pause. */
  resume(): void {
    this.#pausedUntilMs = Number.NEGATIVE_INFINITY
  }

  /** Adds an item behind the others, or in the place of the one that waits and has the same id. */
  push(id: string, item: T): void {
    this.#items.set(id, item)
    this.#running ??= this.#run()
  }

  /** Resolves when everything that was added has had its turn. */
  async idle(): Promise<void> {
    await this.#running
  }

  async #run(): Promise<void> {
    // What is pushed together is put in order before the first is taken.
    await undefined
    for (let next = this.#first(); next !== undefined; next = this.#first()) {
      const [id, item] = next
      this.#items.delete(id)
      await this.#take(item, this)
    }
    // `push` starts no second run while one is going on. If anything were awaited between the end of the loop and this
    // line, an item that is pushed meanwhile would wait for ever; nothing is.
    this.#running = undefined
  }

  #first(): readonly [id: string, item: T] | undefined {
    let first: readonly [string, T] | undefined
    let lowest = Number.POSITIVE_INFINITY
    for (const entry of this.#items) {
      const rank = this.#rankOf(entry[1], this.#items)
      if (rank < lowest) [first, lowest] = [entry, rank]
    }
    return first
  }
}
