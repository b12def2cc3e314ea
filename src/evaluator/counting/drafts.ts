// Makes the draft of an alert: what is kept with it from when it is raised, beside what the store knows.
import { type Draft, ruleMembers, writeDraft } from '../../alert/draft.js'
import { summarize } from '../../alert/evidence.js'
import { shapeOfPath } from '../../record/path-shape.js'
import type { LineDetails } from '../../record/reading/line-details.js'
import type { Series } from '../../rule/series.js'
import { toTimestamp, truncate } from '../../text.js'
import type { Shown } from './live-series.js'

/** An alert of a rule that counts only what is new shows so many new kinds at most. */
const MAX_NEW_SAMPLES = 20
/** UTF-16 units of a request's method and path. */
const MAX_REQUEST_LENGTH = 200

export interface DraftOptions {
  readonly hostname: string
  /** Whether this process raises the alert alone, since Redis is away. */
  readonly isDegraded?: boolean
}

/**
 * JSON of the draft: what the errors of the window have in common, the newest of them, and the service and host they
 * are of.
 */
export function draftOf({ rule, groupValues }: Series, shown: Shown, options: DraftOptions): string {
  const { hostname, isDegraded = false } = options
  const { sample, details, kind, happened } = shown
  const times = happened.map(({ atMs }) => atMs)
  const service = details?.service ?? ''
  const draft: Draft = {
    ...ruleMembers(rule),
    sample,
    ...(details !== undefined && details.path !== '' && { sample_request: requestText(details) }),
    ...(details !== undefined && details.traceId !== '' && { sample_trace_id: details.traceId }),
    ...(kind !== '' && { sample_kind: kind }),
    ...(groupValues !== undefined && { group_by: groupValues }),
    ...(rule.newOnly && { new_only: true as const }),
    ...(service !== '' && { service }),
    ...shownHostname(details, hostname),
    ...(times.length > 0 && {
      first_seen: toTimestamp(Math.min(...times)),
      last_seen: toTimestamp(Math.max(...times)),
    }),
    ...summarize(happened, rule.newOnly ? MAX_NEW_SAMPLES : undefined),
    ...(isDegraded && { degraded: true }),
  }
  return writeDraft(draft)
}

/** Method and path: `GET /orders/17`. What in a path may name a person or open a door is shown as in its shape. */
function requestText({ method, path }: LineDetails): string {
  const shown = path.split('/').map((segment) => {
    const shape = shapeOfPath(segment)
    return /<(?!n>)/.test(shape) || /\d{7}/.test(segment) ? shape : segment
  })
  return truncate(method === '' ? shown.join('/') : `${method} ${shown.join('/')}`, MAX_REQUEST_LENGTH)
}

/**
 * The host name of the line. That of the process stands in where the line has none, but not where the line's is
 * redacted.
 */
function shownHostname(details: LineDetails | undefined, hostname: string): Pick<Draft, 'hostname'> {
  if (details !== undefined && details.hostname === undefined) return {}
  return { hostname: details?.hostname || hostname }
}
