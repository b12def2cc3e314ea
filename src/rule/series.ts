// A series is what is counted apart from everything else: a rule, or one group of a rule that has groups.
import type { RuleSettings } from '../config/settings.js'

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
  return rule && seriesOf(rule, groupKey)
}
