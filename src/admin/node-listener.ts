// The endpoint for node:http, Express and Connect. It may be mounted at any path, before or after a body parser.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Admin } from './admin.js'
import { problem } from './answer.js'
import { type AdminRequest, BodyError, type GivenBody, readAll, routeBelow, routeOf } from './exchange.js'

/** The members that Express and Connect add to a request. */
interface Mounted {
  readonly originalUrl?: unknown
  readonly baseUrl?: unknown
  readonly body?: unknown
}

/** A listener for node:http that is also a handler for Express and Connect. */
export type NodeListener = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: (error?: unknown) => void,
) => void

/** Makes the listener. A request for another path goes on to `next`, or gets a 404 if there is none. Never throws. */
export function nodeListener(admin: Admin): NodeListener {
  return (request, response, next) => {
    const given = toAdminRequest(request, (pathname) => routeIn(request, pathname, admin.path, next !== undefined))
    if (given === undefined) {
      if (next !== undefined) next()
      else void send(problem(404, 'There is nothing at this path'), request, response)
      return
    }
    void admin.handle(given).then((answer) => send(answer, request, response))
  }
}

/** The request as the endpoint sees it; undefined if its path is not the endpoint's. */
export function toAdminRequest(
  request: IncomingMessage,
  routeAt: (pathname: string) => string | undefined,
): AdminRequest | undefined {
  const { originalUrl } = request as Mounted
  const target = typeof originalUrl === 'string' ? originalUrl : (request.url ?? '/')
  // Only the client says what the host is, so it must decide nothing: `localhost` stands in its place.
  const local = target.startsWith('/') ? `http://localhost${target}` : target
  const url = URL.canParse(local) ? new URL(local) : undefined
  if (url === undefined) return undefined
  // The route is looked up in the path as it was sent, which `URL` would normalize. A proxy or middleware that guards `/admin` looks at that
  // too: it would let `/x/../admin` pass, which must then not be `/admin` here.
  const route = routeAt(target.replace(/^[a-z]+:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '') || '/')
  if (route === undefined) return undefined
  return {
    method: request.method ?? 'GET',
    route,
    url,
    headers: headersOf(request),
    body: (maxBytes) => bodyOf(request, maxBytes),
  }
}

/**
 * The route of a request; undefined if its path is not the endpoint's. If an application serves other paths too, the path must be exactly the
 * endpoint's, or below the place where it is mounted. Otherwise the endpoint would also answer at a path that nothing guards, such as
 * `/x/admin/logs/webhook`. On a server of its own it accepts any prefix, since a proxy may add one.
 */
function routeIn(request: IncomingMessage, pathname: string, path: string, isShared: boolean): string | undefined {
  const { originalUrl, baseUrl } = request as Mounted
  const base = typeof baseUrl === 'string' && pathname.startsWith(baseUrl) ? baseUrl : ''
  // Express and Connect cut the path at which a handler is mounted from `url`, and keep the whole in `originalUrl`.
  const isMounted = base !== '' || (typeof originalUrl === 'string' && originalUrl !== request.url)
  if (!isMounted) return isShared ? routeBelow(pathname, path) : routeOf(pathname, path)
  const route = path === '' ? undefined : routeOf(pathname, path)
  return route ?? (base === '' ? undefined : pathname.slice(base.length))
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers()
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    try {
      headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '')
    } catch {
      // Node accepts some headers that the Fetch API refuses. The endpoint reads none of those.
    }
  }
  return headers
}

/** The body, from the stream or from a body parser. A stream that a parser has read is not read again: it would never end. */
async function bodyOf(request: IncomingMessage & Mounted, maxBytes: number): Promise<GivenBody> {
  const isUntouched = request.readable && !request.readableEnded && !request.readableDidRead && !request.destroyed
  if (isUntouched) {
    try {
      return { kind: 'bytes', bytes: await readAll(request, maxBytes) }
    } catch (error) {
      throw error instanceof BodyError ? error : new BodyError('aborted')
    }
  }
  const { body } = request
  if (typeof body === 'string' || body instanceof Uint8Array) {
    const bytes = Buffer.from(body as Uint8Array)
    if (bytes.length > maxBytes) throw new BodyError('tooLarge')
    return { kind: 'bytes', bytes }
  }
  if (body === undefined) return { kind: 'bytes', bytes: new Uint8Array() }
  // A body parser may accept more than the endpoint does, and a body that is sent in chunks has no `Content-Length` to check.
  if (Buffer.byteLength(JSON.stringify(body) ?? '') > maxBytes) throw new BodyError('tooLarge')
  return { kind: 'parsed', value: body }
}

async function send(answer: Response, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (response.headersSent || response.destroyed) return
  const body = request.method === 'HEAD' ? undefined : Buffer.from(await answer.arrayBuffer())
  if (response.headersSent || response.destroyed) return
  response.on('error', () => {})
  // A request that is answered before its body has arrived is not read to its end: the connection is closed instead.
  if (!request.readableEnded && !request.complete) response.setHeader('Connection', 'close')
  response.writeHead(answer.status, Object.fromEntries(answer.headers))
  response.end(body)
}
