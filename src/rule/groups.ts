// The groups of one rule. Their number is bounded: values come from log lines, so anybody may invent new ones.
import type { RuleSettings } from '../config/settings.js'
import { nodeCrypto } from '../node-crypto.js'
import { truncate } from '../text.js'
import { type GroupValues, type Series, seriesOf } from './series.js'

/** Shown as the value of the one group that takes all errors for whose own group there is no room. */
export const OVERFLOW = '(overflow)'
const OVERFLOW_KEY = 'overflow'

/** Longer values (characters) are cut where they are shown. They still are groups of their own: keys are made of whole values. */
const MAX_SHOWN_LENGTH = 256
/** When a new group needs room, at most this many are checked for one that has expired: an error costs the same in any storm. */
const MAX_CHECKED = 8

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
    // JSON tells any two lists of values apart: `["a,b"]` from `["a","b"]`, `1` from `"1"`.
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

  /** Removes an expired group, if there is one among those that were checked longest ago; the live ones move to the end. */
  #makeRoom(monotonicMs: number): boolean {
    let checked = 0
    for (const [text, group] of this.#live) {
      this.#live.delete(text)
      if (group.lastMs <= monotonicMs - this.#rule.windowMs) return true
      this.#live.set(text, group)
      checked += 1
      if (checked >= MAX_CHECKED) break
    }
    return false
  }

  #shown(values: readonly (string | number | boolean | null)[]): GroupValues {
    return Object.fromEntries(this.#rule.groupBy.map((path, i) => [path, shownValue(values[i] ?? null)]))
  }
}

export function isOverflow({ groupKey }: Series): boolean {
  return groupKey === OVERFLOW_KEY
}

function digest(json: string): string {
  return nodeCrypto().createHash('sha256').update(json).digest('base64url').slice(0, 22)
}

/** A value as all that is shown of a group has it. */
export function shownValue<T>(value: T): T | string {
  return typeof value !== 'string' || value.length <= MAX_SHOWN_LENGTH
    ? value
    : truncate(value, MAX_SHOWN_LENGTH).toWellFormed()
}
