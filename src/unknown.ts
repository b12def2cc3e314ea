// What to make of values that nobody has vouched for: they come from log lines, from Redis, from files and from callers.

/** An object that is not a list. Where nothing is known of its type, its members may be anything. */
export function isObject<T>(value: T): value is T & (unknown extends T ? Readonly<Record<string, unknown>> : object) {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Its items; none where it is no list. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** What a JSON text says; undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Members that may be undefined may be missing instead. */
export type Defined<T> = { [name in keyof T as undefined extends T[name] ? never : name]: T[name] } & {
  [name in keyof T as undefined extends T[name] ? name : never]?: Exclude<T[name], undefined>
}

/** The same members without those that are undefined: `{ name: undefined }` is another thing than `{}` where members are optional. */
export function defined<T extends object>(members: T): Defined<T> {
  // Which members are left out, Object.fromEntries cannot express.
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Defined<T>
}
