// What follows from a failed attempt, and when the next one comes: the whole policy of delivery in one place. Pure.
import { isChat } from '../config/formats.js'
import type { Format } from '../config/options.js'
import type { Settlement } from '../rule/settle.js'
import { span } from '../text.js'
import type { Outcome } from './outcome.js'
import { MAX_RETRY_AFTER_MS } from './retry-after.js'

export type Failure = Exclude<Outcome, { readonly kind: 'delivered' }>

/** What follows from a failed attempt. */
export interface Verdict {
  readonly settlement: Settlement & { readonly waitMs: number }
  /** How long other notices for the same destination wait; 0 where they need not. */
  readonly pauseMs: number
}

/** What an attempt was that failed. */
export interface Attempted {
  readonly format: Format
  /** Attempts so far, at least 1. */
  readonly tries: number
  /** Whether further notices of the same rule wait for the destination. @defaultValue false */
  readonly isCrowded?: boolean
  /** Time until the notice is a day old and given up; no wait is longer. */
  readonly leftMs: number
}

/** The waits after the first failed attempt, the second, and so on, in ms; `LONGEST_WAIT_MS` after every further one. */
const schedules = {
  /** Short at first, since people wait for alerts. */
  eager: [2_000, 10_000, 30_000, 60_000, 120_000, 300_000],
  /** Where a chat may have posted the message, each attempt may be read once more by everybody in it. */
  patient: [300_000],
} as const

/** The longest wait, unless the receiver asks for a longer one. */
const LONGEST_WAIT_MS = 600_000

/** The wait after a rejected attempt, half an hour: mostly only a changed config helps. */
const PARKED_RETRY_MS = 1_800_000

/** Each wait is longer or shorter by up to this share, so that the processes of a fleet do not retry in step. */
const JITTER_RATIO = 0.2

/**
 * A receiver that takes so many messages in a time says when it takes the next. It is believed for this many attempts at a notice, which come
 * about when it says; from then on the schedule counts.
 */
const PACED_TRIES = 10
/** The shortest wait for such a receiver, whatever it says. */
const SHORTEST_PACE_MS = 1000
/** Such a wait is longer by a share of the time that the receiver asked for, or of this where that is longer. */
const MAX_GRAIN_MS = 2000

/** Other notices wait no longer than this behind one that fails, unless the receiver asks for it: it may be the only one that fails. */
const MAX_PAUSE_MS = 30_000

/** What follows from a failed attempt. */
export function verdictOn(failure: Failure, attempted: Attempted, random: () => number): Verdict {
  const { format, tries, leftMs } = attempted
  if (failure.kind === 'rejected') {
    const waitMs = Math.min(jittered(PARKED_RETRY_MS, random), leftMs)
    return { settlement: { kind: 'parked', waitMs }, pauseMs: 0 }
  }
  const { retryAfterMs } = failure
  const isPaced = failure.reason === 'rateLimited' && retryAfterMs !== undefined
  if (isPaced && tries <= PACED_TRIES) {
    const waitMs = Math.min(paced(retryAfterMs, attempted, random), leftMs)
    return { settlement: { kind: 'postponed', waitMs }, pauseMs: waitMs }
  }
  const schedule = mayHaveArrived(failure) && isChat(format) ? 'patient' : 'eager'
  const round = isPaced ? tries - PACED_TRIES : tries
  const plannedMs = jittered(schedules[schedule][round - 1] ?? LONGEST_WAIT_MS, random)
  const askedMs = Math.min(retryAfterMs ?? 0, MAX_RETRY_AFTER_MS)
  const waitMs = Math.min(Math.max(Math.min(plannedMs, LONGEST_WAIT_MS), askedMs), leftMs)
  const pauseMs = retryAfterMs === undefined ? Math.min(waitMs, MAX_PAUSE_MS) : waitMs
  return { settlement: { kind: 'postponed', waitMs }, pauseMs }
}

/**
 * The wait for a receiver that says when it takes the next message. It takes that of the process of the fleet that comes first from then on. So in
 * a storm those that have many notices for it leave gaps, in which the few of other rules get through.
 */
function paced(retryAfterMs: number, { isCrowded = false }: Attempted, random: () => number): number {
  const askedMs = Math.max(Math.min(retryAfterMs, MAX_RETRY_AFTER_MS), SHORTEST_PACE_MS)
  const share = isCrowded ? 0.25 + random() : JITTER_RATIO * random()
  return Math.min(Math.round(askedMs + share * Math.min(askedMs, MAX_GRAIN_MS)), MAX_RETRY_AFTER_MS)
}

/** Whether the receiver may have got the whole request, and done what it was asked for. */
function mayHaveArrived(failure: Failure): boolean {
  return failure.kind === 'retry' && failure.reason === 'unanswered'
}

function jittered(waitMs: number, random: () => number): number {
  return Math.round(waitMs * (1 + JITTER_RATIO * (2 * random() - 1)))
}

/** What becomes of the notice, as a part of a warning's sentence. */
export function describeVerdict({ settlement }: Verdict, failure: Failure): string {
  if (settlement.kind === 'parked')
    return 'it is kept, and tried again about every half hour, at the next crossing after a cooldown, and when the config changes, until it is a day old'
  const unsure = mayHaveArrived(failure) ? 'may have arrived all the same, and ' : ''
  return `it ${unsure}is tried again in ${span(Math.ceil(settlement.waitMs / 1000))}`
}
