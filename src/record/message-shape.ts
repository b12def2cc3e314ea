// What messages that differ only in their particulars have in common: errors of one kind are told by it.
import { truncate } from '../text.js'

/** The most UTF-16 units of a shape. */
export const MAX_SHAPE_LENGTH = 200

/** What follows is not looked at, which bounds the time. */
const MAX_LOOKED_AT = 1024

/**
 * The message on one line, with `<n>`, `<uuid>`, `<hex>`, `<id>`, `<ip>`, `<email>`, `<time>` and `<text>` in place of its
 * particulars. A shape is its own shape.
 */
export function shapeOf(message: string): string {
  const line = truncate(message, MAX_LOOKED_AT)
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  const unquoted = /["'`“]/.test(line) ? line.replace(quoted, '<text>').replace(apostrophes, quotationOf) : line
  const shape = /[\d@]/.test(unquoted) ? unquoted.replace(particular, placeholderOf) : unquoted
  return truncate(shape, MAX_SHAPE_LENGTH)
}

const quoted = /"[^"]*"|`[^`]*`|“[^”]*”/g

/**
 * An apostrophe in or behind a word opens no quotation, and one before a word closes none. `>`, `<` and `…` count as
 * words in this, for they may stand in the place of one. Where nothing closes it nothing closes the later ones either,
 * so the rest is passed over at once: looked through again and again it would take quadratic time.
 */
const word = '[\\p{L}\\p{N}_<>…]'
const apostrophes = new RegExp(`(?<!${word})'[^']*(?:'(?=${word})[^']*)*(?:'|$)`, 'gu')

function quotationOf(match: string): string {
  return match.length > 1 && match.endsWith("'") ? '<text>' : match
}

const day = '(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}'
const month = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}'
const date = `(?:\\d{1,2}[ -]${month}[ -]\\d{4}|${month} \\d{1,2}(?:,? \\d{4})?)`
const clock = '\\d{1,2}:\\d\\d:\\d\\d(?:[.,]\\d+)?'
const zone = '(?: ?(?:z|gmt|utc)(?:[+-]\\d\\d:?\\d\\d(?: \\([a-z ]+\\))?)?| ?[+-]\\d\\d:?\\d\\d)'
const isoTime = `\\d{4}[-/]\\d\\d[-/]\\d\\d(?:[t ]\\d\\d:\\d\\d(?::\\d\\d(?:[.,]\\d+)?)?${zone}?)?`
const namedTime = `(?:${day},? )?${date}(?: ${clock}${zone}?)?`

const ipv4 = '\\d{1,3}(?:\\.\\d{1,3}){3}'
const ipv6Groups = `(?:[0-9a-f]{0,4}:){2,8}(?:${ipv4}|[0-9a-f]{0,5})`
const ipv6 = `(?=[a-f:]*\\d)(?=[0-9a-f:]*::|(?:[0-9a-f]{1,4}:){6})${ipv6Groups}`

const number = '\\d+(?:[.,_]\\d+)*(?:e[+-]?\\d+)?'
const unit = '(?:[nuµm]?s|secs?|m|mins?|h|hrs?|d|days?|[kmgt]?i?b(?:ps)?|[kmgtx%]|px|st|nd|rd|th)'

/**
 * Of those that begin at one place the first is taken. All but an e-mail address hold a digit, and no digit is left in a
 * shape; an address does not begin behind a placeholder.
 */
const particulars: Readonly<Record<string, string>> = {
  email: '(?<![\\w.+>-])[\\w.+-]+@[\\w-]+(?:\\.[\\w-]+)+',
  uuid: '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}',
  ip6: `\\[${ipv6}\\](?::\\d{1,5})?|(?<![\\w:.])${ipv6}(?![\\w:])`,
  time: `(?<![a-z\\d])(?:${isoTime}|${namedTime}|${clock})(?!\\d)`,
  ip4: `(?<![\\w.])${ipv4}(?::\\d{1,5}|/\\d{1,2})?(?!\\w|\\.\\d)`,
  segment: '(?<=(?:^|[^/])/)[\\w.~%+-]*\\d(?:[\\w.~%+-]*\\w)?',
  hex: '(?<![a-z\\d])(?:0x[0-9a-f]+|(?=\\d*[a-f])(?=[a-f]*\\d)[0-9a-f]{8,})(?![a-z\\d])',
  n: `(?:(?<![^\\s(=:,[])[+-])?(?<![a-z\\d])(?:${number}${unit}?|(?:\\d+(?:ms|[dhms]))+)(?![a-z\\d])`,
  // `worker3` and `E11000` keep their names.
  named: `(?<![a-z\\d])(?<name>[a-z]+)${number}(?![a-z\\d])`,
  id: '(?:(?<![a-z\\d])[a-z]+)?\\d[a-z\\d]*',
}

const particular = new RegExp(
  Object.entries(particulars)
    .map(([kind, source]) => `(?<${kind}>${source})`)
    .join('|'),
  'gi',
)

/** `replace` hands the named groups over last. */
function placeholderOf(match: string, ...rest: readonly unknown[]): string {
  const groups = rest.at(-1) as Readonly<Record<string, string | undefined>>
  if (groups['named'] !== undefined) return `${groups['name']}<n>`
  if (groups['segment'] !== undefined) return /^\d+$/.test(match) ? '<n>' : '<id>'
  if (groups['ip4'] !== undefined || groups['ip6'] !== undefined) return '<ip>'
  const kind = Object.keys(particulars).find((name) => groups[name] !== undefined)
  return `<${kind}>`
}
