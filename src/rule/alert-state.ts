// What is known of a series beside its counts, as plain data: decide.ts and settle.ts make one state of another. Its twin in
// Lua, store/redis/lua/alert-state.ts, keeps the same members under the same names.
import type { CooldownShape, Delivery } from './cooldown.js'

/** How long a claim lasts before another process may take the notice over: more than twice an attempt's deadline. See src/README, One holder. */
export const LEASE_MS = 10_000
/** A notice that could not be delivered for this long is given up. */
export const MAX_NOTICE_AGE_MS = 86_400_000
/** While the errors go on, somebody looks at least this often whether they have stopped: the end is told soon after. */
export const EPISODE_LOOK_MS = 15_000

/** What is frozen when an alert is raised, beside its count. */
export interface FiringFacts {
  readonly kind: 'firing'
  /** Errors since the last alert that raised none: counted while it was being delivered, or while its cooldown ran. */
  readonly suppressed: number
  /** When the first and the last of the window's errors happened, in milliseconds since the epoch; undefined where the store does not know. */
  readonly firstSeenMs: number | undefined
  readonly lastSeenMs: number | undefined
}

/** What is frozen when it is found that the errors have stopped. */
export interface ResolvedFacts {
  readonly kind: 'resolved'
  /** The last alert that was delivered. */
  readonly alertId: string
  /** From the first alert until the count fell below the threshold. */
  readonly durationMs: number
  /** The highest count of the window, and all errors, meanwhile. */
  readonly peak: number
  readonly total: number
}

export type Facts = FiringFacts | ResolvedFacts

/** Whose turn it is to deliver a notice, and when. */
export type Turn =
  /** Its holder's alone, until the lease ends. */
  | { readonly kind: 'leased'; readonly holder: string; readonly untilMs: number }
  /** Anybody's who has the rule and the destination, when the time of the next attempt has come. */
  | { readonly kind: 'waiting'; readonly untilMs: number }
  /** The receiver refused it: the same, and earlier under another revision of the config, or at a crossing from then on. */
  | {
      readonly kind: 'parked'
      readonly untilMs: number
      readonly revision: string
      readonly crossingFromMs: number
    }

/** A notice, an alert or that one has ended, that is not yet delivered. */
export interface Pending {
  readonly id: string
  readonly facts: Facts
  readonly count: number
  readonly draft: string
  readonly raisedAtMs: number
  /** Attempts that were begun. */
  readonly tries: number
  readonly turn: Turn
}

/** From an alert until the errors have stopped. */
export interface Episode {
  readonly sinceMs: number
  readonly peak: number
  readonly total: number
  /** The newest error that was counted, so that an end found late is dated by it. */
  readonly lastErrorMs: number
  /** Since when the count is below the threshold. */
  readonly quietFromMs: number | undefined
  /** The newest alert of it that was delivered. */
  readonly told: { readonly id: string; readonly draft: string } | undefined
}

/**
 * What is kept of a series, as one destination sees it: the delivery whose cooldown runs and what that suppresses are
 * the series' own, whoever delivered; what is pending and the episode belong to the destination.
 */
export interface AlertState {
  readonly delivery: Delivery | undefined
  /** Errors since the last alert that raised none. */
  readonly suppressed: number
  readonly pending: Pending | undefined
  readonly episode: Episode | undefined
}

export const initialState: AlertState = { delivery: undefined, suppressed: 0, pending: undefined, episode: undefined }

export interface Policy extends CooldownShape {
  readonly threshold: number
  readonly windowMs: number
  readonly sendResolved: boolean
}
