// The port: what the evaluator asks of a place that counts. Drivers: memory-store.ts, redis-store.ts.
import type { Facts, FiringFacts } from '../rule/alert-state.js'
import type { Series } from '../rule/series.js'
import type { ClaimRef, Settlement } from '../rule/settle.js'
import type { Count } from '../rule/tally.js'

/** One call's worth of counts. A submission that failed is sent again with the same sequence, and counted once. */
export interface Submission {
  /** Rises by one with each submission of this store's life. */
  readonly sequence: number
  readonly entries: readonly Entry[]
  /** By how much this process' counters have grown since it last told, those that have; kept with the submission until it is answered. */
  readonly counters?: Readonly<Record<string, number>> | undefined
  /** How far apart this process's submissions are just now. @defaultValue 0, which asks for nothing */
  readonly intervalMs?: number
}

/** The counts of one series; without any it is only looked at: is there an alert that nobody is telling, have the errors stopped? */
export interface Entry {
  readonly series: Series
  readonly counts: readonly Count[]
  /** JSON to keep with an alert that this submission raises. */
  readonly draft: string
  /** Urls that the config has moved the rule away from while we watched: what is pending for them goes to the rule's url now. */
  readonly earlierUrls?: readonly string[]
  /** An attempt that is scheduled for later is made now. */
  readonly isForced?: boolean
  /** An alert that was raised while this store could not be reached. */
  readonly handover?: Handover | undefined
  /** The last delivery that this process knows of, for a store that has forgotten it. */
  readonly remembered?: Remembered | undefined
}

/** A delivery whose cooldown still runs, as a process remembers it. */
export interface Remembered {
  /** As the store has told of it; blank where it has not. */
  readonly stamp: string
  /** When that was, on the monotonic clock. */
  readonly toldAtMs: number
}

/** What a process has raised alone; it becomes the fleet's, unless that has one of its own or is quiet. Times are monotonic. */
export interface Handover {
  readonly id: string
  readonly facts: FiringFacts
  readonly count: number
  readonly tries: number
  readonly draft: string
  /** As of a \`Note\`. */
  readonly account: string
  /** The oldest first. */
  readonly attempts: readonly LoneAttempt[]
  readonly raisedAtMs: number
  /** When it was delivered; undefined where it was not, and is to be told. */
  readonly toldAtMs: number | undefined
  /** Nobody has heard of it yet. */
  readonly isNew: boolean
}

export type Reply =
  /** The config has changed: nothing was counted; send the same submission again under the new one. */
  | { readonly kind: 'config'; readonly config: StoredConfig }
  | {
      readonly kind: 'counted'
      /** One for each entry, in their order. */
      readonly tallies: readonly CountedEntry[]
      /** Ids of series that should be looked at soon, the longest due first; handed out to one process at a time. */
      readonly due: readonly string[]
      /** If all processes that have errors submitted so far apart, the store would be just full; 0 where that is not known. */
      readonly fullMs: number
    }

export type StoredConfig =
  | { readonly kind: 'missing' }
  | { readonly kind: 'text'; readonly text: string }
  /** The key holds something that is not text. */
  | { readonly kind: 'unreadable' }

export interface CountedEntry {
  /** Errors in the window now. */
  readonly total: number
  /** Counts that were too old to matter. */
  readonly dropped: number
  /** For so long no alert is raised, since one is being told or has been; 0 where one may be. */
  readonly quietMs: number
  /** The delivery whose cooldown runs, where it is not the original service's; its stamp tells it from others. */
  readonly told?: { readonly stamp: string; readonly ageMs: number } | undefined
  /** The rule was last counted in another window. */
  readonly isMixed: boolean
  /** The sole right to tell this alert, until the lease runs out. */
  readonly claim: Claim | undefined
}

export interface Claim extends ClaimRef {
  readonly facts: Facts
  /** The window's count when the alert was raised, or when the errors had stopped. */
  readonly count: number
  /** Attempts of this alert so far, that of this claim included. */
  readonly tries: number
  /** The draft it was raised with. */
  readonly draft: string
  /** Since it was raised. */
  readonly ageMs: number
  /** This submission raised it. */
  readonly isNew: boolean
  /** Its receiver has said that it is gone, and the config is still the same. */
  readonly isGone: boolean
}

/** What operators are told of a settlement. Neither part names a URL. */
export interface Note {
  /** How an attempt ended, in words; blank where none was made. */
  readonly outcome: string
  /** JSON of the news where they are over with, delivered or given up; else blank. */
  readonly account: string
}

/** An attempt that a process made alone. */
export interface LoneAttempt {
  readonly endedAtMs: number
  readonly outcome: string
}

export interface Store {
  /** True where config and counts are shared, so that submissions without counts are worth making. */
  readonly isShared: boolean
  /** One round trip, atomic. Rejects where the outcome is unknown or nothing happened. */
  submit(submission: Submission): Promise<Reply>
  /** Replaces the draft of a claimed alert before it is told; without effect where it is no longer pending. Rejects like `submit`. */
  enrich(series: Series, alertId: string, draft: string): Promise<void>
  /** Says what became of a claim; resolves with false, without effect, where it is no longer the holder's. Rejects like `submit`. */
  settle(series: Series, claimed: ClaimRef, settlement: Settlement, note?: Note): Promise<boolean>
  /** Calls back whenever the store can be reached again after it could not. */
  onReachable(listener: () => void): void
  /** Releases everything that was opened; never rejects. */
  close(): Promise<void>
}
