// Requests to the endpoint that serves this page. The token is held here and nowhere else.

export interface Problem {
  readonly status: number
  readonly detail: string
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[]
}

export interface Answer {
  readonly status: number
  readonly etag: string
  // biome-ignore lint/suspicious/noExplicitAny: what the endpoint answers is described by its OpenAPI document
  readonly body: any
}

/** An answer that is no success; status 0 where none came. */
export class ApiError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.problem = problem
  }
}

export interface Api {
  get(route: string, headers?: Readonly<Record<string, string>>): Promise<Answer>
  send(method: string, route: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>
}

/** The config is at the page's own address without its last slash. */
const base = location.pathname.replace(/\/$/, '')

export function openApi(token: string): Api {
  const ask = async (method: string, route: string, body: unknown, extra: object): Promise<Answer> => {
    const headers = {
      Authorization: `Bearer ${token}`,
      Accept: 'application/json',
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...extra,
    }
    const text = body === undefined ? null : JSON.stringify(body)
    const answer = await fetch(`${base}${route}` || '/', {
      method,
      headers,
      body: text,
      credentials: 'omit',
      redirect: 'error',
      cache: 'no-store',
    }).catch(() => {
      throw new ApiError({ status: 0, detail: 'The server does not answer', errors: [] })
    })
    const given: unknown = await answer.json().catch(() => undefined)
    if (!answer.ok && answer.status !== 304) throw new ApiError(toProblem(answer.status, given))
    return { status: answer.status, etag: answer.headers.get('etag') ?? '', body: given }
  }
  return {
    get: (route, headers = {}) => ask('GET', route, undefined, headers),
    send: (method, route, body, headers = {}) => ask(method, route, body, headers),
  }
}

export function problemOf(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem
  return { status: 0, detail: error instanceof Error ? error.message : String(error), errors: [] }
}

function toProblem(status: number, given: unknown): Problem {
  const { detail = `Status ${status}`, errors = [] } = Object(given) as Partial<Problem>
  return { status, detail: String(detail), errors: Array.isArray(errors) ? errors : [] }
}
