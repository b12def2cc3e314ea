// No burst is missed: one that reaches its threshold while nothing is in the way raises an alert at once, or makes another attempt
// at an alert that the receiver has refused.
import type { Attempt, Burst, Journal, RuleView } from '../journal.js'
import { at, type Book, type Problem } from './problem.js'
import { formsOf, groupedBy, isDelivered, isDisturbed, isRefused, isRunning, seriesOf } from './views.js'

/** A burst counts if it is shorter than this part of the window, less `WINDOW_LESS_MS`: slots lose a little. */
const WINDOW_RATIO = 0.98
const WINDOW_LESS_MS = 250
/** A burst has to raise its alert within this time. */
const RAISED_MS = 4000
/** After a disturbance a process may take this long to connect again; after a suspension it need not. */
const RETURN_MS = 12_000
const COOLDOWN_SLACK_MS = 1500
/** For this long an alert that a killed process raised may be unknown to the journal: its lease runs out, and another process finds it. */
const UNKNOWN_MS = 60_000
/** An alert for many groups excuses their bursts within this time of it. */
const MANY_MS = 120_000

export const judgeRaised: Book = (journal) => {
  const raised = groupedBy(journal.alerts, seriesOf)
  const attempted = groupedBy(
    journal.attempts.filter(({ kind }) => kind === 'alert'),
    seriesOf,
  )
  return journal.bursts.flatMap((burst): Problem[] => {
    const { life, rule, group } = burst
    const { fromMs, untilMs } = spanOf(burst)
    const forms = formsOf(journal, life, rule, fromMs - 1000, untilMs + RAISED_MS)
    const view = forms.at(-1)
    if (view === undefined || !isCrossing(burst, forms) || !isUndisturbed(journal, burst)) return []
    const alerts = (raised.get(seriesOf(burst)) ?? []).filter((one) => one.atMs >= fromMs - view.windowMs)
    const attempts = attempted.get(seriesOf(burst)) ?? []
    const isAnswered =
      alerts.some((one) => one.atMs <= untilMs + RAISED_MS) ||
      attempts.some((one) => one.startMs >= fromMs && one.startMs <= untilMs + RAISED_MS)
    if (isAnswered || isMany(journal, rule, untilMs) || isHeldBack(journal, burst, view, attempts)) return []
    const name = `${journal.lives[life]?.process} logged ${burst.times.length} of ${view.threshold} errors at ${at(untilMs)}`
    const text = `${name}${group === '' ? '' : ` of ${group}`}, and nothing was raised by ${at(untilMs + RAISED_MS)}`
    return [{ promise: 'no burst missed', rule, atMs: untilMs, text }]
  })
}

function spanOf({ times }: Burst): { readonly fromMs: number; readonly untilMs: number } {
  return { fromMs: times[0] ?? 0, untilMs: times.at(-1) ?? 0 }
}

/** Whether the burst alone reaches the threshold, in every form that the rule has meanwhile. */
function isCrossing(burst: Burst, forms: readonly (RuleView | undefined)[]): boolean {
  const { fromMs, untilMs } = spanOf(burst)
  return (
    burst.times.length > 0 &&
    forms.every((view) => {
      if (view?.isEnabled !== true) return false
      // A burst may lie in two tumbling windows: one of them gets at least half of it.
      const enough = view.isFixed ? 2 * view.threshold : view.threshold
      return burst.times.length >= enough && untilMs - fromMs <= view.windowMs * WINDOW_RATIO - WINDOW_LESS_MS
    })
  )
}

function isUndisturbed(journal: Journal, burst: Burst): boolean {
  const { fromMs, untilMs } = spanOf(burst)
  const life = journal.lives[burst.life]
  if (life === undefined || !isRunning(journal, burst.life, fromMs - 2000, untilMs + RAISED_MS)) return false
  if (
    [...journal.flushes, ...journal.steps.map(({ atMs }) => atMs)].some(
      (ms) => ms >= fromMs - 1000 && ms <= untilMs + RAISED_MS,
    )
  )
    return false
  const suspensions = new Set(journal.disturbances.filter(({ kind }) => kind === 'suspend'))
  const others = { ...journal, disturbances: journal.disturbances.filter((one) => !suspensions.has(one)) }
  const ownSuspensions = {
    ...journal,
    disturbances: [...suspensions].map((one) => ({ ...one, untilMs: one.untilMs - 1 })),
  }
  const places = ['redis', life.process]
  if (isDisturbed(ownSuspensions, [life.process], fromMs, untilMs + RAISED_MS)) return false
  if (isDisturbed(others, places, fromMs - 1, untilMs + RAISED_MS, RETURN_MS)) return false
  if (isClaimedAsleep(journal, burst)) return false
  return !journal.lives.some(
    (one) =>
      one.wasCutOff && one.endMs !== undefined && one.endMs <= untilMs + RAISED_MS && one.endMs > fromMs - UNKNOWN_MS,
  )
}

/** Whether a process that had just logged errors of the rule was suspended: nobody knows of its alert before it wakes, or its lease has run out. */
function isClaimedAsleep({ disturbances, bursts, lives }: Journal, burst: Burst): boolean {
  const { fromMs, untilMs } = spanOf(burst)
  return disturbances.some(
    (one) =>
      one.kind === 'suspend' &&
      one.fromMs > fromMs - UNKNOWN_MS &&
      one.fromMs <= untilMs + RAISED_MS &&
      bursts.some(({ life, rule, times }) => {
        const isOwn = rule === burst.rule && lives[life]?.process === one.where
        return isOwn && times.some((ms) => ms <= one.fromMs && ms > one.fromMs - 1000)
      }),
  )
}

/** Many groups that cross at once may share one alert. */
function isMany({ attempts, alerts }: Journal, rule: string, atMs: number): boolean {
  const isShared = (one: { readonly rule: string; readonly group: string }): boolean =>
    one.rule === rule && one.group === '(many)'
  return (
    alerts.some((one) => isShared(one) && Math.abs(one.atMs - atMs) < MANY_MS) ||
    attempts.some((one) => isShared(one) && Math.abs(one.startMs - atMs) < MANY_MS)
  )
}

/** Whether a cooldown runs, or an alert for the same url waits. */
function isHeldBack(journal: Journal, burst: Burst, view: RuleView, attempts: readonly Attempt[]): boolean {
  const { untilMs } = spanOf(burst)
  const earlier = attempts.filter((one) => one.startMs <= untilMs)
  const cooldownMs = view.cooldownMs + COOLDOWN_SLACK_MS
  // A step of the server's clock may prolong a cooldown, by one more cooldown at most.
  const isCooling = earlier.some((one) => {
    if (!isDelivered(one)) return false
    const deliveredMs = one.endMs ?? one.startMs
    const steppedMs = journal.steps.findLast(({ atMs }) => atMs >= deliveredMs && atMs <= untilMs)?.atMs ?? 0
    return untilMs < Math.max(deliveredMs, steppedMs) + cooldownMs
  })
  return isCooling || isWaiting(journal, burst, view, earlier)
}

function isWaiting(journal: Journal, burst: Burst, view: RuleView, earlier: readonly Attempt[]): boolean {
  const { untilMs } = spanOf(burst)
  const open = journal.alerts.filter(
    (one) =>
      seriesOf(one) === seriesOf(burst) &&
      one.url === view.url &&
      one.atMs <= untilMs &&
      !earlier.some((attempt) => attempt.id === one.id && isDelivered(attempt) && attempt.isHeard),
  )
  const isPaused = journal.attempts.some(
    (one) =>
      one.url === view.url &&
      one.retryAfterMs > 0 &&
      one.startMs <= untilMs &&
      one.startMs + one.retryAfterMs > untilMs,
  )
  return open.some((one) => {
    const last = earlier.findLast((attempt) => attempt.id === one.id)
    // The next crossing after a cooldown makes another attempt at a refused alert.
    const isIdle =
      last !== undefined && isRefused(last) && untilMs > (last.endMs ?? 0) + view.cooldownMs + COOLDOWN_SLACK_MS
    return !isIdle || isPaused
  })
}
