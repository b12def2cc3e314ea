// The port: what the evaluator asks of a place that counts. Drivers: memory.ts, redis-store.ts.
import type { RuleSettings } from '../config/settings.js'
import type { Count } from '../rule/tally.js'

/** One call's worth of counts. A submission that failed is sent again with the same sequence, and counted once. */
export interface Submission {
  /** Rises by one with each submission of this store's life. */
  readonly sequence: number
  readonly entries: readonly Entry[]
}

/** The counts of one rule; empty ones let the store look for alerts that nobody is telling. */
export interface Entry {
  readonly rule: RuleSettings
  readonly counts: readonly Count[]
  /** JSON to keep with an alert that this submission raises. */
  readonly draft: string
}

export type Reply =
  /** The config has changed: nothing was counted; send the same submission again under the new one. */
  | { readonly kind: 'config'; readonly config: StoredConfig }
  /** Counted; a tally for each entry, in their order. */
  | { readonly kind: 'counted'; readonly tallies: readonly CountedEntry[] }

export type StoredConfig =
  | { readonly kind: 'missing' }
  | { readonly kind: 'text'; readonly text: string }
  /** The key holds something that is not text. */
  | { readonly kind: 'unreadable' }

export interface CountedEntry {
  /** Errors in the rule's window now. */
  readonly total: number
  /** Counts that were too old to matter. */
  readonly dropped: number
  /** The sole right to tell this alert, until the lease runs out. */
  readonly claim: Claim | undefined
}

export interface Claim {
  readonly id: string
  /** The window's count when the alert was raised. */
  readonly count: number
  /** Claims of this alert so far, this one included. */
  readonly tries: number
  /** The draft it was raised with. */
  readonly draft: string
}

/** How telling ended: the cooldown starts, or the next error may try again. */
export type Settlement = 'delivered' | 'released'

export interface Store {
  /** True where config and counts are shared, so that submissions without counts are worth making. */
  readonly isShared: boolean
  /** One round trip, atomic. Rejects where the outcome is unknown or nothing happened. */
  submit(submission: Submission): Promise<Reply>
  /** Ends a claim; without effect where the alert is no longer pending. Rejects like `submit`. */
  settle(rule: RuleSettings, alertId: string, settlement: Settlement): Promise<void>
  /** Calls back whenever the store can be reached again after it could not. */
  onReachable(listener: () => void): void
  /** Releases everything that was opened; never rejects. */
  close(): Promise<void>
}
