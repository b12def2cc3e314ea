// The endpoint on the Fetch API: one request in, one `Response` out. Adapters give it requests from node:http and Fastify.

import { type Clock, systemClock } from '../clock.js'
import { type Control, type ControlOptions, openControl } from '../control/control.js'
import { ConfigError, RedisError } from '../errors.js'
import { asset, json, problem, text } from './answer.js'
import { type Asset, pageAsset } from './assets.js'
import { type Authorize, callbackGate, type Gate, isForeign, tokenGate } from './authorization.js'
import { deleteConfig, getConfig, putConfig, StaleError } from './config-routes.js'
import type { AdminRequest } from './exchange.js'
import { METRICS_TYPE, toMetrics } from './metrics.js'
import { readJson } from './read-json.js'
import { tryLines } from './try-lines.js'
import { WrongTokens } from './wrong-tokens.js'

/** Options of `createAdminHandler`. */
export interface AdminOptions extends ControlOptions {
  /** Whoever sends it as `Authorization: Bearer <token>` may do everything. @defaultValue none: then `authorize` must be there */
  readonly token?: string | undefined
  /** Lets in whom it answers `true`; it gets the request without its body. One that throws lets nobody in. */
  readonly authorize?: Authorize | undefined
  /** Where it is served. @defaultValue '/admin/logs/webhook' */
  readonly path?: string | undefined
}

export interface Admin {
  /** Without a slash at its end; blank where everything is the endpoint's. */
  readonly path: string
  /** Never rejects. */
  handle(request: AdminRequest): Promise<Response>
  close(): Promise<void>
}

type Route = (control: Control, request: AdminRequest) => Promise<Response>
type Methods = Readonly<Record<string, Route>>

const DEFAULT_PATH = '/admin/logs/webhook'
/** Test alerts that may be on their way at once. */
const MAX_TESTS = 4

/** @throws ConfigError where the options are not valid, or would let everybody in */
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
    if (verdict !== 'allowed') return notAuthorized(verdict === 'wrong' ? wrongTokens.take() : 0)
    const methods = routes[request.route]
    if (methods === undefined) return problem(404, 'There is nothing at this path')
    const method = request.method === 'HEAD' ? 'GET' : request.method
    const route = Object.hasOwn(methods, method) ? methods[method] : undefined
    if (route === undefined) return notAllowed(Object.keys(methods))
    if (method !== 'GET' && isForeign(request)) return problem(403, 'Expected no request from the page of another site')
    return route(control, request)
  }

  return {
    path: checkedPath,
    handle: async (request) => {
      const answer = await handle(request).catch(answerTo)
      if (checkedPath === '' && request.route === '') answer.headers.set('Vary', 'Accept')
      return answer
    },
    close: () => control.close(),
  }
}

/** No asset has this name. */
const NO_ASSET = '/'

/** The name of the asset that is asked for: neither it nor the page carries any data, so anybody may have them. */
function assetName({ route, method, headers }: AdminRequest, path: string): string | undefined {
  if (route.startsWith('/')) return route.slice(1)
  // Where everything is the endpoint's, the config and the page have one path: a browser asks for HTML.
  const isBrowser = /^(GET|HEAD)$/.test(method) && (headers.get('accept') ?? '').includes('text/html')
  return path === '' && isBrowser ? '' : undefined
}

function serveAsset(page: Asset, { method, headers }: AdminRequest): Response {
  if (method !== 'GET' && method !== 'HEAD') return notAllowed(['GET'])
  const known = (headers.get('if-none-match') ?? '').replaceAll('W/', '').split(/,\s*/)
  return asset(page, known.includes(page.etag))
}

/** Right tokens never come here, so that wrong ones keep nobody out. */
function notAuthorized(waitSeconds: number): Response {
  return waitSeconds > 0
    ? problem(429, 'Too many wrong tokens have come', { headers: { 'Retry-After': String(waitSeconds) } })
    : problem(401, 'Expected a valid token', { headers: { 'WWW-Authenticate': 'Bearer realm="logsiren"' } })
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
      return problem(429, 'Other test alerts are on their way', { headers: { 'Retry-After': '3' } })
    tests += 1
    try {
      return json(await control.sendTest(rule))
    } finally {
      tests -= 1
    }
  }
  return Object.assign(Object.create(null) as Record<string, Methods>, {
    '': { GET: getConfig, PUT: putConfig, DELETE: deleteConfig },
    '/test': { POST: test },
    '/try': { POST: tryLines },
    '/status': { GET: async (control: Control) => json(await control.status()) },
    '/metrics': {
      GET: async (control: Control) => text(toMetrics(await control.status(), wrongTokens.counts), METRICS_TYPE),
    },
  })
}

function answerTo(error: unknown): Response {
  if (error instanceof StaleError) return problem(412, 'Somebody else has written the config since; read it again')
  if (error instanceof ConfigError) return problem(400, 'The request is not valid', { problems: error.problems })
  if (error instanceof RedisError) return problem(503, error.message, { headers: { 'Retry-After': '5' } })
  return problem(500, 'Something went wrong that should not have')
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
