// PagerDuty's Events API v2, https://developer.pagerduty.com/docs/events-api-v2-overview. The secret is the routing key, and
// stands in the body.
import { incidentKey } from '../../alert/incident-key.js'
import type { Payload, ThresholdPayload } from '../../alert/payload.js'
import { severityOf } from '../../alert/severity.js'
import { toWords } from '../../alert/words.js'
import { isTimestamp, oneLine } from '../../text.js'
import type { Body, Sender } from './body.js'
import { fit } from './fit.js'
import { JSON_TYPE } from './json.js'
import { within } from './within.js'

/** Longest summary in characters: PagerDuty's own limit. */
const MAX_SUMMARY_LENGTH = 1024
/** Of the 512 KB that an event may have. */
const MAX_DETAILS_BYTES = 400_000
/** Longest host or service name in characters. */
const MAX_NAME_LENGTH = 255

/** A `trigger` opens an incident, and the `resolve` with the same `dedup_key` closes it. */
export function toPagerDuty(payload: Payload, { secret, fleet }: Sender): Body {
  const action = payload.type === 'log_error_resolved' ? 'resolve' : 'trigger'
  const { links } = toWords(payload)
  const event = {
    routing_key: secret,
    event_action: action,
    dedup_key: incidentKey(payload, fleet),
    ...(payload.type === 'log_error_threshold' && {
      payload: alertOf(payload),
      client: 'logsiren',
      ...(links.length > 0 && {
        links: links.map(({ name, url }) => ({ href: url, text: fit(name, MAX_NAME_LENGTH) })),
      }),
    }),
  }
  return { contentType: JSON_TYPE, text: JSON.stringify(event), holdsSecret: true }
}

function alertOf(payload: ThresholdPayload): object {
  const { title, where } = toWords(payload)
  const { links: _, ...details } = payload
  const { service, hostname, last_seen, sent_at, test } = payload
  return {
    summary: fit(title, MAX_SUMMARY_LENGTH),
    source: named(hostname) || named(service) || 'logsiren',
    severity: severityOf(payload) ?? (test === true ? 'error' : 'critical'),
    timestamp: isTimestamp(last_seen) ? last_seen : sent_at,
    ...(named(service) !== '' && { component: named(service) }),
    ...(where !== '' && { group: where }),
    class: payload.type,
    custom_details: readable(within(details, MAX_DETAILS_BYTES)),
  }
}

function named(text: string | undefined): string {
  return fit(oneLine(text ?? ''), MAX_NAME_LENGTH)
}

/** The payload's own members; each text on one line, for people to read. */
function readable(value: unknown): unknown {
  if (typeof value === 'string') return oneLine(value)
  if (Array.isArray(value)) return value.map(readable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [oneLine(name), readable(member)]))
}
