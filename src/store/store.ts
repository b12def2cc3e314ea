// The port: what the evaluator asks of a place that counts. Drivers: memory/memory-store.ts, redis/redis-store.ts.
import type { RuleSettings } from '../config/settings.js'
import type { Facts, FiringFacts } from '../rule/alert-state.js'
import type { Series } from '../rule/series.js'
import type { ClaimRef, Settlement } from '../rule/settle.js'
import type { Count } from '../rule/tally.js'

/** One call's worth of counts. A submission that failed is sent again with the same sequence, and counted once; see src/README, Counting. */
export interface Submission {
  /** Rises by one with each submission of this store's life. */
  readonly sequence: number
  readonly entries: readonly Entry[]
  /** The rules whose open notices this process can deliver, as they are in force; the reply names those that are due. */
  readonly rules: readonly RuleSettings[]
  /** Rules as they were before the config moved them to another url, switched them off or dropped them. */
  readonly formerRules?: readonly FormerRule[]
  /** By how much this process' counters have grown since it last told, those that have; kept with the submission until it is answered. */
  readonly growth?: Readonly<Record<string, number>> | undefined
}

/** A rule as it was until the config moved it to another url, switched it off or dropped it. */
export interface FormerRule {
  readonly rule: RuleSettings
  /** On the monotonic clock. What was raised later is somebody else's, who has the rule in code. */
  readonly leftAtMs: number
}

/** One series of a submission. */
export type Entry = CountedOnly | Judged

/**
 * Counts of a series that is far from its threshold, and of which nothing is open as far as this process knows. Where they reach the
 * threshold after all, the next entry that is judged finds them. A store may judge them at once.
 */
export interface CountedOnly {
  readonly kind: 'counted'
  readonly series: Series
  readonly counts: readonly Count[]
}

/** Counts of a series, perhaps none, and a look at its alerts: is one to be raised or delivered, have the errors stopped? */
export interface Judged {
  readonly kind: 'judged'
  readonly series: Series
  readonly counts: readonly Count[]
  /** JSON to keep with an alert that this submission raises; blank where that follows by `enrich`. */
  readonly draft: string
  /** An attempt that is scheduled for later is made now. */
  readonly isForced?: boolean
  /**
   * What waits since before then for the destination of this rule comes along to that of `series`; where that is the same one, the rule
   * has ended, and what waits is claimed to be given up.
   */
  readonly former?: FormerRule | undefined
  /** An alert that this process raised while the store could not be reached, and that is not delivered. */
  readonly handover?: Handover | undefined
  /** The last delivery that this process knows of, for a store that has not heard of it, or has forgotten it. */
  readonly delivery?: KnownDelivery | undefined
}

/** A delivery whose cooldown still runs, as a process knows of it. */
export interface KnownDelivery {
  /** As the store has told of it; blank where it has not. */
  readonly stamp: string
  /** On the monotonic clock. */
  readonly deliveredAtMs: number
  /** The alert, where this process raised it while the store could not be reached, so that only this process knows of it. */
  readonly alert?: LocalAlert | undefined
}

/** What a process raised by itself. Times are monotonic. */
export interface LocalAlert {
  readonly id: string
  readonly facts: FiringFacts
  readonly count: number
  readonly tries: number
  readonly draft: string
  readonly raisedAtMs: number
  /** JSON for operators, as in a `Note`; blank as long as the alert is not delivered. */
  readonly account: string
}

/** An alert becomes the fleet's, unless that has one of its own or is quiet. */
export interface Handover extends LocalAlert {
  /** Nobody has heard of it yet. */
  readonly isNew: boolean
}

export type Reply =
  /** The config has changed: nothing was counted; send the same submission again under the new one. */
  | { readonly kind: 'config'; readonly config: StoredConfig }
  | {
      readonly kind: 'counted'
      /** One for each entry, in their order. */
      readonly tallies: readonly Tallied[]
      /** Series of `rules` that should be looked at now, at most 100 of each rule, the longest due first. */
      readonly due: readonly string[]
      /** What is open for each of `formerRules`, in their order, at most 100 of each. */
      readonly formerlyOpen: readonly (readonly string[])[]
      /** Keys that held something else than what is kept there, and were begun anew. */
      readonly repaired: readonly string[]
    }

export type StoredConfig =
  | { readonly kind: 'missing' }
  | { readonly kind: 'text'; readonly text: string }
  /** The key holds something that is not text. */
  | { readonly kind: 'unreadable' }

/** What became of an entry. */
export interface Tallied {
  /** Errors in the window now. */
  readonly total: number
  /** Counts that were too old to matter. */
  readonly dropped: number
  /** The alerts were looked at; all that follows is known only then. */
  readonly isJudged: boolean
  /** For this long no alert is raised, since one is being delivered or has been; 0 where one may be. */
  readonly quietMs: number
  /** A notice waits, or errors go on that an alert has told of. */
  readonly isOpen: boolean
  /** The delivery whose cooldown runs, where it is not the original service's; its stamp tells it from others. */
  readonly delivery?: { readonly stamp: string; readonly ageMs: number } | undefined
  /** The rule was last counted in another window. */
  readonly isMixed: boolean
  /** The sole right to deliver this notice, until the lease ends. */
  readonly claim: Claim | undefined
}

export interface Claim extends ClaimRef {
  readonly facts: Facts
  /** The window's count when the alert was raised, or when the errors had stopped. */
  readonly count: number
  /** Attempts that were begun before this claim. */
  readonly tries: number
  /** The draft that is kept with it. */
  readonly draft: string
  /** Since it was raised. */
  readonly ageMs: number
  /** This submission raised it. */
  readonly isNew: boolean
}

/** What operators are told of a settlement. Neither part names a URL. */
export interface Note {
  /** How an attempt ended, in words; blank where none was made. */
  readonly outcome: string
  /** JSON of the notice where it is over with, delivered or given up; else blank. */
  readonly account: string
}

export interface Store {
  /** True where config and counts are shared, so that submissions without counts are worth making. */
  readonly isShared: boolean
  /** One round trip, atomic. Rejects where the outcome is unknown or nothing happened. */
  submit(submission: Submission): Promise<Reply>
  /** Replaces the draft of a claimed alert before it is delivered; without effect where it is no longer the holder's. Rejects like `submit`. */
  enrich(series: Series, claimed: ClaimRef, draft: string): Promise<void>
  /** Says what became of a claim; resolves with false, without effect, where it is no longer the holder's. Rejects like `submit`. */
  settle(series: Series, claimed: ClaimRef, settlement: Settlement, note?: Note): Promise<boolean>
  /** Calls back whenever the store can be reached again after it could not. */
  onReachable(listener: () => void): void
  /** Releases everything that was opened; never rejects. */
  close(): Promise<void>
}
