// Reads a line by paths: at its root, below the members that loggers nest everything under, and in attached errors.
import { withoutControls } from '../../text.js'
import { isObject } from '../../unknown.js'
import { accessMembersOf } from '../foreign-lines/access-line.js'
import { messagePaths } from './field-paths.js'
import { compilePath, isError, member, type PathReader } from './path.js'

/** A line as its logger hands it over. */
export interface Line {
  readonly members: object
  /** Further arguments of the logging call, of which only objects are read: winston's splat. */
  readonly extras?: readonly unknown[] | undefined
  /** The level as the logger itself gives it, which goes before a level among the members; undefined where it gives none. */
  readonly level?: unknown
  /** The members come from JSON text, so no Error object is among them. */
  readonly isParsed?: boolean
}

/** An object at which paths begin, and where it stands in the line, which `redact` has to know. */
export interface Root {
  readonly members: object
  /** Path from the line to this object, ending in a dot; `''` where the object is the line itself. */
  readonly prefix: string
  /**
   * Set where `members` is made up as `{ err }`, so that paths of errors find an error that stands under another key: that key, or
   * `''` where the object is the error itself.
   */
  readonly errorKey?: string
  /** Set for extras, which the line itself does not show: keys under which winston's metadata format may show their members. */
  readonly alsoUnder?: readonly string[]
}

/** The objects of a line at which paths begin, in the order in which they are tried. */
export function rootsOf(
  line: Line,
  nestedKey: string | undefined,
  messageKeys: readonly string[] = messagePaths,
): Root[] {
  const roots: Root[] = []
  const add = line.isParsed === true ? addMembers : addMembersAndErrors
  add(roots, '', line.members)
  for (const key of nestingKeys) add(roots, `${key}.`, member(line.members, key))
  if (nestedKey !== undefined) add(roots, `${nestedKey}.`, member(line.members, nestedKey))
  const { length } = roots
  for (const extra of line.extras ?? []) add(roots, '', extra)
  // winston's metadata format moves the members of extras below such a key.
  const alsoUnder = nestedKey === undefined ? nestingKeys : [...nestingKeys, nestedKey]
  for (let i = length; i < roots.length; i += 1) roots[i] = { ...(roots[i] as Root), alsoUnder }
  addAccess(roots, line.members, messageKeys)
  return roots
}

/** Adds what the line's message tells if it is a line of an access log, as morgan hands them to a logger. */
function addAccess(roots: Root[], members: object, messageKeys: readonly string[]): void {
  for (const key of messageKeys) {
    const message = member(members, key)
    if (typeof message !== 'string') continue
    const access = mayBeAccess(message) ? accessMembersOf(withoutControls(message)) : undefined
    if (access !== undefined) roots.push({ members: { req: access.req, res: access.res }, prefix: `${key}.` })
    return
  }
}

/** A longer message is no line of an access log, in UTF-16 units. */
const MAX_ACCESS_LENGTH = 8192

/** A status, which morgan's `dev` colours. */
const STATUS = / (?:\u001b\[[\d;]*m)?[1-5]\d\d(?:\s|\u001b|$)/

/** Whether a text may be a line of an access log: behind a method and a path, or a protocol, stands a status. The sieves search for the same. */
export function mayBeAccess(text: string): boolean {
  if (!text.includes('/') || text.length > MAX_ACCESS_LENGTH) return false
  const sign = text.search(/(?:HTTP|[DEHST] )\//)
  return sign >= 0 && STATUS.test(text.slice(sign))
}

/** Keys below which some loggers nest all other members. */
export const nestingKeys: readonly string[] = ['meta', 'metadata']

/** For members that come from JSON: no Error object is among them, so none is searched for. */
function addMembers(roots: Root[], prefix: string, members: unknown): void {
  if (isObject(members)) roots.push({ members, prefix })
}

/** For members that a logger hands over in-process: Error objects may be the line itself, its message, or under any key. */
function addMembersAndErrors(roots: Root[], prefix: string, members: unknown): void {
  if (!isObject(members)) return
  roots.push({ members, prefix })
  if (isError(members)) roots.push({ members: { err: members }, prefix, errorKey: '' })
  for (const [errorKey, value] of Object.entries(members)) {
    if (isError(value)) roots.push({ members: { err: value }, prefix, errorKey })
  }
}

/** Gives what `accept` makes of the first value that it takes; it refuses a value by giving undefined. */
export type LineReader = <T>(roots: readonly Root[], accept: (value: unknown) => T | undefined) => T | undefined

/** Compiles a reader that tries each path in each root, in their order, and does not look at redacted places. */
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

/** Path from the whole line to what `path` reads in this root; `''` is the line itself. */
export function placeOf({ prefix, errorKey }: Root, path: string): string {
  if (errorKey === undefined) return `${prefix}${path}`
  return `${prefix}${path.replace(errorKey === '' ? /^err(?:\.|$)/ : /^err/, () => errorKey)}`
}

/**
 * Whether what `path` reads in this root is redacted: its place in the line is, or another place where the line may show it, or
 * the very path, since `redact` covers whatever a path of it finds. `redacted` holds the segments of each path of `redact`.
 */
export function isHidden(root: Root, path: string, redacted: readonly (readonly string[])[]): boolean {
  const { alsoUnder = [] } = root
  const bare = placeOf({ ...root, prefix: '' }, path)
  const places = [placeOf(root, path), bare, path, ...alsoUnder.map((key) => `${key}.${bare}`)]
  return places.some((place) => isRedacted(place, redacted))
}

/** Whether one of these paths, given as segments, names the place or an object around it; `*` stands for any one segment. */
export function isRedacted(place: string, redacted: readonly (readonly string[])[]): boolean {
  const segments = place.split('.')
  return redacted.some((pattern) =>
    pattern.every((part, i) => (part === '*' ? i < segments.length : part === segments[i])),
  )
}
