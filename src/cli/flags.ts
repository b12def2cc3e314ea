// Reads options from flags, `--window-seconds 60`, and from variables, `LOGSIREN_WINDOW_SECONDS=60`. A flag wins over a variable.
import { readFileSync } from 'node:fs'
import { Option } from 'commander'
import { withoutMarks } from '../config/document/writing.js'
import { isRuleOption, meantBy } from '../config/document-members.js'
import { type OptionName, optionMembers, optionsWith } from '../config/engine-options.js'
import { toCamelCase, toKebabCase, toSnakeCase } from '../config/names.js'
import { optionTexts, plainText } from '../config/option-texts.js'
import type { LogsirenOptions } from '../config/options.js'
import { parseOptions, parseSomeOptions } from '../config/parse-options.js'
import type { Kinds } from '../config/rule-members.js'
import { ConfigError, type Problem } from '../errors.js'
import { isObject, listOf } from '../unknown.js'
import { UsageError } from './usage-error.js'

type Form = 'text' | 'number' | 'flag' | 'list' | 'json' | 'redis' | 'level' | 'proxy'

/** The form in which the values of each kind are written on a command line. */
const forms: Readonly<Record<keyof Kinds, Form>> = {
  url: 'text',
  secret: 'text',
  flag: 'flag',
  count: 'number',
  integer: 'number',
  percent: 'number',
  choice: 'text',
  text: 'text',
  level: 'level',
  paths: 'list',
  groups: 'list',
  match: 'json',
  matches: 'json',
  rules: 'json',
  links: 'json',
  labels: 'json',
  template: 'json',
  headers: 'json',
  fields: 'json',
  redis: 'redis',
  origins: 'list',
  proxy: 'proxy',
}

/** The options that have flags: all but those of the Winston transport alone. */
export const flagNames: readonly OptionName[] = optionsWith(({ isWinstonOnly }) => isWinstonOnly !== true)

/** The text behind a flag in the help. */
const placeholders: Readonly<Record<Form, string>> = {
  text: '<text>',
  number: '<n>',
  flag: '[true|false]',
  list: '<list>',
  json: '<json|@file>',
  redis: '<url>',
  level: '<level>',
  proxy: '<url>',
}

/** `windowSeconds` -> `LOGSIREN_WINDOW_SECONDS`. */
export function variableOf(name: string): string {
  return `LOGSIREN_${toSnakeCase(name).toUpperCase()}`
}

/** What the help says of an option in place of its own texts. */
export interface FlagText {
  readonly meaning?: string
  /** What holds where the flag is not given, such as `default: 10`; blank where there is nothing to say. */
  readonly otherwise?: string
}

/** A process on the command line takes no client, and an operator's command counts nothing by itself. */
const ownTexts: Readonly<Partial<Record<OptionName, FlagText>>> = {
  redis: {
    meaning: 'the Redis that holds the config and the counts: a URL, or ioredis options as JSON',
    otherwise: '',
  },
  rules: { meaning: 'named rules: a JSON list, or a whole config as config get --json prints it' },
}

/** The flags of these options, for a command. The flag of a list may be given more than once. */
export function flagsOf(names: readonly OptionName[], textsOf: (name: OptionName) => FlagText = () => ({})): Option[] {
  return names.flatMap((name) => {
    const form = formOf(name)
    const { meaning = plainText(optionMembers[name].meaning), otherwise = defaultText(name) } = {
      ...ownTexts[name],
      ...textsOf(name),
    }
    const option = new Option(
      `--${toKebabCase(name)} ${placeholders[form]}`,
      `${meaning}${otherwise === '' ? '' : ` (${otherwise})`}`,
    )
    if (form === 'list')
      option.argParser((value: string, before: unknown) => [...(Array.isArray(before) ? before : []), value])
    return form === 'flag' ? [option, new Option(`--no-${toKebabCase(name)}`).hideHelp()] : [option]
  })
}

function defaultText(name: OptionName): string {
  const fallback = plainText(optionTexts[name].fallback)
  return fallback === 'none' ? '' : `default: ${fallback}`
}

function formOf(name: OptionName): Form {
  return forms[optionMembers[name].kind]
}

/** The sources of options. */
export interface Given {
  /** The flags as commander has read them, by the options' names. */
  readonly flags: Readonly<Record<string, unknown>>
  readonly variables: Readonly<Record<string, string | undefined>>
  /** The options change a stored config, so other options that they need may stand there. @defaultValue false */
  readonly isChange?: boolean
}

/** Options, and where each of them comes from: a flag or a variable, as it is written. */
export interface Read {
  readonly options: LogsirenOptions
  readonly sources: ReadonlyMap<string, string>
}

/**
 * The options of these names that flags and variables give, checked.
 * @throws UsageError that names the flag or variable, what was expected, and never a secret or a URL
 */
export function readOptions(names: readonly OptionName[], given: Given): LogsirenOptions {
  return readWithSources(names, given).options
}

/** As `readOptions`, with the sources of the options. @throws UsageError */
export function readWithSources(names: readonly OptionName[], { flags, variables, isChange }: Given): Read {
  const sources = new Map<string, string>()
  const options: Record<string, unknown> = {}
  for (const name of names) {
    const flag = flags[name]
    const variable = variables[variableOf(name)] || (name === 'redis' ? variables['REDIS_URL'] : undefined) || undefined
    const given = flag ?? variable
    if (given === undefined) continue
    const source = flag === undefined ? sourceOf(name, variables) : `--${toKebabCase(name)}`
    const value = readValue(name, given, source)
    const members = name === 'rules' ? rulesOf(value, source, isChange === true) : { [name]: value }
    for (const [member, read] of Object.entries(members)) {
      // A flag of its own comes before a member of the config that another flag names.
      if (member !== name && (flags[member] ?? variables[variableOf(member)]) !== undefined) continue
      options[member] = read
      sources.set(member, member === name ? source : `${source}.${member}`)
    }
  }
  try {
    return { options: isChange === true ? parseSomeOptions(options) : parseOptions(options), sources }
  } catch (error) {
    if (error instanceof ConfigError)
      throw new UsageError(error.problems.map((problem) => named(problem, sources)).join('; '))
    throw error
  }
}

function sourceOf(name: OptionName, variables: Given['variables']): string {
  return name === 'redis' && !variables[variableOf(name)] ? 'REDIS_URL' : variableOf(name)
}

/**
 * The options that are given as rules: a list of them, or a whole config, whose other members count too. Only where a stored config is changed,
 * its others stay as they are. Names may have the form of the config document, with what `config get --json` puts in place of secrets.
 */
function rulesOf(given: unknown, source: string, isChange: boolean): Readonly<Record<string, unknown>> {
  const members: unknown = Array.isArray(given) ? { rules: given } : given
  if (!isObject(members)) return { rules: given }
  if (isChange && !Object.hasOwn(members, 'rules'))
    throw new UsageError(`Expected ${source} to hold a list of rules, or a config that has \`rules\`, got neither`)
  const options = asOptions(isChange ? { rules: members['rules'] } : members)
  return isChange ? { rules: options['rules'] } : options
}

/** Members with the options' names. Those of a config document have its meaning: a number of 0 or less is the default there. */
function asOptions(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { rules } = given
  const objects = [given, ...listOf(rules).filter((rule) => isObject(rule))]
  const isDocument = objects.some((members) => Object.keys(members).some((name) => /_/.test(name)))
  const converted = (members: object): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(Object(withoutMarks(members)) as object).flatMap(([member, value]) => {
        const name = toCamelCase(member)
        if (value === null && isDocument) return []
        const meant = isDocument && isRuleOption(name) ? meantBy(name, value) : value
        return isDocument && name === 'cooldownMaxSeconds' && meant === 0 ? [] : [[name, meant] as const]
      }),
    )
  const options = converted(given)
  return Array.isArray(rules)
    ? { ...options, rules: rules.map((rule: unknown) => (isObject(rule) ? converted(rule) : rule)) }
    : options
}

/** The value of an option from its text. A text that has another form stays as it is, and the option's check refuses it. */
export function readValue(name: OptionName, given: unknown, source: string): unknown {
  if (typeof given === 'boolean') return given
  if (Array.isArray(given)) return given.flatMap((one) => partsOf(String(one)))
  const text = String(given)
  const form = formOf(name)
  switch (form) {
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
    case 'flag':
      return flagValue(text)
    case 'list':
      return partsOf(text)
    case 'json':
      return readJson(text, source)
    case 'redis':
      return /^[{@]/.test(text) ? readJson(text, source) : text
    case 'level':
      return /^\d+$/.test(text) ? Number(text) : text
    case 'proxy':
      return text === 'false' ? false : text
    case 'text':
      return text
    default:
      return form satisfies never
  }
}

function flagValue(text: string): unknown {
  if (/^(true|1|yes|on)$/i.test(text)) return true
  return /^(false|0|no|off)$/i.test(text) ? false : text
}

function partsOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** The value of JSON, or of the file that is named behind an `@`. @throws UsageError */
export function readJson(given: string, source: string): unknown {
  const text = given.startsWith('@') ? contentOf(given.slice(1), source) : given
  try {
    return JSON.parse(text)
  } catch {
    throw new UsageError(`Expected ${source} to be JSON, got a text that does not parse`)
  }
}

function contentOf(file: string, source: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
    throw new UsageError(`Expected ${source} to name a file that can be read, but it could not be${code}`)
  }
}

/** The message of a problem, which names the flag or variable in place of the option. */
function named({ path, message }: Problem, sources: ReadonlyMap<string, string>): string {
  const [name = '', ...rest] = path.split('.')
  const source = sources.get(name)
  return source === undefined ? message : message.replace(`\`${path}\``, `\`${[source, ...rest].join('.')}\``)
}
