// A request as the endpoint sees it, wherever it comes from, and the answers that it gives.
import { Buffer } from 'node:buffer'

export interface AdminRequest {
  readonly method: string
  /** What follows the endpoint's own path: '', '/', '/status'. */
  readonly route: string
  /** The whole; of one that came over node:http the host is not known, since it is only what a client says. */
  readonly url: URL
  readonly headers: Headers
  /** Read only once the request is known to be allowed; at most so many bytes, or `BodyError`. */
  readonly body: (maxBytes: number) => Promise<GivenBody>
}

/** A body that somebody before us may have parsed. */
export type GivenBody =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'parsed'; readonly value: unknown }

/** A body that cannot be read: too long, or gone before it ended. */
export class BodyError extends Error {
  readonly reason: 'tooLarge' | 'aborted'

  constructor(reason: 'tooLarge' | 'aborted') {
    super(reason)
    this.reason = reason
  }
}

/** All of a stream, counted as it comes: what a header says of its length need not be true. */
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

/** The route of a URL's path that begins with the endpoint's own; undefined where it does not. */
export function routeBelow(pathname: string, path: string): string | undefined {
  if (!pathname.startsWith(path)) return undefined
  const route = pathname.slice(path.length)
  if (path === '' && route === '/') return ''
  return route === '' || route.startsWith('/') ? route : undefined
}

/** The same, however deep the endpoint's own path is mounted. */
export function routeOf(pathname: string, path: string): string | undefined {
  if (path === '') return routeBelow(pathname, path)
  for (let at = pathname.lastIndexOf(path); at >= 0; at = at === 0 ? -1 : pathname.lastIndexOf(path, at - 1)) {
    const route = routeBelow(pathname.slice(at), path)
    if (route !== undefined) return route
  }
  return undefined
}
