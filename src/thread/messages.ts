// What the two threads say to each other. Messages arrive in the order in which they were sent.
import type { LogsirenOptions } from '../config/options.js'
import type { Events } from '../evaluator/events.js'

/** The data that the worker gets when it starts. */
export interface ThreadData {
  readonly options: LogsirenOptions
  /** The memory of the `SharedState`. */
  readonly buffer: SharedArrayBuffer
}

/** To the worker: lines, each with its newline; the wish that all until now is counted and told, and whether nothing comes after it. */
export type ToWorker =
  | { readonly kind: 'lines'; readonly text: string }
  | { readonly kind: 'flush'; readonly id: number; readonly isLast: boolean }

/** From the worker: it runs; an event; a flush is done. */
export type FromWorker =
  | { readonly kind: 'started' }
  | { readonly kind: 'event'; readonly name: keyof Events; readonly args: Events[keyof Events] }
  | { readonly kind: 'flushed'; readonly id: number }
