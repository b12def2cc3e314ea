// The endpoint as a plugin for Fastify: in a context of its own, so that the host's parsers stay what they are.
import type { IncomingMessage } from 'node:http'
import type { Admin } from './admin.js'
import { problem } from './answer.js'
import { routeBelow, routeOf } from './exchange.js'
import { toAdminRequest } from './node-listener.js'

/** What is used of a Fastify instance. */
export interface FastifyLike {
  /** Under which the plugin was registered. */
  readonly prefix: string
  removeAllContentTypeParsers(): unknown
  addContentTypeParser(
    type: string,
    parser: (request: never, payload: never, done: (error: Error | null, body?: unknown) => void) => void,
  ): unknown
  route(options: {
    method: string[]
    url: string
    exposeHeadRoute: boolean
    handler: (request: FastifyRequestLike, reply: unknown) => Promise<unknown>
  }): unknown
}

interface FastifyRequestLike {
  readonly raw: IncomingMessage
}

export type FastifyPlugin = (instance: FastifyLike) => Promise<void>

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']

export function fastifyPlugin(admin: Admin): FastifyPlugin {
  return async (instance) => {
    instance.removeAllContentTypeParsers()
    // Bodies are read by the endpoint, once it knows who asks.
    instance.addContentTypeParser('*', (_request, _payload, done) => done(null))
    const prefix = instance.prefix.replace(/\/$/, '')
    const routeAt = (pathname: string): string | undefined =>
      routeBelow(pathname, `${prefix}${admin.path}`) ?? routeOf(pathname, admin.path)
    const handler = async ({ raw }: FastifyRequestLike): Promise<Response> => {
      const request = toAdminRequest(raw, routeAt)
      return request === undefined ? problem(404, 'There is nothing at this path') : admin.handle(request)
    }
    for (const url of [admin.path, `${admin.path}/*`].filter((one) => `${prefix}${one}` !== ''))
      instance.route({ method: METHODS, url, exposeHeadRoute: false, handler })
  }
}
