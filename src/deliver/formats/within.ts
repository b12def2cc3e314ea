import type { Payload } from '../../alert/payload.js'

/** What goes first where there is no room for all. */
const spare: readonly (readonly string[])[] = [
  ['samples', 'top'],
  ['group_by', 'service', 'hostname'],
]

/** The payload; without some of what it need not have, where it takes more bytes as JSON. */
export function within(payload: Payload, maxBytes: number): Payload {
  let left = payload
  for (const members of spare) {
    if (Buffer.byteLength(JSON.stringify(left)) <= maxBytes) return left
    // Only members that may be missing go.
    left = Object.fromEntries(Object.entries(left).filter(([member]) => !members.includes(member))) as never
  }
  return left
}
