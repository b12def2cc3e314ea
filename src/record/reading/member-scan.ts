// Reads many things of a line in one walk through the members that it has. To ask a line for each of some hundred paths, of which it has
// five, would take longer than to parse it.
import type { Root } from './line-reader.js'
import { follow, isPlain, member } from './path.js'

/** Paths, and what is made of a value there, given the `context` of the walk; undefined refuses the value. */
export interface Wanted<Context> {
  readonly paths: readonly string[]
  readonly accept: (value: unknown, context: Context) => unknown
}

/** Where a path begins with a certain name. */
interface Place<Context> {
  /** Index of what is wanted there. */
  readonly field: number
  /** Of several values the one of the lowest order is taken. */
  readonly order: number
  /** Names that lead on from the member's value; none where the value itself is meant. */
  readonly rest: readonly string[]
  readonly accept: (value: unknown, context: Context) => unknown
}

/** Gives for each field the first value that is accepted, by its paths and then by the roots; undefined where there is none. */
export type MemberScan<Context> = (roots: readonly Root[], context: Context) => readonly unknown[]

/** Compiles a walk. Each field is a list of what is wanted for it, the best first; a path with dots may also be one literal key. */
export function compileScan<Context>(fields: readonly (readonly Wanted<Context>[])[]): MemberScan<Context> {
  const table = new Map<string, Place<Context>[]>()
  fields.forEach((wanted, field) => {
    const places = wanted.flatMap(({ paths, accept }) => paths.map((path) => ({ path, accept })))
    places.forEach(({ path, accept }, order) => {
      const [first = path, ...rest] = path.split('.')
      addTo(table, path, { field, order: 2 * order, rest: [], accept })
      if (rest.length > 0) addTo(table, first, { field, order: 2 * order + 1, rest, accept })
    })
  })
  const nothing = fields.map(() => undefined)
  const unranked = fields.map(() => Number.POSITIVE_INFINITY)

  return (roots, context) => {
    const found: unknown[] = nothing.slice()
    const ranks = unranked.slice()
    const { length } = roots
    const look = (places: readonly Place<Context>[], value: unknown, root: number): void => {
      for (const { field, order, rest, accept } of places) {
        const rank = order * length + root
        if (rank >= (ranks[field] as number)) continue
        const accepted = accept(rest.length === 0 ? value : follow(value, rest), context)
        if (accepted === undefined) continue
        found[field] = accepted
        ranks[field] = rank
      }
    }
    for (let root = 0; root < length; root += 1) {
      const { members } = roots[root] as Root
      if (isPlain(members)) {
        for (const key in members) {
          const places = table.get(key)
          if (places !== undefined) look(places, (members as Record<string, unknown>)[key], root)
        }
      } else {
        // Members of an Error may be hidden or inherited.
        for (const [key, places] of table) look(places, member(members, key), root)
      }
    }
    return found
  }
}

function addTo<Context>(table: Map<string, Place<Context>[]>, key: string, place: Place<Context>): void {
  const places = table.get(key) ?? []
  places.push(place)
  table.set(key, places)
}
