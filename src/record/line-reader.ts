// Reading a line by paths: at its root, below the members that loggers nest everything under, and in attached errors.
import { compilePath, isError, isObject, member, type PathReader } from './path.js'

/** A line as its logger hands it over. */
export interface Line {
  readonly members: object
  /** Further objects that belong to the line: winston's splat. */
  readonly extras?: readonly object[]
  /** Where the logger knows the level better than the members tell. */
  readonly level?: unknown
}

/** An object whose members are read, and where in the line it is, for `redact`. */
export interface Root {
  readonly members: object
  readonly prefix: string
  /** Where these members are a stand-in, `{ err }`: the key of the error, `''` where the object is the error itself. */
  readonly errorKey?: string
}

/** The objects of a line that paths begin at, in the order in which they are tried. */
export function rootsOf(line: Line, nestedKey: string | undefined): Root[] {
  const roots: Root[] = []
  addRoot(roots, '', line.members)
  addRoot(roots, 'meta.', member(line.members, 'meta'))
  addRoot(roots, 'metadata.', member(line.members, 'metadata'))
  if (nestedKey !== undefined) addRoot(roots, `${nestedKey}.`, member(line.members, nestedKey))
  for (const extra of line.extras ?? []) addRoot(roots, '', extra)
  return roots
}

/** In-process loggers hand over Error objects: as the line itself, as its message, or under any key. */
function addRoot(roots: Root[], prefix: string, members: unknown): void {
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
  const redacted = redact.map((path) => path.split('.'))
  const readers: readonly (readonly [path: string, read: PathReader])[] = paths.map((path) => [path, compilePath(path)])
  return (roots, accept) => {
    for (const [path, read] of readers) {
      for (const root of roots) {
        if (redacted.length > 0 && isRedacted(placeOf(root, path), redacted)) continue
        const accepted = accept(read(root.members))
        if (accepted !== undefined) return accepted
      }
    }
    return undefined
  }
}

/** The path below the whole line of what `path` reads in this root. */
function placeOf({ prefix, errorKey }: Root, path: string): string {
  if (errorKey === undefined) return `${prefix}${path}`
  return `${prefix}${path.replace(errorKey === '' ? /^err\./ : /^err/, () => errorKey)}`
}

function isRedacted(path: string, redacted: readonly (readonly string[])[]): boolean {
  const segments = path.split('.')
  return redacted.some((pattern) =>
    pattern.every((part, i) => (part === '*' ? i < segments.length : part === segments[i])),
  )
}
