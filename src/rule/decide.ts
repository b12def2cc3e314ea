// The decision, pure: takes a series' counts and the state of its alerts, gives the next state and says whether the caller has
// something to deliver. The memory store calls it, also for the backtest; store/redis/lua/decision.ts makes the same decision in
// Redis. One contract suite with one naive model holds both to it.
import { isReached } from '../share.js'
import {
  type AlertState,
  type EndingEpisode,
  type Episode,
  type Facts,
  leaseMs,
  type Pending,
  type Policy,
  whole,
} from './alert-state.js'
import { cooldownAfter, nextStreak } from './cooldown.js'

/** What a decision depends on, beside the state of the alerts. */
export interface Situation {
  readonly nowMs: number
  /** When the decision is made, in ms since the epoch; `nowMs` is on the store's own clock. */
  readonly epochMs: number
  readonly policy: Policy
  /** Names the state of the config: a notice that was refused under another one is tried again. */
  readonly revision: string
  /** Names the claim that the caller gets if there is something to deliver. */
  readonly holder: string
  /** Whether an attempt that is scheduled for later is made now. */
  readonly isForced: boolean
  /** Whether the store was out of reach of the caller just now: others may still have errors of that time. */
  readonly isReturning: boolean
  /** Whether an alert of `(many)` tells of a crossing, so that it raises none of its own. */
  readonly isTold?: boolean
  /** Whether operators have muted the series for now. */
  readonly isSilenced: boolean
  /** Errors in the window, the new ones included. */
  readonly total: number
  /** Requests in the window, the errors among them, where the rule has `percent`; 0 elsewhere. */
  readonly requests: number
  /** Errors that were counted since the last decision; where there are none no alert is raised. */
  readonly fresh: number
  /** Errors that were not counted, since they are of new kinds and no alert may be raised now. */
  readonly withheld: number
  /** When the count fell below the threshold, before this batch was added; undefined where it did not. */
  readonly fellAtMs: number | undefined
  /** When the count's tumbling window ends; undefined for a sliding one. */
  readonly endsAtMs: number | undefined
  /** When the newest error of this batch happened, on the same clock as `nowMs`; undefined where it has none. */
  readonly latestMs: number | undefined
  /** When the window's first error happened, in ms since the epoch; undefined where the store does not know. */
  readonly firstSeenMs: number | undefined
  /** When the window's last error happened, in ms since the epoch; undefined where the store does not know. */
  readonly lastSeenMs: number | undefined
  readonly draft: string
  readonly newId: () => string
}

export interface Decision {
  readonly state: AlertState
  /** The notice that the caller is to deliver now; nobody else may until the lease ends. */
  readonly claim: Pending | undefined
}

/** Decides for one series and one destination; a store calls it for each entry that is judged. */
export function decide(before: AlertState, situation: Situation): Decision {
  return decideOn({ ...before, episode: followed(before.episode, situation) }, situation)
}

/** Decides for a series whose episode has been followed. */
export function decideOn(followed: AlertState, situation: Situation): Decision {
  const { policy, total, fresh, withheld } = situation
  const isCrossing = fresh > 0 && isCrossed(situation)
  const state = withoutVoidEnd(followed, situation)
  const { pending, delivery, episode } = state
  const isFree = isFreeToRaise(state, situation)
  const suppressed = state.suppressed + withheld + (isFree ? 0 : fresh)

  // A pending end does not hold this back, even where a process is delivering it: it belongs to the episode before.
  if (isCrossing && isFree) {
    const known = { ...state, suppressed }
    return situation.isTold === true ? quiet(known) : raise(known, situation)
  }
  // A cooldown delays neither an end nor an alert that was raised before another destination's delivery began it, and no silence does.
  if (pending !== undefined) return take({ ...state, suppressed }, situation, isCrossing)
  if (policy.sendResolved && episode !== undefined && isOver(episode, situation)) {
    const { peak, total: all, sinceMs, told } = whole(episode)
    if (told === undefined) return quiet({ ...state, suppressed })
    const durationMs = Math.max(0, (episode.quietFromMs ?? sinceMs) - sinceMs)
    const since = delivery?.streak && { sinceMs: delivery.streak.sinceMs }
    const facts: Facts = { kind: 'resolved', alertId: told.id, durationMs, peak, total: all, ...since }
    return claimed({ ...state, suppressed }, newPending(facts, total, told.draft, situation), situation)
  }
  return quiet({ ...state, suppressed })
}

/** Whether a series that crosses its threshold may raise an alert: none of it is pending, no cooldown runs, and no silence does. */
export function isFreeToRaise(
  { pending, delivery }: AlertState,
  { nowMs, policy, isSilenced }: Pick<Situation, 'nowMs' | 'policy' | 'isSilenced'>,
): boolean {
  if (isSilenced || pending?.facts.kind === 'firing') return false
  return delivery === undefined || nowMs >= delivery.atMs + cooldownAfter(delivery.step, policy)
}

/** Claims what is pending, where it is the caller's turn. */
export function take(state: AlertState, situation: Situation, isCrossing: boolean): Decision {
  const { pending } = state
  if (pending === undefined) return quiet(state)
  const isTaken = pending.facts.kind === 'firing' || situation.policy.sendResolved
  return isTaken && isTurn(pending, situation, isCrossing) ? claimed(state, pending, situation) : quiet(state)
}

function quiet(state: AlertState): Decision {
  return { state, claim: undefined }
}

/**
 * Leases a notice to the caller. An episode begins with the first claim of an alert by a rule with `sendResolved`, also where a
 * process without that flag raised the alert.
 */
function claimed(state: AlertState, pending: Pending, situation: Situation, before?: EndingEpisode): Decision {
  const { nowMs, policy, holder } = situation
  const claim: Pending = { ...pending, turn: { kind: 'leased', holder, untilMs: nowMs + leaseMs(policy) } }
  const isBegun = policy.sendResolved && pending.facts.kind === 'firing'
  const begun = isBegun ? { ...begin(pending, situation), before } : undefined
  return { state: { ...state, pending: claim, episode: state.episode ?? begun }, claim }
}

/** An episode that begins with an alert of so many errors. */
export function begin(
  { count, raisedAtMs }: Pick<Pending, 'count' | 'raisedAtMs'>,
  { latestMs, endsAtMs }: Situation,
): Episode {
  return {
    sinceMs: raisedAtMs,
    peak: count,
    total: count,
    lastErrorMs: latestMs ?? raisedAtMs,
    quietFromMs: endsAtMs,
    told: undefined,
    before: undefined,
  }
}

/** Raises an alert, which the caller is to deliver; of its errors the episode that goes on has `counted` already. */
export function raise(state: AlertState, situation: Situation, counted: number = situation.total): Decision {
  const { policy, total, requests, firstSeenMs, lastSeenMs, draft, nowMs, epochMs } = situation
  const streak = nextStreak(state.delivery, { raisedAtMs: nowMs, epochMs }, policy)
  const share = requests > 0 ? { requests } : {}
  const facts: Facts = { kind: 'firing', suppressed: state.suppressed, firstSeenMs, lastSeenMs, ...streak, ...share }
  const before = policy.sendResolved ? endingOf(state, counted) : undefined
  const episode = before === undefined ? state.episode : undefined
  return claimed({ ...state, suppressed: 0, episode }, newPending(facts, total, draft, situation), situation, before)
}

/** The episode whose end is being delivered, as an alert of `count` errors takes its place; undefined where none is. */
function endingOf({ pending, episode }: AlertState, count: number): EndingEpisode | undefined {
  if (pending?.facts.kind !== 'resolved' || episode === undefined) return undefined
  const { total, ...all } = whole(episode)
  return { ...all, endId: pending.id, total: Math.max(0, total - count) }
}

/** The episode with this batch's errors in it. A rule without `sendResolved` leaves it as it is: another process may have the flag. */
export function followed(episode: Episode | undefined, situation: Situation): Episode | undefined {
  const { policy, total, fresh, nowMs, fellAtMs, endsAtMs, latestMs, isReturning } = situation
  if (episode === undefined || !policy.sendResolved) return episode
  const lastErrorMs = Math.max(episode.lastErrorMs, latestMs ?? episode.lastErrorMs)
  // Where no process looked as the count fell, it fell a window after the last error at the latest. That the share alone fell is known since
  // this look.
  const latestFallMs = total >= policy.threshold ? nowMs : Math.min(nowMs, episode.lastErrorMs + policy.windowMs)
  // Other errors of an outage may be on their way, from the caller and from others, so quiet begins with its return.
  const quietMs = isReturning ? nowMs : (episode.quietFromMs ?? fellAtMs ?? latestFallMs)
  const quietFromMs = isCrossed(situation) ? endsAtMs : quietMs
  return {
    ...episode,
    peak: Math.max(episode.peak, total),
    total: episode.total + fresh,
    lastErrorMs,
    quietFromMs,
  }
}

/**
 * Drops a pending end once the errors are back, unless a process is delivering it. Drops an episode that is over and of which
 * no alert was delivered or is pending: no receiver waits for its end.
 */
export function withoutVoidEnd(state: AlertState, situation: Situation): AlertState {
  const { nowMs, policy } = situation
  const { pending, episode } = state
  if (!policy.sendResolved) return state
  if (pending?.facts.kind === 'resolved' && !isLeased(pending, nowMs) && isCrossed(situation))
    return { ...state, pending: undefined }
  const isUntold = episode !== undefined && whole(episode).told === undefined && pending === undefined
  return isUntold && isOver(episode, situation) ? { ...state, episode: undefined } : state
}

function isLeased({ turn }: Pending, nowMs: number): boolean {
  return turn.kind === 'leased' && nowMs < turn.untilMs
}

/** Whether the caller may deliver a notice now; `isCrossing` says that new errors came and the threshold is reached. */
function isTurn({ turn }: Pending, { nowMs, revision, isForced }: Situation, isCrossing: boolean): boolean {
  if (nowMs >= turn.untilMs) return true
  switch (turn.kind) {
    case 'leased':
      return false
    case 'waiting':
      return isForced
    case 'parked':
      return turn.revision !== revision || (isCrossing && nowMs >= turn.crossingFromMs)
    default:
      return turn satisfies never
  }
}

/** Whether the window has as many errors as an alert needs, and as large a share of its requests. */
export function isCrossed({ total, requests, policy }: Situation): boolean {
  return isReached({ count: total, requests }, policy)
}

/** Whether the errors have stopped for a whole window. */
export function isOver({ quietFromMs }: Episode, { nowMs, policy }: Situation): boolean {
  return quietFromMs !== undefined && nowMs >= quietFromMs + policy.windowMs
}

function newPending(facts: Facts, count: number, draft: string, { nowMs, newId }: Situation): Pending {
  const turn = { kind: 'waiting', untilMs: nowMs } as const
  return { id: newId(), facts, count, draft, raisedAtMs: nowMs, tries: 0, turn }
}
