// The state of a series' alerts, apart from its counts, as plain data. decide.ts and settle.ts turn one state into the next.
// Redis keeps the same members as the fields of two hashes: store/redis/lua/alert-state.ts.
import type { CooldownShape, Delivery, Streak } from './cooldown.js'

/** By how much a claim outlasts an attempt, in ms: the call before it and the one that settles it take 3 s each at most. */
const LEASE_MARGIN_MS = 7000
/** A notice that was not delivered within this many ms after it was raised is given up: a day. */
export const MAX_NOTICE_AGE_MS = 86_400_000
/** While an episode is open, a process looks at its series at least this often (ms), to find its end soon after it came. */
export const EPISODE_LOOK_MS = 15_000

/** What an alert says beside its count. It is fixed when the alert is raised, so that every attempt says the same. */
export interface FiringFacts extends Partial<Streak> {
  readonly kind: 'firing'
  /** Errors that raised no alert since the last one, because that one was not delivered yet, its cooldown ran, or a silence did. */
  readonly suppressed: number
  /** When the window's first error happened, in ms since the epoch; undefined where the store does not know. */
  readonly firstSeenMs: number | undefined
  /** When the window's last error happened, in ms since the epoch; undefined where the store does not know. */
  readonly lastSeenMs: number | undefined
  /** Requests in the window, the errors among them, where the rule had `percent`. */
  readonly requests?: number
}

/** What the end of an alert says beside its count. It is fixed when a process finds that the errors have stopped. */
export interface ResolvedFacts {
  readonly kind: 'resolved'
  /** Id of the episode's last alert that was delivered. */
  readonly alertId: string
  /** From the episode's first alert until the count fell below the threshold. */
  readonly durationMs: number
  /** The highest count of the window during the episode. */
  readonly peak: number
  /** All errors of the episode, those of its first alert included. */
  readonly total: number
  /** As in its last alert that was delivered; absent where the store does not know. */
  readonly sinceMs?: number
}

export type Facts = FiringFacts | ResolvedFacts

/** Who may deliver a notice, and from when on. */
export type Turn =
  /** Only the holder may, until the lease ends. */
  | { readonly kind: 'leased'; readonly holder: string; readonly untilMs: number }
  /** Any process that has the rule and the destination may, from `untilMs` on. */
  | { readonly kind: 'waiting'; readonly untilMs: number }
  /**
   * The receiver refused it. Any process that has the rule and the destination may from `untilMs` on; earlier under another
   * revision of the config, or from `crossingFromMs` on when errors reach the threshold again.
   */
  | {
      readonly kind: 'parked'
      readonly untilMs: number
      readonly revision: string
      readonly crossingFromMs: number
    }

/** A notice that is not delivered yet: an alert, or the end of one. */
export interface Pending {
  readonly id: string
  readonly facts: Facts
  readonly count: number
  /** JSON that a process gave and reads again when it delivers; nothing here looks into it. */
  readonly draft: string
  readonly raisedAtMs: number
  /** Attempts that were begun. */
  readonly tries: number
  readonly turn: Turn
  /** Of an alert of `(many)` until its first attempt begins: the groups that it tells of. Meanwhile more may join it, see many.ts. */
  readonly gathering?: Gathering
}

/** The groups that joined an alert of `(many)`. */
export interface Gathering {
  readonly groups: number
  /** Those with the most errors, the most first. */
  readonly top: readonly Member[]
}

/** A group that joined an alert of `(many)`. */
export interface Member {
  readonly key: string
  /** Its values in words, see `groupText`. */
  readonly text: string
  /** The most errors that its window had since then. */
  readonly count: number
}

/** From the first claim of an alert by a rule with `sendResolved` until its errors have stopped; then its end is sent. */
export interface Episode {
  /** When its first alert was raised. */
  readonly sinceMs: number
  readonly peak: number
  readonly total: number
  /** When its newest error happened: it dates the end where no process looked as the count fell. */
  readonly lastErrorMs: number
  /** Since when the count is below the threshold, or when its tumbling window will end; undefined while neither is known. */
  readonly quietFromMs: number | undefined
  /** Its newest alert that was delivered; where there is none, no end is sent. */
  readonly told: Told | undefined
  /**
   * The episode before, whose end was being delivered when this one began. Until that end is known to be delivered, the end of this
   * one speaks for both.
   */
  readonly before: EndingEpisode | undefined
  /** Of an episode of `(many)`: it is over once the errors of all groups that joined its alerts have stopped. */
  readonly ofMany?: { readonly id: string; readonly ongoing: number }
}

export interface Told {
  readonly id: string
  readonly draft: string
}

/** An episode of which nobody knows whether its end was delivered. */
export interface EndingEpisode {
  readonly endId: string
  readonly sinceMs: number
  readonly peak: number
  /** All errors up to those of the next one's first alert. */
  readonly total: number
  readonly told: Told | undefined
}

/** What the end of an episode speaks for. */
export function whole({ sinceMs, peak, total, told, before }: Episode): Omit<EndingEpisode, 'endId'> {
  if (before === undefined) return { sinceMs, peak, total, told }
  return {
    sinceMs: before.sinceMs,
    peak: Math.max(before.peak, peak),
    total: before.total + total,
    told: told ?? before.told,
  }
}

/**
 * The state of a series' alerts as one destination sees it. `delivery` and `suppressed` belong to the series, wherever its
 * alerts go; `pending` and `episode` belong to the destination.
 */
export interface AlertState {
  readonly delivery: Delivery | undefined
  /** Errors that raised no alert since the last one; the next alert says how many. */
  readonly suppressed: number
  readonly pending: Pending | undefined
  readonly episode: Episode | undefined
  /** Of a group that raised no alert of its own: the alert of `(many)` that tells of it, since when, and how many errors it added to that. */
  readonly joined?: { readonly id: string; readonly atMs: number; readonly count: number }
  /** The `id` of the episode of `(many)` that goes on as long as this group's own episode does. */
  readonly ongoingOf?: string
}

export const initialState: AlertState = { delivery: undefined, suppressed: 0, pending: undefined, episode: undefined }

/** What a decision needs to know of a rule; `RuleSettings` has it all. */
export interface Policy extends CooldownShape {
  readonly threshold: number
  /** The share of the window's requests, in percent, that must be errors too; 0 where any share does. */
  readonly percent: number
  readonly windowMs: number
  readonly sendResolved: boolean
  /** How long an attempt may take. */
  readonly timeoutMs: number
}

/**
 * How long a claim lasts, in ms, before another process may take the notice over. A holder that is alive is done before its lease
 * ends. Where processes give the rule different times, the holder's counts. See src/README, One holder.
 */
export function leaseMs({ timeoutMs }: Pick<Policy, 'timeoutMs'>): number {
  return timeoutMs + LEASE_MARGIN_MS
}
