// Searches texts for the patterns of conditions: for all that look at the same place at once. Pure.
import { RE2Set } from 're2js'
import { patternSize } from '../config/checks/pattern.js'

/** Adds a pattern that is searched for in the texts at `path`, and gives the test whether it is in the beginning of one. */
export type Patterns = (path: string, pattern: string) => (text: string) => boolean

/** A pattern sees this much of a text, in UTF-16 units. */
const MAX_SUBJECT_LENGTH = 1024
/**
 * Memory for the automaton of patterns, in bytes for each of their instructions; all patterns of a config have 10 MB at most. The automaton
 * grows with what it reads, and from then on takes the same time for a text whatever the size and number of the patterns, where RE2 by itself
 * would take fifty times as long. Where a text needs more, RE2 reads it without one.
 */
const AUTOMATON_BYTES = 2048

/**
 * Joins the patterns of all conditions that look at one path: one pass through a text finds which of them are in it. So ten of them take
 * hardly longer than one.
 */
export function joinedPatterns(): Patterns {
  const searches = new Map<string, JoinedSearch>()
  return (path, pattern) => {
    const search = searches.get(path) ?? new JoinedSearch()
    searches.set(path, search)
    return search.add(pattern)
  }
}

class JoinedSearch {
  readonly #patterns: string[] = []
  /** Made for the first text. */
  #set: RE2Set | undefined
  /** The text that was searched last, and the indexes of the patterns in it: each of them is asked for in turn. */
  #last: string | undefined
  #found: readonly number[] = []

  add(pattern: string): (text: string) => boolean {
    const index = this.#patterns.push(pattern) - 1
    this.#set = undefined
    this.#last = undefined
    return (text) => {
      if (text !== this.#last) this.#search(text)
      return this.#found.includes(index)
    }
  }

  #search(text: string): void {
    this.#set ??= this.#compile()
    this.#found = this.#set.match(text.slice(0, MAX_SUBJECT_LENGTH))
    this.#last = text
  }

  #compile(): RE2Set {
    const size = this.#patterns.reduce((sum, pattern) => sum + (patternSize(pattern) ?? 0), 0)
    const set = new RE2Set(undefined, undefined, AUTOMATON_BYTES * size)
    for (const pattern of this.#patterns) set.add(pattern)
    set.compile()
    return set
  }
}
