// The decision, pure: what is known of a series' counts and its last alert, and what follows. The memory store and the backtest call
// it; store/lua/ makes the same decision in Redis, and one contract suite with one naive model holds both to it.
import { type CooldownShape, cooldownAfter, nextStep, type Told } from './cooldown.js'

/** How long a claim holds before another process may take the alert over: more than twice an attempt's deadline. */
export const LEASE_MS = 10_000
/** When news that could not be told are tried again, where no error does so before. */
export const RETRY_MS = 10_000

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
  /** Claims so far. */
  readonly tries: number
  /** When the claim of whoever is telling it runs out; 0 once released after a failed attempt, for the next error to try. */
  readonly leasedUntilMs: number
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

export interface Situation {
  readonly nowMs: number
  readonly policy: Policy
  readonly destination: string
  /** Errors in the window, the new ones included. */
  readonly total: number
  /** Errors that this batch newly counted; without one no alert is raised. */
  readonly fresh: number
  /** When the count fell below the threshold before this batch; undefined where it did not. */
  readonly fellAtMs: number | undefined
  /** When it will fall below by itself, as tumbling windows do. */
  readonly endsAtMs: number | undefined
  readonly firstSeenMs: number | undefined
  readonly lastSeenMs: number | undefined
  readonly draft: string
  readonly newId: () => string
}

export type Reason =
  | 'raised'
  /** News that were found before: their attempt failed, or whoever held them is gone. */
  | 'takenOver'
  | 'resolved'
  | 'belowThreshold'
  | 'nothingNew'
  | 'cooling'
  | 'pendingElsewhere'

export interface Decision {
  readonly reason: Reason
  readonly state: AlertState
  /** What is to be told now, and by nobody else until the lease runs out. */
  readonly claim: Pending | undefined
}

export function decide(before: AlertState, situation: Situation): Decision {
  const { nowMs, policy, total, fresh, destination } = situation
  const isReached = total >= policy.threshold
  const state = dropVoid({ ...before, episode: nextEpisode(before.episode, situation) }, situation)
  const { pending, told, episode } = state
  const isLeased = pending !== undefined && pending.leasedUntilMs > nowMs
  const isCooling = told !== undefined && nowMs < told.atMs + cooldownAfter(told.step, policy)
  const suppressed = state.suppressed + (pending?.facts.kind === 'firing' || isCooling ? fresh : 0)

  const quiet = (reason: Reason): Decision => ({ reason, state: { ...state, suppressed }, claim: undefined })
  const claim = (reason: Reason, news: Pending, rest: Partial<AlertState>): Decision => {
    const claimed = { ...news, leasedUntilMs: nowMs + LEASE_MS }
    return { reason, state: { ...state, ...rest, pending: claimed }, claim: claimed }
  }

  if (pending?.facts.kind === 'firing') {
    if (isLeased) return quiet('pendingElsewhere')
    if (pending.destination === destination) {
      // Raised is raised: a cooldown that was made longer since does not take it back.
      if (pending.leasedUntilMs === 0 && fresh === 0) return quiet('nothingNew')
      return claim('takenOver', { ...pending, tries: pending.tries + 1 }, { suppressed })
    }
    // Nobody is telling it and it is not for our destination: the next crossing replaces it.
  }
  if (fresh > 0 && isReached && !isCooling) {
    const { firstSeenMs, lastSeenMs } = situation
    const facts: Facts = { kind: 'firing', suppressed: state.suppressed, firstSeenMs, lastSeenMs }
    // Whoever is telling that the errors have stopped ends that episode; this is another one.
    const going = pending?.facts.kind === 'resolved' ? undefined : episode
    const begun = { sinceMs: nowMs, peak: total, total, quietFromMs: situation.endsAtMs, told: undefined }
    const rest = { suppressed: 0, episode: policy.sendResolved ? (going ?? begun) : undefined }
    return claim('raised', news(facts, total, situation.draft, situation), rest)
  }
  if (pending?.facts.kind === 'resolved') {
    if (isLeased) return quiet('pendingElsewhere')
    return claim('takenOver', { ...pending, tries: pending.tries + 1 }, { suppressed })
  }
  if (episode?.told !== undefined && pending === undefined && isOver(episode, situation)) {
    const { peak, total: all, sinceMs, quietFromMs = sinceMs } = episode
    const durationMs = Math.max(0, quietFromMs - sinceMs)
    const facts: Facts = { kind: 'resolved', alertId: episode.told.id, durationMs, peak, total: all }
    return claim('resolved', news(facts, total, episode.told.draft, situation), { suppressed })
  }
  if (isReached && fresh > 0) return quiet('cooling')
  return quiet(isReached ? 'nothingNew' : 'belowThreshold')
}

/** How telling ended: the cooldown starts, or it is tried again. */
export type Settlement = 'delivered' | 'released'

/** The state after that; the same where this alert is no longer pending. */
export function settle(
  state: AlertState,
  alertId: string,
  settlement: Settlement,
  { nowMs, policy }: Pick<Situation, 'nowMs' | 'policy'>,
): AlertState {
  const { pending, told, episode } = state
  if (pending?.id !== alertId) return state
  const isFiring = pending.facts.kind === 'firing'
  if (settlement === 'released')
    return { ...state, pending: { ...pending, leasedUntilMs: isFiring ? 0 : nowMs + RETRY_MS } }
  if (!isFiring) return { ...state, pending: undefined, episode: undefined }
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
export function dueAt(
  { pending, episode }: AlertState,
  { nowMs, policy }: Pick<Situation, 'nowMs' | 'policy'>,
): number | undefined {
  // What is pending comes first: while it is told there is nothing else to do, and once released an error tries it again.
  if (pending !== undefined) {
    if (pending.leasedUntilMs === 0) return undefined
    return pending.leasedUntilMs > nowMs ? pending.leasedUntilMs : nowMs + RETRY_MS
  }
  return episode && Math.max((episode.quietFromMs ?? nowMs) + policy.windowMs, nowMs + 1)
}

function nextEpisode(episode: Episode | undefined, situation: Situation): Episode | undefined {
  const { policy, total, fresh, nowMs, fellAtMs, endsAtMs } = situation
  if (episode === undefined || !policy.sendResolved) return undefined
  const quietFromMs = total >= policy.threshold ? endsAtMs : (episode.quietFromMs ?? fellAtMs ?? nowMs)
  return { ...episode, peak: Math.max(episode.peak, total), total: episode.total + fresh, quietFromMs }
}

/** News that the errors have stopped, which nobody is telling, are void once they are back, or where they may not be told. */
function dropVoid(state: AlertState, situation: Situation): AlertState {
  const { nowMs, policy, total, destination } = situation
  const { pending, episode } = state
  if (pending?.facts.kind === 'resolved' && pending.leasedUntilMs <= nowMs) {
    if (total >= policy.threshold) return { ...state, pending: undefined }
    if (pending.destination !== destination || !policy.sendResolved)
      return { ...state, pending: undefined, episode: undefined }
  }
  const isUntold = episode !== undefined && pending === undefined && episode.told?.destination !== destination
  return isUntold && isOver(episode, situation) ? { ...state, episode: undefined } : state
}

function isOver({ quietFromMs }: Episode, { nowMs, policy }: Situation): boolean {
  return quietFromMs !== undefined && nowMs >= quietFromMs + policy.windowMs
}

function news(facts: Facts, count: number, draft: string, { nowMs, destination, newId }: Situation): Pending {
  return { id: newId(), facts, count, draft, destination, raisedAtMs: nowMs, tries: 1, leasedUntilMs: 0 }
}
