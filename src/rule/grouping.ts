// Where a rule's group values are read. Pure.
import { recordFieldOf } from '../config/names.js'
import type { RuleSettings } from '../config/settings.js'
import type { LineShape } from '../record/reading/field-paths.js'
import { compileReader } from '../record/reading/line-reader.js'
import { cleanText } from '../record/text.js'
import { Groups } from './groups.js'
import type { Subject } from './matcher.js'
import { type Series, seriesOf } from './series.js'

/** The series that an error of this rule counts in. */
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

/** A record field by either of its names, or a path in the line; what a line lacks is null, in a record it is blank. */
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
