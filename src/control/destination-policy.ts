// Checks that a config sends alerts only where code allows it. An address that is written in a url is checked here; the address that a
// host name leads to is checked on connecting.
import { isIP } from 'node:net'
import { originOf } from '../config/checks/destination.js'
import type { ConfigDocument } from '../config/document-members.js'
import { isAllowedAddress } from '../deliver/address-guard.js'
import type { Problem } from '../errors.js'

/** Where code allows alerts to go. */
export interface DestinationPolicy {
  /** Undefined if any origin is allowed. */
  readonly allowedOrigins: readonly string[] | undefined
  readonly allowPrivate: boolean
}

/** One problem for each url that is not allowed. */
export function destinationProblems(document: ConfigDocument, policy: DestinationPolicy): Problem[] {
  const places = [
    { path: 'url', url: document.url ?? '' },
    ...(document.rules ?? []).map(({ url = '' }, i) => ({ path: `rules.${i}.url`, url })),
  ]
  return places.flatMap(({ path, url }) => {
    const expectation = url === '' ? undefined : refusal(url, policy)
    return expectation === undefined ? [] : [{ path, message: `Expected \`${path}\` to be ${expectation}` }]
  })
}

function refusal(url: string, { allowedOrigins, allowPrivate }: DestinationPolicy): string | undefined {
  if (allowedOrigins !== undefined && !allowedOrigins.includes(originOf(url)))
    return 'in one of the allowed origins, got another one'
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0 && !isAllowedAddress(host, { allowPrivate }))
    return `at an address that is allowed, got ${allowPrivate ? 'a link-local or metadata address' : 'one that is not public'}`
  return undefined
}
