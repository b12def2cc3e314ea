// Each alert that was raised is delivered to its own url, given up with a warning, or kept while no process has its url.
import { type AlertSeen, type Attempt, type Journal, type RuleView, seriesName } from '../journal.js'
import { at, type Book, type Problem } from './problem.js'
import { groupedBy, isDelivered, isRefused, isRunning, longestWaitMs, rulesAt, seriesOf, writeAt } from './views.js'

/** After everything has healed, processes may take this long to start. */
const HEALED_MS = 5000
/** Leases run out, and an idle batch finds what is due, within this time. */
const FOUND_MS = 35_000
/** Each attempt in the same queue takes this long. */
const TURN_MS = 300
/** A refused alert is tried again within this time, half an hour and its jitter, or when the config changes. */
const REFUSED_MS = 36 * 60_000
/** Processes adopt a new document within this time. */
const FOLLOW_MS = 15_200
/** A document has to be in force for this long before the alerts of rules that it switched off are given up everywhere. */
const GIVEN_UP_MS = 60_000
/** A delivery or a move of the rule up to this long before an alert may still matter to it: its process may not have known. */
const LONE_MS = 60_000

export const judgeDelivered: Book = (journal) => {
  const attempts = groupedBy(journal.attempts, ({ id }) => id)
  return [...groupedBy(journal.alerts, ({ id }) => id).values()].flatMap(([alert]): Problem[] => {
    if (alert === undefined) return []
    const own = attempts.get(alert.id) ?? []
    if (own.some(isDelivered)) return judgeUrl(journal, alert, own)
    if (isExcused(journal, alert) || wasGivenUp(journal, alert)) return []
    return judgeOpen(journal, alert, own)
  })
}

/** An alert may be delivered to another url only if a document has moved its rule. */
function judgeUrl(journal: Journal, { id, rule, url, fromMs }: AlertSeen, attempts: readonly Attempt[]): Problem[] {
  const wrong = attempts.find((one) => isDelivered(one) && one.url !== url)
  if (wrong === undefined || hasMoved(journal, fromMs, wrong.startMs)) return []
  const text = `${id} is for ${url}, and was delivered to ${wrong.url} at ${at(wrong.startMs)}`
  return [{ promise: 'delivered to its own url', rule, atMs: wrong.startMs, text }]
}

function judgeOpen(journal: Journal, alert: AlertSeen, attempts: readonly Attempt[]): Problem[] {
  const { id, rule, atMs } = alert
  const { endMs } = journal
  const write = writeAt(journal, endMs)
  if (write?.off.includes(rule) === true) {
    if (Math.max(write.atMs, atMs, journal.healMs) > endMs - GIVEN_UP_MS) return []
    const text = `${id}, raised at ${at(atMs)}, is neither delivered nor given up, though its rule is off since ${at(write.atMs)}`
    return [{ promise: 'given up when its rule goes', rule, atMs: endMs, text }]
  }
  const sinceMs = holdersSince(journal, alert)
  if (sinceMs === undefined) return []
  const byMs = Math.max(dueMs(journal, alert, attempts), sinceMs + FOUND_MS)
  if (byMs > endMs) return []
  const tried = attempts.map((one) => `${at(one.startMs)}: ${one.status ?? 'no answer'}`).join(', ')
  const text = `${id}, raised at ${at(atMs)} for ${alert.url}, was due by ${at(byMs)}; attempts: ${tried || 'none'}`
  return [{ promise: 'each alert delivered', rule, atMs: byMs, text }]
}

/** The latest time by which an attempt should have succeeded. */
function dueMs(journal: Journal, alert: AlertSeen, attempts: readonly Attempt[]): number {
  const { healMs } = journal
  const healedMs = Math.max(healMs, alert.atMs) + HEALED_MS
  const sameUrl = journal.attempts.filter(({ url }) => url === alert.url)
  const tries = new Map<string, number>()
  // All alerts for a url wait after one of them failed there, and for as long as the receiver asks.
  const waits = sameUrl.map((one) => {
    const count = (tries.get(one.id) ?? 0) + 1
    tries.set(one.id, count)
    if (isDelivered(one) && one.isHeard) return 0
    return (one.endMs ?? one.startMs) + (isRefused(one) ? 0 : Math.max(longestWaitMs(count), one.retryAfterMs))
  })
  const last = attempts.at(-1)
  const refusedMs = last !== undefined && isRefused(last) ? refusedUntilMs(journal, last) : 0
  const turns = sameUrl.filter(({ startMs }) => startMs >= healMs).length
  return Math.max(healedMs, refusedMs, ...waits) + FOUND_MS + turns * TURN_MS
}

/** Until when a refused alert may wait: half an hour, or until the config changes. */
function refusedUntilMs({ writes }: Journal, { startMs, endMs }: Attempt): number {
  const text = writes.findLast((one) => one.isValid && one.atMs <= startMs)?.text
  const change = writes.find((one) => one.isValid && one.atMs > (endMs ?? startMs) && one.text !== text)
  return Math.min((endMs ?? startMs) + REFUSED_MS, (change?.atMs ?? Number.POSITIVE_INFINITY) + FOLLOW_MS)
}

/** Since when some process has the alert's rule and url; undefined where no process has them at the end. */
function holdersSince(journal: Journal, alert: AlertSeen): number | undefined {
  const { lives, endMs, adoptions } = journal
  const moved = hasMoved(journal, alert.fromMs, endMs)
  const isHolder = (view: RuleView | undefined): boolean =>
    view?.isEnabled === true && (view.url === alert.url || moved)
  const since = lives
    .filter(
      ({ number }) =>
        isRunning(journal, number, endMs - 1, endMs) && isHolder(rulesAt(journal, number, endMs)[alert.rule]),
    )
    .map(({ number }) => {
      const own = adoptions.filter((one) => one.life === number)
      const without = own.findLastIndex(({ rules }) => !isHolder(rules[alert.rule]))
      return own[without + 1]?.atMs ?? endMs
    })
  return since.length === 0 ? undefined : Math.min(...since)
}

function hasMoved({ writes }: Journal, fromMs: number, untilMs: number): boolean {
  return writes.some(
    (one) => one.movesUrls && one.atMs <= untilMs && (one.atMs >= fromMs - LONE_MS || isInForce(writes, one, fromMs)),
  )
}

function isInForce(writes: Journal['writes'], write: Journal['writes'][number], atMs: number): boolean {
  return writes.findLast((one) => one.isValid && one.atMs <= atMs) === write
}

function isExcused({ flushes, lives, attempts, alerts }: Journal, alert: AlertSeen): boolean {
  const { life, isDegraded, rule, group, fromMs, atMs } = alert
  if (flushes.some((ms) => ms >= fromMs)) return true
  // The process was still to tell of one that it had raised alone; that one is the alert then.
  const alone = alerts.filter((one) => one.isDegraded && one.life === life && seriesOf(one) === seriesOf(alert))
  if (alone.some(({ id }) => attempts.some((one) => one.id === id && isDelivered(one) && one.startMs >= fromMs)))
    return true
  if (!isDegraded) return false
  // An alert that a process raised alone is lost with the process, and is dropped if the fleet has delivered one.
  const series = seriesName(rule, group)
  return (
    lives[life]?.end !== undefined ||
    attempts.some(
      (one) => isDelivered(one) && seriesName(one.rule, one.group) === series && one.startMs > atMs - LONE_MS,
    )
  )
}

/** Whether a warning says that the alert was given up. There is one of a kind a minute, so with more the counter has to do. */
function wasGivenUp({ warnings, lives }: Journal, { rule, fromMs }: AlertSeen): boolean {
  const isCounted = lives.reduce((sum, { abandoned }) => sum + abandoned, 0) > 1
  return warnings.some(
    ({ atMs, code, message }) =>
      atMs >= fromMs &&
      (message.includes(rule) || isCounted) &&
      (code.includes('ABANDON') || /given up|gave up/.test(message)),
  )
}
