// No alert of a rule with `percent` is raised while a smaller share of the requests failed, where nothing keeps processes from telling of them.
import type { AlertSeen, Journal } from '../journal.js'
import { at, type Book } from './problem.js'
import { mostErrorsFor } from './threshold.js'
import { groupedBy } from './views.js'

/** Requests are known this long after they were answered: README promises a second for such windows; the rest is for the way and the spacing. */
const KNOWN_MS = 2500
/** A ring may lack a slot. */
const WINDOW_RATIO = 0.98
/** After a disturbance a process may take this long to tell of what it has counted. */
const RETURN_MS = 15_000

export const judgeShare: Book = (journal) => {
  const problems = []
  for (const [first] of groupedBy(journal.alerts, ({ id }) => id).values()) {
    if (first === undefined || first.isDegraded || !isCalm(journal, first)) continue
    // The lowest of all configs of the time.
    const percent = Math.min(...journal.adoptions.map(({ rules }) => rules[first.rule]?.percent ?? 0))
    const errors = mostErrorsFor(journal, first)
    const { atMs, fromMs, windowMs } = first
    const others = journal.requests.filter(
      (ms) => ms > atMs - WINDOW_RATIO * windowMs && ms <= fromMs - KNOWN_MS,
    ).length
    if (errors * 100 >= percent * (errors + others)) continue
    const text = `${first.id} was raised between ${at(fromMs)} and ${at(atMs)}, with at most ${errors} errors of at least ${errors + others} requests, less than ${percent} %`
    problems.push({ promise: 'no alert below the share', rule: first.rule, atMs, text })
  }
  return problems
}

/** Whether all processes could tell of their requests, and Redis lost none. */
function isCalm({ disturbances, lives, flushes, steps }: Journal, { fromMs, atMs, windowMs }: AlertSeen): boolean {
  const sinceMs = fromMs - windowMs - RETURN_MS
  const isNear = (ms: number | undefined): boolean => ms !== undefined && ms >= sinceMs && ms <= atMs
  return (
    !disturbances.some((one) => one.fromMs <= atMs && one.untilMs >= sinceMs) &&
    !lives.some(({ endMs }) => isNear(endMs)) &&
    ![...flushes, ...steps.map((one) => one.atMs)].some(isNear)
  )
}
