// What every book is kept in: the promise that was broken, and where to look. A book is pure: a journal in, problems out.
import type { Journal } from '../journal.js'

export interface Problem {
  /** The promise, as lists and plans name it. */
  readonly promise: string
  /** The rule that it was broken for; blank where it is nobody's. */
  readonly rule: string
  readonly atMs: number
  readonly text: string
}

export type Book = (journal: Journal) => readonly Problem[]

/** Seconds in a text, as plans are read. */
export function at(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
