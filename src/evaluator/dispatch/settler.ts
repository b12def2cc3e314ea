// Makes sure that the store learns what became of each claim.
//
// The store may be away just after a receiver got an alert. Then no cooldown would start, the lease would end, and
// another process would deliver the alert again. So this settlement is repeated until the store has it; and where this
// process is given the claim once more, it knows that there is nothing left to send.
import type { Clock } from '../../clock.js'
import { RecentMap } from '../../recent.js'
import { MAX_NOTICE_AGE_MS } from '../../rule/alert-state.js'
import type { Series } from '../../rule/series.js'
import type { ClaimRef, Settled, Settlement } from '../../rule/settle.js'
import type { Note } from '../../store/store.js'
import type { ClaimStore } from '../counting/claim-sink.js'
import type { Counters } from '../stats.js'

/** Wait before a settlement that failed is repeated; it doubles each time, up to `LAST_RETRY_MS`. */
const FIRST_RETRY_MS = 250
const LAST_RETRY_MS = 5000
/**
 * At most this many deliveries are remembered, the newest. One that is forgotten before the store has heard of it may
 * be made again.
 */
const MAX_DELIVERED = 1000

export class Settler {
  readonly #clock: Clock
  readonly #counters: Counters
  /** Settlements that are repeated in the background. */
  readonly #retries = new Set<Promise<void>>()
  /** The notices that this process has delivered, by id, and whether the store knows. */
  readonly #delivered = new RecentMap<string, { isSettled: boolean }>(MAX_DELIVERED)
  #isClosed = false

  constructor(clock: Clock, counters: Counters) {
    this.#clock = clock
    this.#counters = counters
  }

  get size(): number {
    return this.#delivered.size + this.#retries.size
  }

  /** Whether this process has delivered the notice, whatever the store says. */
  wasDelivered(noticeId: string): boolean {
    return this.#delivered.has(noticeId)
  }

  /**
   * Says what became of a claim. Resolves after the first call; one that failed is repeated in the background: that the
   * notice was delivered until the store knows or the notice is a day old, anything else until `untilMs`, when the
   * lease ends.
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

  /**
   * Says that an attempt begins, which renews the lease. Resolves with false where the claim is another process's by
   * now, with what it is to tell where it is of `(many)`, and with undefined where the store does not answer.
   */
  async begin(store: ClaimStore, series: Series, claimed: ClaimRef): Promise<Settled | undefined> {
    try {
      return await store.settle(series, claimed, { kind: 'begun' })
    } catch {
      this.#counters.storeFailures += 1
      return undefined
    }
  }

  /**
   * Gives the store the draft of an alert that was raised without one, so that another process can deliver the same.
   */
  async enrich(store: ClaimStore, series: Series, claimed: ClaimRef, draft: string): Promise<void> {
    try {
      await store.enrich(series, claimed, draft)
    } catch {
      this.#counters.storeFailures += 1
    }
  }

  /** Resolves when no settlement is left to repeat. */
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
