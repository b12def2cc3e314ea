// Who may ask. A token is compared in constant time, and whatever goes wrong means no.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { AdminRequest } from './exchange.js'

/** Gets the request without its body, so that it cannot take that away. */
export type Authorize = (request: Request) => boolean | Promise<boolean>

/** `wrong` is a guess at the token; whoever is `unknown` has made none. */
export type Verdict = 'allowed' | 'unknown' | 'wrong'

export type Gate = (request: AdminRequest) => Promise<Verdict>

/** By the bearer token of a request. */
export function tokenGate(token: string): Gate {
  const expected = digest(token)
  return ({ headers }) => {
    const [, given = ''] = /^bearer +(.+)$/i.exec((headers.get('authorization') ?? '').trim()) ?? []
    const isRight = timingSafeEqual(digest(given), expected) && given !== ''
    return Promise.resolve(isRight ? 'allowed' : given === '' ? 'unknown' : 'wrong')
  }
}

/** By whatever the caller knows of its users; only `true` lets a request in. What is a guess, only the caller could say. */
export function callbackGate(authorize: Authorize): Gate {
  return async ({ method, url, headers }) => {
    try {
      return (await authorize(new Request(url, { method, headers }))) === true ? 'allowed' : 'unknown'
    } catch {
      return 'unknown'
    }
  }
}

/** Whether a browser sent this for a page of another site, with whatever it sends along by itself. */
export function isForeign({ headers, url }: AdminRequest): boolean {
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site !== 'same-origin' && site !== 'none'
  const origin = headers.get('origin')
  if (origin === null) return false
  // Not everything that speaks the Fetch API puts the host in a header.
  return !URL.canParse(origin) || new URL(origin).host !== (headers.get('host') ?? url.host)
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
