// What stands in a condition behind its `not`s.
import { isObject } from '../../unknown.js'

/** The condition that decides, and whether it must not hold: a `not` within a `not` is none. In a loop, since anybody may nest them deep. */
export function behindNot(condition: unknown): { readonly condition: unknown; readonly isNegated: boolean } {
  let behind = condition
  let isNegated = false
  while (isObject(behind) && Object.keys(behind).length === 1 && 'not' in behind) {
    behind = behind['not']
    isNegated = !isNegated
  }
  return { condition: behind, isNegated }
}
