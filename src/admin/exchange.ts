// A request as the endpoint sees it, whichever server it came through: its route and its body.
import { Buffer } from 'node:buffer'

export interface AdminRequest {
  readonly method: string
  /** The part of the path behind the endpoint's own, such as `''`, `/` or `/status`. */
  readonly route: string
  /** The whole url. Its host means nothing if the request came through node:http, where only the client says what it is. */
  readonly url: URL
  readonly headers: Headers
  /** Reads the body, which is done only for a request that is let in. Rejects with `BodyError` if it has more than `maxBytes`. */
  readonly body: (maxBytes: number) => Promise<GivenBody>
}

/** A request's body: its bytes, or the value that a body parser of the application has made of them. */
export type GivenBody =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'parsed'; readonly value: unknown }

/** A body cannot be read: it is too long, or the request was aborted. */
export class BodyError extends Error {
  readonly reason: 'tooLarge' | 'aborted'

  constructor(reason: 'tooLarge' | 'aborted') {
    super(reason)
    this.reason = reason
  }
}

/** Reads a stream to its end, counting its bytes: the length that a header states may be wrong. @throws BodyError */
export async function readAll(chunks: AsyncIterable<Uint8Array | string>, maxBytes: number): Promise<Uint8Array> {
  const parts: Buffer[] = []
  let length = 0
  for await (const chunk of chunks) {
    const part = Buffer.from(chunk as Uint8Array)
    length += part.length
    if (length > maxBytes) throw new BodyError('tooLarge')
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** The route in a url's path that begins with the endpoint's path; undefined if it does not. */
export function routeBelow(pathname: string, path: string): string | undefined {
  if (!pathname.startsWith(path)) return undefined
  const route = pathname.slice(path.length)
  if (path === '' && route === '/') return ''
  return route === '' || route.startsWith('/') ? route : undefined
}

/** The route in a url's path that has the endpoint's path in it, with anything before that; undefined if it does not. */
export function routeOf(pathname: string, path: string): string | undefined {
  if (path === '') return routeBelow(pathname, path)
  for (let at = pathname.lastIndexOf(path); at >= 0; at = at === 0 ? -1 : pathname.lastIndexOf(path, at - 1)) {
    const route = routeBelow(pathname.slice(at), path)
    if (route !== undefined) return route
  }
  return undefined
}
