// Who waits for the store to have answered, and for how many answers.

interface Flush {
  target: number
  /** It waits though nobody may answer. */
  readonly isPatient: boolean
  readonly done: () => void
}

export class Flushes {
  readonly #waiting = new Set<Flush>()
  #answered = 0

  get isEmpty(): boolean {
    return this.#waiting.size === 0
  }

  /** Resolves after so many answers from now, or when it is released. */
  async wait(answers: number, isPatient = false): Promise<void> {
    if (answers <= 0) return
    await new Promise<void>((done) => this.#waiting.add({ target: this.#answered + answers, isPatient, done }))
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

  releaseImpatient(): void {
    for (const flush of this.#waiting) if (!flush.isPatient) this.#release(flush)
  }

  #release(flush: Flush): void {
    this.#waiting.delete(flush)
    flush.done()
  }
}
