// No burst is missed: one that reaches its threshold while nothing is in the way raises an alert at once, or makes another attempt
// at an alert that the receiver has refused.
import { type Attempt, type Burst, type Journal, MANY, type RuleView } from '../journal.js'
import { at, type Book, type Problem } from './problem.js'
import {
  answersOf,
  formsOf,
  isDelivered,
  isDisturbed,
  isRefused,
  isRunning,
  seriesOf,
  silenceEndMs,
  silencesOf,
} from './views.js'

/** A burst counts if it is shorter than this part of the window, less `WINDOW_LESS_MS`: slots lose a little. */
export const WINDOW_RATIO = 0.98
export const WINDOW_LESS_MS = 250
/** A burst has to raise its alert within this time. */
const RAISED_MS = 4000
/** After a disturbance a process may take this long to connect again; after a suspension it need not. */
const RETURN_MS = 12_000
const COOLDOWN_SLACK_MS = 1500
/** Where nothing is disturbed, an error is counted within this time. */
const COUNTED_MS = 3000
const MINUTE_MS = 60_000
/** Silences end by whole milliseconds. */
const SILENCE_SLACK_MS = 10
/** For this long an alert that a killed process raised may be unknown to the journal: its lease runs out, and another process finds it. */
const UNKNOWN_MS = 60_000
export const judgeRaised: Book = (journal) =>
  journal.bursts.flatMap((burst): Problem[] => {
    const why = missedBy(journal, burst)
    if (why === undefined) return []
    return [{ promise: 'no burst missed', rule: burst.rule, atMs: spanOf(burst).untilMs, text: why }]
  })

/** What was to be told of a burst and was not; undefined where it was, or need not be. */
export function missedBy(journal: Journal, burst: Burst): string | undefined {
  const { life, rule, group } = burst
  const { fromMs, untilMs } = spanOf(burst)
  const forms = formsOf(journal, life, rule, fromMs - 1000, untilMs + RAISED_MS)
  const view = forms.at(-1)
  if (
    view === undefined ||
    !isCrossing(burst, forms) ||
    !forms.every((form) => isLargeShare(journal, burst, form ?? view)) ||
    !isUndisturbed(journal, burst)
  )
    return undefined
  const alerts = journal.alerts.filter((one) => seriesOf(one) === seriesOf(burst) && one.atMs >= fromMs - view.windowMs)
  const attempts = journal.attempts.filter((one) => one.kind === 'alert' && seriesOf(one) === seriesOf(burst))
  const isAnswered =
    alerts.some((one) => one.atMs <= untilMs + RAISED_MS) ||
    attempts.some((one) => one.startMs >= fromMs && one.startMs <= untilMs + RAISED_MS)
  if (isAnswered || isToldByMany(journal, burst, view) || isHeldBack(journal, burst, view, attempts)) return undefined
  if (isSilenced(journal, burst) || (view.newOnly && !isSurelyNew(journal, burst, view))) return undefined
  const name = `${journal.lives[life]?.process} logged ${burst.times.length} of ${view.threshold} errors at ${at(untilMs)}`
  const what = group === '' && burst.error === '' ? '' : ` of ${group}${burst.error}`
  return `${name}${what}, and nothing was raised by ${at(untilMs + RAISED_MS)}`
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

/** Whether the burst is as large a share as the rule asks for, of all requests that may be in its window when it is judged. */
function isLargeShare({ requests }: Journal, burst: Burst, { percent, windowMs }: RuleView): boolean {
  if (percent === 0) return true
  const { untilMs } = spanOf(burst)
  const fromMs = untilMs - 1.01 * windowMs - WINDOW_LESS_MS
  const others = requests.filter((ms) => ms > fromMs && ms <= untilMs + RAISED_MS).length
  const errors = burst.times.length
  return errors * 100 >= percent * (errors + others)
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

/** Whether the burst's group may have joined others in an alert that was open then, or cooling, or was raised for it. */
function isToldByMany(journal: Journal, burst: Burst, view: RuleView): boolean {
  if (burst.group === '') return false
  const { fromMs, untilMs } = spanOf(burst)
  const shared = { ...burst, group: MANY }
  const attempts = journal.attempts.filter((one) => one.kind === 'alert' && seriesOf(one) === seriesOf(shared))
  // Who raised it tells of it only as its first attempt begins, and never where another process makes that.
  return (
    attempts.some((one) => one.startMs >= fromMs && one.raisedMs <= untilMs + RAISED_MS) ||
    journal.alerts.some(
      (one) => seriesOf(one) === seriesOf(shared) && one.atMs >= fromMs && one.fromMs <= untilMs + RAISED_MS,
    ) ||
    isHeldBack(journal, shared, view, attempts) ||
    isUnseen(journal, burst, view)
  )
}

/** Whether an alert for many may wait for a receiver that has asked to be left alone: nobody sees it before its first attempt. */
function isUnseen({ attempts, alerts }: Journal, { rule, times }: Burst, view: RuleView): boolean {
  const untilMs = times.at(-1) ?? 0
  const isPaused = attempts.some(
    (one) => one.url === view.url && one.retryAfterMs > 0 && one.startMs <= untilMs + RAISED_MS && endOf(one) > untilMs,
  )
  const begun = alerts.filter(
    (one) => one.rule === rule && one.url === view.url && one.group !== '' && Math.abs(one.atMs - untilMs) < MINUTE_MS,
  )
  return isPaused && begun.length >= view.maxAlertsPerMinute

  function endOf({ startMs, retryAfterMs }: Attempt): number {
    return startMs + retryAfterMs
  }
}

/** Whether a silence may have been in force when the last error of the burst was counted. */
function isSilenced(journal: Journal, burst: Burst): boolean {
  const { untilMs } = spanOf(burst)
  return silencesOf(journal, burst).some(
    (one) => one.atMs <= untilMs + RAISED_MS && silenceEndMs(journal, one) >= untilMs - SILENCE_SLACK_MS,
  )
}

/** Whether nobody had logged an error of this kind before but in a silence, and the rule was past its learning. */
function isSurelyNew(journal: Journal, burst: Burst, view: RuleView): boolean {
  const { fromMs } = spanOf(burst)
  const { kinds, flushes, steps } = journal
  const earlier = kinds.filter((one) => one.error === burst.error && one.atMs < fromMs)
  const isHidden = view.learnMs === 0 && earlier.every(({ atMs }) => isInSilence(journal, burst, atMs))
  if (view.threshold > 1 || (earlier.length > 0 && !isHidden)) return false
  if (view.learnMs === 0) return true
  // Learning begins with the first kind that Redis hears of: it has heard of one that was logged by a process which was answered since.
  const forgotMs = Math.max(0, ...flushes.filter((ms) => ms <= fromMs))
  const first = kinds.find(
    (one) => one.rule === burst.rule && one.atMs > forgotMs && answersOf(journal, one.life, one.atMs, fromMs) >= 2,
  )
  if (first === undefined || steps.some(({ byMs }) => byMs < 0)) return false
  const heardMs = journal.fleets.filter((one) => one.life === first.life && one.atMs > first.atMs)[1]?.atMs ?? 0
  return fromMs > heardMs + view.learnMs
}

/** Whether an error of then was surely counted within a silence, if it ever was. */
function isInSilence(journal: Journal, series: Burst, atMs: number): boolean {
  const calm = { ...journal, steps: [] }
  return (
    journal.steps.length === 0 &&
    silencesOf(journal, series).some((one) => one.atMs <= atMs && silenceEndMs(calm, one) > atMs + COUNTED_MS) &&
    !isDisturbed(journal, ['redis', ...journal.lives.map(({ process }) => process)], atMs, atMs + COUNTED_MS, RETURN_MS)
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
