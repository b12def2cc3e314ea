// The shape of a message: the message without its particulars (numbers, ids, addresses, times). Errors whose messages have one
// shape are of one kind.
import { truncate } from '../text.js'
import { MAX_KIND_LENGTH } from './log-record.js'

/** UTF-16 units of a message that are looked at. The rest is cut off first, which bounds the time that the expressions take. */
const MAX_LOOKED_AT = 1024

/**
 * Gives the shape of a message: one line, with `<n>`, `<uuid>`, `<hex>`, `<id>`, `<ip>`, `<email>`, `<time>` and `<text>` in place
 * of the message's particulars. The shape of a shape is the same shape.
 */
export function shapeOf(message: string): string {
  const line = truncate(message, MAX_LOOKED_AT)
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  const unquoted = /["'`“]/.test(line) ? line.replace(quoted, '<text>').replace(apostrophes, quotationOf) : line
  const shape = /[\d@]/.test(unquoted) ? unquoted.replace(particular, placeholderOf) : unquoted
  return truncate(shape, MAX_KIND_LENGTH)
}

const quoted = /"[^"]*"|`[^`]*`|“[^”]*”/g

/** A character of a word. `<`, `>` and `…` are among them, since a placeholder or a cut may stand in the place of a word. */
const word = '[\\p{L}\\p{N}_<>…]'
/**
 * A quotation in single quotes. An apostrophe in or behind a word opens none, and an apostrophe before a word closes none. If
 * nothing closes a quotation, nothing closes a later one either, so the match takes the rest of the message: to search the rest
 * again from each later apostrophe would take quadratic time.
 */
const apostrophes = new RegExp(`(?<!${word})'[^']*(?:'(?=${word})[^']*)*(?:'|$)`, 'gu')

/** Gives the placeholder of a quotation; one that nothing closes stays as it is. */
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
 * Expressions of particulars, by kind; where several begin at one place the first one here is taken. A shape holds no
 * particulars, so it is its own shape: all but `email` hold a digit, no digit is left in a shape, and an e-mail address does not
 * begin behind a placeholder.
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
  // `worker3` and `E11000` keep their letters: `worker<n>`, `E<n>`.
  named: `(?<![a-z\\d])(?<name>[a-z]+)${number}(?![a-z\\d])`,
  id: '(?:(?<![a-z\\d])[a-z]+)?\\d[a-z\\d]*',
}

const particular = new RegExp(
  Object.entries(particulars)
    .map(([kind, source]) => `(?<${kind}>${source})`)
    .join('|'),
  'gi',
)

/** Gives the placeholder of a particular; `replace` hands the expression's named groups over as the last argument. */
function placeholderOf(match: string, ...rest: readonly unknown[]): string {
  const groups = rest.at(-1) as Readonly<Record<string, string | undefined>>
  if (groups['named'] !== undefined) return `${groups['name']}<n>`
  if (groups['segment'] !== undefined) return /^\d+$/.test(match) ? '<n>' : '<id>'
  if (groups['ip4'] !== undefined || groups['ip6'] !== undefined) return '<ip>'
  const kind = Object.keys(particulars).find((name) => groups[name] !== undefined)
  return `<${kind}>`
}
