// The lines of one request count once; see README, What is an error. Bounded in entries and in time, one for each evaluator.
import type { RequestTraits } from './reading/request-traits.js'

export const MAX_OPEN_REQUESTS = 10_000
/** Of these so many may share one id, as requests do that carry an id of the client's. */
export const MAX_SHARING_AN_ID = 100
/** How long a request that never closes is remembered. */
export const REQUEST_LIFETIME_MS = 10_000

interface OpenRequest<T> {
  readonly first: RequestTraits
  readonly openedAtMs: number
  /** What counted it, by rule. */
  readonly counters: Map<string, T>
}

/** Remembers requests whose first error line was counted and whose last line has not come. */
export class RequestDedupe<T = unknown> {
  /** By id; several that are open at once may share one, each on a connection of its own. */
  readonly #open = new Map<string, OpenRequest<T>[]>()
  /** The same in the order in which they were opened, so the oldest are always in front. */
  readonly #byAge = new Set<OpenRequest<T>>()
  readonly #onForgotten: () => void

  /** Calls back whenever a request has to be forgotten that is open: its next error line counts anew. */
  constructor(onForgotten: () => void = () => {}) {
    this.#onForgotten = onForgotten
  }

  get isEmpty(): boolean {
    return this.#byAge.size === 0
  }

  /** A request with this id is open, of whatever process. */
  hasOpen(id: string): boolean {
    return this.#open.has(id)
  }

  /**
   * What has counted this error line's request, by the rules' names; whoever counts it adds its own.
   * Requests that share an id and a connection come one after the other, or are told apart by their last lines: while
   * each has one, as many are counted as there are requests, in whatever order their lines come.
   */
  countersOf(line: RequestTraits, nowMs: number): Map<string, T> {
    if (line.id === '') return new Map()
    this.forgetOld(nowMs)
    const request = this.#find(line, () => true)
    if (request === undefined) return line.isLast ? new Map() : this.#remember(line, nowMs)
    if (line.isLast) this.#forget(request)
    return request.counters
  }

  /** Tells of an error line that no rule counts; as the last of its request it ends it. */
  skip(line: RequestTraits): void {
    if (line.isLast) this.#forget(this.#find(line, () => true))
  }

  /** Tells of a line that is no error; as the last of its request it ends it. */
  pass(line: RequestTraits): void {
    if (!line.isLast) return
    // A request that ended well is another one than that which was answered with an error.
    const request = this.#find(line, ({ first }) => line.statusCode === 0 || first.statusCode < 400)
    if (request !== undefined) this.#forget(request)
  }

  forgetOld(nowMs: number): void {
    for (const request of this.#byAge) {
      if (nowMs - request.openedAtMs < REQUEST_LIFETIME_MS) return
      this.#forget(request)
    }
  }

  #find(line: RequestTraits, isPossible: (request: OpenRequest<T>) => boolean): OpenRequest<T> | undefined {
    return this.#open.get(line.id)?.find((request) => mayBeSame(request.first, line) && isPossible(request))
  }

  #remember(line: RequestTraits, nowMs: number): Map<string, T> {
    const sharing = this.#open.get(line.id) ?? []
    if (sharing.length >= MAX_SHARING_AN_ID) this.#makeRoom(sharing[0])
    else if (this.#byAge.size >= MAX_OPEN_REQUESTS) this.#makeRoom(this.#byAge.values().next().value)
    const request = { first: line, openedAtMs: nowMs, counters: new Map<string, T>() }
    this.#byAge.add(request)
    this.#open.set(line.id, sharing)
    sharing.push(request)
    return request.counters
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

/** Whether these lines belong to one request, as far as they tell. */
export function isSameRequest(a: RequestTraits | undefined, b: RequestTraits | undefined): boolean {
  return a !== undefined && b !== undefined && a.id !== '' && a.id === b.id && mayBeSame(a, b)
}

/** Nothing that both tell speaks against it. */
function mayBeSame(a: RequestTraits, b: RequestTraits): boolean {
  return a.process === b.process && (a.connection === b.connection || a.connection === '' || b.connection === '')
}
