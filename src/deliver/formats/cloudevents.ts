// CloudEvents 1.0 in structured mode, https://github.com/cloudevents/spec: an envelope around the payload.

import type { Payload } from '../../alert/payload.js'
import { toWords } from '../../alert/words.js'
import { oneLine } from '../../text.js'
import type { Body } from './body.js'
import { fit } from './fit.js'
import { within } from './within.js'

/** What the payload may take of the 64 KiB that an event may have. */
const MAX_DATA_BYTES = 63_000
const MAX_NAME_LENGTH = 60

/** `id` and `source` are the same in every attempt: a receiver recognizes a repeat by the two. */
export function toCloudEvents(payload: Payload): Body {
  const event = {
    specversion: '1.0',
    id: payload.id,
    source: sourceOf(payload),
    type: `logsiren.${payload.type}`,
    subject: toWords(payload).where || payload.rule,
    time: payload.sent_at,
    datacontenttype: 'application/json',
    data: within(payload, MAX_DATA_BYTES),
  }
  return { contentType: 'application/cloudevents+json; charset=utf-8', text: JSON.stringify(event) }
}

function sourceOf({ service = '' }: Payload): string {
  const name = fit(oneLine(service), MAX_NAME_LENGTH)
  return name === '' ? '/logsiren' : `/logsiren/${encodeURIComponent(name)}`
}
