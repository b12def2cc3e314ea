// What a write changes in the stored config, one line for each member. It shows stored members only, and no defaults or options that they fall
// back to.
import { isDeepStrictEqual } from 'node:util'
import type { StoredConfig } from '../../control/stored-config.js'
import { wrapped } from '../terminal.js'
import { membersOf, type ShownMember } from './members.js'

const NOT_STORED = '(not stored)'

/**
 * The changes, `rules.payments.threshold: 10 → 20`, as lines of at most so many columns; blank if there are none. Where a value is not shown, a
 * line says only that another one takes its place.
 */
export function diffOf(before: StoredConfig, after: StoredConfig, columns: number): string {
  const [then, now] = [membersOf(before), membersOf(after)]
  return [...new Set([...then.keys(), ...now.keys()])]
    .map((path) => changeOf(path, then.get(path), now.get(path), columns))
    .join('')
}

function changeOf(path: string, then: ShownMember | undefined, now: ShownMember | undefined, columns: number): string {
  if (then !== undefined && now !== undefined && isDeepStrictEqual(then.value, now.value)) return ''
  const old = then?.text ?? NOT_STORED
  const next = now === undefined ? NOT_STORED : now.text === old ? 'another one' : now.text
  const line = `${path}: ${old} → ${next}`
  if (line.length <= columns) return `${line}\n`
  return [`${path}:`, ...wrapped(old, columns, '  - '), ...wrapped(next, columns, '  + ')]
    .map((row) => `${row}\n`)
    .join('')
}
