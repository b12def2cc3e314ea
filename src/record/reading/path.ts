// Reading a dotted path in a log line: own members only, so that no line reaches a prototype; but all of an Error's,
// whose message may be a getter of its class.
import { types } from 'node:util'

export type PathReader = (root: object) => unknown

/** A name with dots is tried as a literal key, as ECS writes it, then as a path. */
export function compilePath(path: string): PathReader {
  const segments = path.split('.')
  if (segments.length === 1) return (root) => member(root, path)
  return (root) => {
    const literal = member(root, path)
    return literal === undefined ? follow(root, segments) : literal
  }
}

/** What these names lead to, one inside the other. */
export function follow(root: unknown, names: readonly string[]): unknown {
  let value = root
  for (const name of names) {
    if (typeof value !== 'object' || value === null) return undefined
    value = member(value, name)
  }
  return value
}

export function member(object: object, key: string): unknown {
  if (Object.hasOwn(object, key)) return (object as Record<string, unknown>)[key]
  if (isPlain(object) || !isError(object) || key in Object.prototype) return undefined
  return (object as unknown as Record<string, unknown>)[key]
}

/** Most objects in a line are, which is sooner seen than that they are no errors. */
export function isPlain(object: object): boolean {
  return Object.getPrototypeOf(object) === Object.prototype
}

/** An object that holds others: no date, and no buffer. */
export function isStructure(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof Date) && !ArrayBuffer.isView(value)
}

/** True for errors of other realms and for `DOMException` too. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value)
}
