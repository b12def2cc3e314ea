// Cuts a payload to a receiver's size.
import type { Payload } from '../../alert/payload.js'

/** Members that are left out where there is no room: those of the first row first. */
const spare: readonly (readonly string[])[] = [
  ['samples', 'top'],
  ['links'],
  ['group_by', 'service', 'hostname', 'labels'],
]

/** The payload; where its JSON takes more than `maxBytes`, without some of its optional members. */
export function within(payload: Payload, maxBytes: number): Payload {
  let left = payload
  for (const members of spare) {
    if (Buffer.byteLength(JSON.stringify(left)) <= maxBytes) return left
    // Still a payload, which `Object.fromEntries` cannot know: only optional members go.
    left = Object.fromEntries(Object.entries(left).filter(([member]) => !members.includes(member))) as never
  }
  return left
}
