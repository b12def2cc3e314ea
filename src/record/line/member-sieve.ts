// The sieve for lines that are objects: a look at each member, to see whether the line may be an error. What it lets
// through is then read as a whole; it lets through too much at times, and never too little.
import { atErrorKey, errorPaths, pathsOf } from '../field-paths.js'
import { type Line, nestingKeys } from '../line-reader.js'
import { status } from '../line-traits.js'
import { compilePath, isError, isPlain, type PathReader } from '../path.js'
import { ERROR } from '../severity.js'
import type { SieveCriteria } from './sieve.js'

/** Whether the line must be read. */
export type MemberSieve = (line: Line) => boolean

export function compileMemberSieve({ statusThreshold, minSeverity, scale, shape }: SieveCriteria): MemberSieve {
  const statusReaders = readersByKey(pathsOf('statusCode', shape))
  const errorKeys = new Set(
    [...pathsOf('errorMessage', shape), ...atErrorKey(errorPaths, shape), 'stack'].flatMap(keysOf),
  )
  const nesting = new Set([...nestingKeys, ...(shape.nestedKey === undefined ? [] : [shape.nestedKey])])

  /** `isWatched`: an attached error is enough. */
  const hasSign = (members: object, isWatched: boolean, isNested: boolean): boolean => {
    if (!isPlain(members) && isError(members)) return true
    for (const key in members) {
      const value = (members as Record<string, unknown>)[key]
      const isObject = typeof value === 'object' && value !== null
      if (isObject && !isPlain(value) && isError(value)) return true
      if (isWatched && errorKeys.has(key)) return true
      const readers = statusReaders.get(key)
      if (readers !== undefined) {
        for (const read of readers) if ((status(read(members)) ?? 0) >= statusThreshold) return true
      }
      if (isObject && !isNested && nesting.has(key) && hasSign(value, isWatched, true)) return true
    }
    return false
  }

  return ({ members, level, extras = [] }) => {
    const severity = scale.severityOf(level)
    if (severity === undefined || severity >= ERROR) return true
    const isWatched = severity >= minSeverity
    if (hasSign(members, isWatched, false)) return true
    for (const extra of extras) if (hasSign(extra, isWatched, true)) return true
    return false
  }
}

/** The readers of these paths by the members that they may begin with. */
function readersByKey(paths: readonly string[]): Map<string, PathReader[]> {
  const readers = new Map<string, PathReader[]>()
  for (const path of paths) {
    for (const key of keysOf(path)) readers.set(key, [...(readers.get(key) ?? []), compilePath(path)])
  }
  return readers
}

/** A dotted path may be the name of a member. */
function keysOf(path: string): string[] {
  return [...new Set([path, path.split('.')[0] ?? path])]
}
