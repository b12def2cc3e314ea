// The endpoint for node:http, Express and Connect: mounted anywhere, with a body that was parsed already or not.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Admin } from './admin.js'
import { problem } from './answer.js'
import { type AdminRequest, BodyError, type GivenBody, readAll, routeBelow, routeOf } from './exchange.js'

/** What Express and Connect add to a request. */
interface Mounted {
  readonly originalUrl?: unknown
  readonly baseUrl?: unknown
  readonly body?: unknown
}

export type NodeListener = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: (error?: unknown) => void,
) => void

/** Requests for other paths go on to `next`; where there is none they get a 404. Never throws. */
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

/** Undefined where the path has no route of the endpoint. */
export function toAdminRequest(
  request: IncomingMessage,
  routeAt: (pathname: string) => string | undefined,
): AdminRequest | undefined {
  const { originalUrl } = request as Mounted
  const target = typeof originalUrl === 'string' ? originalUrl : (request.url ?? '/')
  // The host is whatever a client says, so it has no say in where this is.
  const local = target.startsWith('/') ? `http://localhost${target}` : target
  const url = URL.canParse(local) ? new URL(local) : undefined
  if (url === undefined) return undefined
  // As it was sent: whoever guards a path before us looks at that, and would not see `/x/../admin`.
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
 * Where others serve paths too, only the endpoint's own is its own, or what is below the place where it is mounted: it must not
 * answer at a path that nobody guards, such as `/x/admin/logs/webhook`. A server of its own may be behind a proxy that adds to the path.
 */
function routeIn(request: IncomingMessage, pathname: string, path: string, isShared: boolean): string | undefined {
  const { originalUrl, baseUrl } = request as Mounted
  const base = typeof baseUrl === 'string' && pathname.startsWith(baseUrl) ? baseUrl : ''
  // Express and Connect take the place where something is mounted from the url.
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
      // Node takes some that the Fetch API does not; none of them is one that we read.
    }
  }
  return headers
}

/** What a parser before us has left. A stream that somebody else has read would never end. */
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
  // A parser before us may take more, and what is sent in chunks says nothing of its length.
  if (Buffer.byteLength(JSON.stringify(body) ?? '') > maxBytes) throw new BodyError('tooLarge')
  return { kind: 'parsed', value: body }
}

async function send(answer: Response, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (response.headersSent || response.destroyed) return
  const body = request.method === 'HEAD' ? undefined : Buffer.from(await answer.arrayBuffer())
  if (response.headersSent || response.destroyed) return
  response.on('error', () => {})
  // What was refused before its end is not waited for.
  if (!request.readableEnded && !request.complete) response.setHeader('Connection', 'close')
  response.writeHead(answer.status, Object.fromEntries(answer.headers))
  response.end(body)
}
