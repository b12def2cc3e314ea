// `logsiren/admin`: the HTTP endpoint by which operators see, change and try what runs. The only file that knows how it
// is plugged into servers.
import { type AdminOptions, openAdmin } from './admin/admin.js'
import { problem } from './admin/answer.js'
import { type AdminRequest, readAll, routeOf } from './admin/exchange.js'
import { type FastifyPlugin, fastifyPlugin } from './admin/fastify-plugin.js'
import { type NodeListener, nodeListener } from './admin/node-listener.js'

export type { AdminOptions } from './admin/admin.js'
export type { Authorize } from './admin/authorization.js'

/**
 * The admin endpoint. It is itself a listener for node:http and a handler for Express and Connect; requests for other
 * paths go on to `next`, or get a 404 where there is none. Never throws.
 */
export interface AdminHandler extends NodeListener {
  /**
   * Answers a request of the Fetch API: for Hono, Next.js, and the servers of Deno and Bun. A request for another path
   * gets a 404. Never rejects.
   */
  fetch(request: Request): Promise<Response>
  /**
   * The endpoint as a plugin for Fastify.
   *
   * @example
   * await app.register(handler.fastify)
   */
  readonly fastify: FastifyPlugin
  /** Closes the connection to Redis; never rejects. */
  close(): Promise<void>
}

/**
 * Makes the admin endpoint for the config and state behind one `configKey`. It connects to Redis with its first
 * request.
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
