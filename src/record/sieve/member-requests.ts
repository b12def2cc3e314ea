// Says of lines that are objects whether they have a status: the requests that went well. It is asked for lines that the member sieve lets
// go, none of which holds an Error object.
import { isObject } from '../../unknown.js'
import { errorStatusPathsOf, type LineShape, messagePathsOf, pathsOf } from '../reading/field-paths.js'
import { type Line, mayBeAccess, nestingKeys } from '../reading/line-reader.js'
import { status } from '../reading/line-status.js'
import { follow, isPlain } from '../reading/path.js'
import { readings } from './member-sieve.js'

/** Whether a line has a status, as a reader would find it; `'unsure'` where it must be read to know. */
export type MemberRequests = (line: Line) => boolean | 'unsure'

/** What a member with a certain name may hold. */
interface Meaning {
  /** Paths from its value to the line's own status, as names. */
  readonly own: string[][]
  /** Paths to the status of an error. */
  readonly ofError: string[][]
  mayNest: boolean
  isMessage: boolean
}

export function compileMemberRequests(shape: LineShape): MemberRequests {
  const meanings = new Map<string, Meaning>()
  const meaningOf = (key: string): Meaning => {
    const meaning = meanings.get(key) ?? { own: [], ofError: [], mayNest: false, isMessage: false }
    meanings.set(key, meaning)
    return meaning
  }
  for (const path of pathsOf('statusCode', shape))
    for (const [key, ...rest] of readings(path)) meaningOf(key).own.push(rest)
  for (const path of errorStatusPathsOf(shape))
    for (const [key, ...rest] of readings(path)) meaningOf(key).ofError.push(rest)
  for (const path of messagePathsOf(shape)) meaningOf(path).isMessage = true
  for (const key of [...nestingKeys, ...(shape.nestedKey === undefined ? [] : [shape.nestedKey])])
    meaningOf(key).mayNest = true

  const hasStatus = (value: unknown, paths: readonly string[][]): boolean => {
    for (const path of paths) if (status(follow(value, path)) !== undefined) return true
    return false
  }

  /** Whether a member shows a status: surely where it is the line's own and stands at its root. */
  const search = (members: object, isRoot: boolean, seen?: object): boolean | 'unsure' => {
    let found: false | 'unsure' = false
    for (const key in members) {
      const meaning = meanings.get(key)
      if (meaning === undefined) continue
      const value = (members as Record<string, unknown>)[key]
      if (seen !== undefined && (seen as Record<string, unknown>)[key] === value) continue
      if (hasStatus(value, meaning.own)) {
        if (isRoot && isPlain(members)) return true
        found = 'unsure'
      }
      if (hasStatus(value, meaning.ofError)) found = 'unsure'
      if (meaning.isMessage && typeof value === 'string' && mayBeAccess(value)) found = 'unsure'
      if (isRoot && meaning.mayNest && isObject(value) && search(value, false) !== false) found = 'unsure'
    }
    return found
  }

  return ({ members, extras = [] }) => {
    const found = search(members, true)
    if (found === true) return true
    const seen = isPlain(members) ? members : undefined
    for (const extra of extras) if (isObject(extra) && search(extra, false, seen) !== false) return 'unsure'
    return found
  }
}
