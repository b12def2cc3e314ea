// The members of the config document: the options whose rows have `inDocument`, by their snake_case names. The status page loads this
// file, so it imports no checks.
import { ruleDefaults } from './defaults.js'
import { type OptionName, optionsWith } from './engine-options.js'
import { type SnakeCase, toCamelCase, toSnakeCase } from './names.js'
import type { Match, RuleOptions, SettingsOptions } from './options.js'
import { type CodeOnlyRuleOption, ruleMembers, ruleNaming } from './rule-members.js'

/** The members that a document and each of its rules may have. A member that was null is left out here. */
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
  readonly ignore?: readonly Match[] | undefined
}

/** The options that the original service knows. Each document that it writes has all of them, in this order. */
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

/** The options that a document may hold: first those that the original service knows, then the others. */
export const documentOptions: readonly OptionName[] = [
  ...new Set([...originalOptions, ...optionsWith(({ inDocument }) => inDocument !== undefined)]),
]

/** The members that this version knows. Further members of a document are ignored, and kept when it is rewritten. */
export const documentMembers: readonly string[] = documentOptions.map(toSnakeCase)

/** The members of a rule that this version knows. */
export const documentRuleMembers: readonly string[] = [
  ...Object.keys(ruleNaming),
  ...documentOptions.filter(isRuleOption).map(toSnakeCase),
]

/** A document as options: under their names, and with the default in place of a count of 0 or less. */
export function toOptions(document: ConfigDocument): SettingsOptions {
  const { rules, ignore, ...members } = document
  // Each member has, under its other name, the type that the option has.
  return {
    ...(toOptionNames(members) as RuleOptions),
    ...(rules !== undefined && { rules: rules.map((rule) => ({ ...toOptionNames(rule), name: rule.name })) }),
    ...(ignore !== undefined && { ignore }),
  }
}

/** Members under the options' names. In a rule, too, a count of 0 or less means the default, and not the value to inherit. */
function toOptionNames(members: object): object {
  return Object.fromEntries(
    Object.entries(members).map(([member, value]) => {
      const name = toCamelCase(member)
      return [name, isRuleOption(name) ? meantBy(name, value) : value]
    }),
  )
}

/** The value that is meant by a value in a document: the default by a count of 0 or less, any other by itself. */
export function meantBy(name: keyof RuleOptions, value: unknown): unknown {
  return ruleMembers[name].kind === 'count' && typeof value === 'number' && value <= 0 ? ruleDefaults[name] : value
}

/** Whether this is the name of an option that each rule may have. */
export function isRuleOption(name: string): name is keyof RuleOptions {
  return Object.hasOwn(ruleMembers, name)
}
