// Makes sure that the store learns what became of each claim, though it may be away just then.
import type { Clock } from '../../clock.js'
import { MAX_NEWS_AGE_MS } from '../../rule/alert-state.js'
import type { Series } from '../../rule/series.js'
import type { ClaimRef, Settlement } from '../../rule/settle.js'
import type { Claim, Note, Store } from '../../store/store.js'
import type { Counters } from '../stats.js'

/** Where a claim comes from. */
export type ClaimStore = Pick<Store, 'settle' | 'enrich'>

const FIRST_RETRY_MS = 250
const LAST_RETRY_MS = 5000
/** More deliveries than this whose settlement is lost are forgotten: they may be told twice. */
const MAX_UNSETTLED = 1000

export class Settler {
  readonly #clock: Clock
  readonly #counters: Counters
  readonly #going = new Set<Promise<void>>()
  /** Ids of what was delivered, as long as the store may not know. */
  readonly #unsettled = new Set<string>()
  #isClosed = false

  constructor(clock: Clock, counters: Counters) {
    this.#clock = clock
    this.#counters = counters
  }

  /** This process has told it, whatever the store says. */
  wasDelivered(alertId: string): boolean {
    return this.#unsettled.has(alertId)
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
    if (isDelivered && this.#unsettled.size >= MAX_UNSETTLED) this.#counters.forgotten += 1
    else if (isDelivered) this.#unsettled.add(claimed.id)
    const attempt = async (): Promise<boolean> => {
      try {
        await store.settle(series, claimed, settlement, note)
        this.#unsettled.delete(claimed.id)
        return true
      } catch {
        this.#counters.storeFailures += 1
        return false
      }
    }
    if (await attempt()) return
    const lastMs = isDelivered ? this.#clock.monotonicMs() + MAX_NEWS_AGE_MS : untilMs
    const going = this.#retry(attempt, lastMs).finally(() => this.#going.delete(going))
    this.#going.add(going)
  }

  /** Whether the claim is still this one's, for a whole lease from now; undefined where the store does not say. */
  async renew(store: ClaimStore, series: Series, claimed: ClaimRef): Promise<boolean | undefined> {
    try {
      return await store.settle(series, claimed, { kind: 'renewed' })
    } catch {
      this.#counters.storeFailures += 1
      return undefined
    }
  }

  /** Puts more into an alert before it is told; false where the store had not answered by then, so that nobody knows. */
  async enrich(store: ClaimStore, series: Series, alertId: string, draft: string, untilMs: number): Promise<boolean> {
    for (;;) {
      try {
        await store.enrich(series, alertId, draft)
        return true
      } catch {
        this.#counters.storeFailures += 1
        if (this.#isClosed || this.#clock.monotonicMs() + FIRST_RETRY_MS > untilMs) return false
        await this.#pause(FIRST_RETRY_MS)
      }
    }
  }

  /** Resolves when the store knows everything, or this is closed. */
  async idle(): Promise<void> {
    await Promise.all(this.#going)
  }

  close(): void {
    this.#isClosed = true
  }

  async #retry(attempt: () => Promise<boolean>, lastMs: number): Promise<void> {
    for (let waitMs = FIRST_RETRY_MS; ; waitMs = Math.min(2 * waitMs, LAST_RETRY_MS)) {
      await this.#pause(waitMs)
      if (this.#isClosed || this.#clock.monotonicMs() > lastMs || (await attempt())) return
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resume) => this.#clock.after(ms, resume))
  }
}

/** The store may have taken the better draft without our learning of it: what was told is put back before that is settled. */
export function keepingDraft(store: ClaimStore, series: Series, claim: Claim): ClaimStore {
  return {
    enrich: (...enriched) => store.enrich(...enriched),
    settle: async (...settled) => {
      await store.enrich(series, claim.id, claim.draft)
      return store.settle(...settled)
    },
  }
}
