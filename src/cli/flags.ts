// Reads options from flags, `--window-seconds 60`, and from variables, `LOGSIREN_WINDOW_SECONDS=60`. A flag wins over a variable.
import { readFileSync } from 'node:fs'
import { Option } from 'commander'
import { type OptionName, optionMembers, optionsWith } from '../config/engine-options.js'
import { toKebabCase, toSnakeCase } from '../config/names.js'
import { optionTexts, plainText } from '../config/option-texts.js'
import type { LogsirenOptions } from '../config/options.js'
import { parseOptions, parseSomeOptions } from '../config/parse-options.js'
import type { Kinds } from '../config/rule-members.js'
import { ConfigError, type Problem } from '../errors.js'
import { UsageError } from './usage-error.js'

type Form = 'text' | 'number' | 'flag' | 'list' | 'json' | 'redis' | 'level' | 'proxy'

/** The form in which the values of each kind are written on a command line. */
const forms: Readonly<Record<keyof Kinds, Form>> = {
  url: 'text',
  secret: 'text',
  flag: 'flag',
  count: 'number',
  integer: 'number',
  choice: 'text',
  text: 'text',
  level: 'level',
  paths: 'list',
  groups: 'list',
  match: 'json',
  rules: 'json',
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

/** The flags of these options, for a command. The flag of a list may be given more than once. */
export function flagsOf(names: readonly OptionName[]): Option[] {
  return names.flatMap((name) => {
    const form = formOf(name)
    const fallback = plainText(optionTexts[name].fallback)
    const text = `${plainText(optionMembers[name].meaning)}${fallback === 'none' ? '' : ` (default: ${fallback})`}`
    const option = new Option(`--${toKebabCase(name)} ${placeholders[form]}`, text)
    if (form === 'list')
      option.argParser((value: string, before: unknown) => [...(Array.isArray(before) ? before : []), value])
    return form === 'flag' ? [option, new Option(`--no-${toKebabCase(name)}`).hideHelp()] : [option]
  })
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

/**
 * The options of these names that flags and variables give, checked.
 * @throws UsageError that names the flag or variable, what was expected, and never a secret or a URL
 */
export function readOptions(names: readonly OptionName[], { flags, variables, isChange }: Given): LogsirenOptions {
  const sources = new Map<string, string>()
  const options: Record<string, unknown> = {}
  for (const name of names) {
    const flag = flags[name]
    const variable = variables[variableOf(name)] || (name === 'redis' ? variables['REDIS_URL'] : undefined) || undefined
    const given = flag ?? variable
    if (given === undefined) continue
    sources.set(name, flag === undefined ? variableOf(name) : `--${toKebabCase(name)}`)
    options[name] = readValue(name, given, sources.get(name) ?? name)
  }
  try {
    return isChange === true ? parseSomeOptions(options) : parseOptions(options)
  } catch (error) {
    if (error instanceof ConfigError)
      throw new UsageError(error.problems.map((problem) => named(problem, sources)).join('; '))
    throw error
  }
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
      return parseJson(text, source)
    case 'redis':
      return /^[{@]/.test(text) ? parseJson(text, source) : text
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

/** Parses JSON, or the file that is named behind an `@`. */
function parseJson(given: string, source: string): unknown {
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
