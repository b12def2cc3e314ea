// Links of an alert. Their templates are frozen with the alert, and so is all that fills them in: whoever makes an attempt makes the same urls,
// with the id and the count that only the store knew, and those of the end where it is one. So they need not be kept filled in.
import { MAX_LINK_LENGTH } from '../config/checks/links.js'
import { parsePlaceholders, type TextPart } from '../config/checks/placeholders.js'
import { toTimestamp } from '../text.js'
import type { Texts } from './draft.js'
import type { Payload } from './payload.js'
import { raisedAtMs, type Values, valuesOf } from './placeholders.js'

/** What a template with placeholders begins with: the origin, and what ends it. Whatever follows stays behind that. */
const ORIGIN = /^https?:\/\/[^\s/?#\\@{]+[/?#]/i
/** Characters that no url has as they are, and those by which a url ends in some receiver's markup. */
const FOREIGN = /[^\x21-\x7e]|["<>\\^`{|}]/gu

/** The urls of an alert by the names of their links; one that cannot be filled in is left out. `payload` has no links yet; `kind` as in `valuesOf`. */
export function linksOf(templates: Texts, payload: Payload, kind?: string): Texts {
  // A title may say times as seen when it is sent, and that differs from attempt to attempt.
  const values = valuesOf({ ...payload, sent_at: toTimestamp(raisedAtMs(payload)) }, kind)
  const links = Object.entries(templates).flatMap(([name, template]) => {
    const url = fillLink(template, values)
    return url === undefined ? [] : [[name, url] as const]
  })
  return Object.fromEntries(links)
}

/**
 * A link's url. Values are encoded, and texts among them are cut where it would be too long, the longest first. Undefined where the template is none:
 * somebody may have changed it in Redis.
 */
export function fillLink(template: string, values: Values): string | undefined {
  const parsed = parsePlaceholders(template)
  if (parsed.kind === 'invalid') return undefined
  const [first, ...others] = parsed.parts
  // Without a placeholder the origin may be all.
  if (typeof first !== 'string' || !ORIGIN.test(others.length === 0 ? `${first}/` : first)) return undefined
  const parts = parsed.parts.map((part) => encodedPart(part, values))
  const room = MAX_LINK_LENGTH - sumOf(parts.map((part) => (typeof part === 'string' ? part.length : 0)))
  const longest = fairShare(
    parts.flatMap((part) => (typeof part === 'string' ? [] : part.join('').length)),
    room,
  )
  const url = parts.map((part) => (typeof part === 'string' ? part : cut(part, longest))).join('')
  return url.length <= MAX_LINK_LENGTH && URL.canParse(url) ? url : undefined
}

/** Words as they stand in a url; a text as its encoded characters, between which it may be cut. */
function encodedPart(part: TextPart, values: Values): string | readonly string[] {
  if (typeof part === 'string') return part.replace(FOREIGN, encoded)
  const value = values(part)
  return typeof value === 'number' ? String(value) : Array.from(value.toWellFormed(), encodeURIComponent)
}

function encoded(character: string): string {
  return encodeURIComponent(character.toWellFormed())
}

/** As much of a text as fits; no character is cut apart. */
function cut(characters: readonly string[], maxLength: number): string {
  let text = ''
  for (const character of characters) {
    if (text.length + character.length > maxLength) break
    text += character
  }
  return text
}

/** The greatest length to which all can be cut so that they find room together; short ones leave theirs to the long ones. */
function fairShare(lengths: readonly number[], room: number): number {
  const ascending = [...lengths].sort((a, b) => a - b)
  let left = room
  for (const [at, length] of ascending.entries()) {
    const share = Math.floor(left / (ascending.length - at))
    if (length > share) return share
    left -= length
  }
  return Number.POSITIVE_INFINITY
}

function sumOf(lengths: readonly number[]): number {
  return lengths.reduce((sum, length) => sum + length, 0)
}
