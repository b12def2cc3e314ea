// What becomes of a claim, and when to look at a series again. Pure; its twin in Lua is store/redis/lua/settle.ts.
import {
  type AlertState,
  EPISODE_LOOK_MS,
  type FiringFacts,
  leaseMs,
  type Pending,
  type Policy,
} from './alert-state.js'
import { nextStep, type Streak, streakAfter } from './cooldown.js'
import { frozen } from './many.js'

/** The moment of a settlement, by the store's clock, and the rule as it is then. */
export interface SettledAt {
  readonly nowMs: number
  readonly policy: Policy
}

/** What the holder of a claim says became of it. */
export type Settlement =
  /** An attempt begins: it counts as a try, and a whole lease runs from now on. What an alert of `(many)` tells is frozen. */
  | { readonly kind: 'begun' }
  /** It was delivered: the cooldown starts. */
  | { readonly kind: 'delivered' }
  /** The attempt failed: any process may make the next one after `waitMs`. */
  | { readonly kind: 'postponed'; readonly waitMs: number }
  /** The receiver refused it: the next attempt comes under another config, at a crossing after a cooldown, or after `waitMs`. */
  | { readonly kind: 'parked'; readonly waitMs: number }
  /** It is given up: it was too old, or its rule is no more. */
  | { readonly kind: 'abandoned' }

/**
 * Whether a settlement had any effect. Of an alert of `(many)` whose attempt begins it is what the attempt is to tell, since groups may have
 * joined after it was claimed.
 */
export type Settled = boolean | Frozen

/** What an alert of `(many)` tells from its first attempt on. */
export interface Frozen {
  readonly count: number
  readonly draft: string
}

/** Names a claim: the notice's id, the holder, and the revision of the config under which it was claimed. */
export interface ClaimRef {
  readonly id: string
  readonly holder: string
  readonly revision: string
}

/**
 * The state after a settlement. It is the given object where nothing changes: the notice is no longer pending, or another
 * process holds the claim by now. A delivery counts whoever holds the claim.
 */
export function settle(
  state: AlertState,
  { id, holder, revision }: ClaimRef,
  settlement: Settlement,
  { nowMs, policy }: SettledAt,
): AlertState {
  const { pending, episode } = state
  // An alert has taken the place of this end while it was being delivered.
  if (settlement.kind === 'delivered' && episode?.before?.endId === id)
    return { ...state, episode: { ...episode, before: undefined } }
  if (pending?.id !== id) return state
  if (settlement.kind === 'delivered') return settleDelivered(state, pending, nowMs, policy)
  if (pending.turn.kind !== 'leased' || pending.turn.holder !== holder) return state
  switch (settlement.kind) {
    case 'begun': {
      const turn = { ...pending.turn, untilMs: nowMs + leaseMs(policy) }
      return { ...state, pending: { ...frozen(pending), tries: pending.tries + 1, turn } }
    }
    case 'postponed':
      return { ...state, pending: { ...pending, turn: { kind: 'waiting', untilMs: nowMs + settlement.waitMs } } }
    case 'parked': {
      const crossingFromMs = nowMs + policy.cooldownMs
      const turn = { kind: 'parked', untilMs: nowMs + settlement.waitMs, revision, crossingFromMs } as const
      return { ...state, pending: { ...pending, turn } }
    }
    case 'abandoned':
      return { ...state, pending: undefined, episode: pending.facts.kind === 'firing' ? episode : undefined }
    default:
      return settlement satisfies never
  }
}

function settleDelivered(state: AlertState, pending: Pending, nowMs: number, policy: Policy): AlertState {
  const { delivery, episode } = state
  // The receiver has been told that it is over, so the next alert is a first one.
  if (pending.facts.kind === 'resolved')
    return {
      ...state,
      pending: undefined,
      episode: undefined,
      delivery: delivery && { ...delivery, streak: undefined },
    }
  const { id, draft, raisedAtMs } = pending
  return {
    ...state,
    pending: undefined,
    delivery: {
      atMs: nowMs,
      step: nextStep(delivery, raisedAtMs, policy),
      streak: streakAfter(delivery, { raisedAtMs, streak: streakOf(pending.facts) }),
    },
    // The receiver has the alert, even if a process without `sendResolved` delivered it, so it is owed the end.
    episode: episode && { ...episode, told: { id, draft } },
  }
}

function streakOf({ notice, sinceMs }: FiringFacts): Streak | undefined {
  return notice === undefined || sinceMs === undefined ? undefined : { notice, sinceMs }
}

/** When a process should look at this series again even if no error comes; undefined where nothing is open. */
export function dueAt({ pending, episode }: AlertState, { nowMs, policy }: SettledAt): number | undefined {
  // A pending notice comes first: while it is there the episode has no end to send.
  if (pending !== undefined) return pending.turn.untilMs
  if (episode === undefined) return undefined
  const { quietFromMs } = episode
  const lookMs = nowMs + Math.min(policy.windowMs, EPISODE_LOOK_MS)
  if (quietFromMs === undefined) return lookMs
  const overMs = quietFromMs + policy.windowMs
  return quietFromMs > nowMs ? Math.min(overMs, lookMs) : Math.max(overMs, nowMs + 1)
}
