// A table of what a write changes in the stored config. It shows stored members only, and no defaults or options that they fall back to.
import { isDeepStrictEqual } from 'node:util'
import { unknownMembers } from '../config/document/writing.js'
import type { StoredConfig } from '../control/stored-config.js'
import { oneLine } from '../text.js'
import { table } from './terminal.js'

/**
 * One line for each member that changes; blank if none does. Values of secrets, and of members that this version does not know, are not
 * shown: a line says only that another one takes their place.
 */
export function diffOf(before: StoredConfig, after: StoredConfig): string {
  const [then, now] = [shownMembers(before), shownMembers(after)]
  const rows: string[][] = []
  for (const member of new Set([...then.keys(), ...now.keys()])) {
    const [old = '(none)', next = '(none)'] = [then.get(member), now.get(member)]
    if (old !== next) rows.push([member, old, '->', next])
  }
  const [hiddenThen, hiddenNow] = [hiddenMembers(before), hiddenMembers(after)]
  for (const [path, value] of hiddenNow)
    if (hiddenThen.has(path) && !isDeepStrictEqual(hiddenThen.get(path), value))
      rows.push([path, 'set', '->', 'another one'])
  return table(rows)
}

/** A value on one line: a text as it is, anything else as JSON. */
export function valueText(value: unknown): string {
  return oneLine(typeof value === 'string' && value !== '' ? value : JSON.stringify(value))
}

/** The stored members and their values, without the defaults that `config` has for those that are not stored. */
function shownMembers(stored: StoredConfig): ReadonlyMap<string, string> {
  if (stored.kind !== 'valid') return new Map()
  const { document } = stored.stored
  const members = Object.entries(stored.config).filter(([member]) =>
    Object.hasOwn(document, member === 'secret_set' ? 'secret' : member),
  )
  return new Map(members.map(([member, value]) => [member, valueText(value)]))
}

/** The values that are compared but not shown, by path: secrets, and members that this version does not know. */
function hiddenMembers(stored: StoredConfig): ReadonlyMap<string, unknown> {
  if (stored.kind !== 'valid') return new Map()
  const { document } = stored.stored
  const secrets = [
    ['secret', document.secret] as const,
    ...(document.rules ?? []).map(({ name, secret }) => [`rules.${name}.secret`, secret] as const),
  ]
  const set = secrets.filter(([, secret]) => secret !== undefined && secret !== '')
  return new Map(
    [...set, ...Object.entries(unknownMembers(stored.stored))].map(([path, value]) => [oneLine(path), value]),
  )
}
