// The names of a record's fields, and the spellings of one name in JavaScript, in JSON and on a command line. No other file translates
// between spellings.
import { isObject } from '../unknown.js'
import type { LineField, RecordField } from './options.js'

export const recordFields: readonly RecordField[] = [
  'group',
  'keyId',
  'model',
  'providerName',
  'providerType',
  'statusCode',
  'errorMessage',
  'clientIp',
  'kind',
]

/** The names that the option `fields` takes. */
export const lineFields: readonly LineField[] = [...recordFields, 'level', 'requestId']

/** The record field of this name, spelled as in JavaScript or as in JSON; undefined if there is none. */
export function recordFieldOf(name: string): RecordField | undefined {
  return recordFields.find((field) => field === name || toSnakeCase(field) === name)
}

/** The type of a name that `toSnakeCase` has translated. */
export type SnakeCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeCase<Rest>}`
  : Name

/** `windowSeconds` -> `window_seconds`. */
export function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** `window_seconds` -> `windowSeconds`. */
export function toCamelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** `windowSeconds` and `window_seconds` -> `window-seconds`. */
export function toKebabCase(name: string): string {
  return toSnakeCase(name).replaceAll('_', '-')
}

/** An object's members under other names. Names inside of their values stay. */
export function renamed(members: object, rename: (name: string) => string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [rename(name), value]))
}

/** A config with other names for its members and for those of its rules. Line paths and conditions inside of them stay. */
export function renamedConfig(config: object, rename: (name: string) => string): Record<string, unknown> {
  const members = renamed(config, rename)
  const { rules } = members
  if (!Array.isArray(rules)) return members
  return { ...members, rules: rules.map((rule: unknown) => (isObject(rule) ? renamed(rule, rename) : rule)) }
}
