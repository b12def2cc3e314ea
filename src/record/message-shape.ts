// The shape of a message: the message without its particulars (numbers, ids, addresses, times, quoted texts), so that messages of one fault
// have one shape. What is a number in one message is an id in the next: `1234567` and `123456a` are both `<n>`.
import { cutQueries, truncate } from '../text.js'
import { MAX_KIND_LENGTH } from './log-record.js'

/** UTF-16 units of a message that are looked at. The rest is cut off first, which bounds the time that the expressions take. */
const MAX_LOOKED_AT = 1024

/**
 * Gives the shape of a message: one line, with `<n>`, `<uuid>`, `<ip>`, `<email>`, `<time>`, `<text>` and `<json>` in place of the message's
 * particulars. The shape of a shape is the same shape.
 */
export function shapeOf(message: string): string {
  const isCut = message.length > MAX_LOOKED_AT
  const line = oneLineOf((isCut ? message.slice(0, MAX_LOOKED_AT) : message).toWellFormed())
  const unquoted = /["'`“„«»‘]/.test(line) ? withoutQuotations(line, isCut) : line
  const hasDigit = /\d/.test(unquoted)
  const timeless = hasDigit && TIME_SIGN.test(unquoted) ? unquoted.replace(time, '<time>') : unquoted
  // Last, since quotations and times may have spaces within, and stand in a query.
  const whole = withoutQueries(timeless)
  return truncate(hasDigit || SIGN.test(whole) ? wordsOf(whole) : whole, MAX_KIND_LENGTH)
}

/** What a particular without a digit has, or a list of them: an `@`, or the length of a token. */
const SIGN = /@|(?<=^| )[^ ]{14}|[>?][,;|]/
/** What a line may not have; most messages have none of it. */
const UNEVEN = /\s\s|[^\S ]|\p{Cc}|\\n\s/u

function oneLineOf(text: string): string {
  if (!UNEVEN.test(text)) return text.trim()
  return text
    .replace(FRAMES, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
}

function withoutQueries(line: string): string {
  if (!line.includes('?')) return line
  return cutQueries(line).replace(/ {2,}/g, ' ').trim()
}

/** The frames of a stack behind a message, in one line. */
const FRAMES = /(?:\\n|\s)\s{2,}at [\s\S]*/

/*
 * Quotations. What is quoted is mostly somebody's value, such as a key that exists already. Where it is the name of a property or a table,
 * faults with different names are of one kind too: nobody can tell from a message which of the two it is.
 */

const QUOTED = /"[^"]*"|`[^`]*`|“[^”]*”|„[^“”]*[“”]|«[^»]*»|»[^«]*«|‘[^’]*’/g
/** A quotation that the cut of a long message has left open. */
const OPEN = /["`“„«‘][^"`”»’]*$/
/** A character of a word. `<`, `>` and `…` are among them, since a placeholder or a cut may stand in the place of a word. */
const CHARACTER = '[\\p{L}\\p{N}_<>…]'
/**
 * A quotation in single quotes. An apostrophe in or behind a word opens none, and an apostrophe before a word closes none. If
 * nothing closes a quotation, nothing closes a later one either, so the match takes the rest of the message: to search the rest
 * again from each later apostrophe would take quadratic time.
 */
const APOSTROPHES = new RegExp(`(?<!${CHARACTER})'[^']*(?:'(?=${CHARACTER})[^']*)*(?:'|$)`, 'gu')
/** What V8 puts behind a piece of a text that it could not parse, with quotes and all. */
const NOT_JSON = / is not valid JSON(?![\w<])/
/** An object or a list of objects as JSON, whose names are quotations, up to the last bracket or, where it is cut, to the end. */
const JSON_TEXT = /[{[][\s{[]*\\?<text>\s*:(?:.*[}\]]|.*)/g

function withoutQuotations(line: string, isCut: boolean): string {
  const parsed = line.includes(' is not valid JSON') ? withoutExcerpt(line) : line
  const unquoted = parsed.replace(QUOTED, '<text>').replace(APOSTROPHES, quotationOf)
  const closed = isCut ? unquoted.replace(OPEN, '<text>') : unquoted
  return closed.includes('<text>') ? closed.replace(JSON_TEXT, '<json>') : closed
}

/** Gives the placeholder of a quotation; one that nothing closes stays as it is. */
function quotationOf(match: string): string {
  return match.length > 1 && match.endsWith("'") ? '<text>' : match
}

/** `Unexpected token '<', "<!DOCTYPE "... is not valid JSON`: both are pieces of what was parsed, and quotes may be among them. */
function withoutExcerpt(line: string): string {
  const end = line.search(NOT_JSON)
  if (end < 0) return line
  const [head, before = ''] = /^(.*?)(?:'..?', )?(?:\.{3})?"/u.exec(line.slice(0, end)) ?? []
  if (head === undefined) return line
  return `${before}${head.includes("', ") ? '<text>, ' : ''}<text>${line.slice(end)}`
}

const day = '(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}'
const month = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}'
const date = `(?:\\d{1,2}(?:st|nd|rd|th)?[ -]${month},?[ -]\\d{4}|${month} \\d{1,2}(?:st|nd|rd|th)?(?:,? \\d{4})?)`
const half = '(?: ?[ap]\\.?m\\b\\.?)'
const clock = `\\d{1,2}:\\d\\d(?::\\d\\d(?:[.,]\\d+)?${half}?|${half})`
const zone = '(?: ?(?:z|gmt|utc)(?:[+-]\\d\\d:?\\d\\d(?: \\([^()]{1,50}\\))?)?| ?[+-]\\d\\d:?\\d\\d)'
const isoTime = `\\d{4}[-/]\\d\\d[-/]\\d\\d(?:[t ]\\d\\d:\\d\\d(?::\\d\\d(?:[.,]\\d+)?)?${zone}?)?`
const namedTime = `(?:${day},? )?${date}(?:,? ${clock}${zone}?)?`
const localTime = `(?:\\d{1,2}/\\d{1,2}/\\d{4}|\\d{1,2}\\.\\d{1,2}\\.\\d{4})(?:,? ${clock})?`
const apacheTime = `\\d{1,2}/${month}/\\d{4}:\\d\\d:\\d\\d:\\d\\d(?: [+-]\\d{4})?`

/** Times are looked for first, and in the whole line: they have spaces within. A colon beside them is one of an address. */
const time = new RegExp(
  `(?<![a-z\\d:])(?:${isoTime}|${apacheTime}|${namedTime}|${localTime}|${clock}${zone}?)(?![\\d:]|\\.\\d)`,
  'gi',
)
/** What every time has. */
const TIME_SIGN = /\d[:/.-]\d\d|\d{4}|[a-z]{3} \d/i

const ipv4 = '\\d{1,3}(?:\\.\\d{1,3}){3}'
const ipv6Groups = `(?:[0-9a-f]{0,4}:){2,8}(?:${ipv4}|[0-9a-f]{0,5})`
const ipv6 = `(?=[a-f:]*\\d)(?=[0-9a-f:]*::|(?:[0-9a-f]{1,4}:){6})${ipv6Groups}`

const number = '\\d+(?:[.,_]\\d+)*(?:e[+-]?\\d+)?'
const unit = '(?:[nuµm]?s|secs?|m|mins?|h|hrs?|d|days?|[kmgt]?i?b(?:ps)?|[kmgtx%]|px|st|nd|rd|th)'
/** What Kubernetes makes names of. */
const podLetter = '[bcdfghjklmnpqrstvwxz2456789]'

/**
 * Expressions of particulars, by kind; where several begin at one place the first one here is taken. A shape holds no particulars, so it is
 * its own shape: no digit is left in a shape, and what has none stands neither beside a placeholder nor at a cut.
 */
const particulars: Readonly<Record<string, string>> = {
  email: '(?<![\\w.+>-])[\\w.+-]+@[\\w-]+(?:\\.[\\w-]+)+',
  uuid: '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}',
  mac: '(?<![\\w:>-])[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}(?![\\w:<…-])',
  ip6: `\\[${ipv6}\\](?::\\d{1,5})?|(?<![\\w:.])${ipv6}(?![\\w:])`,
  ip4: `(?<![\\w.])${ipv4}(?::\\d{1,5}|/\\d{1,2})?(?!\\w|\\.\\d)`,
  base64: '(?<![\\w+/>])[a-z\\d+/]{20,}={1,2}(?![\\w=<…])',
  jwt: '(?<![\\w>-])eyJ[\\w-]{8,}(?:\\.[\\w-]+){1,2}(?![\\w<…-])',
  token: '(?<![\\w>-])[\\w-]{16,}(?![\\w<…-])',
  segment: '(?<=(?:^|[^/])/)[\\w.~%+-]*\\d(?:[\\w.~%+-]*\\w)?',
  pod: `(?<=[a-z\\d>]-)${podLetter}{6,10}-${podLetter}{5}(?![\\w<…-])`,
  hex: '(?<![a-z\\d])(?:0x[0-9a-f]+|(?=\\d*[a-f])(?=[a-f]*\\d)[0-9a-f]{8,})(?![a-z\\d])',
  n: `(?:(?<![^\\s(=:,[])[+-])?(?<![a-z\\d])(?:${number}${unit}?|(?:\\d+(?:ms|[dhms]))+)(?![a-z\\d])`,
  // `worker3` and `E11000` keep their letters: `worker<n>`, `E<n>`.
  named: `(?<![a-z\\d])(?<name>[a-z]+)${number}(?![a-z\\d])`,
  id: '(?:(?<![a-z\\d])[a-z]+)?\\d[a-z\\d]*',
}

function expressionOf(kinds: readonly string[]): RegExp {
  return new RegExp(kinds.map((kind) => `(?<${kind}>${particulars[kind]})`).join('|'), 'gi')
}
const kinds = Object.keys(particulars)
const particular = expressionOf(kinds)
/** For what is a token by its length alone. */
const inToken = expressionOf(kinds.slice(kinds.indexOf('token') + 1))

/** Gives the placeholder of a particular; `replace` hands the expression's named groups over as the last argument. */
function placeholderOf(match: string, ...rest: readonly unknown[]): string {
  const groups = rest.at(-1) as Readonly<Record<string, string | undefined>>
  if (groups['token'] !== undefined) return isRandom(match) ? randomOf(match) : match.replace(inToken, placeholderOf)
  if (groups['named'] !== undefined) return `${groups['name']}<n>`
  if (groups['ip4'] !== undefined || groups['ip6'] !== undefined) return '<ip>'
  if (groups['email'] !== undefined) return '<email>'
  return groups['uuid'] === undefined ? '<n>' : '<uuid>'
}

/** An id that chance has made keeps what says of what it is: `cus_<n>`. */
function randomOf(token: string): string {
  return `${/^(?:[a-z]{2,10}[_-])*/.exec(token)?.[0] ?? ''}<n>`
}

/**
 * Whether characters look as if chance had chosen them: small letters, capitals and digits take turns far more often than in names such
 * as `getV2Users`. An id that has neither capitals nor three digits cannot be told from a name.
 */
export function isRandom(characters: string): boolean {
  // A capital before two small letters begins a word.
  const turns = characters.match(/[a-z](?=\d|[A-Z](?![a-z]{2}))|[A-Z](?=\d)|\d(?=[a-zA-Z])/g)?.length ?? 0
  return turns >= 4 && 6 * turns > characters.length && /[A-Z]/.test(characters)
}

/** Values that follow each other, as in `$1,$2,$3`. */
const LIST = /(\$<[a-z]+>|(?<!\$)<[a-z]+>|\?)(?:[,;|] ?\1)+/g

/** Takes the particulars out of each word, until there are enough words. A list of values is as one value: it is longer the next time. */
function wordsOf(line: string): string {
  const words: string[] = []
  let length = 0
  for (const word of line.split(' ')) {
    const mayHold = word.length >= 14 || /[\d@]/.test(word)
    const plain = mayHold ? word.replace(particular, placeholderOf) : word
    const last = words.at(-1)
    const isListed = last !== undefined && /[>?][,;|]$/.test(last)
    const text = isListed ? `${last} ${plain}` : plain
    const shape = /[>?][,;|]/.test(text) ? text.replace(LIST, '$1') : text
    if (isListed) length -= (words.pop()?.length ?? 0) + 1
    words.push(shape)
    length += shape.length + 1
    if (length > MAX_KIND_LENGTH + 1) break
  }
  return words.join(' ')
}
