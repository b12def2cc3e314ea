// The decision, pure: what is known of a series' counts and its last alert, and what follows. The memory store and the backtest call
// it; store/lua/ makes the same decision in Redis, and one contract suite with one naive model holds both to it.
import { type AlertState, type Episode, type Facts, LEASE_MS, type Pending, type Policy } from './alert-state.js'
import { cooldownAfter } from './cooldown.js'

export interface Situation {
  readonly nowMs: number
  readonly policy: Policy
  readonly destination: string
  /** Where this process has seen the config move this rule away from: news for there go to `destination` now. */
  readonly earlierDestinations: readonly string[]
  /** Tells one config document from another. */
  readonly configVersion: string
  /** Who claims, where something is to be told. */
  readonly holder: string
  /** An attempt that is scheduled for later is made now. */
  readonly isForced: boolean
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
  | 'triedAgain'
  | 'resolved'
  | 'belowThreshold'
  | 'nothingNew'
  | 'cooling'
  /** Another process tells what is pending, or is about to. */
  | 'pendingElsewhere'
  /** The next attempt is not due yet. */
  | 'waiting'

export interface Decision {
  readonly reason: Reason
  readonly state: AlertState
  /** What is to be told now, and by nobody else until the lease runs out. */
  readonly claim: Pending | undefined
}

export function decide(before: AlertState, situation: Situation): Decision {
  const { nowMs, policy, total, fresh, holder, destination } = situation
  const isReached = total >= policy.threshold
  const state = dropVoid({ ...before, episode: nextEpisode(before.episode, situation) }, situation)
  const { pending, told, episode } = state
  const isFiring = pending?.facts.kind === 'firing'
  // Raised is raised: a cooldown that was made longer since does not take it back.
  const isStale = isFiring && told !== undefined && told.atMs <= pending.raisedAtMs
  const isCooling = told !== undefined && !isStale && nowMs < told.atMs + cooldownAfter(told.step, policy)
  const isCrossing = fresh > 0 && isReached && !isCooling
  const suppressed = state.suppressed + (isFiring || isCooling ? fresh : 0)

  const quiet = (reason: Reason): Decision => ({ reason, state: { ...state, suppressed }, claim: undefined })
  const claim = (reason: Reason, news: Pending, rest: Partial<AlertState>): Decision => {
    const tries = news.tries + 1
    const claimed = { ...news, tries, destination, holder, untilMs: nowMs + LEASE_MS, parked: undefined }
    return { reason, state: { ...state, ...rest, pending: claimed }, claim: claimed }
  }

  if (isFiring) {
    if (isHeld(pending, nowMs)) return quiet('pendingElsewhere')
    if (isOurs(pending, situation)) {
      if (isCooling || !isTurn(pending, situation, isCrossing)) return quiet('waiting')
      return claim('triedAgain', pending, { suppressed })
    }
    if (pending.parked === undefined && nowMs < pending.untilMs) return quiet('pendingElsewhere')
    // Nobody is telling it and it is not for our destination: the next crossing replaces it.
  }
  if (isCrossing) {
    const { firstSeenMs, lastSeenMs } = situation
    const facts: Facts = { kind: 'firing', suppressed: state.suppressed, firstSeenMs, lastSeenMs }
    // Whoever is telling that the errors have stopped ends that episode; this is another one.
    const going = pending?.facts.kind === 'resolved' ? undefined : episode
    const begun = { sinceMs: nowMs, peak: total, total, quietFromMs: situation.endsAtMs, told: undefined }
    const rest = { suppressed: 0, episode: policy.sendResolved ? (going ?? begun) : undefined }
    return claim('raised', news(facts, total, situation.draft, situation), rest)
  }
  if (pending?.facts.kind === 'resolved') {
    if (isHeld(pending, nowMs)) return quiet('pendingElsewhere')
    if (!isTurn(pending, situation, false)) return quiet('waiting')
    return claim('triedAgain', pending, { suppressed })
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
  if (pending?.facts.kind === 'resolved' && !isHeld(pending, nowMs)) {
    if (total >= policy.threshold) return { ...state, pending: undefined }
    if (pending.destination !== destination || !policy.sendResolved)
      return { ...state, pending: undefined, episode: undefined }
  }
  const isUntold = episode !== undefined && pending === undefined && episode.told?.destination !== destination
  return isUntold && isOver(episode, situation) ? { ...state, episode: undefined } : state
}

function isHeld({ holder, untilMs }: Pending, nowMs: number): boolean {
  return holder !== '' && nowMs < untilMs
}

function isOurs(pending: Pending, { destination, earlierDestinations }: Situation): boolean {
  return pending.destination === destination || earlierDestinations.includes(pending.destination)
}

/** Whether news that are ours, and that nobody is telling, are to be told now. */
function isTurn({ destination, untilMs, parked }: Pending, situation: Situation, isCrossing: boolean): boolean {
  const { nowMs, configVersion, isForced } = situation
  if (nowMs >= untilMs || destination !== situation.destination) return true
  if (parked === undefined) return isForced
  return parked.configVersion !== configVersion || (isCrossing && nowMs >= parked.crossingFromMs)
}

function isOver({ quietFromMs }: Episode, { nowMs, policy }: Situation): boolean {
  return quietFromMs !== undefined && nowMs >= quietFromMs + policy.windowMs
}

function news(facts: Facts, count: number, draft: string, situation: Situation): Pending {
  const { nowMs, destination, newId } = situation
  const none = { holder: '', untilMs: 0, tries: 0, parked: undefined }
  return { id: newId(), facts, count, draft, destination, raisedAtMs: nowMs, ...none }
}
