// Flushes that wait until the store has answered for everything that was counted before they began.

interface FlushWaiter {
  /**
   * Submissions up to this number do not answer for the flush: their batches were made before the newest errors came.
   */
  readonly afterSubmission: number
  /** The number of the newest error that it waits for. */
  readonly untilError: number
  /** Whether it waits on while the store is away. */
  readonly isPatient: boolean
  readonly done: () => void
}

export class FlushWaiters {
  readonly #waiting = new Set<FlushWaiter>()

  get isEmpty(): boolean {
    return this.#waiting.size === 0
  }

  /** Resolves when the store has answered for these errors, or the flush is released. */
  async wait(waiter: Omit<FlushWaiter, 'done'>): Promise<void> {
    await new Promise<void>((done) => this.#waiting.add({ ...waiter, done }))
  }

  /** Releases the flushes that this submission, by its number, has answered for. */
  answered(submission: number, isStillWaiting: (untilError: number) => boolean): void {
    for (const waiter of this.#waiting)
      if (submission > waiter.afterSubmission && !isStillWaiting(waiter.untilError)) this.#release(waiter)
  }

  releaseAll(): void {
    for (const waiter of this.#waiting) this.#release(waiter)
  }

  releaseImpatient(): void {
    for (const waiter of this.#waiting) if (!waiter.isPatient) this.#release(waiter)
  }

  #release(waiter: FlushWaiter): void {
    this.#waiting.delete(waiter)
    waiter.done()
  }
}
