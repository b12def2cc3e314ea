// Reading a line by paths: at its root, below the members that loggers nest everything under, and in attached errors.
import { isObject } from '../../unknown.js'
import { compilePath, isError, member, type PathReader } from './path.js'

/** A line as its logger hands it over. */
export interface Line {
  readonly members: object
  /** Further objects that belong to the line, and what else is among them: winston's splat. */
  readonly extras?: readonly unknown[] | undefined
  /** Where the logger knows the level better than the members tell. */
  readonly level?: unknown
  /** The members come from JSON text, so no Error object is among them. */
  readonly isParsed?: boolean
}

/** An object whose members are read, and where in the line it is, for `redact`. */
export interface Root {
  readonly members: object
  readonly prefix: string
  /** Where these members are a stand-in, `{ err }`: the key of the error, `''` where the object is the error itself. */
  readonly errorKey?: string
  /** For what belongs to the line and is not seen in it: keys under which the same may be seen. */
  readonly alsoUnder?: readonly string[]
}

/** The objects of a line that paths begin at, in the order in which they are tried. */
export function rootsOf(line: Line, nestedKey: string | undefined): Root[] {
  const roots: Root[] = []
  const add = line.isParsed === true ? addMembers : addMembersAndErrors
  add(roots, '', line.members)
  for (const key of nestingKeys) add(roots, `${key}.`, member(line.members, key))
  if (nestedKey !== undefined) add(roots, `${nestedKey}.`, member(line.members, nestedKey))
  const { length } = roots
  for (const extra of line.extras ?? []) add(roots, '', extra)
  // winston's metadata format has moved it there.
  const alsoUnder = nestedKey === undefined ? nestingKeys : [...nestingKeys, nestedKey]
  for (let i = length; i < roots.length; i += 1) roots[i] = { ...(roots[i] as Root), alsoUnder }
  return roots
}

/** Members that loggers nest everything under. */
export const nestingKeys: readonly string[] = ['meta', 'metadata']

/** JSON holds no errors. */
function addMembers(roots: Root[], prefix: string, members: unknown): void {
  if (isObject(members)) roots.push({ members, prefix })
}

/** In-process loggers hand over Error objects: as the line itself, as its message, or under any key. */
function addMembersAndErrors(roots: Root[], prefix: string, members: unknown): void {
  if (!isObject(members)) return
  roots.push({ members, prefix })
  if (isError(members)) roots.push({ members: { err: members }, prefix, errorKey: '' })
  for (const [errorKey, value] of Object.entries(members)) {
    if (isError(value)) roots.push({ members: { err: value }, prefix, errorKey })
  }
}

/** Gives the first value that `accept` turns into something. */
export type LineReader = <T>(roots: readonly Root[], accept: (value: unknown) => T | undefined) => T | undefined

/** Reads each path in each root, in their order; redacted places are not looked at. */
export function compileReader(paths: readonly string[], redact: readonly string[] = []): LineReader {
  const readers: readonly PathReader[] = paths.map(compilePath)
  if (redact.length === 0) return (roots, accept) => readFirst(readers, roots, accept, () => true)
  const redacted = redact.map((path) => path.split('.'))
  return (roots, accept) => readFirst(readers, roots, accept, (root, i) => !isHidden(root, paths[i] ?? '', redacted))
}

function readFirst<T>(
  readers: readonly PathReader[],
  roots: readonly Root[],
  accept: (value: unknown) => T | undefined,
  isOpen: (root: Root, reader: number) => boolean,
): T | undefined {
  for (let i = 0; i < readers.length; i += 1) {
    for (const root of roots) {
      if (!isOpen(root, i)) continue
      const accepted = accept(readers[i]?.(root.members))
      if (accepted !== undefined) return accepted
    }
  }
  return undefined
}

/** The path below the whole line of what `path` reads in this root; `''` is the line itself. */
export function placeOf({ prefix, errorKey }: Root, path: string): string {
  if (errorKey === undefined) return `${prefix}${path}`
  return `${prefix}${path.replace(errorKey === '' ? /^err(?:\.|$)/ : /^err/, () => errorKey)}`
}

/**
 * What `path` reads in this root is redacted: by its place, wherever in the line that may be seen, or by the very path,
 * which names whatever it finds.
 */
export function isHidden(root: Root, path: string, redacted: readonly (readonly string[])[]): boolean {
  const { alsoUnder = [] } = root
  const bare = placeOf({ ...root, prefix: '' }, path)
  const places = [placeOf(root, path), bare, path, ...alsoUnder.map((key) => `${key}.${bare}`)]
  return places.some((place) => isRedacted(place, redacted))
}

/** The place, or one that it is in, is named by one of these paths, which come as their segments. */
export function isRedacted(place: string, redacted: readonly (readonly string[])[]): boolean {
  const segments = place.split('.')
  return redacted.some((pattern) =>
    pattern.every((part, i) => (part === '*' ? i < segments.length : part === segments[i])),
  )
}
