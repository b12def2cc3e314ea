// One POST through undici, on a dispatcher of our own: bounded in time and size, without redirects, and without effect on the
// application's `fetch`.
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
  /** When the attempt begins, by the wall clock; a `Retry-After` that is a date is measured from it. */
  readonly sentAtMs: number
}

export interface Answer {
  /** The final status, never a 1xx. */
  readonly status: number
  /** The shortest wait that the receiver asks for, at most an hour; undefined where it asks for none. */
  readonly retryAfterMs: number | undefined
  /** Its body, where it is short and came whole within a quarter of a second. */
  readonly text: string | undefined
}

export interface HttpClientOptions extends AddressPolicy {
  /** @defaultValue false */
  readonly proxy?: ProxyOption | undefined
  /** The longest that connecting may take, since it keeps the process alive. @defaultValue 3000, as long as an attempt may take */
  readonly connectTimeoutMs?: number | undefined
}

interface Loaded {
  readonly undici: typeof import('undici')
  readonly agent: Agent
}

/** Parts that a test may replace. */
export interface HttpClientParts {
  readonly lookup?: typeof lookup
}

/** An attempt fails after this long: from the call to the final status, connecting included. */
export const ATTEMPT_TIMEOUT_MS = 3000
/** At most this much of an answer's body is read, in bytes. */
const MAX_ANSWER_BYTES = 16_384
/** An answer's body is read for no longer than this, in ms. */
const MAX_READ_MS = 250
/** After more 1xx answers than these the attempt fails: a receiver could send them without end. */
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

  /** Resolves with the final answer; rejects where none came in time. Callers bound how many requests are in flight. */
  async post({ url, headers, body, sentAtMs }: Post): Promise<Answer> {
    const ending = new AbortController()
    // Not `AbortSignal.any` over `AbortSignal.timeout`: Node 20 garbage-collects that timeout before it fires.
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
      const text = await readShort(answer.body)
      const [retryAfter = ''] = [answer.headers['retry-after']].flat()
      return { status: answer.statusCode, retryAfterMs: readRetryAfter(retryAfter, sentAtMs), text }
    } finally {
      clearTimeout(timer)
      this.#inFlight.delete(ending)
    }
  }

  /** Aborts all requests in flight and closes every socket; never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const ending of this.#inFlight) ending.abort()
    for (const socket of this.#connecting) socket.destroy()
    const loaded = await this.#loaded?.catch(() => undefined)
    await loaded?.agent.destroy().catch(() => undefined)
  }
}

/** Reads a short body to its end; undefined where it is long, slow or breaks off: then the status alone says whether the alert arrived. */
async function readShort(body: Dispatcher.ResponseData['body']): Promise<string | undefined> {
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
    return Buffer.concat(chunks).toString('utf8')
  } catch {
    return undefined
  } finally {
    clearTimeout(timer)
  }
}

/** Whatever connects is loaded for the first POST: most processes send none, and start sooner without it. */
async function load(
  { allowPrivate, proxy = false, connectTimeoutMs = ATTEMPT_TIMEOUT_MS }: HttpClientOptions,
  parts: HttpClientParts,
  connecting: Set<Socket>,
): Promise<Loaded> {
  // Importing undici installs its dispatcher under the application's built-in `fetch`, unless Node has installed its own before.
  // Reading `Response` makes Node do that, so it has to come first.
  void globalThis.Response
  const [undici, { guardedLookup }, { routedConnector }] = await Promise.all([
    import('undici'),
    import('./address-guard.js'),
    import('./routed-connector.js'),
  ])
  const lookup = guardedLookup({ allowPrivate }, parts.lookup)
  const connect = undici.buildConnector({ timeout: ATTEMPT_TIMEOUT_MS, lookup })
  const agent = new undici.Agent({
    // No keep-alive. Alerts are rare, so the receiver may have closed a socket that waits: a POST on it would fail without a word
    // of whether the alert arrived.
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
