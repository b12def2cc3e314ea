// The notices for one destination: one at a time, and not while the destination asks for a pause. In a storm a rule with groups has many of
// them, and those of other rules must not wait behind all of these. So rules without groups come first, then the rules with the fewest notices;
// those of one rule keep their order.
import type { Clock } from '../../clock.js'

/** Whose an item is. */
export interface Owner {
  readonly rule: string
  readonly hasGroups: boolean
}

export class DestinationQueue<T> {
  readonly #clock: Clock
  readonly #ownerOf: (item: T) => Owner
  readonly #take: (item: T, queue: DestinationQueue<T>) => Promise<void>
  /** The items that wait, by id, in their order. */
  readonly #items = new Map<string, T>()
  #running: Promise<void> | undefined
  #pausedUntilMs = Number.NEGATIVE_INFINITY

  /** `take` gets each item in its turn, and must never reject. */
  constructor(clock: Clock, ownerOf: (item: T) => Owner, take: (item: T, queue: DestinationQueue<T>) => Promise<void>) {
    this.#clock = clock
    this.#ownerOf = ownerOf
    this.#take = take
  }

  /** How many items wait for their turn. */
  get size(): number {
    return this.#items.size
  }

  /** Whether an item of this rule waits. */
  has(rule: string): boolean {
    return [...this.#items.values()].some((item) => this.#ownerOf(item).rule === rule)
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

  /** Adds an item behind the others of its rule, or in the place of the one that waits and has the same id. */
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

  /** The item that comes next. */
  #first(): readonly [id: string, item: T] | undefined {
    const waiting = [...this.#items].map(([id, item]) => ({ id, item, ...this.#ownerOf(item) }))
    const counts = new Map<string, number>()
    for (const { rule } of waiting) counts.set(rule, (counts.get(rule) ?? 0) + 1)
    const rankOf = ({ rule, hasGroups }: Owner): number => (hasGroups ? (counts.get(rule) ?? 0) : 0)
    const [first, ...others] = waiting
    if (first === undefined) return undefined
    const { id, item } = others.reduce((best, one) => (rankOf(one) < rankOf(best) ? one : best), first)
    return [id, item]
  }
}
