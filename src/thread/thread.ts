// A worker thread, as the application's thread sees it: started, told, waited for, and ended, whatever breaks in it.
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import { systemClock } from '../clock.js'
import type { FromWorker, ThreadData, ToWorker } from './messages.js'

/** How long a thread may take to start, in milliseconds; then nobody waits for it. */
export const MAX_START_MS = 10_000

/** How often a thread is looked at by one that blocks until it has done something. */
const LOOK_MS = 5

export interface ThreadListeners {
  readonly onEvent: (message: FromWorker & { readonly kind: 'event' }) => void
  /** Called once, when the thread has ended, for whatever reason. */
  readonly onEnd: () => void
}

export class Thread {
  readonly #worker: Worker
  /** Our end of a channel of which the thread has the other end, and does nothing with it. */
  readonly #lifeline: MessagePort
  readonly #canTell: boolean
  readonly #flushes = new Map<number, () => void>()
  #lastFlush = 0
  #hasEnded = false

  constructor(file: URL, data: ThreadData, listeners: ThreadListeners) {
    const { port1, port2 } = new MessageChannel()
    this.#lifeline = port1
    this.#canTell = this.#isHeld
    this.#worker = new Worker(file, {
      name: 'logsiren',
      // Flags of the command line that load something first, such as a loader or an agent, are not meant for this thread. What NODE_OPTIONS
      // names, Node.js loads in it all the same.
      execArgv: [],
      workerData: { ...data, lifeline: port2 },
      transferList: [port2],
    })
    systemClock.after(MAX_START_MS, () => this.#worker.unref())
    this.#worker.on('message', (message: FromWorker) => this.#take(message, listeners))
    // Without a listener Node.js would throw the worker's error in the application. It needs none: the thread ends then.
    this.#worker.on('error', () => {})
    this.#worker.on('messageerror', () => {})
    this.#worker.once('exit', () => {
      this.#hasEnded = true
      for (const done of this.#flushes.values()) done()
      this.#flushes.clear()
      listeners.onEnd()
    })
  }

  /** Whether the thread is known to have ended, by this thread's turn of the event loop. */
  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** Posts lines, each with its newline. */
  write(text: string): void {
    this.#post({ kind: 'lines', text })
  }

  /**
   * Calls back when all that was written is counted and told, or when the thread has ended. The last flush closes what
   * runs in the thread.
   */
  flush(isLast: boolean, done: () => void): void {
    if (this.#hasEnded) {
      done()
      return
    }
    this.#lastFlush += 1
    this.#flushes.set(this.#lastFlush, done)
    this.#post({ kind: 'flush', id: this.#lastFlush, isLast })
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message)
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate()
  }

  /**
   * Blocks until something is so that the other thread brings about, until that thread has ended, or for `maxMs`. Returns
   * whether it is so.
   */
  blockUntil(isSo: () => boolean, maxMs: number): boolean {
    const cell = new Int32Array(new SharedArrayBuffer(4))
    const endMs = performance.now() + maxMs
    while (!isSo()) {
      if (this.#isGone || performance.now() > endMs) return isSo()
      Atomics.wait(cell, 0, 0, LOOK_MS)
    }
    return true
  }

  /** Whether the thread has ended, also where this one has not yielded since, so that no event could tell. */
  get #isGone(): boolean {
    return this.#hasEnded || (this.#canTell && !this.#isHeld)
  }

  /**
   * Whether the other end of the lifeline exists: it is gone with the thread, even with one that never started. Node.js
   * returns `true` of a message to an end that exists. That is not documented; where it is different from the start,
   * nothing is known of the thread.
   */
  get #isHeld(): boolean {
    return (this.#lifeline.postMessage(undefined) as unknown) === true
  }

  #take(message: FromWorker | undefined, { onEvent }: ThreadListeners): void {
    // What is none of these comes of somebody else in the thread, such as an agent.
    if (message?.kind === 'event') onEvent(message)
    // From now on it does not keep alive a process that is otherwise done; its exit waits for the thread.
    if (message?.kind === 'started') this.#worker.unref()
    if (message?.kind !== 'flushed') return
    this.#flushes.get(message.id)?.()
    this.#flushes.delete(message.id)
  }
}
