// When to try again: soon at first, since people wait for alerts, then hourly, never two processes of a fleet in step.
import { MAX_RETRY_AFTER_MS } from './retry-after.js'

/** How long to wait after the first failed attempt, the second, and so on; the last stays. */
const WAITS_MS = [2_000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000] as const
const LAST_WAIT_MS = 3_600_000

/** Between attempts at an alert that its receiver rejected: only somebody who changes the config can help it. */
export const PARKED_RETRY_MS = 1_800_000

/** Each wait is up to so much longer or shorter. */
const JITTER_RATIO = 0.2

/** How long to wait from the end of the last of so many failed attempts (>= 1); never less than the receiver asked for. */
export function waitAfterMs(attempts: number, retryAfterMs: number | undefined, random: () => number): number {
  const waitMs = jittered(WAITS_MS[attempts - 1] ?? LAST_WAIT_MS, random)
  return Math.max(waitMs, Math.min(retryAfterMs ?? 0, MAX_RETRY_AFTER_MS))
}

/** How long an alert that was rejected is left alone. */
export function parkedWaitMs(random: () => number): number {
  return jittered(PARKED_RETRY_MS, random)
}

function jittered(waitMs: number, random: () => number): number {
  return Math.round(waitMs * (1 + JITTER_RATIO * (2 * random() - 1)))
}
