// What `sampleFields` name in a line, as plain values that may leave the process.

import { cleanText, truncate } from '../../text.js'
import { isHidden, type Root } from './line-reader.js'
import { compilePath, isError, isStructure, member } from './path.js'

export type FieldValue = string | number | boolean | null

/** By the paths as the option gives them. */
export type SampleFields = Readonly<Record<string, FieldValue>>

/** The most UTF-16 units of an object or list as JSON. */
export const MAX_JSON_LENGTH = 500

/** Each takes two units of JSON at least, so no more of them fit; it ends objects that hold themselves, too. */
const MAX_VALUES = MAX_JSON_LENGTH / 2

/** Members of a named object that are private unless they are named themselves. */
const isPrivate = (name: string): boolean => /header|cookie|query|param|body/i.test(name)

/** Undefined where no paths are given; what a line has not is left out. */
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
  if (!isStructure(value)) return toScalar(value)
  const json = JSON.stringify(new Copier(isOpen).copy(value, path))
  return truncate(json, MAX_JSON_LENGTH)
}

function toScalar(value: unknown): FieldValue | undefined {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString()
  return typeof value === 'string' ? cleanText(value) : undefined
}

/** Copies as much of an object as may be shown: without what is redacted or private, its texts cleaned. */
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
      const copy = this.#copyMember(member(object, name), `${path}.${name}`)
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

/** An error's message is not among its keys. */
function namesOf(object: object): readonly string[] {
  const names = Object.keys(object)
  return isError(object) ? ['message', ...names.filter((name) => name !== 'message')] : names
}
