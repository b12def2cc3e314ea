// Decides whether a request is let in. Tokens are compared in constant time, and an error refuses the request.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { AdminRequest } from './exchange.js'

/** Lets a request in by returning `true`. It gets the request without the body, which it could otherwise use up. */
export type Authorize = (request: Request) => boolean | Promise<boolean>

/** `wrong`: the request has a token, but not the right one. `unknown`: it has none, or `authorize` refuses it. */
export type Verdict = 'allowed' | 'unknown' | 'wrong'

export type Gate = (request: AdminRequest) => Promise<Verdict>

/** Lets in requests that have this bearer token. */
export function tokenGate(token: string): Gate {
  const expected = digest(token)
  return ({ headers }) => {
    const [, given = ''] = /^bearer +(.+)$/i.exec((headers.get('authorization') ?? '').trim()) ?? []
    const isRight = timingSafeEqual(digest(given), expected) && given !== ''
    return Promise.resolve(isRight ? 'allowed' : given === '' ? 'unknown' : 'wrong')
  }
}

/**
 * Lets in requests for which the application's function returns `true`. It never says `wrong`: only the application knows whether a refused
 * request was a guess.
 */
export function callbackGate(authorize: Authorize): Gate {
  return async ({ method, url, headers }) => {
    try {
      return (await authorize(new Request(url, { method, headers }))) === true ? 'allowed' : 'unknown'
    } catch {
      return 'unknown'
    }
  }
}

/** Whether a page of another site made a browser send this request, with the cookies or credentials that browsers add by themselves. */
export function isForeign({ headers, url }: AdminRequest): boolean {
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site !== 'same-origin' && site !== 'none'
  const origin = headers.get('origin')
  if (origin === null) return false
  // Some servers on the Fetch API give the host in the url, and not in a header.
  return !URL.canParse(origin) || new URL(origin).host !== (headers.get('host') ?? url.host)
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
