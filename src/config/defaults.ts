// Bounds and defaults. The defaults of a rule come from its rows in rule-members.ts; the rows in engine-options.ts take theirs from here.
import type { OnRedisDown, RuleOptions } from './options.js'
import { ruleMembers } from './rule-members.js'

/** The largest value of any numeric option: that of a signed 32-bit integer, in which the original service holds them. */
export const MAX_INTEGER: number = 2 ** 31 - 1

/** The longest webhook URL that is accepted, in characters. */
export const MAX_URL_LENGTH = 2048

/** The largest config document that is read, in UTF-16 units. */
export const MAX_DOCUMENT_LENGTH = 65_536

export const DEFAULT_CONFIG_KEY = 'meta:log:webhook'
export const DEFAULT_CLOSE_TIMEOUT_MS = 5000
export const DEFAULT_HEARTBEAT_SECONDS = 60
export const DEFAULT_MIN_LEVEL = 'warn'
export const DEFAULT_ON_REDIS_DOWN: OnRedisDown = 'local'

/** The options of a rule, each with a value. */
export type FullRuleOptions = { readonly [name in keyof RuleOptions]-?: Exclude<RuleOptions[name], undefined> }

/** The value of each option that neither the document nor the options in code give. `''`, `[]`, `{}` and 0 mean none. */
export const ruleDefaults: FullRuleOptions = defaultsOf(ruleMembers)

function defaultsOf(members: object): FullRuleOptions {
  // Object.fromEntries loses the names and their types; the type `RuleMembers` holds each fallback to the type of its option.
  return Object.fromEntries(
    Object.entries(members).map(([name, { fallback }]) => [name, fallback]),
  ) as unknown as FullRuleOptions
}
