// No alert is raised for fewer errors in a window than the threshold, whatever clocks do.
import type { AlertSeen, Journal } from '../journal.js'
import { at, type Book } from './problem.js'
import { groupedBy, seriesOf } from './views.js'

/** A sliding window may seem this many times wider, and `SLACK_MS` more, since times are rounded and the server's time is a guess. */
const WIDER = 1.01
const SLACK_MS = 300
/** After a disturbance a process may take this long to connect again. */
const RETURN_MS = 12_000
/** The clocks of processes that share a tumbling window may differ by this much. */
const FIXED_SLACK_MS = 200_000

export const judgeThreshold: Book = (journal) => {
  const problems = []
  const groupedRules = new Set(
    [...journal.errors.keys()].filter((key) => !key.endsWith('|')).map((key) => key.split('|')[0]),
  )
  for (const [first] of groupedBy(journal.alerts, ({ id }) => id).values()) {
    if (first === undefined || isCollective(first)) continue
    // An alert whose draft was lost with its process does not say of which group it is.
    if (first.group === '' && groupedRules.has(first.rule)) continue
    const most = mostErrorsFor(journal, first)
    if (most >= first.threshold) continue
    const text = `${first.id} (count ${first.count}) was raised between ${at(first.fromMs)} and ${at(first.atMs)}, with at most ${most} of ${first.threshold} errors`
    problems.push({ promise: 'no alert below the threshold', rule: first.rule, atMs: first.atMs, text })
  }
  return problems
}

/** Whether the alert is for many groups, or for the errors that found no room in a group of their own. */
function isCollective({ group }: AlertSeen): boolean {
  return group === '(overflow)' || group === '(many)'
}

/** Since when its errors may have reached the threshold: if its process could not reach Redis or did not run, since before that. */
function crossedSince({ disturbances, lives }: Journal, { life, fromMs, atMs }: AlertSeen): number {
  const places = ['redis', lives[life]?.process]
  const outages = disturbances.filter(
    (one) => places.includes(one.where) && one.fromMs < atMs && one.untilMs > fromMs - RETURN_MS,
  )
  return Math.min(fromMs, ...outages.map((one) => one.fromMs))
}

/** The most errors in any window that ends at a time at which the alert may have been raised. */
export function mostErrorsFor(journal: Journal, alert: AlertSeen): number {
  const { errors } = journal
  const { atMs, windowMs, isFixed } = alert
  const fromMs = crossedSince(journal, alert)
  const spanMs = isFixed ? 2 * windowMs + FIXED_SLACK_MS : windowMs * WIDER + SLACK_MS
  const times = (errors.get(seriesOf(alert)) ?? []).filter((ms) => ms > fromMs - spanMs && ms <= atMs)
  let most = times.filter((ms) => ms <= fromMs).length
  let first = 0
  times.forEach((ms, i) => {
    while ((times[first] ?? ms) <= ms - spanMs) first += 1
    if (ms >= fromMs) most = Math.max(most, i - first + 1)
  })
  return most
}
