// Lines on their way to the worker. They go together, since to wake another thread costs as much as to look at a
// hundred lines.
import { systemClock } from '../clock.js'

/** A line waits for others for this long, in milliseconds. */
export const GATHER_MS = 10

/**
 * About the most UTF-16 units that wait for the worker: 64 Mi. What comes then is dropped, since the memory is the
 * application's.
 */
export const MAX_WAITING_LENGTH: number = 64 * 1024 * 1024

/** The part of a `Thread` that is used here. */
interface WritableThread {
  readonly destroyed: boolean
  /** False where it has more than it can take, until `drain` is emitted. */
  write(text: string): boolean
  on(event: 'drain', listener: () => void): unknown
}

export class Outbox {
  readonly #thread: WritableThread
  #gathered = ''
  /** UTF-16 units that were written and are not known to have been read. */
  #written = 0

  constructor(thread: WritableThread) {
    this.#thread = thread
    thread.on('drain', () => {
      this.#written = 0
    })
  }

  /** Takes a line with its newline; false where it is dropped. */
  push(text: string): boolean {
    if (this.#thread.destroyed || this.#written + this.#gathered.length > MAX_WAITING_LENGTH) return false
    if (this.#gathered === '') systemClock.after(GATHER_MS, () => this.write())
    this.#gathered += text
    return true
  }

  /** Writes what waits to the worker. */
  write(): void {
    const text = this.#gathered
    if (text === '') return
    this.#gathered = ''
    if (!this.#thread.destroyed) this.#written = this.#thread.write(text) ? 0 : this.#written + text.length
  }
}
