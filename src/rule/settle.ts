// What becomes of a claim, pure, and when to look at a series again. The twin in Lua is store/redis/lua/settle.ts.
import { type AlertState, EPISODE_LOOK_MS, LEASE_MS, type Pending, type Policy } from './alert-state.js'
import { nextStep } from './cooldown.js'

/** The moment of a settlement, by the store's clock, and the rule as it is then. */
export interface SettledAt {
  readonly nowMs: number
  readonly policy: Policy
}

/** What its holder says of a claim. */
export type Settlement =
  /** An attempt begins: it counts as a try, and the lease is a whole one from now. */
  | { readonly kind: 'begun' }
  /** It was delivered: the cooldown starts. */
  | { readonly kind: 'delivered' }
  /** The next attempt comes after a while, by whoever is there. */
  | { readonly kind: 'postponed'; readonly waitMs: number }
  /** The receiver refused it: the next attempt comes with another config, a crossing after a cooldown, or after a while. */
  | { readonly kind: 'parked'; readonly waitMs: number }
  /** It was too old, or its rule is no more. */
  | { readonly kind: 'abandoned' }

/** Which claim is settled: whose, of what, and under which revision of the config it was made. */
export interface ClaimRef {
  readonly id: string
  readonly holder: string
  readonly revision: string
}

/** The state after that; the same where this notice is no longer pending or, unless it was delivered, no longer the holder's. */
export function settle(
  state: AlertState,
  { id, holder, revision }: ClaimRef,
  settlement: Settlement,
  { nowMs, policy }: SettledAt,
): AlertState {
  const { pending } = state
  if (pending?.id !== id) return state
  if (settlement.kind === 'delivered') return settleDelivered(state, pending, nowMs, policy)
  if (pending.turn.kind !== 'leased' || pending.turn.holder !== holder) return state
  switch (settlement.kind) {
    case 'begun': {
      const turn = { ...pending.turn, untilMs: nowMs + LEASE_MS }
      return { ...state, pending: { ...pending, tries: pending.tries + 1, turn } }
    }
    case 'postponed':
      return { ...state, pending: { ...pending, turn: { kind: 'waiting', untilMs: nowMs + settlement.waitMs } } }
    case 'parked': {
      const crossingFromMs = nowMs + policy.cooldownMs
      const turn = { kind: 'parked', untilMs: nowMs + settlement.waitMs, revision, crossingFromMs } as const
      return { ...state, pending: { ...pending, turn } }
    }
    case 'abandoned':
      return { ...state, pending: undefined, episode: pending.facts.kind === 'firing' ? state.episode : undefined }
    default:
      return settlement satisfies never
  }
}

function settleDelivered(state: AlertState, pending: Pending, nowMs: number, policy: Policy): AlertState {
  if (pending.facts.kind === 'resolved') return { ...state, pending: undefined, episode: undefined }
  const { delivery, episode } = state
  const { id, draft, raisedAtMs } = pending
  return {
    ...state,
    pending: undefined,
    delivery: { atMs: nowMs, step: nextStep(delivery, raisedAtMs, policy) },
    // The receiver has heard of the alert, also where a process without `sendResolved` delivered it: the episode's end is owed.
    episode: episode && { ...episode, told: { id, draft } },
  }
}

/** When somebody should look at this series again though no error comes; undefined where nothing is open. */
export function dueAt({ pending, episode }: AlertState, { nowMs, policy }: SettledAt): number | undefined {
  // What is pending comes first: while it is being delivered there is nothing else to do.
  if (pending !== undefined) return pending.turn.untilMs
  if (episode === undefined) return undefined
  const { quietFromMs } = episode
  const lookMs = nowMs + Math.min(policy.windowMs, EPISODE_LOOK_MS)
  if (quietFromMs === undefined) return lookMs
  const overMs = quietFromMs + policy.windowMs
  return quietFromMs > nowMs ? Math.min(overMs, lookMs) : Math.max(overMs, nowMs + 1)
}
