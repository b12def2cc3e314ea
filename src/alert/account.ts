// The account of a notice that was delivered or given up, for operators. It is short, since the store keeps many.
import { truncate } from '../text.js'
import type { Alert, Resolution } from './payload.js'

/** At most this many UTF-16 units of the sample's message are kept. */
const MAX_MESSAGE_LENGTH = 300

/** JSON of an account: which notice it was, and what it said. */
export function accountOf(notice: Alert | Resolution): string {
  const { id, rule, group_by, count, threshold, percent, window_seconds, sample, degraded, facts } = notice
  return JSON.stringify({
    id,
    kind: facts.kind === 'firing' ? 'alert' : 'resolved',
    rule,
    ...(group_by !== undefined && { group_by }),
    count,
    ...(facts.kind === 'firing' && facts.requests !== undefined && { requests: facts.requests }),
    threshold,
    ...(percent !== undefined && { percent }),
    window_seconds,
    sample: {
      status_code: sample.status_code,
      error_message: truncate(sample.error_message, MAX_MESSAGE_LENGTH).toWellFormed(),
    },
    ...(degraded !== undefined && { degraded }),
  })
}
