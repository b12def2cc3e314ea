// Reads a change of the options from `--compare threshold=20,window-seconds=30`, or of one rule from `--compare payments.threshold=20`.

import type { BacktestChange } from '../../backtest/backtest.js'
import { optionsWith } from '../../config/engine-options.js'
import { toKebabCase } from '../../config/names.js'
import type { LogsirenOptions, RuleDefinition } from '../../config/options.js'
import { parseSomeOptions } from '../../config/parse-options.js'
import { ConfigError } from '../../errors.js'
import { oneLine } from '../../text.js'
import { readValue } from '../flags.js'
import { guess } from '../terminal.js'
import { UsageError } from '../usage-error.js'

/** The options that a comparison may change: those that make a difference to past lines. */
const comparable = optionsWith(({ isComparable }) => isComparable === true)

export interface Comparison {
  /** The change as it was written. */
  readonly text: string
  readonly change: BacktestChange
  /** For which rules a part of it makes no difference, in sentences. */
  readonly notes: readonly string[]
}

type Members = Readonly<Record<string, unknown>>

/**
 * Reads one change of these options; `group-by` may stand in it several times. What is changed beside the rules reaches those that have no
 * value of their own.
 * @throws UsageError if it is not valid, names a rule that is not there, or would change nothing
 */
export function parseCompare(text: string, base: LogsirenOptions = {}): Comparison {
  const rules = base.rules ?? []
  const { beside, ofRules } = partsOf(text)
  const unnamed = rules.length === 0 ? ofRules.get('default') : undefined
  if (unnamed !== undefined) ofRules.delete('default')
  for (const name of ofRules.keys()) checkRule(text, name, rules)
  const changed = rules.map((rule) => ({ ...rule, ...ofRules.get(rule.name) }))
  const change = checked(text, { ...beside, ...unnamed, ...(ofRules.size > 0 && { rules: changed }) }, base)
  const notes = Object.keys(beside).flatMap((option) => noteOn(text, option, rules))
  return { text: oneLine(text), change, notes }
}

function partsOf(text: string): { readonly beside: Members; readonly ofRules: Map<string, Members> } {
  const ofRules = new Map<string, Members>()
  let beside: Members = {}
  for (const part of text.split(',')) {
    const [, rule, name = '', value = ''] = /^\s*(?:([\w-]+)\.)?([\w-]+)\s*=\s*(.*?)\s*$/.exec(part) ?? []
    const option = comparable.find((one) => toKebabCase(one) === toKebabCase(name).replaceAll('_', '-'))
    if (option === undefined || value === '')
      throw new UsageError(
        `Expected \`--compare\` to be name=value, or RULE.name=value for one rule, the name one of ${comparable.map(toKebabCase).join(', ')}, got \`${oneLine(text)}\`${option === undefined ? guess(name, comparable.map(toKebabCase)) : ''}`,
      )
    const members = rule === undefined ? beside : (ofRules.get(rule) ?? {})
    const known = members[option]
    const given = readValue(option, value, `--compare ${name}`)
    const next = { ...members, [option]: Array.isArray(known) && Array.isArray(given) ? [...known, ...given] : given }
    if (rule === undefined) beside = next
    else ofRules.set(rule, next)
  }
  return { beside, ofRules }
}

function checkRule(text: string, name: string, rules: readonly RuleDefinition[]): void {
  const names = rules.map((rule) => rule.name)
  if (names.includes(name)) return
  const known = names.length === 0 ? 'there are no named rules' : `there are ${names.join(', ')}`
  throw new UsageError(
    `Expected --compare ${oneLine(text)} to name a rule of the config, got \`${oneLine(name)}\`${guess(name, names)}; ${known}`,
  )
}

/** The options that a change gives, as they will be used. Its own faults are told, and not those of what it changes. */
function checked(text: string, change: Members, base: LogsirenOptions): BacktestChange {
  try {
    const whole = parseSomeOptions({ ...(base.rules !== undefined && { rules: base.rules }), ...change })
    return Object.fromEntries(Object.entries(whole).filter(([name]) => Object.hasOwn(change, name)))
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause
    const problems = cause.problems.map(({ message }) => message).join('; ')
    throw new UsageError(`--compare ${oneLine(text)}: ${problems}`, { cause })
  }
}

/** What a rule has of its own comes before what stands beside the rules. @throws UsageError where all of them have it */
function noteOn(text: string, option: string, rules: readonly RuleDefinition[]): readonly string[] {
  const own = rules.filter((rule) => Reflect.get(rule, option) !== undefined).map(({ name }) => name)
  if (own.length === 0) return []
  const name = toKebabCase(option)
  if (own.length === rules.length)
    throw new UsageError(
      `--compare ${oneLine(text)} changes nothing: each rule has a ${name} of its own; name one, such as ${own[0]}.${name}=…`,
    )
  return [
    `--compare ${oneLine(text)}: no difference to ${own.join(', ')}, with a ${name} of ${own.length === 1 ? 'its' : 'their'} own.`,
  ]
}
