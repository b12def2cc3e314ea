// Names: those of a record's fields, and the spellings that JavaScript, JSON and a command line have for one name. No other file
// translates between them.
import { isObject } from '../unknown.js'
import type { RecordField } from './options.js'

export const recordFields: readonly RecordField[] = [
  'group',
  'keyId',
  'model',
  'providerName',
  'providerType',
  'statusCode',
  'errorMessage',
  'clientIp',
]

/** The field of this name, in JavaScript's spelling or JSON's; undefined where it is none. */
export function recordFieldOf(name: string): RecordField | undefined {
  return recordFields.find((field) => field === name || toSnakeCase(field) === name)
}

/** The type of what `toSnakeCase` makes of a name. */
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

/** The members of an object, each under another name; what they hold stays as it is. */
export function renamed(members: object, rename: (name: string) => string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [rename(name), value]))
}

/** A config whose members, and those of its rules, have other names; line paths and conditions within them keep theirs. */
export function renamedConfig(config: object, rename: (name: string) => string): Record<string, unknown> {
  const members = renamed(config, rename)
  const { rules } = members
  if (!Array.isArray(rules)) return members
  return { ...members, rules: rules.map((rule: unknown) => (isObject(rule) ? renamed(rule, rename) : rule)) }
}
