// Reads a dotted path in a log line. Only own members are read, so that no path reaches a prototype. Of an Error the inherited
// ones are read too, since its message may be a getter of its class.
import { types } from 'node:util'

export type PathReader = (root: object) => unknown

/** Compiles a path. One with dots is tried as a literal key first, as ECS loggers write it, and then as a path. */
export function compilePath(path: string): PathReader {
  const segments = path.split('.')
  if (segments.length === 1) return (root) => member(root, path)
  return (root) => {
    const literal = member(root, path)
    return literal === undefined ? follow(root, segments) : literal
  }
}

/** Follows these names, each in the value of the one before; undefined where one of them is missing. */
export function follow(root: unknown, names: readonly string[]): unknown {
  let value = root
  for (const name of names) {
    if (typeof value !== 'object' || value === null) return undefined
    value = member(value, name)
  }
  return value
}

/** An own member of an object, or undefined; of an Error also an inherited one that not every object has. */
export function member(object: object, key: string): unknown {
  if (Object.hasOwn(object, key)) return (object as Record<string, unknown>)[key]
  if (isPlain(object) || !isError(object) || key in Object.prototype) return undefined
  return (object as unknown as Record<string, unknown>)[key]
}

/** Whether an object is an ordinary one, by its prototype. Most in a line are, and this is cheaper than `isError`. */
export function isPlain(object: object): boolean {
  return Object.getPrototypeOf(object) === Object.prototype
}

/** Whether a value is an object or list whose members count: no date, and no buffer. */
export function isStructure(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof Date) && !ArrayBuffer.isView(value)
}

/** Whether a value is an Error, of another realm too, or a `DOMException`. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value)
}
