// The names of a record's fields: as JavaScript writes them, and as the payload and the config document do.
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

/** The field of this name, in either spelling; undefined where it is none. */
export function recordFieldOf(name: string): RecordField | undefined {
  return recordFields.find((field) => field === name || toSnakeCase(field) === name)
}

/** `windowSeconds` -> `window_seconds`. */
export function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** `window_seconds` -> `windowSeconds`. */
export function toCamelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
