// What a series is called: a rule, or one group of it.
import type { GroupValues } from '../rule/series.js'
import { oneLine } from '../text.js'

/** `default · model=a`, for people. */
export function seriesName(rule: string, groupBy: GroupValues = {}): string {
  const values = Object.entries(groupBy).map(([path, value]) => `${path}=${value ?? '(none)'}`)
  return oneLine([rule, ...values].join(' · '))
}

/** Tells series apart, even those whose names look the same. */
export function seriesKey(rule: string, groupBy: GroupValues = {}): string {
  return JSON.stringify([rule, groupBy])
}
