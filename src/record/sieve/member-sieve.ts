// The sieve for lines that are objects. It looks at each member to see whether the line may be an error; a line that passes is then
// read as a whole. Some lines pass that are no errors, but no error is held back.

import { isObject } from '../../unknown.js'
import { errorPathsOf, errorStatusPathsOf, messagePathsOf, pathsOf, stackPaths } from '../reading/field-paths.js'
import { type Line, mayBeAccess, nestingKeys } from '../reading/line-reader.js'
import { status } from '../reading/line-status.js'
import { follow, isError, isPlain } from '../reading/path.js'
import { ERROR } from '../severity.js'
import type { SieveCriteria } from './text-sieve.js'

/** Whether the line must be read. */
export type MemberSieve = (line: Line) => boolean

/** What a member with a certain name may hold. */
interface Meaning {
  /** Paths from the member's value to a status, as names; an empty one where the value itself may be a status. */
  readonly statusPaths: string[][]
  isErrorText: boolean
  isMessage: boolean
  isNesting: boolean
}

export function compileMemberSieve({ statusThreshold, minSeverity, scale, shape }: SieveCriteria): MemberSieve {
  // Each name of a line is looked up once for all that it may mean: most names mean nothing.
  const meanings = new Map<string, Meaning>()
  const meaningOf = (key: string): Meaning => {
    const meaning = meanings.get(key) ?? { statusPaths: [], isErrorText: false, isMessage: false, isNesting: false }
    meanings.set(key, meaning)
    return meaning
  }
  for (const path of [...pathsOf('statusCode', shape), ...errorStatusPathsOf(shape)]) {
    for (const [key, ...rest] of readings(path)) meaningOf(key).statusPaths.push(rest)
  }
  for (const path of [...pathsOf('errorMessage', shape), ...errorPathsOf(shape), ...stackPaths]) {
    for (const [key] of readings(path)) meaningOf(key).isErrorText = true
  }
  for (const path of messagePathsOf(shape)) meaningOf(path).isMessage = true
  for (const key of nestingKeys) meaningOf(key).isNesting = true
  if (shape.nestedKey !== undefined) meaningOf(shape.nestedKey).isNesting = true

  /**
   * Whether a member shows that the line may be an error; with `isWatched` an attached error suffices. A member that `seen` has with the
   * same value is passed over, since it was looked at there.
   */
  const hasSign = (members: object, isWatched: boolean, isNested: boolean, seen?: object): boolean => {
    if (!isPlain(members) && isError(members)) return true
    for (const key in members) {
      const value = (members as Record<string, unknown>)[key]
      if (seen !== undefined && (seen as Record<string, unknown>)[key] === value) continue
      const isInner = typeof value === 'object' && value !== null
      if (isInner && !isPlain(value) && isError(value)) return true
      const meaning = meanings.get(key)
      if (meaning === undefined) continue
      if (isWatched && meaning.isErrorText) return true
      // The message may be a line of an access log.
      if (meaning.isMessage && typeof value === 'string' && mayBeAccess(value)) return true
      for (const path of meaning.statusPaths) if ((status(follow(value, path)) ?? 0) >= statusThreshold) return true
      if (isInner && !isNested && meaning.isNesting && hasSign(value, isWatched, true)) return true
    }
    return false
  }

  return ({ members, level, extras }) => {
    const severity = scale.severityOf(level)
    if (severity === undefined || severity >= ERROR) return true
    const isWatched = severity >= minSeverity
    if (hasSign(members, isWatched, false)) return true
    if (extras === undefined) return false
    // Winston copies the members of what it is given into the line, where they have just been looked at.
    const seen = isPlain(members) ? members : undefined
    for (const extra of extras) if (isObject(extra) && hasSign(extra, isWatched, true, seen)) return true
    return false
  }
}

/** The ways to read a path, each as the names that lead to its value: a path with dots may also be one literal key. */
export function readings(path: string): [string, ...string[]][] {
  const [first = path, ...rest] = path.split('.')
  return rest.length === 0 ? [[path]] : [[path], [first, ...rest]]
}
