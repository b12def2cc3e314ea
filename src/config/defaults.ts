// Bounds, and the defaults: those of a rule as their rows have them, and those of the other options, which engine-options.ts takes from here.
import type { OnRedisDown, RuleOptions } from './options.js'
import { ruleMembers } from './rule-members.js'

/** The largest value any numeric option takes: what a signed 32-bit integer, the original service's type, can hold. */
export const MAX_INTEGER: number = 2 ** 31 - 1

/** The longest webhook URL that is accepted, in characters. */
export const MAX_URL_LENGTH = 2048

/** The largest config document that is read, in UTF-16 units. */
export const MAX_DOCUMENT_LENGTH = 65_536

export const DEFAULT_CONFIG_KEY = 'meta:log:webhook'
export const DEFAULT_CLOSE_TIMEOUT_MS = 5000
export const DEFAULT_MIN_LEVEL = 'warn'
export const DEFAULT_ON_REDIS_DOWN: OnRedisDown = 'local'

/** Every option of a rule, with a value. */
export type FullRuleOptions = { readonly [name in keyof RuleOptions]-?: NonNullable<RuleOptions[name]> }

/** What a rule falls back to where neither the document nor the options say anything; what is blank, empty or 0 is none. */
export const ruleDefaults: FullRuleOptions = defaultsOf(ruleMembers)

function defaultsOf(members: object): FullRuleOptions {
  // Object.fromEntries widens the names; each value has the type that its row was held to.
  return Object.fromEntries(
    Object.entries(members).map(([name, { fallback }]) => [name, fallback]),
  ) as unknown as FullRuleOptions
}
