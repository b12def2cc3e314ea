// What a book finds: a promise that was broken, and where to look. A book is a pure function from a journal to problems.
import type { Journal } from '../journal.js'

export interface Problem {
  /** The name of the promise, as lists and plans have it. */
  readonly promise: string
  /** The rule for which it was broken; blank where it belongs to no rule. */
  readonly rule: string
  readonly atMs: number
  readonly text: string
}

export type Book = (journal: Journal) => readonly Problem[]

/** A time in seconds, for texts. */
export function at(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
