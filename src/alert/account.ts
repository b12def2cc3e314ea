// What operators are told of notices that are over with: little, since many of them are kept.
import { truncate } from '../text.js'
import type { Alert, Resolution } from './payload.js'

/** Of the sample's message so much is kept, in UTF-16 units. */
const MAX_MESSAGE_LENGTH = 300

/** JSON of an object: whose notice it was, and what it told. */
export function accountOf(notice: Alert | Resolution): string {
  const { id, rule, group_by, count, threshold, window_seconds, sample, degraded } = notice
  return JSON.stringify({
    id,
    kind: notice.facts.kind === 'firing' ? 'alert' : 'resolved',
    rule,
    ...(group_by !== undefined && { group_by }),
    count,
    threshold,
    window_seconds,
    sample: {
      status_code: sample.status_code,
      error_message: truncate(sample.error_message, MAX_MESSAGE_LENGTH).toWellFormed(),
    },
    ...(degraded !== undefined && { degraded }),
  })
}
