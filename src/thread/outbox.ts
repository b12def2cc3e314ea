// Lines on their way to the worker. They go together: to wake another thread costs as much as to look at a hundred lines.
import { systemClock } from '../clock.js'

/** How long a line waits for others. */
export const GATHER_MS = 10

/** About the most UTF-16 units that wait for the worker; what comes then is dropped, since memory is the application's. */
export const MAX_WAITING_LENGTH: number = 64 * 1024 * 1024

/** A `Thread`, as far as it is used here. */
interface WritableThread {
  readonly destroyed: boolean
  /** False until `drain` where it has more than it can take. */
  write(text: string): boolean
  on(event: 'drain', listener: () => void): unknown
}

export class Outbox {
  readonly #thread: WritableThread
  #gathered = ''
  /** Written, and not known to have been read. */
  #written = 0

  constructor(thread: WritableThread) {
    this.#thread = thread
    thread.on('drain', () => {
      this.#written = 0
    })
  }

  /** False where it is dropped. */
  push(text: string): boolean {
    if (this.#thread.destroyed || this.#written + this.#gathered.length > MAX_WAITING_LENGTH) return false
    if (this.#gathered === '') systemClock.after(GATHER_MS, () => this.write())
    this.#gathered += text
    return true
  }

  /** Hands over what waits. */
  write(): void {
    const text = this.#gathered
    if (text === '') return
    this.#gathered = ''
    if (!this.#thread.destroyed) this.#written = this.#thread.write(text) ? 0 : this.#written + text.length
  }
}
