// Reads the places of a line that the option `sampleFields` names, as plain values that may leave the process.

import { cleanText, truncate } from '../../text.js'
import { isHidden, type Root } from './line-reader.js'
import { compilePath, isError, isStructure, member } from './path.js'

export type FieldValue = string | number | boolean | null

/** Values of a line, by the paths of the option `sampleFields`. */
export type SampleFields = Readonly<Record<string, FieldValue>>

/** An object or list is shown as JSON of at most this many UTF-16 units. */
export const MAX_JSON_LENGTH = 500

/**
 * At most this many values of one object or list are copied. Each takes at least two units of JSON, so more would not fit. The bound
 * also ends the copy of an object that contains itself.
 */
const MAX_VALUES = MAX_JSON_LENGTH / 2

/** Whether a member of a named object may be private by its name; it is left out then, unless `sampleFields` names it itself. */
const isPrivate = (name: string): boolean => /header|cookie|query|param|body/i.test(name)
/** Whether a text may be a credential by its name; `tokens` that are a number are none. */
const isCredential = (name: string, value: unknown): boolean =>
  typeof value === 'string' && /passw|passphrase|secret|token|api_?key|authorization|credential/i.test(name)

/** Compiles a reader of these paths. It gives undefined where there are no paths, and leaves out what a line does not have. */
export function compileSampleFields(
  paths: readonly string[],
  redact: readonly string[] = [],
): (roots: readonly Root[]) => SampleFields | undefined {
  if (paths.length === 0) return () => undefined
  const redacted = redact.map((path) => path.split('.'))
  const openIn =
    (root: Root) =>
    (path: string): boolean =>
      !isHidden(root, path, redacted)
  const readers = paths.map((path) => ({ path, read: compilePath(path) }))
  return (roots) =>
    Object.fromEntries(
      readers.flatMap(({ path, read }) => {
        for (const root of roots) {
          const isOpen = openIn(root)
          const value = isOpen(path) ? toFieldValue(read(root.members), path, isOpen) : undefined
          if (value !== undefined) return [[path, value]]
        }
        return []
      }),
    )
}

function toFieldValue(value: unknown, path: string, isOpen: (path: string) => boolean): FieldValue | undefined {
  return isStructure(value) ? jsonOf(value, path, isOpen) : toScalar(value)
}

/** An object or list as JSON, cut, without what may not be shown. `path` is where it stands in its root. */
export function jsonOf(value: object, path: string, isOpen: (path: string) => boolean): string {
  return truncate(JSON.stringify(new Copier(isOpen).copy(value, path)), MAX_JSON_LENGTH)
}

function toScalar(value: unknown): FieldValue | undefined {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString()
  return typeof value === 'string' ? cleanText(value) : undefined
}

/** Copies what may be shown of an object or list: not what is redacted or may be private. Texts are cleaned. */
class Copier {
  readonly #isOpen: (path: string) => boolean
  #left = MAX_VALUES

  constructor(isOpen: (path: string) => boolean) {
    this.#isOpen = isOpen
  }

  copy(value: object, path: string): object {
    return Array.isArray(value) ? this.#copyList(value, path) : this.#copyMembers(value, path)
  }

  #copyList(list: readonly unknown[], path: string): readonly unknown[] {
    const copies: unknown[] = []
    for (const [i, item] of list.entries()) {
      if (this.#left <= 0) break
      const copy = this.#copyMember(item, `${path}.${i}`)
      if (copy === undefined) this.#left -= 1
      copies.push(copy ?? null)
    }
    return copies
  }

  #copyMembers(object: object, path: string): object {
    const copies: [string, unknown][] = []
    for (const name of namesOf(object)) {
      if (this.#left <= 0) break
      if (isPrivate(name)) continue
      const value = member(object, name)
      if (isCredential(name, value)) continue
      const copy = this.#copyMember(value, `${path}.${name}`)
      if (copy !== undefined) copies.push([cleanText(name), copy])
    }
    return Object.fromEntries(copies)
  }

  #copyMember(value: unknown, path: string): unknown {
    if (!this.#isOpen(path)) return undefined
    this.#left -= 1
    return isStructure(value) ? this.copy(value, path) : toScalar(value)
  }
}

/** Names of an object's members; of an error `message` comes first, which is not among its keys. */
function namesOf(object: object): readonly string[] {
  const names = Object.keys(object)
  return isError(object) ? ['message', ...names.filter((name) => name !== 'message')] : names
}
