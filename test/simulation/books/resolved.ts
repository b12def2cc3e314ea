// Each delivered alert of a rule with `sendResolved` gets its end in time, and no alert that was not delivered gets one.
import type { Attempt, Journal } from '../journal.js'
import { at, type Book, type Problem } from './problem.js'
import { groupedBy, isDelivered, isDisturbed, isRunning, rulesAt, seriesOf } from './views.js'

/** An end comes within 30 s after a whole quiet window; leases and queues take some more. */
const END_MS = 45_000
/** Each attempt for the same url takes this long. */
const TURN_MS = 300

export const judgeResolved: Book = (journal) => [...judgeOwed(journal), ...judgeUntold(journal)]

function judgeOwed(journal: Journal): Problem[] {
  const delivered = journal.attempts.filter((one) => one.kind === 'alert' && isDelivered(one) && one.isHeard)
  const bySeries = groupedBy(delivered, (one) => `${seriesOf(one)}|${one.url}`)
  const problems: Problem[] = []
  for (const told of bySeries.values()) {
    const last = told.at(-1)
    if (last === undefined || !isOwed(journal, last)) continue
    const ids = new Set(told.map(({ id }) => id))
    const toldMs = last.endMs ?? last.startMs
    const isEnded = journal.attempts.some(
      (one) => one.kind === 'end' && ids.has(one.alertId) && one.startMs >= last.startMs,
    )
    const byMs = endsBy(journal, last, toldMs)
    if (isEnded || byMs > journal.endMs || !isHeld(journal, last, byMs - END_MS)) continue
    const text = `${last.id}, told at ${at(toldMs)} to ${last.url}, had no end by ${at(byMs)}`
    problems.push({ promise: 'an end for each alert', rule: last.rule, atMs: byMs, text })
  }
  return problems
}

function isOwed(journal: Journal, told: Attempt): boolean {
  const { flushes, steps, writes } = journal
  if (rulesAt(journal, told.life, told.startMs)[told.rule]?.sendResolved !== true) return false
  if ([...flushes, ...steps.map(({ atMs }) => atMs)].some((ms) => ms >= told.startMs - 1000)) return false
  // A document that switches the rule off or moves it ends the episode as well.
  if (writes.some((one) => one.isValid && one.atMs >= told.startMs - 20_000)) return false
  // The episode goes on with a later alert that is not delivered yet.
  const later = journal.alerts.filter(
    (one) => seriesOf(one) === seriesOf(told) && one.url === told.url && one.atMs > told.startMs,
  )
  if (later.some(({ id }) => !journal.attempts.some((one) => one.id === id && isDelivered(one)))) return false
  // No other process knows of an alert that a process raised and delivered alone, if it ended before it could report that.
  const alert = journal.alerts.find(({ id }) => id === told.id)
  const process = journal.lives[told.life]
  return !(alert?.isDegraded === true && process?.end !== undefined) && !isCutAfter(journal, told)
}

/** Whether the process was killed or closed before Redis knew of the delivery. */
function isCutAfter(journal: Journal, told: Attempt): boolean {
  const life = journal.lives[told.life]
  return (
    life?.endMs !== undefined &&
    isDisturbed(journal, ['redis', life.process], told.startMs, life.endMs) &&
    life.endMs < (told.endMs ?? told.startMs) + 10_000
  )
}

function endsBy(journal: Journal, told: Attempt, toldMs: number): number {
  const { errors, healMs, attempts } = journal
  const windowMs = rulesAt(journal, told.life, told.startMs)[told.rule]?.windowMs ?? 0
  // An alert for many groups is over when all of them are.
  const series =
    told.group === '(many)' ? [...errors.keys()].filter((key) => key.startsWith(`${told.rule}|`)) : [seriesOf(told)]
  const lastErrorMs = Math.max(0, ...series.map((key) => errors.get(key)?.at(-1) ?? 0))
  const sameUrl = attempts.filter(({ url }) => url === told.url)
  const pausedMs = Math.max(0, ...sameUrl.map((one) => (one.endMs ?? 0) + one.retryAfterMs))
  const turns = sameUrl.filter(({ startMs }) => startMs > toldMs).length
  return Math.max(lastErrorMs, toldMs, healMs, pausedMs) + 2 * windowMs + END_MS + turns * TURN_MS
}

/** Whether some process has the rule, its url and `sendResolved` from then on. */
function isHeld(journal: Journal, { rule, url }: Attempt, fromMs: number): boolean {
  return journal.lives.some(({ number }) => {
    const view = rulesAt(journal, number, journal.endMs)[rule]
    return (
      isRunning(journal, number, Math.min(fromMs, journal.healMs + 10_000), journal.endMs) &&
      view?.isEnabled === true &&
      view.url === url &&
      view.sendResolved
    )
  })
}

function judgeUntold({ attempts }: Journal): Problem[] {
  const told = new Set(attempts.filter((one) => one.kind === 'alert' && one.status !== undefined).map(({ id }) => id))
  return attempts
    .filter((one) => one.kind === 'end' && !told.has(one.alertId))
    .map(({ id, alertId, rule, startMs }) => {
      const text = `${id} ends ${alertId}, which no receiver has heard of`
      return { promise: 'no end of what was not told', rule, atMs: startMs, text }
    })
}
