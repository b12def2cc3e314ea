// `logsiren/admin`: see, change and try what runs, over HTTP. The only file that knows how servers are plugged into.
import { type AdminOptions, openAdmin } from './admin/admin.js'
import { problem } from './admin/answer.js'
import { type AdminRequest, readAll, routeOf } from './admin/exchange.js'
import { type FastifyPlugin, fastifyPlugin } from './admin/fastify-plugin.js'
import { type NodeListener, nodeListener } from './admin/node-listener.js'

export type { AdminOptions } from './admin/admin.js'
export type { Authorize } from './admin/authorization.js'

/** Serves the endpoint: called as a listener by node:http, as a handler by Express and Connect. */
export interface AdminHandler extends NodeListener {
  /** For everything that speaks the Fetch API: Hono, Next.js, Deno’s and Bun’s servers. Never rejects. */
  fetch(request: Request): Promise<Response>
  /** `await app.register(handler.fastify)` */
  readonly fastify: FastifyPlugin
  /** Closes the connection to Redis. */
  close(): Promise<void>
}

/**
 * The admin endpoint of the config and state behind one `configKey`. Nothing connects before its first request.
 *
 * @throws ConfigError (`ERR_LOGSIREN_CONFIG`) where options are not valid, or neither `token` nor `authorize` is given
 * @example
 * const admin = createAdminHandler({ redis: 'redis://localhost:6379', token: process.env.ADMIN_TOKEN })
 * app.use(admin) // Express; open /admin/logs/webhook/ in a browser
 */
export function createAdminHandler(options: AdminOptions): AdminHandler {
  const admin = openAdmin(options)
  const handle = (request: Request): Promise<Response> => {
    const given = toAdminRequest(request, admin.path)
    return given === undefined ? Promise.resolve(problem(404, 'There is nothing at this path')) : admin.handle(given)
  }
  return Object.assign(nodeListener(admin), {
    fetch: handle,
    fastify: fastifyPlugin(admin),
    close: () => admin.close(),
  })
}

function toAdminRequest(request: Request, path: string): AdminRequest | undefined {
  const { method, headers, body } = request
  const url = new URL(request.url)
  const route = routeOf(url.pathname, path)
  if (route === undefined) return undefined
  return {
    method,
    route,
    url,
    headers,
    body: async (maxBytes) => ({
      kind: 'bytes',
      bytes: body === null ? new Uint8Array() : await readAll(body, maxBytes),
    }),
  }
}
