// What follows from a failed attempt, and when the next one comes: the whole policy of delivery in one place. Pure.
import type { Settlement } from '../rule/settle.js'
import type { Outcome } from './outcome.js'
import { MAX_RETRY_AFTER_MS } from './retry-after.js'

export type Failure = Exclude<Outcome, { readonly kind: 'delivered' }>

/** What follows from a failed attempt. */
export interface Verdict {
  readonly settlement: Settlement & { readonly waitMs: number }
  /** How long other notices for the same destination wait; 0 where they need not. */
  readonly pauseMs: number
}

/** The wait after the first failed attempt, the second, and so on: short at first, since people wait for alerts. */
const WAITS_MS = [2_000, 10_000, 30_000, 60_000, 120_000, 300_000] as const
/** The longest wait, after every further attempt too, unless the receiver asks for a longer one. */
const LONGEST_WAIT_MS = 600_000

/** The wait after a rejected attempt, half an hour: mostly only a changed config helps. */
const PARKED_RETRY_MS = 1_800_000

/** Each wait is longer or shorter by up to this share, so that the processes of a fleet do not retry in step. */
const JITTER_RATIO = 0.2

/** Other notices wait no longer than this behind one that fails, unless the receiver asks for it: it may be the only one that fails. */
const MAX_PAUSE_MS = 30_000

/**
 * What follows from a failed attempt.
 *
 * @param tries - attempts so far, at least 1
 * @param leftMs - time until the notice is a day old and given up; no wait is longer
 */
export function verdictOn(failure: Failure, tries: number, leftMs: number, random: () => number): Verdict {
  if (failure.kind === 'rejected') {
    const waitMs = Math.min(jittered(PARKED_RETRY_MS, random), leftMs)
    return { settlement: { kind: 'parked', waitMs }, pauseMs: 0 }
  }
  const { retryAfterMs } = failure
  const waitMs = Math.min(waitAfterMs(tries, retryAfterMs, random), leftMs)
  const pauseMs = retryAfterMs === undefined ? Math.min(waitMs, MAX_PAUSE_MS) : waitMs
  return { settlement: { kind: 'postponed', waitMs }, pauseMs }
}

/** The wait from the end of the last of `attempts` failed attempts, at least 1, to the next; never less than the receiver asked for. */
export function waitAfterMs(attempts: number, retryAfterMs: number | undefined, random: () => number): number {
  const waitMs = Math.min(jittered(WAITS_MS[attempts - 1] ?? LONGEST_WAIT_MS, random), LONGEST_WAIT_MS)
  return Math.max(waitMs, Math.min(retryAfterMs ?? 0, MAX_RETRY_AFTER_MS))
}

function jittered(waitMs: number, random: () => number): number {
  return Math.round(waitMs * (1 + JITTER_RATIO * (2 * random() - 1)))
}

/** What becomes of the notice, as a part of a warning's sentence. */
export function describeVerdict({ settlement }: Verdict): string {
  if (settlement.kind === 'parked')
    return 'it is kept, and tried again when the config changes, and about every half hour, until it is a day old'
  return `it is tried again in ${Math.ceil(settlement.waitMs / 1000)} s`
}
