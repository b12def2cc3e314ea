// What operators are told of news that are over with: little, since many of them are kept.
import { truncate } from '../record/text.js'
import type { Alert, Resolution } from './payload.js'

/** Of the sample's message so much is kept, in UTF-16 units. */
const MAX_MESSAGE_LENGTH = 300

/** JSON of an object: whose news these were, and what they told. */
export function accountOf(news: Alert | Resolution): string {
  const { id, rule, group_by, count, threshold, window_seconds, sample, degraded } = news
  return JSON.stringify({
    id,
    kind: news.facts.kind === 'firing' ? 'alert' : 'resolved',
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
