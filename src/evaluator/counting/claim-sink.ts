// Where claims go, as counting sees it.
import type { Series } from '../../rule/series.js'
import type { Claim, Store } from '../../store/store.js'

/** Where a claim comes from, and where it is said what became of it. */
export type ClaimStore = Pick<Store, 'settle' | 'enrich'>

/** What this process has claimed, and is to deliver. */
export interface Claimed {
  readonly series: Series
  readonly claim: Claim
  /** Takes the place of the claim's own draft, which is blank; undefined where that says all there is to say. */
  readonly draft: string | undefined
  readonly store: ClaimStore
  /** Delivered though its destination asks for a pause. */
  readonly isForced: boolean
}

export interface ClaimSink {
  /** Delivers it when its turn comes. */
  deliver(claimed: Claimed): void
  /** Series whose alerts wait for their first attempt, since their destination asks for a pause; a flush makes it. */
  readonly untriedIds: readonly string[]
}
