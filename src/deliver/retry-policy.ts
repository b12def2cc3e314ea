// What follows from an attempt that failed: pure, one place for the whole policy of delivery.

import type { Settlement } from '../rule/settle.js'
import type { Outcome } from './outcome.js'
import { parkedWaitMs, waitAfterMs } from './retry-schedule.js'

export type Failure = Exclude<Outcome, { readonly kind: 'delivered' }>

export interface Verdict {
  readonly settlement: Settlement
  /** How long other news for the same destination wait behind these. */
  readonly pauseMs: number
}

/** News that keep failing alone hold up others for no longer than this, unless the receiver asks for it. */
const MAX_PAUSE_MS = 30_000

/** `tries` are the attempts so far; `leftMs` is how long the news are worth telling. */
export function verdictOn(failure: Failure, tries: number, leftMs: number, random: () => number): Verdict {
  switch (failure.kind) {
    case 'retry': {
      const { retryAfterMs } = failure
      const waitMs = Math.min(waitAfterMs(tries, retryAfterMs, random), leftMs)
      const pauseMs = retryAfterMs === undefined ? Math.min(waitMs, MAX_PAUSE_MS) : waitMs
      return { settlement: { kind: 'postponed', waitMs, wasTried: true }, pauseMs }
    }
    case 'rejected':
      return { settlement: { kind: 'parked', waitMs: Math.min(parkedWaitMs(random), leftMs) }, pauseMs: 0 }
    case 'gone':
      return { settlement: { kind: 'gone' }, pauseMs: 0 }
    default:
      return failure satisfies never
  }
}

/** What becomes of the news, in words for a warning. */
export function describeSettlement(settlement: Settlement): string {
  switch (settlement.kind) {
    case 'postponed':
      return `it is tried again in ${Math.ceil(settlement.waitMs / 1000)} s`
    case 'parked':
      return 'it is kept, and tried again when the config changes and now and then until it is a day old'
    case 'gone':
      return 'nothing is sent there any more until the config changes'
    default:
      return 'it is not tried again'
  }
}
