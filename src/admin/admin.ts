// The admin endpoint on the Fetch API: it answers each request with a `Response`. Adapters bring it the requests of node:http and Fastify.

import { type Clock, systemClock } from '../clock.js'
import { type Control, type ControlOptions, openControl } from '../control/control.js'
import { ConfigError, RedisError } from '../errors.js'
import { asset, challenge, json, pageAnywhere, problem, text } from './answer.js'
import { type Asset, anywherePage, pageAsset } from './assets.js'
import { type Authorize, callbackGate, type Gate, isForeign, tokenGate } from './authorization.js'
import { deleteConfig, getConfig, putConfig, StaleError } from './config-routes.js'
import type { AdminRequest } from './exchange.js'
import { METRICS_TYPE, toMetrics } from './metrics.js'
import { readJson } from './read-json.js'
import { addSilence, endSilence, listSilences, ONE_SILENCE } from './silence-routes.js'
import { tryLines } from './try-lines.js'
import { WrongTokens } from './wrong-tokens.js'

/** Options of `createAdminHandler`. */
export interface AdminOptions extends ControlOptions {
  /** A request may do everything if it sends `Authorization: Bearer <token>`. Printable ASCII without blanks. @defaultValue none: `authorize` is needed */
  readonly token?: string | undefined
  /** Lets a request in by returning `true`. It gets the request without its body; if it throws, the request is refused. */
  readonly authorize?: Authorize | undefined
  /** Path of the endpoint. @defaultValue '/admin/logs/webhook' */
  readonly path?: string | undefined
}

/** The opened endpoint. */
export interface Admin {
  /** Path of the endpoint, without a slash at its end; blank if it is the root. */
  readonly path: string
  /** Answers a request, errors too. Never rejects. */
  handle(request: AdminRequest): Promise<Response>
  /** Closes the connection to Redis. Never rejects. */
  close(): Promise<void>
}

type Route = (control: Control, request: AdminRequest) => Promise<Response>
type Methods = Readonly<Record<string, Route>>

const DEFAULT_PATH = '/admin/logs/webhook'
/** At most this many test alerts are sent at the same time, so that callers cannot flood a receiver. */
const MAX_TESTS = 4

/** Opens the endpoint. @throws ConfigError if the options are not valid, or would let everybody in */
export function openAdmin(
  { token, authorize, path = DEFAULT_PATH, ...options }: AdminOptions,
  clock: Clock = systemClock,
): Admin {
  const gate = gateOf(token, authorize)
  const checkedPath = pathOf(path)
  const control = openControl(options)
  const wrongTokens = new WrongTokens(clock)
  const routes = dataRoutes(wrongTokens)

  const handle = async (request: AdminRequest): Promise<Response> => {
    const page = pageAsset(assetName(request, checkedPath) ?? NO_ASSET)
    if (page !== undefined) return serveAsset(await page, request)
    const verdict = await gate(request)
    if (verdict === 'unknown' && request.route === '' && isBrowser(request)) return pageAnywhere(await anywherePage())
    if (verdict !== 'allowed') return notAuthorized(verdict === 'wrong' ? wrongTokens.take() : 0)
    const methods = routes[request.route.startsWith(ONE_SILENCE) ? ONE_SILENCE : request.route]
    if (methods === undefined) return problem(404, 'There is nothing at this path')
    const method = request.method === 'HEAD' ? 'GET' : request.method
    const route = Object.hasOwn(methods, method) ? methods[method] : undefined
    if (route === undefined) return notAllowed(Object.keys(methods))
    if (method !== 'GET' && isForeign(request))
      return problem(403, 'A page of another site may not change anything here')
    return route(control, request)
  }

  return {
    path: checkedPath,
    handle: async (given) => {
      const request = { ...given, route: withoutDoubledSlash(given.route) }
      const answer = await handle(request).catch(answerTo)
      if (request.route === '') answer.headers.set('Vary', 'Accept')
      return answer
    },
    close: () => control.close(),
  }
}

/** A name that no asset has. */
const NO_ASSET = '/'

/** The name of the asset that a request asks for; undefined if it asks for data. Assets hold no data, so they are served to anybody. */
function assetName(request: AdminRequest, path: string): string | undefined {
  if (request.route.startsWith('/')) return request.route.slice(1)
  // If the endpoint is the root, the config and the page have the same path. A browser gets the page.
  return path === '' && isBrowser(request) ? '' : undefined
}

/** Whether somebody opens the address in a browser, which then asks for HTML. */
function isBrowser({ method, headers }: AdminRequest): boolean {
  return /^(GET|HEAD)$/.test(method) && (headers.get('accept') ?? '').includes('text/html')
}

/**
 * A proxy that puts the endpoint's path with a slash in place of its own path without one, as nginx does in `location /ops { proxy_pass
 * http://…/admin/logs/webhook/; }`, doubles the slash behind it.
 */
function withoutDoubledSlash(route: string): string {
  return route.replace(/^\/{2,}$/, '').replace(/^\/{2,}/, '/')
}

function serveAsset(page: Asset, { method, headers }: AdminRequest): Response {
  if (method !== 'GET' && method !== 'HEAD') return notAllowed(['GET'])
  const known = (headers.get('if-none-match') ?? '').replaceAll('W/', '').split(/,\s*/)
  return asset(page, known.includes(page.etag))
}

/** Answers a request that is not let in. Only wrong tokens have to wait, so a flood of them does not lock out the right one. */
function notAuthorized(waitSeconds: number): Response {
  return waitSeconds > 0
    ? problem(429, 'Too many wrong tokens have come; the right one is still let in', {
        headers: { 'Retry-After': String(waitSeconds) },
      })
    : problem(401, 'Expected a valid token', { headers: challenge })
}

function notAllowed(methods: readonly string[]): Response {
  const allowed = methods.flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name])).join(', ')
  return problem(405, `Expected one of ${allowed}`, { headers: { Allow: allowed } })
}

function dataRoutes(wrongTokens: WrongTokens): Readonly<Record<string, Methods>> {
  let tests = 0
  const test: Route = async (control, request) => {
    const read = await readJson(request, true)
    if (read.kind === 'refused') return read.answer
    const { rule } = Object(read.value) as { readonly rule?: unknown }
    if (rule !== undefined && typeof rule !== 'string')
      throw new ConfigError([{ path: 'rule', message: 'Expected `rule` to be the name of a rule' }])
    if (tests >= MAX_TESTS)
      return problem(429, 'Other test alerts are on their way; try again when they have arrived', {
        headers: { 'Retry-After': '3' },
      })
    tests += 1
    try {
      return json(await control.sendTest(rule))
    } finally {
      tests -= 1
    }
  }
  const config = { GET: getConfig, PUT: putConfig, DELETE: deleteConfig }
  return Object.assign(Object.create(null) as Record<string, Methods>, {
    '': config,
    // The page asks here: whatever path a proxy has put in place of ours, this one is below the page's.
    '/config': config,
    '/test': { POST: test },
    '/try': { POST: tryLines },
    '/silences': { GET: listSilences, POST: addSilence },
    [ONE_SILENCE]: { DELETE: endSilence },
    '/status': { GET: async (control: Control) => json(await control.status()) },
    '/metrics': {
      GET: async (control: Control) => text(toMetrics(await control.status(), wrongTokens.counts), METRICS_TYPE),
    },
  })
}

/** The answer to an error. The text of an unexpected one is not shown: it could hold anything. */
function answerTo(error: unknown): Response {
  if (error instanceof StaleError)
    return problem(412, 'Somebody else has written the config since you read it; read it again, then change it')
  if (error instanceof ConfigError) return problem(400, 'The request is not valid', { problems: error.problems })
  if (error instanceof RedisError) return problem(503, error.message, { headers: { 'Retry-After': '5' } })
  return problem(500, 'Something went wrong that should not have; nothing more is known')
}

function gateOf(token: unknown, authorize: unknown): Gate {
  if (typeof authorize === 'function' && token === undefined) return callbackGate(authorize as Authorize)
  if (authorize === undefined && typeof token === 'string' && /^[\x21-\x7e]+$/.test(token)) return tokenGate(token)
  const isBlank = token === undefined || token === ''
  const message =
    authorize === undefined && !isBlank
      ? 'Expected `token` to be printable ASCII without blanks'
      : 'Expected one of `token`, which is not empty, and `authorize`, a function'
  throw new ConfigError([{ path: 'token', message }], 'bad options')
}

function pathOf(path: unknown): string {
  if (typeof path === 'string' && /^(\/[\w.~-]+)*\/?$/.test(path)) return path.replace(/\/$/, '')
  throw new ConfigError(
    [{ path: 'path', message: 'Expected `path` to be a path such as `/admin/logs/webhook`' }],
    'bad options',
  )
}
