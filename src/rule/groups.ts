// Which group of its rule an error belongs to, within a bound: values come from log lines, so anybody may invent them.

import type { RuleSettings } from '../config/settings.js'
import { nodeCrypto } from '../node-crypto.js'
import { type GroupValues, type Series, seriesOf } from './series.js'

/** What the group of all that found no room is called. */
export const OVERFLOW = '(overflow)'
const OVERFLOW_KEY = 'overflow'

/** Longer values are shown cut; they still differ where their ends do. */
const MAX_SHOWN_LENGTH = 256
/** So many groups are looked at for one that is over, when a new one needs room. */
const LOOKS = 8

interface LiveGroup {
  readonly series: Series
  lastMs: number
}

export class Groups {
  readonly #rule: RuleSettings
  readonly #live = new Map<string, LiveGroup>()
  readonly #overflow: Series

  constructor(rule: RuleSettings) {
    this.#rule = rule
    const values = Object.fromEntries(rule.groupBy.map((path) => [path, OVERFLOW]))
    this.#overflow = seriesOf(rule, OVERFLOW_KEY, values)
  }

  /** The series of these values, one for each of the rule's `groupBy`. A group is live for a window after its last error. */
  of(values: readonly (string | number | boolean | null)[], monotonicMs: number): Series {
    // As JSON, so that no two lists of values look the same.
    const json = JSON.stringify(values)
    const text = json.length <= MAX_SHOWN_LENGTH ? json : digest(json)
    const known = this.#live.get(text)
    if (known !== undefined) {
      known.lastMs = monotonicMs
      return known.series
    }
    if (this.#live.size >= this.#rule.maxGroups && !this.#makeRoom(monotonicMs)) return this.#overflow
    const series = seriesOf(this.#rule, digest(json), this.#shown(values))
    this.#live.set(text, { series, lastMs: monotonicMs })
    return series
  }

  /** Looks at those that have not been looked at for the longest time, and puts what is still live behind the others. */
  #makeRoom(monotonicMs: number): boolean {
    let looks = 0
    for (const [text, group] of this.#live) {
      this.#live.delete(text)
      if (group.lastMs <= monotonicMs - this.#rule.windowMs) return true
      this.#live.set(text, group)
      looks += 1
      if (looks >= LOOKS) break
    }
    return false
  }

  #shown(values: readonly (string | number | boolean | null)[]): GroupValues {
    return Object.fromEntries(this.#rule.groupBy.map((path, i) => [path, shorten(values[i] ?? null)]))
  }
}

export function isOverflow({ groupKey }: Series): boolean {
  return groupKey === OVERFLOW_KEY
}

function digest(json: string): string {
  return nodeCrypto().createHash('sha256').update(json).digest('base64url').slice(0, 22)
}

function shorten<T>(value: T): T | string {
  if (typeof value !== 'string' || value.length <= MAX_SHOWN_LENGTH) return value
  return `${value.slice(0, MAX_SHOWN_LENGTH - 1)}…`.toWellFormed()
}
