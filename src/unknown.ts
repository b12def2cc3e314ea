// Looks into values of unknown type, which come from log lines, from Redis, from files and from callers.

/** Whether a value is an object and no list. Members of an object of unknown type are unknown too. */
export function isObject<T>(value: T): value is T & (unknown extends T ? Readonly<Record<string, unknown>> : object) {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The items of a list; none where the value is no list. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** The value of a JSON text; undefined where the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A type with the same members; those that may be undefined are optional instead. */
export type Defined<T> = { [name in keyof T as undefined extends T[name] ? never : name]: T[name] } & {
  [name in keyof T as undefined extends T[name] ? name : never]?: Exclude<T[name], undefined>
}

/** Leaves out the members that are undefined, which fit no optional member under `exactOptionalPropertyTypes`. */
export function defined<T extends object>(members: T): Defined<T> {
  // The type of Object.fromEntries cannot say which members are left out.
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Defined<T>
}
