// What a submission keeps with an alert that it may raise.
import { type Draft, writeDraft } from '../../alert/draft.js'
import { summarize } from '../../alert/evidence.js'
import { toSample } from '../../alert/sample.js'
import { toTimestamp } from '../../alert/time.js'
import type { LineDetails } from '../../record/line-details.js'
import type { Part } from './backlog.js'

/** The least that makes an alert: threshold, sample, and whose it is; `degraded` where this process knows of no others. */
export function shortDraft(part: Part, hostname: string, degraded = false): string {
  return writeDraft(marked(toDraft(part, hostname), degraded))
}

/** The same with what the errors of the window have in common. */
export function fullDraft(part: Part, hostname: string, monotonicMs: number, degraded = false): string {
  const occurrences = part.evidence.list(monotonicMs)
  const times = occurrences.map(({ atMs }) => atMs)
  const seen = times.length > 0 && {
    first_seen: toTimestamp(Math.min(...times)),
    last_seen: toTimestamp(Math.max(...times)),
  }
  return writeDraft(marked({ ...toDraft(part, hostname), ...seen, ...summarize(occurrences) }, degraded))
}

function marked(draft: Draft, degraded: boolean): Draft {
  return degraded ? { ...draft, degraded } : draft
}

function toDraft({ series, newest }: Part, hostname: string): Draft {
  const { rule, groupValues } = series
  const { record, details } = newest
  const service = details?.service ?? ''
  return {
    threshold: rule.threshold,
    window_seconds: rule.windowMs / 1000,
    sample: toSample(record, details?.fields),
    ...(groupValues !== undefined && { group_by: groupValues }),
    ...(service !== '' && { service }),
    ...shownHostname(details, hostname),
  }
}

/** That of the process stands in where the line has none, but not where it has one that is redacted. */
function shownHostname(details: LineDetails | undefined, hostname: string): Pick<Draft, 'hostname'> {
  if (details !== undefined && details.hostname === undefined) return {}
  return { hostname: details?.hostname || hostname }
}
