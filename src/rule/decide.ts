// The decision, pure: given what is known of a rule's counts and its last alert, is there something to tell?
// The memory store calls it; the batch script makes the same decision in Lua, and one contract suite holds both to it.

export interface Situation {
  /** Errors in the window, the new ones included. */
  readonly total: number
  readonly threshold: number
  /** Errors that this batch newly counted; without one no alert is raised. */
  readonly fresh: number
  /** An alert of this rule was delivered less than a cooldown ago. */
  readonly isCooling: boolean
  /** An alert that was raised and not yet delivered. */
  readonly pending: PendingState | undefined
  readonly nowMs: number
}

export interface PendingState {
  /** When the claim of whoever is telling it runs out; 0 once released after a failed attempt. */
  readonly leasedUntilMs: number
  /** It is meant for the destination that the rule now has. */
  readonly isSameDestination: boolean
}

export type Decision =
  | { readonly kind: 'raise' }
  /** Tell an alert that was raised before: its attempt failed, or whoever held it is gone. */
  | { readonly kind: 'takeOver' }
  | { readonly kind: 'quiet'; readonly reason: 'belowThreshold' | 'nothingNew' | 'cooling' | 'pendingElsewhere' }

export function decide(situation: Situation): Decision {
  const { pending, fresh, nowMs } = situation
  if (pending !== undefined) {
    if (pending.leasedUntilMs > nowMs) return { kind: 'quiet', reason: 'pendingElsewhere' }
    if (pending.isSameDestination) {
      // Raised is raised: a cooldown that was made longer since does not take it back.
      const isReleased = pending.leasedUntilMs === 0
      return isReleased && fresh === 0 ? { kind: 'quiet', reason: 'nothingNew' } : { kind: 'takeOver' }
    }
    // Nobody is telling it and it is not for our destination: the next crossing replaces it.
  }
  if (fresh === 0) return { kind: 'quiet', reason: 'nothingNew' }
  if (situation.total < situation.threshold) return { kind: 'quiet', reason: 'belowThreshold' }
  return situation.isCooling ? { kind: 'quiet', reason: 'cooling' } : { kind: 'raise' }
}

/** How long a claim holds before another process may take the alert over: more than twice an attempt's deadline. */
export const LEASE_MS = 10_000
