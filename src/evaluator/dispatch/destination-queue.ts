// What goes to one destination: in its order, one at a time, and not while the destination asks for a pause.
import type { Clock } from '../../clock.js'

export class DestinationQueue<T> {
  readonly #clock: Clock
  readonly #take: (item: T, queue: DestinationQueue<T>) => Promise<void>
  /** By id, in their order. */
  readonly #items = new Map<string, T>()
  #running: Promise<void> | undefined
  #pausedUntilMs = Number.NEGATIVE_INFINITY

  /** `take` never rejects. */
  constructor(clock: Clock, take: (item: T, queue: DestinationQueue<T>) => Promise<void>) {
    this.#clock = clock
    this.#take = take
  }

  /** Items that wait for their turn. */
  get size(): number {
    return this.#items.size
  }

  get isIdle(): boolean {
    return this.#running === undefined
  }

  /** How long nothing should be sent; 0 where it may. */
  get pausedMs(): number {
    return Math.max(0, this.#pausedUntilMs - this.#clock.monotonicMs())
  }

  pause(ms: number): void {
    this.#pausedUntilMs = this.#clock.monotonicMs() + ms
  }

  resume(): void {
    this.#pausedUntilMs = Number.NEGATIVE_INFINITY
  }

  /** Adds it, in the place of the one that waits and has the same id. */
  push(id: string, item: T): void {
    this.#items.set(id, item)
    this.#running ??= this.#run()
  }

  /** Resolves when all that was added has had its turn. */
  async idle(): Promise<void> {
    await this.#running
  }

  async #run(): Promise<void> {
    for (const [id, item] of this.#items) {
      this.#items.delete(id)
      await this.#take(item, this)
    }
    // In the same turn as it was found to be empty, so that nothing is added unseen.
    this.#running = undefined
  }
}
