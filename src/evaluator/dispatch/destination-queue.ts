// The notices for one destination: in their order, one at a time, and not while the destination asks for a pause.
import type { Clock } from '../../clock.js'

export class DestinationQueue<T> {
  readonly #clock: Clock
  readonly #take: (item: T, queue: DestinationQueue<T>) => Promise<void>
  /** The items that wait, by id, in their order. */
  readonly #items = new Map<string, T>()
  #running: Promise<void> | undefined
  #pausedUntilMs = Number.NEGATIVE_INFINITY

  /** `take` gets each item in its turn, and must never reject. */
  constructor(clock: Clock, take: (item: T, queue: DestinationQueue<T>) => Promise<void>) {
    this.#clock = clock
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
    for (const [id, item] of this.#items) {
      this.#items.delete(id)
      await this.#take(item, this)
    }
    // `push` starts no second run while one is going on. If anything were awaited between the end of the loop and this
    // line, an item that is pushed meanwhile would wait for ever; nothing is.
    this.#running = undefined
  }
}
