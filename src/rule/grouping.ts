// Finds the group of an error: reads the values that its rule groups by. Pure.
import { recordFieldOf } from '../config/record-fields.js'
import type { RuleSettings } from '../config/settings.js'
import type { LineShape } from '../record/reading/field-paths.js'
import { compileReader } from '../record/reading/line-reader.js'
import { cleanText } from '../record/text.js'
import { Groups } from './groups.js'
import type { Subject } from './matcher.js'
import { type Series, seriesOf } from './series.js'

/** Finds the series in which an error of the rule is counted. */
export type Grouping = (subject: Subject, monotonicMs: number) => Series

export function compileGrouping(rule: RuleSettings, shape: LineShape): Grouping {
  if (rule.groupBy.length === 0) {
    const only = seriesOf(rule)
    return () => only
  }
  const groups = new Groups(rule)
  const reads = rule.groupBy.map((path) => compileRead(path, shape))
  return (subject, monotonicMs) =>
    groups.of(
      reads.map((read) => read(subject)),
      monotonicMs,
    )
}

type Value = string | number | boolean | null

/** Reads a record field, by either of its names, or a path in the line. A missing value is blank in a record, null in a line. */
function compileRead(path: string, { redact }: LineShape): (subject: Subject) => Value {
  const field = recordFieldOf(path)
  if (field !== undefined) return (subject) => subject.record()[field]
  const reader = compileReader([path], redact)
  return ({ roots }) => reader(roots, toValue) ?? null
}

function toValue(value: unknown): Value | undefined {
  if (typeof value === 'string') return cleanText(value)
  return typeof value === 'boolean' || Number.isFinite(value) ? (value as Value) : undefined
}
