// The port through which counting hands over what this process has claimed.
import type { Series } from '../../rule/series.js'
import type { Claim, Store } from '../../store/store.js'

/** The part of a store that hears what became of a claim: of the store that gave it. Only a shared one outlives this process. */
export type ClaimStore = Pick<Store, 'settle' | 'enrich' | 'isShared'>

/** A notice that this process has claimed and is to deliver. */
export interface Claimed {
  readonly series: Series
  readonly claim: Claim
  /**
   * Takes the place of the claim's own draft, which is blank; undefined where the claim has one, or where nothing is
   * known.
   */
  readonly draft: string | undefined
  readonly store: ClaimStore
  /** Whether it is delivered though its destination asks for a pause. */
  readonly isForced: boolean
  /** When the store was called whose answer this claim is, in ms on the monotonic clock. */
  readonly askedAtMs: number
}

export interface ClaimSink {
  /** Queues it for its destination; returns at once. */
  deliver(claimed: Claimed): void
  /** Ids of series whose alerts have had no attempt yet, since their destination asks for a pause; a flush makes it. */
  readonly untriedIds: readonly string[]
}
