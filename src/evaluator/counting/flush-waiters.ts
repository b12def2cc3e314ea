// Who waits for the store to have answered for all that was counted until they asked.

interface FlushWaiter {
  /** Submissions that had begun by then tell nothing of what was observed last. */
  readonly afterSubmission: number
  /** The newest error that it waits for. */
  readonly untilError: number
  /** It waits though nobody may answer. */
  readonly isPatient: boolean
  readonly done: () => void
}

export class FlushWaiters {
  readonly #waiting = new Set<FlushWaiter>()

  get isEmpty(): boolean {
    return this.#waiting.size === 0
  }

  /** Resolves when it is answered for, or released. */
  async wait(waiter: Omit<FlushWaiter, 'done'>): Promise<void> {
    await new Promise<void>((done) => this.#waiting.add({ ...waiter, done }))
  }

  /** A submission was answered: lets go those who have what they waited for. */
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
