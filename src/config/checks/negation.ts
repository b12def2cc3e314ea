// What stands in a condition behind its `not`s.
import { isObject } from '../../unknown.js'

/** Further `not`s are no condition: texts of a config nested deeper could be read, and not be written again. */
const MAX_NOTS = 100

/** The condition that decides, and whether it must not hold: a `not` within a `not` is none. */
export function behindNot(condition: unknown): { readonly condition: unknown; readonly isNegated: boolean } {
  let behind = condition
  let nots = 0
  while (nots < MAX_NOTS && isObject(behind) && Object.keys(behind).length === 1 && 'not' in behind) {
    behind = behind['not']
    nots += 1
  }
  return { condition: behind, isNegated: nots % 2 === 1 }
}
