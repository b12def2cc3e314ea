// What a write of the stored config changes, as a table: what stands there and what will, not what either falls back to.
import { isDeepStrictEqual } from 'node:util'
import { unknownMembers } from '../config/document/writing.js'
import type { StoredConfig } from '../control/stored-config.js'
import { oneLine } from '../text.js'
import { table } from './terminal.js'

/** A line for each member that changes; blank where none does. No secret is in it, and no member that this version does not know. */
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

export function valueText(value: unknown): string {
  return oneLine(typeof value === 'string' && value !== '' ? value : JSON.stringify(value))
}

/** What is not stored is not there, though processes have a default for it. */
function shownMembers(stored: StoredConfig): ReadonlyMap<string, string> {
  if (stored.kind !== 'valid') return new Map()
  const { document } = stored.stored
  const members = Object.entries(stored.config).filter(([member]) =>
    Object.hasOwn(document, member === 'secret_set' ? 'secret' : member),
  )
  return new Map(members.map(([member, value]) => [member, valueText(value)]))
}

/** Secrets that are set, and what only others know, by their paths. */
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
