// The check of the option `links`: urls by names. What a log line says is put into them, so nothing of it may reach scheme, host or port.
import type * as v from 'valibot'
import { urlFault } from './destination.js'
import { type NamedTexts, namedTexts, shownName } from './named-texts.js'
import { PLACEHOLDERS, parsePlaceholders } from './placeholders.js'

/** The most links of an alert. */
export const MAX_LINKS = 5
const MAX_NAME = 60
/** The longest url, before and after its placeholders are filled in, in UTF-16 units. */
export const MAX_LINK_LENGTH = 2000

const LINKS = `an object of at most ${MAX_LINKS} names and urls`
const URL_TEXT = `an http or https URL of at most ${MAX_LINK_LENGTH} characters without user info, its placeholders behind its origin`

export const links: v.GenericSchema<unknown, NamedTexts> = namedTexts({
  expectation: LINKS,
  max: MAX_LINKS,
  faultOf: (name, url) => {
    const shown = shownName(name)
    // A name stands on a button or in a line of words.
    if (name.trim() === '' || name.length > MAX_NAME || /\p{C}|\p{Zl}|\p{Zp}/u.test(name)) {
      const expectation = `named with 1 to ${MAX_NAME} characters in one line`
      return shown === undefined
        ? { expectation: `${LINKS}, each ${expectation}`, got: name }
        : { name: shown, expectation, got: name }
    }
    const fault = linkFault(url)
    if (fault === undefined) return undefined
    return shown === undefined
      ? { expectation: `${LINKS}, each ${fault.expectation}`, got: fault.got }
      : { name, ...fault }
  },
  schema: {
    propertyNames: { minLength: 1, maxLength: MAX_NAME },
    additionalProperties: { type: 'string', maxLength: MAX_LINK_LENGTH, pattern: '^\\s*[Hh][Tt][Tt][Pp][Ss]?://' },
  },
})

function linkFault(given: unknown): { readonly expectation: string; readonly got: unknown } | undefined {
  if (typeof given !== 'string') return { expectation: URL_TEXT, got: given }
  const url = given.trim()
  const parsed = parsePlaceholders(url)
  if (parsed.kind === 'invalid') return { expectation: `a URL with ${PLACEHOLDERS}`, got: parsed.wrong }
  const filled = parsed.parts.map((part) => (typeof part === 'string' ? part : 'x')).join('')
  return url.length <= MAX_LINK_LENGTH &&
    isBoundToOrigin(url) &&
    urlFault(filled.slice(0, MAX_LINK_LENGTH)) === undefined
    ? undefined
    : { expectation: URL_TEXT, got: given }
}

/**
 * Whether the origin is whole before the first brace: closed by a slash, a query or a fragment, or the whole text. A backslash, which ends a
 * host as well, user info and characters that the URL parser drops are refused there.
 */
function isBoundToOrigin(url: string): boolean {
  return /^https?:\/\/[^/?#{}\\@\s\p{C}]+([/?#]|$)/iu.test(url)
}
