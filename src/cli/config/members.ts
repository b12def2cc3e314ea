// The members of a stored config as people see them: one text for each path, such as `rules.payments.threshold`. Nothing secret is in a text: no
// secret, of a url no more than its origin, and nothing of a member that this version does not know.
import { unknownMembers } from '../../config/document/writing.js'
import { documentRuleMembers } from '../../config/document-members.js'
import type { StoredConfig } from '../../control/stored-config.js'
import { oneLine } from '../../text.js'
import { isObject, listOf } from '../../unknown.js'

export interface ShownMember {
  /** The value as it is stored, to compare it with another one. */
  readonly value: unknown
  /** The value as it may be shown. */
  readonly text: string
}

/** The members of a stored config by their paths, in their order; none where nothing valid is stored. */
export function membersOf(stored: StoredConfig): ReadonlyMap<string, ShownMember> {
  const found = new Map<string, ShownMember>()
  if (stored.kind !== 'valid') return found
  const { document, members } = stored.stored
  const { rules, ...base } = document
  for (const [member, value] of Object.entries(base)) add(found, member, member, value)
  if (rules !== undefined) {
    const names = rules.map(({ name }) => name)
    found.set('rules', { value: names, text: names.length === 0 ? 'none' : names.join(', ') })
    const raw = listOf(members['rules'])
    for (const [index, { name, ...rule }] of rules.entries()) {
      for (const [member, value] of Object.entries(rule)) add(found, `rules.${name}.${member}`, member, value)
      const given: unknown = raw[index]
      for (const [member, value] of Object.entries(isObject(given) ? given : {}))
        if (!documentRuleMembers.includes(member)) found.set(`rules.${name}.${oneLine(member)}`, hidden(value))
    }
  }
  for (const [member, value] of Object.entries(unknownMembers(stored.stored))) found.set(oneLine(member), hidden(value))
  return found
}

/** Adds a member; one whose value is an object has a path for each of the object's own. */
function add(found: Map<string, ShownMember>, path: string, member: string, value: unknown): void {
  if (member === 'secret') found.set(path, value === '' ? { value, text: 'none' } : hidden(value))
  else if (member === 'url') found.set(path, { value, text: urlText(String(value)) })
  else if (isObject(value) && Object.keys(value).length > 0)
    for (const [name, inner] of Object.entries(value))
      found.set(
        `${path}.${oneLine(name)}`,
        member === 'headers' ? hidden(inner) : { value: inner, text: valueText(inner) },
      )
  else found.set(path, { value, text: valueText(value) })
}

function hidden(value: unknown): ShownMember {
  return { value, text: 'set' }
}

/** A url without what may be secret in it: `https://hooks.slack.com/…`. */
function urlText(url: string): string {
  if (url === '') return valueText(url)
  const { origin, pathname, search, hash } = new URL(url)
  return `${origin}/${pathname + search + hash === '/' ? '' : '…'}`
}

/** A value on one line: a text as it is, anything else as JSON. */
export function valueText(value: unknown): string {
  return oneLine(typeof value === 'string' && value !== '' ? value : JSON.stringify(value))
}
