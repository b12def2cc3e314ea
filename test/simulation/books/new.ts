// A rule that asks for new kinds tells each once, none that the fleet has met and learned, and none while it learns. (That it tells what
// is new is with the bursts, in raised.ts.)
import type { AlertSeen, Attempt, Journal, KindSeen, RuleView } from '../journal.js'
import { at, type Book, type Problem } from './problem.js'
import { answersOf, groupedBy, isDelivered, rulesAt, silenceEndMs, silencesOf } from './views.js'

/** Where its process is answered twice within this time of an error, that was counted by then. */
const ANSWERED_MS = 3000
/** A cooldown may seem to last this much longer. */
const COOLDOWN_SLACK_MS = 1500

/** An alert of such a rule, with the kind of the error that raised it. */
interface Told {
  readonly alert: AlertSeen
  readonly error: string
  readonly view: RuleView
}

export const judgeNew: Book = (journal) => {
  const told = toldBy(journal)
  return [...told.flatMap((one) => judgeTold(journal, one)), ...judgeTwice(journal, told), ...judgeAlone(journal)]
}

function toldBy(journal: Journal): readonly Told[] {
  const errors = new Map(journal.attempts.filter(({ error }) => error !== '').map(({ id, error }) => [id, error]))
  return [...groupedBy(journal.alerts, ({ id }) => id).values()].flatMap(([alert]): Told[] => {
    if (alert === undefined) return []
    const view = rulesAt(journal, alert.life, alert.atMs)[alert.rule]
    const error = errors.get(alert.id)
    // The draft of an alert whose process was killed may be lost.
    return view?.newOnly !== true || error === undefined ? [] : [{ alert, error, view }]
  })
}

function judgeTwice({ flushes }: Journal, told: readonly Told[]): Problem[] {
  return [...groupedBy(told, ({ alert, error }) => `${alert.rule} ${error}`).values()].flatMap((same) =>
    same.flatMap(({ alert, error }, i): Problem[] => {
      const before = same.slice(0, i).find((one) => one.alert.id !== alert.id)
      if (before === undefined || flushes.some((ms) => ms >= before.alert.fromMs && ms <= alert.atMs)) return []
      const text = `${alert.id} is for ${error}, as ${before.alert.id} was at ${at(before.alert.atMs)}`
      return [{ promise: 'nothing new twice', rule: alert.rule, atMs: alert.atMs, text }]
    }),
  )
}

function judgeTold(journal: Journal, { alert, error, view }: Told): Problem[] {
  const { id, rule, fromMs, atMs, threshold, windowMs } = alert
  const met = journal.kinds.find(
    (one) =>
      one.rule === rule &&
      one.error === error &&
      one.atMs < fromMs - ANSWERED_MS &&
      isLearned(journal, one, alert, view),
  )
  if (met !== undefined) {
    const text = `${id} is for ${error}, which ${journal.lives[met.life]?.process} had met at ${at(met.atMs)}`
    return [{ promise: 'nothing known told', rule, atMs, text }]
  }
  // An error that waited through an outage counts as of when it was logged, so only the whole journal is sure to hold all of a window.
  const isCalm = !journal.disturbances.some((one) => one.fromMs <= atMs && one.untilMs > fromMs - 2 * windowMs)
  const sinceMs = isCalm ? fromMs - 1.01 * windowMs - ANSWERED_MS : 0
  const kinds = new Set(
    journal.kinds.filter((one) => one.rule === rule && one.atMs >= sinceMs && one.atMs <= atMs).map((one) => one.error),
  )
  if (kinds.size >= threshold) return []
  const text = `${id} was raised by ${at(atMs)} for ${kinds.size} of ${threshold} kinds`
  return [{ promise: 'no alert for fewer new kinds', rule, atMs, text }]
}

/** Whether Redis surely has learned the kind of this error, and not forgotten it until the alert. */
function isLearned(journal: Journal, seen: KindSeen, alert: AlertSeen, view: RuleView): boolean {
  const { flushes, steps } = journal
  const isForgotten =
    flushes.some((ms) => ms >= seen.atMs && ms <= alert.atMs) || steps.some(({ atMs }) => atMs <= alert.atMs)
  const heardMs = seen.atMs + ANSWERED_MS
  if (isForgotten || answersOf(journal, seen.life, seen.atMs, heardMs) < 2) return false
  if (rulesAt(journal, seen.life, seen.atMs)[seen.rule]?.isEnabled !== true) return false
  // It waits for nobody where it is learned while the rule only learns, which begins with the first error or later.
  const forgotMs = Math.max(0, ...flushes.filter((ms) => ms <= seen.atMs))
  const firstMs = journal.kinds.find((one) => one.rule === seen.rule && one.atMs > forgotMs)?.atMs ?? seen.atMs
  return heardMs < firstMs + view.learnMs || !isBlocked(journal, seen, heardMs, alert.id)
}

/** Whether an alert of the rule was open or cooling, or the rule was silenced, so that an error of then was perhaps not learned. */
function isBlocked(journal: Journal, { rule, atMs }: KindSeen, untilMs: number, ownId: string): boolean {
  const isSilent = silencesOf(journal, { rule, group: '' }).some(
    (one) => one.atMs <= untilMs && silenceEndMs(journal, one) >= atMs,
  )
  return (
    isSilent ||
    journal.alerts.some((one) => one.rule === rule && one.id !== ownId && one.fromMs <= untilMs && !isOver(one))
  )

  /** Whether the cooldown after the alert was surely over when the error was logged. */
  function isOver({ id, cooldownMs }: AlertSeen): boolean {
    const last = journal.attempts.findLast((one: Attempt) => one.id === id && isDelivered(one) && one.isHeard)
    return last?.endMs !== undefined && last.endMs + cooldownMs + COOLDOWN_SLACK_MS < atMs
  }
}

/** Whether something is new only the fleet knows. */
function judgeAlone(journal: Journal): Problem[] {
  return journal.alerts.flatMap(({ id, rule, life, atMs, isDegraded }): Problem[] => {
    if (!isDegraded || rulesAt(journal, life, atMs)[rule]?.newOnly !== true) return []
    const text = `${id} was raised by ${journal.lives[life]?.process} alone`
    return [{ promise: 'nothing new told alone', rule, atMs, text }]
  })
}
