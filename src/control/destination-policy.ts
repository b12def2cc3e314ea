// Where a config may send alerts, as far as code restricts it; names are judged once more when connecting.
import { isIP } from 'node:net'
import { originOf } from '../config/checks/destination.js'
import type { ConfigDocument } from '../config/document-members.js'
import { isAllowedAddress } from '../deliver/address-guard.js'
import type { Problem } from '../errors.js'

export interface DestinationPolicy {
  /** Undefined for any. */
  readonly allowedOrigins: readonly string[] | undefined
  readonly allowPrivate: boolean
}

/** One problem for each destination that is refused. */
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
