// Reads many things of a line in one walk through the members that it has. To ask a line for each of some hundred paths, of which it has
// five, would take longer than to parse it.
import type { Root } from './line-reader.js'
import { isPlain, member } from './path.js'

/** Paths, and what is made of a value there, given the `context` of the walk; undefined refuses the value. */
export interface Wanted<Context> {
  readonly paths: readonly string[]
  readonly accept: (value: unknown, context: Context) => unknown
}

/** What is wanted of a member's value. */
interface Place<Context> {
  /** Index of what is wanted there. */
  readonly field: number
  /** Of several values the one of the lowest order is taken. */
  readonly order: number
  readonly accept: (value: unknown, context: Context) => unknown
}

/** What is wanted of a member, and of the members below it. */
interface Member<Context> {
  readonly places: Place<Context>[]
  readonly inner: Members<Context>
}

type Members<Context> = Map<string, Member<Context>>

/** Gives for each field the first value that is accepted, by its paths and then by the roots; undefined where there is none. */
export type MemberScan<Context> = (roots: readonly Root[], context: Context) => readonly unknown[]

/** Of an object below a line so few members are asked for by name: it may have many of its own, such as a context. */
const FEW = 3

/** Compiles a walk. Each field is a list of what is wanted for it, the best first; a path with dots may also be one literal key. */
export function compileScan<Context>(fields: readonly (readonly Wanted<Context>[])[]): MemberScan<Context> {
  const table: Members<Context> = new Map()
  fields.forEach((wanted, field) => {
    const places = wanted.flatMap(({ paths, accept }) => paths.map((path) => ({ path, accept })))
    places.forEach(({ path, accept }, order) => {
      const names = path.split('.')
      memberAt(table, [path]).places.push({ field, order: 2 * order, accept })
      if (names.length > 1) memberAt(table, names).places.push({ field, order: 2 * order + 1, accept })
    })
  })
  const nothing = fields.map(() => undefined)
  const unranked = fields.map(() => Number.POSITIVE_INFINITY)

  return (roots, context) => {
    const found: unknown[] = nothing.slice()
    const ranks = unranked.slice()
    const { length } = roots
    const look = ({ places, inner }: Member<Context>, value: unknown, root: number): void => {
      if (value === undefined) return
      for (const { field, order, accept } of places) {
        const rank = order * length + root
        if (rank >= (ranks[field] as number)) continue
        const accepted = accept(value, context)
        if (accepted === undefined) continue
        found[field] = accepted
        ranks[field] = rank
      }
      if (inner.size > 0 && typeof value === 'object' && value !== null) walk(value, inner, root, inner.size > FEW)
    }
    const walk = (object: object, wanted: Members<Context>, root: number, isWalked: boolean): void => {
      if (isWalked && isPlain(object)) {
        for (const key in object) {
          const known = wanted.get(key)
          if (known !== undefined) look(known, (object as Record<string, unknown>)[key], root)
        }
        return
      }
      // Members of an Error may be hidden or inherited.
      for (const [key, known] of wanted) look(known, member(object, key), root)
    }
    for (let root = 0; root < length; root += 1) walk((roots[root] as Root).members, table, root, true)
    return found
  }
}

function memberAt<Context>(table: Members<Context>, names: readonly string[]): Member<Context> {
  const [first = '', ...rest] = names
  const known = table.get(first) ?? { places: [], inner: new Map() }
  table.set(first, known)
  return rest.length === 0 ? known : memberAt(known.inner, rest)
}
