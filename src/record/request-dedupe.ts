// Lets the lines of one request count once; see README, What is an error. What it remembers is bounded in number and in time.
import type { RequestTraits } from './reading/request-traits.js'

/** At most this many open requests are remembered; a further one makes room by the oldest. */
export const MAX_OPEN_REQUESTS = 10_000
/** At most this many open requests may share one id, as they do where clients choose the ids. They are searched one by one. */
export const MAX_SHARING_AN_ID = 100
/**
 * At most this many error lines are taken for lines of one request; the next one counts anew. A request logs few errors, and where clients
 * choose the ids, one id for all requests would hide all but the first.
 */
export const MAX_LINES_OF_A_REQUEST = 10
/** A request is forgotten this long (ms) after its first error line, in case its last line never comes. */
export const REQUEST_LIFETIME_MS = 10_000

interface OpenRequest<T> {
  readonly first: RequestTraits
  readonly openedAtMs: number
  /** Its error lines so far. */
  lines: number
  /** What the caller knows of it. */
  readonly account: T
}

/** Remembers requests whose first error line was opened and whose last line has not come. */
export class RequestDedupe<T = unknown> {
  /** Open requests by id. Several may share an id, in different processes or on different connections. */
  readonly #open = new Map<string, OpenRequest<T>[]>()
  /** All open requests in the order in which they were opened, the oldest first. */
  readonly #byAge = new Set<OpenRequest<T>>()
  readonly #onForgotten: () => void

  /** Calls `onForgotten` when it forgets an open request to make room: the request's next error line counts again. */
  constructor(onForgotten: () => void = () => {}) {
    this.#onForgotten = onForgotten
  }

  get isEmpty(): boolean {
    return this.#byAge.size === 0
  }

  /** Whether a request with this id is open, in any process. */
  hasOpen(id: string): boolean {
    return this.#open.has(id)
  }

  /**
   * Takes an error line, and gives what `open` was told of its request; undefined where the line is the first of a request. The last line of a
   * request closes it.
   *
   * Requests that share an id and a connection cannot be told apart: an error line of a second one is taken for a further line of
   * the first. But a last line closes one open request, and a last error line that finds none open counts by itself. So where
   * requests end with an error line, as many are counted as there are requests, in whatever order their lines come.
   */
  find(line: RequestTraits, nowMs: number): T | undefined {
    if (line.id === '') return undefined
    this.forgetOld(nowMs)
    // A request that has all its lines stays open for its last one.
    const request = this.#find(line, ({ lines }) => line.isLast || lines < MAX_LINES_OF_A_REQUEST)
    if (request === undefined) return undefined
    if (line.isLast) this.#forget(request)
    request.lines += 1
    return request.account
  }

  /** Remembers the request of an error line for which `find` gave nothing, unless it is the last line of its request, or has no id. */
  open(line: RequestTraits, nowMs: number, account: T): void {
    if (line.isLast || line.id === '') return
    const sharing = this.#open.get(line.id) ?? []
    if (sharing.length >= MAX_SHARING_AN_ID) this.#makeRoom(sharing[0])
    else if (this.#byAge.size >= MAX_OPEN_REQUESTS) this.#makeRoom(this.#byAge.values().next().value)
    const request = { first: line, openedAtMs: nowMs, lines: 1, account }
    this.#byAge.add(request)
    this.#open.set(line.id, sharing)
    sharing.push(request)
  }

  /** What `open` was told of the open request that a line is of which is no error. */
  ofOpen(line: RequestTraits): T | undefined {
    return this.#findOfFine(line)?.account
  }

  /** Takes a line that is no error. If it is the last line of an open request, it closes that, and gives what `open` was told of it. */
  pass(line: RequestTraits): T | undefined {
    if (!line.isLast) return undefined
    const request = this.#findOfFine(line)
    this.#forget(request)
    return request?.account
  }

  #findOfFine(line: RequestTraits): OpenRequest<T> | undefined {
    // Two servers in one process may both have a request `req-1`. If the first line of the open one had a status from 400 up, this
    // line, which has another status and is no error, is taken for a line of the other one, and closes nothing.
    const { statusCode } = line
    return this.#find(
      line,
      ({ first }) => statusCode === 0 || first.statusCode < 400 || first.statusCode === statusCode,
    )
  }

  /** Forgets the requests whose time is over; `nowMs` is read from the same clock as that of `find`. */
  forgetOld(nowMs: number): void {
    for (const request of this.#byAge) {
      if (nowMs - request.openedAtMs < REQUEST_LIFETIME_MS) return
      this.#forget(request)
    }
  }

  #find(line: RequestTraits, isPossible: (request: OpenRequest<T>) => boolean): OpenRequest<T> | undefined {
    return this.#open.get(line.id)?.find((request) => mayBeSame(request.first, line) && isPossible(request))
  }

  #makeRoom(request: OpenRequest<T> | undefined): void {
    this.#forget(request)
    this.#onForgotten()
  }

  #forget(request: OpenRequest<T> | undefined): void {
    if (request === undefined) return
    const { id } = request.first
    this.#byAge.delete(request)
    const sharing = this.#open.get(id) ?? []
    sharing.splice(sharing.indexOf(request), 1)
    if (sharing.length === 0) this.#open.delete(id)
  }
}

/** Whether two lines belong to one request, as far as they say; false where one of them has no request id. */
export function isSameRequest(a: RequestTraits | undefined, b: RequestTraits | undefined): boolean {
  return a !== undefined && b !== undefined && a.id !== '' && a.id === b.id && mayBeSame(a, b)
}

/** Whether two lines with the same id may be of one request: of one process, and not known to be of different connections. */
function mayBeSame(a: RequestTraits, b: RequestTraits): boolean {
  return a.process === b.process && (a.connection === b.connection || a.connection === '' || b.connection === '')
}
