// Makes sure that the store learns what became of each claim, though it may be away just then.
import type { Clock } from '../../clock.js'
import { RecentMap } from '../../recent.js'
import { MAX_NOTICE_AGE_MS } from '../../rule/alert-state.js'
import type { Series } from '../../rule/series.js'
import type { ClaimRef, Settlement } from '../../rule/settle.js'
import type { Note } from '../../store/store.js'
import type { ClaimStore } from '../counting/claim-sink.js'
import type { Counters } from '../stats.js'

const FIRST_RETRY_MS = 250
const LAST_RETRY_MS = 5000
/** More deliveries than this are forgotten; one that the store has not heard of may be repeated then. */
const MAX_DELIVERED = 1000

export class Settler {
  readonly #clock: Clock
  readonly #counters: Counters
  readonly #retries = new Set<Promise<void>>()
  /** What this process has delivered, by notice id, and whether the store knows. */
  readonly #delivered = new RecentMap<string, { isSettled: boolean }>(MAX_DELIVERED)
  #isClosed = false

  constructor(clock: Clock, counters: Counters) {
    this.#clock = clock
    this.#counters = counters
  }

  get size(): number {
    return this.#delivered.size + this.#retries.size
  }

  /** This process has delivered it, whatever the store says. */
  wasDelivered(noticeId: string): boolean {
    return this.#delivered.has(noticeId)
  }

  /**
   * Resolves after the first try; what fails goes on in the background: that it was delivered until the store knows,
   * anything else for as long as the claim holds.
   */
  async settle(
    store: ClaimStore,
    series: Series,
    claimed: ClaimRef,
    settlement: Settlement,
    { note, untilMs }: { readonly note?: Note | undefined; readonly untilMs: number },
  ): Promise<void> {
    const isDelivered = settlement.kind === 'delivered'
    const delivery = { isSettled: false }
    if (isDelivered && this.#delivered.set(claimed.id, delivery)?.isSettled === false) this.#counters.forgotten += 1
    const attempt = async (): Promise<boolean> => {
      try {
        await store.settle(series, claimed, settlement, note)
        delivery.isSettled = true
        return true
      } catch {
        this.#counters.storeFailures += 1
        return false
      }
    }
    if (await attempt()) return
    const lastMs = isDelivered ? this.#clock.monotonicMs() + MAX_NOTICE_AGE_MS : untilMs
    const retrying = this.#retry(attempt, lastMs).finally(() => this.#retries.delete(retrying))
    this.#retries.add(retrying)
  }

  /** Says that an attempt begins: whether the claim is still this one's, for a whole lease from now; undefined where the store does not say. */
  async begin(store: ClaimStore, series: Series, claimed: ClaimRef): Promise<boolean | undefined> {
    try {
      return await store.settle(series, claimed, { kind: 'begun' })
    } catch {
      this.#counters.storeFailures += 1
      return undefined
    }
  }

  /** Puts the draft to an alert that was raised without one, so that whoever takes it over tells the same. */
  async enrich(store: ClaimStore, series: Series, claimed: ClaimRef, draft: string): Promise<void> {
    try {
      await store.enrich(series, claimed, draft)
    } catch {
      this.#counters.storeFailures += 1
    }
  }

  /** Resolves when the store knows everything, or this is closed. */
  async idle(): Promise<void> {
    await Promise.all(this.#retries)
  }

  close(): void {
    this.#isClosed = true
  }

  async #retry(attempt: () => Promise<boolean>, lastMs: number): Promise<void> {
    for (let waitMs = FIRST_RETRY_MS; ; waitMs = Math.min(2 * waitMs, LAST_RETRY_MS)) {
      await new Promise<void>((resume) => this.#clock.after(waitMs, resume))
      if (this.#isClosed || this.#clock.monotonicMs() > lastMs || (await attempt())) return
    }
  }
}
