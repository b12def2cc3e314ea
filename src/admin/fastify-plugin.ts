// The endpoint as a plugin for Fastify. Fastify gives it a context of its own, so the application keeps its body parsers.
import type { IncomingMessage } from 'node:http'
import type { Admin } from './admin.js'
import { problem } from './answer.js'
import { routeBelow, routeOf } from './exchange.js'
import { toAdminRequest } from './node-listener.js'

/** The part of a Fastify instance that the plugin uses. */
export interface FastifyLike {
  /** The path under which the plugin was registered. */
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
    // The endpoint reads a body itself, and only after it has let the request in.
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
