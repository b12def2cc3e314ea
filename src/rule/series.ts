// A series is what is counted apart from everything else: a rule, or one group of a rule that has groups.
import type { RuleSettings } from '../config/settings.js'
import { oneLine, truncate } from '../text.js'

/** The values that all errors of a group share, by field or path; null where a line lacks one. */
export type GroupValues = Readonly<Record<string, string | number | boolean | null>>

export interface Series {
  /** Unique among all rules and groups; the rule's name where it has no groups. */
  readonly id: string
  readonly rule: RuleSettings
  /** Tells the groups of one rule apart; blank where it has none. */
  readonly groupKey: string
  /** Undefined where the rule has no groups, or only the key is known; then the alert's draft holds them. */
  readonly groupValues: GroupValues | undefined
}

export function seriesOf(rule: RuleSettings, groupKey: string = '', groupValues?: GroupValues): Series {
  return { id: groupKey === '' ? rule.name : `${rule.name}:${groupKey}`, rule, groupKey, groupValues }
}

/** The series of this id among these rules; undefined where its rule is not one of them. */
export function findSeries(id: string, rules: readonly RuleSettings[]): Series | undefined {
  // A rule's name has no colon.
  const [name, groupKey = ''] = id.split(':')
  const rule = rules.find((one) => one.name === name)
  if (rule === undefined) return undefined
  return groupKey === MANY_KEY ? manyOf(rule) : seriesOf(rule, groupKey)
}

/**
 * Names the window in which a rule is counted. Under different names it is counted apart: errors that were counted for a rule without `percent`
 * are no share of anything, since nobody counted the requests beside them.
 */
export function windowName({ windowType, windowMs, percent }: RuleSettings): string {
  return `${windowType}/${windowMs}${percent > 0 ? '/share' : ''}`
}

/** Shown as the value of the one series whose alerts tell of many groups that crossed in a storm, see many.ts. */
export const MANY = '(many)'
/** No group has it: their keys are longer. */
export const MANY_KEY = 'many'

/** The series whose alerts tell of many groups of a rule. It counts nothing itself. */
export function manyOf(rule: RuleSettings): Series {
  return seriesOf(rule, MANY_KEY, Object.fromEntries(rule.groupBy.map((path) => [path, MANY])))
}

export function isMany({ groupKey }: Series): boolean {
  return groupKey === MANY_KEY
}

/** At most this many UTF-16 units name a group among others. */
const MAX_GROUP_TEXT_LENGTH = 200

/** A group in words, as alerts of `(many)` name it: `model=a, region=eu`; its key where its values are not known. */
export function groupText({ groupKey, groupValues }: Series): string {
  const parts = Object.entries(groupValues ?? {}).map(([name, value]) => `${name}=${value ?? ''}`)
  return truncate(oneLine(parts.join(', ')) || groupKey, MAX_GROUP_TEXT_LENGTH).toWellFormed()
}
