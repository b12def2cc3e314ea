// The lines of one request count once: contract §4. Bounded in entries and in time, one for each process.
import type { LineRecord } from './log-record.js'

export const MAX_OPEN_REQUESTS = 10_000
/** How long a request that never closes is remembered. */
export const REQUEST_LIFETIME_MS = 10_000

export type Sighting =
  | { readonly kind: 'first' }
  /** A further line of a request that was counted; `record` is all that is known of it now. */
  | { readonly kind: 'further'; readonly record: LineRecord }

interface OpenRequest {
  record: LineRecord
  readonly openedAtMs: number
}

/** Remembers requests whose first error line was counted and whose last line has not come. */
export class RequestDedupe {
  // Insertion order is age, so the oldest are always in front.
  readonly #open = new Map<string, OpenRequest>()

  /** Tells whether this error line is the first of its request; `nowMs` is monotonic. */
  see(record: LineRecord, nowMs: number): Sighting {
    if (record.requestId === '') return { kind: 'first' }
    this.#forgetOld(nowMs)
    const request = this.#open.get(record.requestId)
    if (request === undefined) {
      if (!record.closesRequest) this.#remember(record, nowMs)
      return { kind: 'first' }
    }
    request.record = merge(request.record, record)
    this.close(record)
    return { kind: 'further', record: request.record }
  }

  /** Any line with a response time ends its request, be it an error or not. */
  close(record: LineRecord): void {
    if (record.closesRequest) this.#open.delete(record.requestId)
  }

  #forgetOld(nowMs: number): void {
    for (const [id, request] of this.#open) {
      if (nowMs - request.openedAtMs < REQUEST_LIFETIME_MS) return
      this.#open.delete(id)
    }
  }

  #remember(record: LineRecord, nowMs: number): void {
    const oldest = this.#open.size < MAX_OPEN_REQUESTS ? undefined : this.#open.keys().next().value
    if (oldest !== undefined) this.#open.delete(oldest)
    this.#open.set(record.requestId, { record, openedAtMs: nowMs })
  }
}

/** A status beats none, a real message beats pino-http's made-up one, and what is known is kept. */
function merge(known: LineRecord, later: LineRecord): LineRecord {
  return {
    ...known,
    group: known.group || later.group,
    keyId: known.keyId || later.keyId,
    model: known.model || later.model,
    providerName: known.providerName || later.providerName,
    providerType: known.providerType || later.providerType,
    statusCode: known.statusCode || later.statusCode,
    errorMessage: isMadeUp(known.errorMessage) && later.errorMessage !== '' ? later.errorMessage : known.errorMessage,
    clientIp: known.clientIp || later.clientIp,
  }
}

function isMadeUp(message: string): boolean {
  return message === '' || /^failed with status code \d+$/.test(message)
}
