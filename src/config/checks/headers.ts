// The check of the option `headers`. A value is never in a message: it may be a key of the receiver.
import type * as v from 'valibot'
import { type EntryFault, type NamedTexts, namedTexts } from './named-texts.js'

const MAX_HEADERS = 20
/** The most characters of all names and values together. */
const MAX_LENGTH = 4096

const HEADERS = `an object of at most ${MAX_HEADERS} names and values of headers`
const NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/
const VALUE = /^[ -~]*$/
/** The request's own, and those that the client of the requests refuses. */
const RESERVED =
  /^(host|content-.*|transfer-encoding|connection|keep-alive|te|trailer|upgrade|expect|proxy-.*|webhook-.*)$/i

export const headers: v.GenericSchema<unknown, NamedTexts> = namedTexts({
  expectation: HEADERS,
  max: MAX_HEADERS,
  faultOf,
  faultOfAll,
  schema: {
    propertyNames: { pattern: NAME.source, not: { pattern: caseless(RESERVED.source) } },
    additionalProperties: { type: 'string', maxLength: MAX_LENGTH },
  },
})

function faultOf(name: string, value: unknown): EntryFault | undefined {
  // A name that is none is not shown: it could be a whole header, with its value.
  if (!NAME.test(name)) return { expectation: `${HEADERS}, each name of letters, digits and \`-\``, got: name }
  if (RESERVED.test(name)) return { name, expectation: 'left out, since the request sets it itself', got: value }
  return typeof value === 'string' && VALUE.test(value.trim())
    ? undefined
    : { name, expectation: 'a text of printable ASCII in one line', got: value }
}

function faultOfAll(headers: NamedTexts): EntryFault | undefined {
  const names = Object.keys(headers).map((name) => name.toLowerCase())
  const double = Object.keys(headers).find((_, index) => names.indexOf(names[index] ?? '') < index)
  if (double !== undefined)
    return { name: double, expectation: 'given once, in whatever capitals', got: headers[double] }
  const length = Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.trim().length, 0)
  return length <= MAX_LENGTH
    ? undefined
    : { expectation: `headers of at most ${MAX_LENGTH} characters together`, got: length }
}

/** The pattern for JSON Schema, which knows no flag for capitals. */
function caseless(source: string): string {
  return source.replace(/[a-z]/g, (letter) => `[${letter.toUpperCase()}${letter}]`)
}
