// What becomes of a claim, pure, and when to look at a series again. The twin in Lua is store/lua/settle.ts.
import { type AlertState, LEASE_MS, MAX_NEWS_AGE_MS, type Pending, type Policy, RETRY_MS } from './alert-state.js'
import { nextStep } from './cooldown.js'

/** The moment of a settlement, by the store's clock, and the rule as it is then. */
export interface Moment {
  readonly nowMs: number
  readonly policy: Policy
}

/** What became of a claim. */
export type Settlement =
  /** It was told: the cooldown starts. */
  | { readonly kind: 'delivered' }
  /** The next attempt comes after a while, by whoever is there. */
  | { readonly kind: 'postponed'; readonly waitMs: number; readonly wasTried: boolean }
  /** The receiver refused it: the next attempt comes with another config, a crossing after a cooldown, or after a while. */
  | { readonly kind: 'parked'; readonly waitMs: number }
  /** The receiver is gone: only another config brings it back. */
  | { readonly kind: 'gone' }
  /** It was too old. */
  | { readonly kind: 'abandoned' }
  /** The holder goes on, for another lease. */
  | { readonly kind: 'renewed' }

/** Which claim is settled: whose, of what, and under which config it was made. */
export interface ClaimRef {
  readonly id: string
  readonly holder: string
  readonly configVersion: string
}

/** The state after that; the same where this alert is no longer pending or, unless it was delivered, no longer the holder's. */
export function settle(
  state: AlertState,
  { id, holder, configVersion }: ClaimRef,
  settlement: Settlement,
  { nowMs, policy }: Moment,
): AlertState {
  const { pending } = state
  if (pending?.id !== id) return state
  if (settlement.kind === 'delivered') return settleDelivered(state, pending, nowMs, policy)
  if (pending.holder !== holder) return state
  const released = { ...pending, holder: '' }
  switch (settlement.kind) {
    case 'renewed':
      return { ...state, pending: { ...pending, untilMs: nowMs + LEASE_MS } }
    case 'postponed': {
      const tries = pending.tries - (settlement.wasTried ? 0 : 1)
      return { ...state, pending: { ...released, tries, untilMs: nowMs + settlement.waitMs } }
    }
    case 'parked': {
      const parked = { configVersion, crossingFromMs: nowMs + policy.cooldownMs }
      return { ...state, pending: { ...released, parked, untilMs: nowMs + settlement.waitMs } }
    }
    case 'gone': {
      const untilMs = pending.raisedAtMs + MAX_NEWS_AGE_MS
      return { ...state, pending: { ...released, parked: { configVersion, crossingFromMs: untilMs }, untilMs } }
    }
    case 'abandoned':
      return { ...state, pending: undefined, episode: pending.facts.kind === 'firing' ? state.episode : undefined }
    default:
      return settlement satisfies never
  }
}

function settleDelivered(state: AlertState, pending: Pending, nowMs: number, policy: Policy): AlertState {
  const { told, episode } = state
  if (pending.facts.kind === 'resolved') return { ...state, pending: undefined, episode: undefined }
  const { id, draft, destination, count, raisedAtMs } = pending
  const begun = { sinceMs: raisedAtMs, peak: count, total: count, quietFromMs: undefined }
  return {
    ...state,
    pending: undefined,
    told: { atMs: nowMs, step: nextStep(told, raisedAtMs, policy) },
    episode: policy.sendResolved ? { ...(episode ?? begun), told: { id, draft, destination } } : undefined,
  }
}

/** When somebody should look at this series again though no error comes; undefined where nothing is open. */
export function dueAt({ pending, episode }: AlertState, { nowMs, policy }: Moment): number | undefined {
  // What is pending comes first: while it is told there is nothing else to do.
  if (pending !== undefined) return pending.untilMs > nowMs ? pending.untilMs : nowMs + RETRY_MS
  return episode && Math.max((episode.quietFromMs ?? nowMs) + policy.windowMs, nowMs + 1)
}
