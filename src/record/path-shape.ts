// The shape of a path: the path without what differs from request to request, so that the requests of one route are one.
import { truncate } from '../text.js'
import { MAX_KIND_LENGTH } from './log-record.js'
import { isRandom } from './message-shape.js'

/** UTF-16 units of a path that are looked at. The rest is cut off first, which bounds the time that the expressions take. */
const MAX_LOOKED_AT = 1024

/**
 * Gives the shape of a path, with `<n>`, `<uuid>`, `<hex>`, `<id>`, `<ip>`, `<email>` and `<time>` in place of its particulars, as in the
 * shape of a message. Unlike there, words with one or two digits stay, since routes have such names: `/api2/v1/2fa`.
 */
export function shapeOfPath(path: string): string {
  const shape = truncate(path, MAX_LOOKED_AT).toWellFormed().split('/').map(shapeOfSegment).join('/')
  return truncate(shape, MAX_KIND_LENGTH)
}

const email = /^[^@]+(?:@|%40)[\w-]+(?:\.[\w-]+)+$/i
const ip6 = /^\[?(?=[^:]*:[^:]*:)(?=.*\d)[\da-f:.]{2,45}\]?(?::\d{1,5})?$/i

const alone = (source: string): string => `(?<![a-z\\d])(?:${source})(?![a-z\\d])`
const colon = '(?::|%3A)'
const clock = `[T ]\\d\\d${colon}?\\d\\d(?:${colon}?\\d\\d(?:[.,]\\d+)?)?(?:Z|[+-]\\d\\d${colon}?\\d\\d)?`

/** What a segment is made of, but for punctuation. What stays as it is: characters that are percent-encoded, and `v1.2`. */
const parts = {
  stays: `%[\\da-f]{2}|${alone('v\\d{1,3}(?:\\.\\d+)*')}`,
  uuid: alone('[\\da-f]{8}(?:-[\\da-f]{4}){3}-[\\da-f]{12}'),
  time: alone(`\\d{4}-\\d\\d-\\d\\d(?:${clock})?`),
  ip: alone('\\d{1,3}(?:\\.\\d{1,3}){3}(?::\\d{1,5})?'),
  n: alone('\\d+(?:[.,]\\d+)*'),
  word: '[a-z\\d]+',
}
const part = new RegExp(
  Object.entries(parts)
    .map(([kind, source]) => `(?<${kind}>${source})`)
    .join('|'),
  'gi',
)

function shapeOfSegment(segment: string): string {
  if (!/[\dA-Z@]/.test(segment)) return segment
  if (email.test(segment)) return '<email>'
  if (ip6.test(segment)) return '<ip>'
  let words = ''
  const shape = segment.replace(part, (match, ...rest: readonly unknown[]) => {
    // `replace` hands the expression's named groups over as the last argument.
    const { stays, word, ...particulars } = rest.at(-1) as Readonly<Record<string, string | undefined>>
    if (stays !== undefined) return match
    if (word === undefined) return `<${Object.keys(particulars).find((kind) => particulars[kind] !== undefined)}>`
    words += word
    return shapeOfWord(word)
  })
  return isRandom(words) ? '<id>' : shape
}

function shapeOfWord(word: string): string {
  const digits = word.replace(/\D/g, '').length
  if (digits === 0) return word
  if (/^(?:0x[\da-f]+|[\da-f]{8,})$/i.test(word)) return '<hex>'
  // `api2`, `i18n`, `2fa`.
  if (digits <= 2 && /^(?:[a-z]|\d[a-z]{2})/i.test(word)) return word
  const named = /^(?<name>[a-z]+)\d+$/i.exec(word)
  return named === null ? '<id>' : `${named.groups?.['name']}<n>`
}
