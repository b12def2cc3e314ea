// What follows from an attempt that failed, and when the next one comes: pure, one place for the whole policy of delivery.
import type { Settlement } from '../rule/settle.js'
import type { Outcome } from './outcome.js'
import { MAX_RETRY_AFTER_MS } from './retry-after.js'

export type Failure = Exclude<Outcome, { readonly kind: 'delivered' }>

export interface Verdict {
  readonly settlement: Settlement & { readonly waitMs: number }
  /** How long other notices for the same destination wait behind this one. */
  readonly pauseMs: number
}

/** How long to wait after the first failed attempt, the second, and so on: soon at first, since people wait for alerts. */
const WAITS_MS = [2_000, 10_000, 30_000, 60_000, 120_000, 300_000] as const
/** No wait is longer, unless the receiver asks for it. */
const LONGEST_WAIT_MS = 600_000

/** Between attempts at an alert that its receiver rejected: only somebody who changes the config can help it. */
const PARKED_RETRY_MS = 1_800_000

/** Each wait is up to so much longer or shorter, so that never two processes of a fleet are in step. */
const JITTER_RATIO = 0.2

/** A notice that keeps failing alone holds up others for no longer than this, unless the receiver asks for it. */
const MAX_PAUSE_MS = 30_000

/** `tries` are the attempts so far (>= 1); `leftMs` is how long the notice is worth delivering. */
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

/** How long to wait from the end of the last of so many failed attempts (>= 1); never less than the receiver asked for. */
export function waitAfterMs(attempts: number, retryAfterMs: number | undefined, random: () => number): number {
  const waitMs = Math.min(jittered(WAITS_MS[attempts - 1] ?? LONGEST_WAIT_MS, random), LONGEST_WAIT_MS)
  return Math.max(waitMs, Math.min(retryAfterMs ?? 0, MAX_RETRY_AFTER_MS))
}

function jittered(waitMs: number, random: () => number): number {
  return Math.round(waitMs * (1 + JITTER_RATIO * (2 * random() - 1)))
}

/** What becomes of the notice, in words for a warning. */
export function describeVerdict({ settlement }: Verdict): string {
  if (settlement.kind === 'parked')
    return 'it is kept, and tried again when the config changes and now and then until it is a day old'
  return `it is tried again in ${Math.ceil(settlement.waitMs / 1000)} s`
}
