/** Who waits for the store to have answered, and for how many answers. */
export class Flushes {
  readonly #waiting = new Set<{ target: number; readonly done: () => void }>()
  #answered = 0

  get isEmpty(): boolean {
    return this.#waiting.size === 0
  }

  /** Resolves after so many answers from now, or when all are released. */
  async wait(answers: number): Promise<void> {
    if (answers <= 0) return
    await new Promise<void>((done) => this.#waiting.add({ target: this.#answered + answers, done }))
  }

  /** Something has come up that those who wait now wait for too. */
  extend(answers: number): void {
    for (const flush of this.#waiting) flush.target = Math.max(flush.target, this.#answered + answers)
  }

  answered(): void {
    this.#answered += 1
  }

  /** Lets go those who have what they waited for. */
  settle(): void {
    for (const flush of this.#waiting) if (this.#answered >= flush.target) this.#release(flush)
  }

  releaseAll(): void {
    for (const flush of this.#waiting) this.#release(flush)
  }

  #release(flush: { readonly done: () => void }): void {
    this.#waiting.delete(flush as { target: number; readonly done: () => void })
    flush.done()
  }
}
