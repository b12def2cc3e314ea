// Virtual time: events run in the order of their times, each after all promises that the one before it settled have had their turn.

/** A process that events belong to: they are put off while it is frozen, and never run once it is dead. */
export interface Owner {
  readonly isDead: boolean
  readonly isFrozen: boolean
  /** Takes an event that came up while the process is frozen. */
  defer(run: () => void): void
}

interface Event {
  readonly atMs: number
  readonly number: number
  readonly owner: Owner | undefined
  readonly run: (reply: unknown) => void
  /** The real reply that the event needs, and waits for in real time. Its virtual time was drawn before, so it stays deterministic. */
  readonly reply: Promise<unknown> | undefined
  isCancelled: boolean
}

export interface EventOptions {
  readonly owner?: Owner | undefined
  readonly reply?: Promise<unknown> | undefined
}

export class Timeline {
  readonly #heap: Event[] = []
  #number = 0
  #nowMs = 0

  get nowMs(): number {
    return this.#nowMs
  }

  /** Runs a function at a moment of virtual time, or at once if that has passed; returns its cancellation. */
  at(atMs: number, run: (reply: unknown) => void, { owner, reply }: EventOptions = {}): () => void {
    this.#number += 1
    const event = { atMs: Math.max(atMs, this.#nowMs), number: this.#number, owner, run, reply, isCancelled: false }
    this.#push(event)
    return () => {
      event.isCancelled = true
    }
  }

  async runUntil(endMs: number): Promise<void> {
    await drained()
    for (let event = this.#heap[0]; event !== undefined && event.atMs <= endMs; event = this.#heap[0]) {
      this.#pop()
      if (event.isCancelled) continue
      this.#nowMs = event.atMs
      const { owner, run, reply } = event
      const answer = reply === undefined ? undefined : await reply
      if (owner?.isDead === true) continue
      if (owner?.isFrozen === true) owner.defer(() => run(answer))
      else {
        run(answer)
        await drained()
      }
    }
    this.#nowMs = endMs
  }

  #push(event: Event): void {
    const heap = this.#heap
    let i = heap.push(event) - 1
    while (i > 0) {
      const parent = (i - 1) >> 1
      const above = heap[parent]
      if (above === undefined || !isBefore(event, above)) break
      heap[i] = above
      i = parent
    }
    heap[i] = event
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let i = 0
    for (;;) {
      const [left, right] = [heap[2 * i + 1], heap[2 * i + 2]]
      if (left === undefined) break
      const isRight = right !== undefined && isBefore(right, left)
      const least = isRight ? right : left
      if (!isBefore(least, last)) break
      heap[i] = least
      i = 2 * i + (isRight ? 2 : 1)
    }
    heap[i] = last
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.number < b.number)
}

/** Resolves once all microtasks have run, those included that they made. */
export function drained(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
