// All processes name the fleet the same as long as Redis keeps its data, and alerts that keep coming are numbered one by one.
import { type AlertSeen, type Attempt, type Journal, MANY } from '../journal.js'
import { at, type Book, type Problem } from './problem.js'
import { groupedBy, isDelivered, isDisturbed, seriesOf } from './views.js'

/** For this long after a delivery Redis may not know of it yet. */
const SETTLE_MS = 1000
/** A cooldown, and the time in which the next alert belongs to the last one, may end this early. */
const SLACK_MS = 1100
/** A disturbance is an excuse for this long after its end. */
const MARGIN_MS = 12_000

export const judgeNumbers: Book = (journal) => [...judgeFleet(journal), ...judgeNotices(journal)]

function judgeFleet({ fleets, flushes }: Journal): Problem[] {
  const [first, ...more] = fleets
  const other = more.find(({ fleet }) => fleet !== first?.fleet)
  if (first === undefined || other === undefined || flushes.length > 0) return []
  const text = `the fleet was ${first.fleet} at ${at(first.atMs)}, and ${other.fleet} at ${at(other.atMs)}`
  return [{ promise: 'one name for the fleet', rule: '', atMs: other.atMs, text }]
}

function judgeNotices(journal: Journal): Problem[] {
  const groupedRules = new Set(journal.attempts.filter(({ group }) => group !== '').map(({ rule }) => rule))
  // An alert whose draft was lost does not say of which group it is.
  const attempts = journal.attempts.filter(
    ({ kind, group, rule }) => kind === 'alert' && (group !== '' || !groupedRules.has(rule)),
  )
  const alerts = new Map(journal.alerts.map((alert) => [alert.id, alert]))
  return [...groupedBy(attempts, seriesOf).values()].flatMap((ofSeries) => {
    const firsts = [...groupedBy(ofSeries, ({ id }) => id).values()].flatMap(([first]) => first ?? [])
    const repeats = ofSeries.filter((one) =>
      firsts.some(({ id, notice, since }) => id === one.id && (notice !== one.notice || since !== one.since)),
    )
    const wrong = firsts.flatMap((first) => {
      const alert = alerts.get(first.id)
      // A process alone numbers by what it knows; without its event nobody knows when an alert was raised.
      if (alert === undefined || alert.isDegraded || isForgotten(journal, first)) return []
      const why = whyWrong(journal, first, alert, ofSeries)
      return why === undefined ? [] : [problemOf(first, why)]
    })
    return [...wrong, ...repeats.map((one) => problemOf(one, 'and said otherwise before'))]
  })
}

function problemOf({ id, rule, startMs, notice, since }: Attempt, why: string): Problem {
  const text = `${id} says that it is number ${notice} since ${since}, ${why}`
  return { promise: 'alerts numbered one by one', rule, atMs: startMs, text }
}

/** Whether Redis lost its data, or its clock stepped, so that times before and after cannot be compared. */
function isForgotten({ flushes, steps }: Journal, { startMs }: Attempt): boolean {
  return [...flushes, ...steps.map(({ atMs }) => atMs)].some((ms) => ms <= startMs)
}

function whyWrong(journal: Journal, own: Attempt, alert: AlertSeen, ofSeries: readonly Attempt[]): string | undefined {
  const others = ofSeries.filter((one) => one.id !== own.id && isDelivered(one) && one.startMs < own.startMs)
  const ofStreak = others.filter(({ since }) => since === own.since)
  // A group that was told in an alert for many goes on with the number of that.
  const ofMany = journal.attempts.filter(
    ({ rule, group, since }) => group === MANY && rule === own.rule && since === own.since,
  )
  const isNext = [...ofStreak, ...ofMany.filter(isDelivered)].some(({ notice }) => notice === own.notice - 1)
  if (own.notice > 1 && !isNext) return 'and there was none before it'
  const same = ofStreak.find(({ notice, url, isHeard }) => notice === own.notice && url === own.url && isHeard)
  if (same !== undefined && !isCut(journal, same, own.startMs)) return `as ${same.id} was`
  const last = others.findLast((one) => one.isHeard)
  if (own.notice === 1 && last !== undefined && !isEnded(journal, last, own) && isComing(journal, last, alert))
    return `though ${last.id} was delivered at ${at(last.endMs ?? 0)}`
  return undefined
}

/** Whether the receiver may have been told in between that it is over, so that the next alert is a first one. */
function isEnded({ attempts }: Journal, last: Attempt, own: Attempt): boolean {
  return attempts.some(
    (one) => one.kind === 'end' && one.rule === own.rule && one.startMs >= last.startMs && one.startMs <= own.startMs,
  )
}

/** Whether an alert was surely raised so soon after this delivery that it goes on with its number. */
function isComing(journal: Journal, last: Attempt, { fromMs, atMs, cooldownMs }: AlertSeen): boolean {
  const toldMs = last.endMs ?? Number.POSITIVE_INFINITY
  const lasts = journal.alerts.filter(({ id }) => id === last.id)
  const shortestMs = Math.min(cooldownMs, ...lasts.map((one) => one.cooldownMs))
  if (fromMs < toldMs + SETTLE_MS || atMs > toldMs + 2 * shortestMs - SLACK_MS || lasts.length === 0) return false
  const isChanged = journal.writes.some(
    (one) => one.isValid && one.atMs >= last.startMs - MARGIN_MS && one.atMs <= atMs,
  )
  return !isChanged && !lasts.some((one) => one.isDegraded) && !isCut(journal, last, atMs)
}

/** Whether something was in the way as the process of a delivery told Redis of it. */
function isCut(journal: Journal, { life, startMs }: Attempt, untilMs: number): boolean {
  return isDisturbed(journal, ['redis', journal.lives[life]?.process ?? ''], startMs, untilMs, MARGIN_MS)
}
