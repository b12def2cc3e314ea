// Lines on their way to the worker. They go together, since to wake another thread costs as much as to look at a
// hundred lines.
import { systemClock } from '../clock.js'
import type { SharedState } from './shared-state.js'
import type { Thread } from './thread.js'

/** A line waits for others for this long, in milliseconds. */
export const GATHER_MS = 10

/**
 * About as many UTF-16 units go together at most. They go at once, so that the worker takes them even while the
 * application's thread is so busy that no timer fires.
 */
export const GATHER_LENGTH: number = 64 * 1024

/**
 * About the most UTF-16 units that wait for the worker: 64 Mi. What comes then is dropped, since the memory is the
 * application's.
 */
export const MAX_WAITING_LENGTH: number = 64 * 1024 * 1024

export class Outbox {
  readonly #thread: Pick<Thread, 'hasEnded' | 'write'>
  readonly #state: Pick<SharedState, 'readLength'>
  #gathered = ''
  /** UTF-16 units that were posted in all. */
  #posted = 0

  constructor(thread: Pick<Thread, 'hasEnded' | 'write'>, state: Pick<SharedState, 'readLength'>) {
    this.#thread = thread
    this.#state = state
  }

  /** Takes a line with its newline; false where it is dropped. */
  push(text: string): boolean {
    const waiting = this.#posted - this.#state.readLength + this.#gathered.length
    if (this.#thread.hasEnded || waiting > MAX_WAITING_LENGTH) return false
    if (this.#gathered === '') systemClock.after(GATHER_MS, () => this.write())
    this.#gathered += text
    if (this.#gathered.length >= GATHER_LENGTH) this.write()
    return true
  }

  /** Posts what waits to the worker. */
  write(): void {
    const text = this.#gathered
    if (text === '') return
    this.#gathered = ''
    this.#posted += text.length
    this.#thread.write(text)
  }
}
