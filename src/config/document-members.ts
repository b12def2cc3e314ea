// What the config document may hold: the options whose rows say so, by their JSON names. The page loads this file, so no check is
// imported here.
import { ruleDefaults } from './defaults.js'
import { type OptionName, optionsWith } from './engine-options.js'
import { type SnakeCase, toCamelCase, toSnakeCase } from './names.js'
import type { Match, RuleOptions, SettingsOptions } from './options.js'
import { type CodeOnlyRuleOption, ruleMembers, ruleNaming } from './rule-members.js'

/** What a document, and each of its rules, may set; a member that is missing, or null as Go reads it, is absent. */
export type DocumentRuleOptions = {
  readonly [name in Exclude<keyof RuleOptions, CodeOnlyRuleOption> as SnakeCase<name>]?: RuleOptions[name]
}

/** One of the document's rules. */
export interface DocumentRule extends DocumentRuleOptions {
  readonly name: string
  readonly match?: Match | undefined
}

export interface ConfigDocument extends DocumentRuleOptions {
  readonly rules?: readonly DocumentRule[] | undefined
}

/** The options that the original service knows: its documents always have them, in this order. */
export const originalOptions = [
  'enabled',
  'url',
  'secret',
  'threshold',
  'windowSeconds',
  'cooldownSeconds',
  'statusCodeThreshold',
] as const

export type OriginalOption = (typeof originalOptions)[number]

/** The options that a document may hold, the original's first. */
export const documentOptions: readonly OptionName[] = [
  ...new Set([...originalOptions, ...optionsWith(({ inDocument }) => inDocument !== undefined)]),
]

/** The members that this version knows; the rest of a document is ignored, and kept on rewrite. */
export const documentMembers: readonly string[] = documentOptions.map(toSnakeCase)

/** The members of a rule that this version knows. */
export const documentRuleMembers: readonly string[] = [
  ...Object.keys(ruleNaming),
  ...documentOptions.filter(isRuleOption).map(toSnakeCase),
]

/** A document as options would say it: by their names, and with the default where a count of 0 or less stands for it. */
export function toOptions(document: ConfigDocument): SettingsOptions {
  const { rules, ...members } = document
  // Each member has, under its other name, the type that the option has.
  return {
    ...(meant(members) as RuleOptions),
    ...(rules !== undefined && { rules: rules.map((rule) => ({ ...meant(rule), name: rule.name })) }),
  }
}

/** By the options' names. A rule's count of 0 or less is the default, too, and not what it would inherit. */
function meant(members: object): object {
  return Object.fromEntries(
    Object.entries(members).map(([member, value]) => {
      const name = toCamelCase(member)
      return [name, isRuleOption(name) ? meantBy(name, value) : value]
    }),
  )
}

/** What a document says by this value of an option. */
export function meantBy(name: keyof RuleOptions, value: unknown): unknown {
  return ruleMembers[name].kind === 'count' && typeof value === 'number' && value <= 0 ? ruleDefaults[name] : value
}

/** Whether each rule may have this of its own. */
export function isRuleOption(name: string): name is keyof RuleOptions {
  return Object.hasOwn(ruleMembers, name)
}
