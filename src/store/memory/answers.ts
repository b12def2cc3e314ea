// What the memory store answers of a decision.
import type { AlertState, Pending } from '../../rule/alert-state.js'
import { cooldownAfter } from '../../rule/cooldown.js'
import type { Situation } from '../../rule/decide.js'
import type { Claim } from '../store.js'

/** The one revision: without Redis the config never changes. So a rule has one destination, too, and state is kept by series alone. */
export const REVISION = ''

/** A claim for the port, of a notice that was just leased. */
export function toClaim(
  { id, facts, count, tries, draft, raisedAtMs }: Pending,
  holder: string,
  nowMs: number,
  isNew: boolean,
): Claim {
  return { id, holder, revision: REVISION, fleet: '', facts, count, tries, draft, ageMs: nowMs - raisedAtMs, isNew }
}

/** For how long the series raises no alert, as in `Tallied.quietMs`. */
export function quietMsOf({ pending, delivery }: AlertState, { nowMs, policy }: Situation): number {
  const coolingMs =
    delivery === undefined ? 0 : Math.max(0, delivery.atMs + cooldownAfter(delivery.step, policy) - nowMs)
  if (pending === undefined) return coolingMs
  const { turn } = pending
  const waitMs = (turn.kind === 'parked' ? turn.crossingFromMs : turn.untilMs) - nowMs
  return Math.max(1, coolingMs, waitMs)
}
