// One POST through undici, on a dispatcher of our own: bounded in time and size, following nothing, leaving the host's fetch alone.
import { isIP, type Socket } from 'node:net'
import type { Agent } from 'undici'
import { AddressError, type AddressPolicy, guardedLookup, isAllowedAddress } from './address-guard.js'

export interface Post {
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: string
}

/** From the call to the final status, everything included. */
export const ATTEMPT_TIMEOUT_MS = 3000
/** More of an answer than this is not worth reading; the status has told. */
const MAX_ANSWER_BYTES = 16_384

export class HttpClient {
  readonly #policy: AddressPolicy
  readonly #closing = new AbortController()
  #loaded: Promise<{ undici: typeof import('undici'); agent: Agent }> | undefined

  constructor(policy: AddressPolicy) {
    this.#policy = policy
  }

  /** Resolves with the final status; rejects where none came in time. */
  async post({ url, headers, body }: Post): Promise<number> {
    this.#loaded ??= load(this.#policy)
    const { undici, agent } = await this.#loaded
    const signal = AbortSignal.any([AbortSignal.timeout(ATTEMPT_TIMEOUT_MS), this.#closing.signal])
    const answer = await undici.request(url, { method: 'POST', headers, body, signal, dispatcher: agent })
    // An endless or broken body says nothing about whether the alert arrived.
    await answer.body.dump({ limit: MAX_ANSWER_BYTES, signal }).catch(() => undefined)
    return answer.statusCode
  }

  /** Aborts what is in flight and closes every socket; never rejects. */
  async close(): Promise<void> {
    this.#closing.abort()
    const loaded = await this.#loaded?.catch(() => undefined)
    await loaded?.agent.destroy().catch(() => undefined)
  }
}

async function load(policy: AddressPolicy): Promise<{ undici: typeof import('undici'); agent: Agent }> {
  // Importing undici puts its own dispatcher under the host's built-in fetch, unless Node has set one already,
  // which reading `Response` makes it do. Keep the order.
  void globalThis.Response
  const undici = await import('undici')
  const connect = undici.buildConnector({ timeout: ATTEMPT_TIMEOUT_MS, lookup: guardedLookup(policy) })
  const agent = new undici.Agent({
    connections: 4,
    // No keep-alive: alerts are rare, and a stale socket makes a POST fail in a way nobody can interpret.
    pipelining: 0,
    headersTimeout: 2 * ATTEMPT_TIMEOUT_MS,
    bodyTimeout: 2 * ATTEMPT_TIMEOUT_MS,
    maxHeaderSize: 16_384,
    connect: (options, callback) => {
      const host = options.hostname.replace(/^\[|\]$/g, '')
      // Node asks no lookup for literals, so they are judged here.
      if (isIP(host) !== 0 && !isAllowedAddress(host, policy)) callback(new AddressError(), null)
      // The evaluator holds the process while an alert is told, and no longer than it promises.
      else connect(options, (...answer) => callback(...released(answer)))
    },
  })
  return { undici, agent }
}

/** What a connector answers with, its socket no longer holding the process. */
function released<T extends readonly [Error, null] | readonly [null, Socket]>(answer: T): T {
  answer[1]?.unref()
  return answer
}
