// Finds the group of an error: reads the values that its rule groups by. Pure.
import type { RuleSettings } from '../config/settings.js'
import type { LineShape } from '../record/reading/field-paths.js'
import { cleanText } from '../text.js'
import { Groups } from './groups.js'
import { compileRead, type Subject } from './matcher.js'
import { type Series, seriesOf } from './series.js'

/** Finds the series in which an error of the rule is counted. */
export type Grouping = (subject: Subject, monotonicMs: number) => Series

export function compileGrouping(rule: RuleSettings, shape: LineShape): Grouping {
  if (rule.groupBy.length === 0) {
    const only = seriesOf(rule)
    return () => only
  }
  const groups = new Groups(rule)
  const reads = rule.groupBy.map((path) => compileRead(path, shape.redact, toValue))
  return (subject, monotonicMs) =>
    groups.of(
      // What a line lacks is null; in a record it is blank.
      reads.map((read) => read(subject) ?? null),
      monotonicMs,
    )
}

function toValue(value: unknown): string | number | boolean | undefined {
  if (typeof value === 'string') return cleanText(value)
  return typeof value === 'boolean' || Number.isFinite(value) ? (value as number | boolean) : undefined
}
