// What goes to one destination: in its order, one at a time, and not while the destination asks for a pause.
import type { Clock } from '../../clock.js'

export class DestinationQueue<T> {
  readonly #clock: Clock
  readonly #tell: (item: T, queue: DestinationQueue<T>) => Promise<void>
  readonly #items: T[] = []
  #running: Promise<void> | undefined
  #pausedUntilMs = Number.NEGATIVE_INFINITY

  /** `tell` never rejects. */
  constructor(clock: Clock, tell: (item: T, queue: DestinationQueue<T>) => Promise<void>) {
    this.#clock = clock
    this.#tell = tell
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

  /** Adds it, in the place of the one that waits and is the same. */
  push(item: T, isSame: (other: T) => boolean): void {
    const index = this.#items.findIndex(isSame)
    if (index >= 0) this.#items[index] = item
    else this.#items.push(item)
    this.#running ??= this.#run()
  }

  /** Resolves when all that was added has had its turn. */
  async idle(): Promise<void> {
    await this.#running
  }

  async #run(): Promise<void> {
    for (let item = this.#items.shift(); item !== undefined; item = this.#items.shift()) await this.#tell(item, this)
    // In the same turn as it was found to be empty, so that nothing is added unseen.
    this.#running = undefined
  }
}
