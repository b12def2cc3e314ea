// Requests to the endpoint that serves this page. The token is kept here and nowhere else.

/** Why a request did not succeed. */
export interface Problem {
  /** The HTTP status; 0 where no answer came. */
  readonly status: number
  readonly detail: string
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[]
  /** The ETag of what is stored, which may be not valid; blank where the answer has none. */
  readonly etag: string
}

export interface Answer {
  readonly status: number
  readonly etag: string
  // biome-ignore lint/suspicious/noExplicitAny: see src/admin/README, Admin endpoint, for what it answers
  readonly body: any
}

/** A request that did not succeed. */
export class ApiError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.problem = problem
  }
}

export interface Api {
  /** `route` is relative to the page: `config`, `status`. */
  get(route: string, headers?: Readonly<Record<string, string>>): Promise<Answer>
  send(method: string, route: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>
  /** Aborts all requests, so that no answer is shown after the reader has signed out. */
  close(): void
}

/** A request that takes longer has failed, so that the page does not look up to date when it is not. */
const TIMEOUT_MS = 15_000

/** Where the page's files are, and so everything that it asks for: a proxy may have put any path in place of the endpoint's own. */
const base = new URL('.', (document.currentScript as HTMLScriptElement).src)

export function openApi(token: string): Api {
  const ended = new AbortController()
  const ask = async (method: string, route: string, body: unknown, extra: object): Promise<Answer> => {
    const headers = {
      Authorization: `Bearer ${token}`,
      Accept: 'application/json',
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...extra,
    }
    const text = body === undefined ? null : JSON.stringify(body)
    const answer = await fetch(new URL(route, base), {
      method,
      headers,
      body: text,
      credentials: 'omit',
      redirect: 'error',
      cache: 'no-store',
      signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ended.signal]),
    }).catch(() => {
      throw noAnswer('The server does not answer')
    })
    const { ok: isOk, status } = answer
    // A proxy that packs the answer says by W/ that it has changed its bytes. What they say is the same.
    const etag = (answer.headers.get('etag') ?? '').replace(/^W\//, '')
    if (status === 204 || status === 304) return { status, etag, body: undefined }
    const given: unknown = await answer.json().catch(() => undefined)
    if (!isOk) throw new ApiError(toProblem(status, etag, given))
    if (given === undefined) throw noAnswer('The server’s answer cannot be read')
    return { status, etag, body: given }
  }
  return {
    get: (route, headers = {}) => ask('GET', route, undefined, headers),
    send: (method, route, body, headers = {}) => ask(method, route, body, headers),
    close: () => ended.abort(),
  }
}

export function problemOf(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem
  return { status: 0, detail: error instanceof Error ? error.message : String(error), errors: [], etag: '' }
}

function noAnswer(detail: string): ApiError {
  return new ApiError({ status: 0, detail, errors: [], etag: '' })
}

function toProblem(status: number, etag: string, given: unknown): Problem {
  const { detail = `Status ${status}`, errors = [] } = Object(given) as Partial<Problem>
  return { status, detail: String(detail), errors: Array.isArray(errors) ? errors : [], etag }
}
