// What is known of a series' alerts beside its counts, as plain data: decide.ts and settle.ts make one state of another.
import type { CooldownShape, Told } from './cooldown.js'

/** How long a claim holds before another process may take the alert over: more than twice an attempt's deadline. */
export const LEASE_MS = 10_000
/** When news that nobody here could claim are looked at again. */
export const RETRY_MS = 10_000
/** News that could not be told for so long are given up. */
export const MAX_NEWS_AGE_MS = 86_400_000

/** What is frozen when an alert is raised, beside its count. */
export interface FiringFacts {
  readonly kind: 'firing'
  /** Errors since the last alert that raised none: counted while it was told, or while its cooldown ran. */
  readonly suppressed: number
  /** Of the window's errors, milliseconds since the epoch; undefined where the store does not know. */
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

/** News that were found and are not yet told. */
export interface Pending {
  readonly id: string
  readonly facts: Facts
  readonly count: number
  readonly draft: string
  readonly destination: string
  readonly raisedAtMs: number
  /** Attempts that were begun, the running one included. */
  readonly tries: number
  /** Whose claim it is; blank between attempts. */
  readonly holder: string
  /** Nobody else tells it until then: the end of the holder's lease, or the time of the next attempt. */
  readonly untilMs: number
  /** Set where the receiver refused it. */
  readonly parked: Parked | undefined
}

/** What may bring back news that a receiver refused, before the time of their next attempt. */
export interface Parked {
  /** The config that they were refused under: another one may be better. */
  readonly configVersion: string
  /** From then on the next crossing tries again. */
  readonly crossingFromMs: number
}

/** From an alert until the errors have stopped. */
export interface Episode {
  readonly sinceMs: number
  readonly peak: number
  readonly total: number
  /** Since when the count is below the threshold. */
  readonly quietFromMs: number | undefined
  /** The newest alert of it that was delivered. */
  readonly told: { readonly id: string; readonly draft: string; readonly destination: string } | undefined
}

/** What is kept of a series beside its counts. */
export interface AlertState {
  readonly pending: Pending | undefined
  readonly told: Told | undefined
  readonly suppressed: number
  readonly episode: Episode | undefined
}

export const initialState: AlertState = { pending: undefined, told: undefined, suppressed: 0, episode: undefined }

export interface Policy extends CooldownShape {
  readonly threshold: number
  readonly windowMs: number
  readonly sendResolved: boolean
}
