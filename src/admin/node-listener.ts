// The endpoint for node:http, Express and Connect: mounted anywhere, with a body that was parsed already or not.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Admin } from './admin.js'
import { problem } from './answer.js'
import { type AdminRequest, BodyError, type GivenBody, readAll, routeOf } from './exchange.js'

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
    const given = toAdminRequest(request, admin.path)
    if (given === undefined) {
      if (next !== undefined) next()
      else void send(problem(404, 'There is nothing at this path'), request, response)
      return
    }
    void admin.handle(given).then((answer) => send(answer, request, response))
  }
}

/** Undefined where the path is not the endpoint's. */
export function toAdminRequest(request: IncomingMessage, path: string): AdminRequest | undefined {
  const { originalUrl, baseUrl } = request as Mounted
  const target = typeof originalUrl === 'string' ? originalUrl : (request.url ?? '/')
  // The host is whatever a client says, so it has no say in where this is.
  const url = URL.canParse(target, 'http://localhost') ? new URL(target, 'http://localhost') : undefined
  if (url === undefined) return undefined
  const isMounted = typeof baseUrl === 'string' && baseUrl !== '' && url.pathname.startsWith(baseUrl)
  const route = routeOf(url.pathname, path) ?? (isMounted ? url.pathname.slice(baseUrl.length) : undefined)
  if (route === undefined) return undefined
  return {
    method: request.method ?? 'GET',
    route,
    url,
    headers: headersOf(request),
    body: (maxBytes) => bodyOf(request, maxBytes),
  }
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
  return body === undefined ? { kind: 'bytes', bytes: new Uint8Array() } : { kind: 'parsed', value: body }
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
