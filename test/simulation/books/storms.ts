// The groups of a rule begin no more alerts in a minute than it allows, and an alert for the others tells of all of them, the same in every
// attempt. (That each group is told is with the bursts, in raised.ts.)
import { type AlertSeen, type Attempt, type Journal, MANY } from '../journal.js'
import { at, type Book, type Problem } from './problem.js'
import { missedBy } from './raised.js'
import { groupedBy, isDelivered, isDisturbed, rulesAt, seriesOf } from './views.js'

/** A minute by the server's clock, less what whole milliseconds may take away. */
const MINUTE_MS = 59_900
/** A group that crosses this long before the first attempt has joined by then. */
const JOINED_MS = 4000
/** When an alert for many groups was raised is known to this. */
const RAISED_MS = 1000
/** Redis may not know of a delivery for this long, and it keeps its time in whole seconds. */
const SETTLED_MS = 1100
/** After a disturbance a process may take this long to connect again. */
const RETURN_MS = 12_000

export const judgeStorms: Book = (journal) => [...judgeBounded(journal), ...judgeMany(journal)]

function judgeBounded(journal: Journal): Problem[] {
  const own = journal.alerts.filter((one) => one.group !== '' && one.group !== MANY && !one.isDegraded)
  const firsts = [...groupedBy(own, ({ id }) => id).values()].flatMap(([first]) => first ?? [])
  return [...groupedBy(firsts, (one) => `${one.rule}|${one.url}`).values()].flatMap((ofRule): Problem[] => {
    for (const first of ofRule) {
      const untilMs = first.fromMs + MINUTE_MS
      const within = ofRule.filter((one) => one.fromMs >= first.fromMs && one.atMs <= untilMs)
      const most = mostOf(journal, within)
      if (within.length <= most || isForgotten(journal, first.fromMs - MINUTE_MS, untilMs)) continue
      const text = `${within.length} alerts of groups began from ${at(first.fromMs)} to ${at(untilMs)}, ${most} may`
      return [{ promise: 'storms bounded', rule: first.rule, atMs: untilMs, text }]
    }
    return []
  })
}

function mostOf(journal: Journal, alerts: readonly AlertSeen[]): number {
  return Math.max(
    0,
    ...alerts.map(({ life, rule, atMs }) => {
      const view = rulesAt(journal, life, atMs)[rule]
      return view === undefined || view.maxAlertsPerMinute === 0 ? Number.POSITIVE_INFINITY : view.maxAlertsPerMinute
    }),
  )
}

function isForgotten({ flushes, steps }: Journal, fromMs: number, untilMs: number): boolean {
  return [...flushes, ...steps.map(({ atMs }) => atMs)].some((ms) => ms >= fromMs && ms <= untilMs)
}

function judgeMany(journal: Journal): Problem[] {
  const many = journal.attempts.filter(({ kind, group }) => kind === 'alert' && group === MANY)
  return [...groupedBy(many, ({ id }) => id).values()].flatMap((attempts): Problem[] => {
    const [first, ...more] = attempts
    if (first === undefined) return []
    const whyWrong =
      changed(first, more) ?? tooMany(journal, first) ?? tooFew(journal, first) ?? cooledTooShort(journal, attempts)
    if (whyWrong === undefined) return []
    const text = `${first.id}, first sent at ${at(first.startMs)}, tells of ${first.groups} groups${whyWrong}`
    return [{ promise: 'many tells of its groups', rule: first.rule, atMs: first.startMs, text }]
  })
}

/** Count, groups and their names are as of the first attempt, for ever. */
function changed(first: Attempt, more: readonly Attempt[]): string | undefined {
  const other = more.find((one) => toldIn(one) !== toldIn(first))
  return other && ` (${toldIn(first)}), and at ${at(other.startMs)} it says ${toldIn(other)}`
}

function toldIn({ groups, count, members }: Attempt): string {
  return `${count} errors of ${groups}: ${members.join(' ')}`
}

/** There is no group without errors. */
function tooMany({ errors }: Journal, first: Attempt): string | undefined {
  const series = [...errors].filter(([key]) => key.startsWith(`${first.rule}|`))
  const before = series.filter(([, times]) => times.some((ms) => ms <= first.startMs))
  const total = before.reduce((sum, [, times]) => sum + times.filter((ms) => ms <= first.startMs).length, 0)
  if (first.groups < 1) return ''
  if (first.groups > before.length) return `, and only ${before.length} had errors`
  if (first.count > total) return ` and ${first.count} errors, and there were ${total}`
  const stranger = first.members.find((name) => !before.some(([key]) => key === `${first.rule}|${name}`))
  return stranger === undefined ? undefined : `, and ${stranger} had no errors`
}

/** Each group that crossed in good time before the first attempt is told, by itself or here. */
function tooFew(journal: Journal, first: Attempt): string | undefined {
  const raised = journal.alerts.find(({ id }) => id === first.id)
  if (raised === undefined || raised.isDegraded || journal.steps.length > 0) return undefined
  const without: Journal = {
    ...journal,
    alerts: journal.alerts.filter(({ id }) => id !== first.id),
    attempts: journal.attempts.filter(({ id }) => id !== first.id),
  }
  const joined = journal.bursts.filter(({ rule, group, times }) => {
    const lastMs = times.at(-1) ?? 0
    return (
      rule === first.rule &&
      group !== '' &&
      (times[0] ?? 0) >= raised.fromMs + RAISED_MS &&
      lastMs <= first.startMs - JOINED_MS
    )
  })
  const missed = new Set(joined.filter((burst) => missedBy(without, burst) !== undefined).map(({ group }) => group))
  return first.groups >= missed.size ? undefined : `, and ${missed.size} had crossed`
}

/** The cooldown of a group runs from the delivery of the alert that it was told in. */
function cooledTooShort(journal: Journal, attempts: readonly Attempt[]): string | undefined {
  const delivered = attempts.find((one) => isDelivered(one) && one.isHeard)
  if (delivered?.endMs === undefined) return undefined
  const { endMs, rule, life, members } = delivered
  const cooldownMs = rulesAt(journal, life, delivered.startMs)[rule]?.cooldownMs ?? 0
  const early = journal.alerts.find(
    (one) =>
      !one.isDegraded &&
      members.some((group) => seriesOf(one) === seriesOf({ rule, group })) &&
      one.fromMs > endMs + SETTLED_MS &&
      one.atMs < endMs + Math.min(cooldownMs, one.cooldownMs) - SETTLED_MS,
  )
  if (early === undefined || isForgotten(journal, delivered.startMs, early.atMs)) return undefined
  return isCut(journal, delivered, early.atMs) ? undefined : `, and ${early.group} was told alone at ${at(early.atMs)}`
}

/** Whether something was in the way as the process told Redis of its delivery. */
function isCut(journal: Journal, { life, startMs }: Attempt, untilMs: number): boolean {
  return isDisturbed(journal, ['redis', journal.lives[life]?.process ?? ''], startMs, untilMs, RETURN_MS)
}
