// Each delivered alert of a rule with `sendResolved` gets its end in time, which speaks for all since the end before, and no alert that
// was not delivered gets one.
import type { Attempt, Journal } from '../journal.js'
import { at, type Book, type Problem } from './problem.js'
import { groupedBy, isDelivered, isDisturbed, isRunning, rulesAt, seriesOf } from './views.js'

/** An end comes within 30 s after a whole quiet window; leases and queues take some more. */
const END_MS = 45_000
/** Each attempt for the same url takes this long. */
const TURN_MS = 300
/** An end says in whole seconds how long the errors lasted. */
const WHOLE_SECOND_MS = 1000

export const judgeResolved: Book = (journal) => [...judgeOwed(journal), ...judgeWhole(journal), ...judgeEnds(journal)]

function judgeOwed(journal: Journal): Problem[] {
  const delivered = journal.attempts.filter((one) => one.kind === 'alert' && isDelivered(one) && one.isHeard)
  const bySeries = groupedBy(delivered, (one) => `${seriesOf(one)}|${one.url}`)
  const problems: Problem[] = []
  for (const deliveries of bySeries.values()) {
    const last = deliveries.at(-1)
    if (last === undefined || !isOwed(journal, last)) continue
    const ids = new Set(deliveries.map(({ id }) => id))
    const deliveredMs = last.endMs ?? last.startMs
    const isEnded = journal.attempts.some(
      (one) => one.kind === 'end' && ids.has(one.alertId) && one.startMs >= last.startMs,
    )
    const byMs = endsBy(journal, last, deliveredMs)
    if (isEnded || byMs > journal.endMs || !isHeld(journal, last, byMs - END_MS)) continue
    const text = `${last.id}, delivered at ${at(deliveredMs)} to ${last.url}, had no end by ${at(byMs)}`
    problems.push({ promise: 'an end for each alert', rule: last.rule, atMs: byMs, text })
  }
  return problems
}

function isOwed(journal: Journal, delivery: Attempt): boolean {
  const { flushes, steps, writes } = journal
  if (rulesAt(journal, delivery.life, delivery.startMs)[delivery.rule]?.sendResolved !== true) return false
  // What Redis forgets between an alert and its delivery is forgotten all the same.
  const alert = journal.alerts.find(({ id }) => id === delivery.id)
  const sinceMs = Math.min(delivery.startMs, alert?.fromMs ?? delivery.startMs) - 1000
  if ([...flushes, ...steps.map(({ atMs }) => atMs)].some((ms) => ms >= sinceMs)) return false
  // A document that switches the rule off or moves it ends the episode as well.
  if (writes.some((one) => one.isValid && one.atMs >= delivery.startMs - 20_000)) return false
  // The episode goes on with a later alert that is not delivered yet.
  const later = journal.alerts.filter(
    (one) => seriesOf(one) === seriesOf(delivery) && one.url === delivery.url && one.atMs > delivery.startMs,
  )
  if (later.some(({ id }) => !journal.attempts.some((one) => one.id === id && isDelivered(one)))) return false
  // No other process knows of an alert that a process raised and delivered alone, if it ended before it could report that.
  const process = journal.lives[delivery.life]
  return !(alert?.isDegraded === true && process?.end !== undefined) && !isCutAfter(journal, delivery)
}

/** Whether the process was killed or closed before Redis knew of the delivery. */
function isCutAfter(journal: Journal, delivery: Attempt): boolean {
  const life = journal.lives[delivery.life]
  return (
    life?.endMs !== undefined &&
    isDisturbed(journal, ['redis', life.process], delivery.startMs, life.endMs) &&
    life.endMs < (delivery.endMs ?? delivery.startMs) + 10_000
  )
}

function endsBy(journal: Journal, delivery: Attempt, deliveredMs: number): number {
  const { errors, healMs, attempts } = journal
  const windowMs = rulesAt(journal, delivery.life, delivery.startMs)[delivery.rule]?.windowMs ?? 0
  // An alert for many groups is over when all of them are.
  const series =
    delivery.group === '(many)'
      ? [...errors.keys()].filter((key) => key.startsWith(`${delivery.rule}|`))
      : [seriesOf(delivery)]
  const lastErrorMs = Math.max(0, ...series.map((key) => errors.get(key)?.at(-1) ?? 0))
  const sameUrl = attempts.filter(({ url }) => url === delivery.url)
  const pausedMs = Math.max(0, ...sameUrl.map((one) => (one.endMs ?? 0) + one.retryAfterMs))
  const turns = sameUrl.filter(({ startMs }) => startMs > deliveredMs).length
  return Math.max(lastErrorMs, deliveredMs, healMs, pausedMs) + 2 * windowMs + END_MS + turns * TURN_MS
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

/** An end that was not delivered before the errors came back is spoken for by the next one. */
function judgeWhole(journal: Journal): Problem[] {
  const delivered = journal.attempts.filter(isDelivered)
  return [...groupedBy(delivered, (one) => `${seriesOf(one)}|${one.url}`).values()].flatMap((ofSeries) =>
    ofSeries.flatMap((end, index): Problem[] => {
      if (end.kind !== 'end') return []
      const before = ofSeries.slice(0, index)
      const since = before
        .slice(before.findLastIndex(({ kind }) => kind === 'end') + 1)
        .filter(({ isHeard }) => isHeard)
      const [first, last] = [since[0], since.at(-1)].map((one) => journal.alerts.find(({ id }) => id === one?.id))
      if (first === undefined || last === undefined) return []
      const leastMs = last.fromMs - first.atMs - WHOLE_SECOND_MS
      if (end.lastedMs >= leastMs || isBroken(journal, end, first.atMs)) return []
      const text = `${end.id} says that it lasted for ${at(end.lastedMs)}, and ${first.id} was raised ${at(leastMs)} before ${last.id}`
      return [{ promise: 'an end for all alerts before it', rule: end.rule, atMs: end.startMs, text }]
    }),
  )
}

/** Whether something may have ended an episode early, or some process does not tell ends. */
function isBroken({ flushes, steps, writes, alerts, adoptions }: Journal, end: Attempt, fromMs: number): boolean {
  const isBetween = (ms: number): boolean => ms >= fromMs - 20_000 && ms <= end.startMs
  return (
    [...flushes, ...steps.map(({ atMs }) => atMs)].some(isBetween) ||
    writes.some((one) => one.isValid && isBetween(one.atMs)) ||
    alerts.some((one) => one.isDegraded && seriesOf(one) === seriesOf(end) && isBetween(one.atMs)) ||
    adoptions.some(({ rules }) => rules[end.rule]?.sendResolved === false)
  )
}

function judgeEnds({ attempts }: Journal): Problem[] {
  const received = new Set(
    attempts.filter((one) => one.kind === 'alert' && one.status !== undefined).map(({ id }) => id),
  )
  return attempts
    .filter((one) => one.kind === 'end' && !received.has(one.alertId))
    .map(({ id, alertId, rule, startMs }) => {
      const text = `${id} ends ${alertId}, which no receiver has heard of`
      return { promise: 'no end without its alert', rule, atMs: startMs, text }
    })
}
