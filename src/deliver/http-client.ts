// One POST through undici, on a dispatcher of our own: bounded in time and size, following nothing, leaving the host's fetch alone.
import type { lookup } from 'node:dns'
import type { Socket } from 'node:net'
import type { Agent, Dispatcher } from 'undici'
import type { ProxyOption } from '../config/options.js'
import type { AddressPolicy } from './address-guard.js'
import { readRetryAfter } from './retry-after.js'

export interface Post {
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: string
  /** The attempt's time by the wall clock, from which a `Retry-After` that is a date is reckoned. */
  readonly sentAtMs: number
}

export interface Answer {
  /** The final status; no 1xx. */
  readonly status: number
  /** The least wait that the receiver asks for, at most an hour. */
  readonly retryAfterMs: number | undefined
}

export interface HttpClientOptions extends AddressPolicy {
  /** @defaultValue false */
  readonly proxy?: ProxyOption | undefined
  /** Bounds connecting, which holds the process. @defaultValue the whole of an attempt */
  readonly connectTimeoutMs?: number | undefined
}

interface Loaded {
  readonly undici: typeof import('undici')
  readonly agent: Agent
}

/** What a test may put in place of the real ones. */
export interface HttpClientParts {
  readonly lookup?: typeof lookup
}

/** From the call to the final status, everything included. */
export const ATTEMPT_TIMEOUT_MS = 3000
/** More of an answer than this, or for longer, is not worth reading; the status has told. */
const MAX_ANSWER_BYTES = 16_384
const MAX_READ_MS = 250
/** A receiver that gives more 1xx than these will not come to an answer. */
const MAX_HINTS = 16

export class HttpClient {
  readonly #options: HttpClientOptions
  readonly #parts: HttpClientParts
  readonly #inFlight = new Set<AbortController>()
  readonly #connecting = new Set<Socket>()
  #isClosed = false
  #loaded: Promise<Loaded> | undefined

  constructor(options: HttpClientOptions, parts: HttpClientParts = {}) {
    this.#options = options
    this.#parts = parts
  }

  /** Resolves with the final status; rejects where none came in time. Callers bound how many are in flight. */
  async post({ url, headers, body, sentAtMs }: Post): Promise<Answer> {
    const ending = new AbortController()
    // Not `AbortSignal.any` over `AbortSignal.timeout`: Node 20 collects the latter before it fires.
    const timer = setTimeout(() => ending.abort(new DOMException('No answer', 'TimeoutError')), ATTEMPT_TIMEOUT_MS)
    timer.unref()
    this.#inFlight.add(ending)
    try {
      if (this.#isClosed) ending.abort()
      this.#loaded ??= load(this.#options, this.#parts, this.#connecting)
      const { undici, agent } = await this.#loaded
      const { signal } = ending
      let hints = 0
      const onInfo = (): void => {
        hints += 1
        if (hints > MAX_HINTS) ending.abort()
      }
      const answer = await undici.request(url, { method: 'POST', headers, body, signal, onInfo, dispatcher: agent })
      await readLittle(answer.body)
      const [retryAfter = ''] = [answer.headers['retry-after']].flat()
      return { status: answer.statusCode, retryAfterMs: readRetryAfter(retryAfter, sentAtMs) }
    } finally {
      clearTimeout(timer)
      this.#inFlight.delete(ending)
    }
  }

  /** Aborts what is in flight and closes every socket; never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const ending of this.#inFlight) ending.abort()
    for (const socket of this.#connecting) socket.destroy()
    const loaded = await this.#loaded?.catch(() => undefined)
    await loaded?.agent.destroy().catch(() => undefined)
  }
}

/** Gives a short answer the time to end in peace; an endless or broken one says nothing about whether the alert arrived. */
async function readLittle(body: Dispatcher.ResponseData['body']): Promise<void> {
  const timer = setTimeout(() => body.destroy(), MAX_READ_MS)
  timer.unref()
  await body.dump({ limit: MAX_ANSWER_BYTES })
  clearTimeout(timer)
}

/** Whatever connects is loaded for the first POST: most processes send none, and start sooner without it. */
async function load(
  { allowPrivate, proxy = false, connectTimeoutMs = ATTEMPT_TIMEOUT_MS }: HttpClientOptions,
  parts: HttpClientParts,
  connecting: Set<Socket>,
): Promise<Loaded> {
  // Importing undici puts its own dispatcher under the host's built-in fetch, unless Node has set one already,
  // which reading `Response` makes it do. Keep the order.
  void globalThis.Response
  const [undici, { guardedLookup }, { routedConnector }] = await Promise.all([
    import('undici'),
    import('./address-guard.js'),
    import('./routed-connector.js'),
  ])
  const lookup = guardedLookup({ allowPrivate }, parts.lookup)
  const connect = undici.buildConnector({ timeout: ATTEMPT_TIMEOUT_MS, lookup })
  const agent = new undici.Agent({
    // No keep-alive: alerts are rare, and a stale socket makes a POST fail in a way nobody can interpret.
    pipelining: 0,
    headersTimeout: 2 * ATTEMPT_TIMEOUT_MS,
    bodyTimeout: 2 * ATTEMPT_TIMEOUT_MS,
    maxHeaderSize: 16_384,
    connect: routedConnector(connect, {
      allowPrivate,
      proxy,
      variables: { ...process.env },
      timeoutMs: connectTimeoutMs,
      connecting,
    }),
  })
  return { undici, agent }
}
