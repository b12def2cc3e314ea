// One request through undici, on a dispatcher of its own: bounded in time and size, without redirects, and without effect on
// the application's `fetch`.
import type { lookup } from 'node:dns'
import type { Dispatcher } from 'undici'
import type { ProxyOption } from '../config/options.js'
import type { AddressPolicy } from './address-guard.js'
import { ProxyError } from './proxy-choice.js'
import { readRetryAfter } from './retry-after.js'
import type { Route } from './routed-connector.js'

export interface Get {
  readonly url: string
  readonly headers: Record<string, string>
  /** When the attempt begins, by the wall clock; a `Retry-After` that is a date is measured from it. */
  readonly sentAtMs: number
  /** The attempt fails after this long: from the call to the final status, connecting included. */
  readonly timeoutMs: number
}

export interface Post extends Get {
  readonly body: string
}

export interface Answer {
  /** The final status, never a 1xx. */
  readonly status: number
  /** The shortest wait that the receiver asks for, at most an hour; undefined where it asks for none. */
  readonly retryAfterMs: number | undefined
  /** Its body, where it is short, not compressed, and came whole within a quarter of a second. */
  readonly text: string | undefined
}

/** The whole request was sent, and no answer came in time: the receiver may have done what it was asked for. */
export class UnansweredError extends Error {
  override readonly name = 'UnansweredError'
  readonly code = 'ERR_LOGSIREN_UNANSWERED' as const

  constructor() {
    super('the request was sent, and no answer came in time')
  }
}

/** Undici, which makes the requests, could not be loaded; the message says why. */
export class NotLoadedError extends Error {
  override readonly name = 'NotLoadedError'
  readonly code = 'ERR_LOGSIREN_NOT_LOADED' as const

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

export interface HttpClientOptions extends AddressPolicy {
  /** @defaultValue false */
  readonly proxy?: ProxyOption | undefined
  /** The longest that connecting may take, since it keeps the process alive. @defaultValue as long as the attempt may take */
  readonly connectTimeoutMs?: number | undefined
}

interface Asked extends Get {
  readonly method: 'GET' | 'POST'
  readonly body: string | null
}

type Loaded = typeof import('./connecting.js')

/** Parts that a test may replace. */
export interface HttpClientParts {
  readonly lookup?: typeof lookup
}

/** At most this much of an answer's body is read, in bytes. */
const MAX_ANSWER_BYTES = 16_384
/** An answer's body is read for no longer than this, in ms. */
const MAX_READ_MS = 250
/** After more 1xx answers than these the attempt fails: a receiver could send them without end. */
const MAX_HINTS = 16

export class HttpClient {
  readonly #options: HttpClientOptions
  readonly #parts: HttpClientParts
  readonly #inFlight = new Map<AbortController, Promise<Answer>>()
  #isClosed = false
  #loaded: Promise<Loaded> | undefined

  constructor(options: HttpClientOptions, parts: HttpClientParts = {}) {
    this.#options = options
    this.#parts = parts
  }

  /** Resolves with the final answer; rejects where none came in time. Callers bound how many requests are in flight. */
  post(post: Post): Promise<Answer> {
    return this.#ask({ ...post, method: 'POST' })
  }

  /** Resolves and rejects as `post` does. */
  get(get: Get): Promise<Answer> {
    return this.#ask({ ...get, method: 'GET', body: null })
  }

  async #ask(asked: Asked): Promise<Answer> {
    const ending = new AbortController()
    const answer = this.#send(asked, ending)
    this.#inFlight.set(ending, answer)
    try {
      return await answer
    } finally {
      this.#inFlight.delete(ending)
    }
  }

  /** Aborts all requests in flight and closes every socket; never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const ending of this.#inFlight.keys()) ending.abort()
    await Promise.allSettled(this.#inFlight.values())
  }

  async #send({ method, url, headers, body, sentAtMs, timeoutMs }: Asked, ending: AbortController): Promise<Answer> {
    const route: Route = { connecting: new Set(), isAtProxy: false, socket: undefined }
    // Not `AbortSignal.any` over `AbortSignal.timeout`: Node 20 garbage-collects that timeout before it fires.
    const timer = setTimeout(() => ending.abort(noAnswer(route)), timeoutMs)
    timer.unref()
    const { signal } = ending
    let client: Dispatcher | undefined
    try {
      if (this.#isClosed) ending.abort()
      this.#loaded ??= load()
      const loaded = await this.#loaded
      const dispatcher = this.#dispatcherFor(url, route, timeoutMs, loaded)
      client = dispatcher
      // While a client connects, undici does not heed the signal.
      const stop = (reason: Error): void => void dispatcher.destroy(reason).catch(() => undefined)
      signal.addEventListener('abort', () => stop(signal.reason))
      let hints = 0
      const onInfo = (): void => {
        hints += 1
        if (hints > MAX_HINTS) ending.abort()
      }
      const answer = await loaded.request(url, {
        method,
        headers,
        body,
        signal,
        onInfo,
        dispatcher,
      })
      const text = await readShort(answer)
      const [retryAfter = ''] = [answer.headers['retry-after']].flat()
      return { status: answer.statusCode, retryAfterMs: readRetryAfter(retryAfter, sentAtMs), text }
    } finally {
      clearTimeout(timer)
      // What still connects would keep the process alive: a client that is destroyed leaves it alone.
      for (const socket of route.connecting) socket.destroy()
      await client?.destroy().catch(() => undefined)
    }
  }

  /**
   * A dispatcher for one request. It keeps no socket for a later one: requests are rare, so the receiver may have closed a socket that
   * waits, and a POST on it would fail without a word of whether the alert arrived.
   */
  #dispatcherFor(url: string, route: Route, timeoutMs: number, loaded: Loaded): Dispatcher {
    const { allowPrivate, proxy = false, connectTimeoutMs = timeoutMs } = this.#options
    const lookup = loaded.guardedLookup({ allowPrivate }, this.#parts.lookup)
    return new loaded.Client(new URL(url).origin, {
      pipelining: 0,
      headersTimeout: 2 * timeoutMs,
      bodyTimeout: 2 * timeoutMs,
      maxHeaderSize: 16_384,
      connect: loaded.routedConnector(loaded.buildConnector({ timeout: timeoutMs, lookup }), {
        allowPrivate,
        proxy,
        variables: { ...process.env },
        timeoutMs: Math.min(connectTimeoutMs, timeoutMs),
        route,
      }),
    })
  }
}

/** Why no answer came in time. A proxy that does not answer is at fault itself, whatever the destination would do. */
function noAnswer({ isAtProxy, socket }: Route): Error {
  if (isAtProxy) return new ProxyError('the proxy does not answer', { mayPass: true })
  // Sent: all is written, and nothing of it waits in this process.
  const isSent = socket !== undefined && socket.bytesWritten > 0 && socket.writableLength === 0
  return isSent ? new UnansweredError() : new DOMException('No answer', 'TimeoutError')
}

/** Reads a short body to its end; undefined where it is long, slow or breaks off: then the status alone says whether the alert arrived. */
async function readShort({ body, headers }: Dispatcher.ResponseData): Promise<string | undefined> {
  const timer = setTimeout(() => body.destroy(), MAX_READ_MS)
  timer.unref()
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      bytes += chunk.length
      // Leaving the loop destroys the body, and with it the socket.
      if (bytes > MAX_ANSWER_BYTES) return undefined
    }
    const isPlain = /^(|identity)$/i.test([headers['content-encoding'] ?? ''].flat().join().trim())
    return isPlain ? Buffer.concat(chunks).toString('utf8') : undefined
  } catch {
    return undefined
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Whatever connects is loaded for the first request: most processes send none, and start sooner without it.
 *
 * @throws NotLoadedError where that fails, as in a bundle that was made in a way that undici does not stand
 */
async function load(): Promise<Loaded> {
  // Importing undici installs its dispatcher under the application's built-in `fetch`, unless Node has installed its own before.
  // Reading `Response` makes Node do that, so it has to come first.
  void globalThis.Response
  try {
    return await import('./connecting.js')
  } catch (error) {
    throw new NotLoadedError(error)
  }
}
