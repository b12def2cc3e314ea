// Nothing is raised for what is silenced, by any process; once a silence is over, the next counted error of what is still at its
// threshold raises an alert.
import type { AlertSeen, Burst, Journal, SilenceSeen } from '../journal.js'
import { at, type Book, type Problem } from './problem.js'
import { missedBy, WINDOW_LESS_MS, WINDOW_RATIO } from './raised.js'
import { answersOf, groupedBy, rulesAt, seriesOf, silenceEndMs, silencesOf } from './views.js'

/** A process that is alone goes by what it takes the server's clock for, and tells of an alert a little after it has raised it. */
const ALONE_MS = 5000

export const judgeSilenced: Book = (journal) => [...judgeSilent(journal), ...judgeOver(journal)]

function judgeSilent(journal: Journal): Problem[] {
  return [...groupedBy(journal.alerts, ({ id }) => id).values()].flatMap(([alert]): Problem[] => {
    if (alert === undefined) return []
    const silence = silencesOf(journal, alert).find((one) => isBroken(journal, alert, one))
    if (silence === undefined) return []
    const { id, rule, atMs } = alert
    const text = `${id} was raised by ${at(atMs)}, and ${silence.id} was there since ${at(silence.atMs)}`
    return [{ promise: 'silent while silenced', rule, atMs, text }]
  })
}

/** Whether the alert was surely raised within the silence, and whoever raised it knew of that. */
function isBroken(journal: Journal, alert: AlertSeen, silence: SilenceSeen): boolean {
  const { life, fromMs, atMs, isDegraded } = alert
  const endMs = silenceEndMs(journal, silence)
  if (!isDegraded) return fromMs >= silence.atMs && atMs < endMs
  // A process alone keeps to what it heard: the second answer after a silence was written is of a batch that found it.
  const isKnown = answersOf(journal, life, silence.atMs, fromMs) >= 2
  const isStepped = journal.steps.some((step) => step.atMs >= silence.atMs - ALONE_MS && step.atMs <= atMs)
  return isKnown && !isStepped && atMs < endMs - ALONE_MS
}

/** Takes each burst soon after a silence together with what its process logged before, and asks of them all what is asked of a burst. */
function judgeOver(journal: Journal): Problem[] {
  return journal.silences.flatMap((silence) => {
    const endMs = silenceEndMs(journal, silence)
    return journal.bursts.flatMap((burst): Problem[] => {
      const firstMs = burst.times[0] ?? 0
      const view = rulesAt(journal, burst.life, firstMs)[burst.rule]
      if (view === undefined || view.newOnly || view.isFixed || !silencesOf(journal, burst).includes(silence)) return []
      const spanMs = view.windowMs * WINDOW_RATIO - WINDOW_LESS_MS
      if (firstMs <= endMs || firstMs >= endMs + view.windowMs) return []
      const whole = joined(journal, burst, firstMs - spanMs)
      const why = missedBy(journal, whole)
      if (why === undefined) return []
      const text = `${silence.id} was over at ${at(endMs)}: ${why}`
      return [{ promise: 'told after a silence', rule: burst.rule, atMs: firstMs, text }]
    })
  })
}

/** The errors of a burst's series that its process logged since then, up to the burst's first. */
function joined({ bursts }: Journal, burst: Burst, sinceMs: number): Burst {
  const firstMs = burst.times[0] ?? 0
  const same = bursts.filter((one) => one.life === burst.life && seriesOf(one) === seriesOf(burst))
  const earlier = same.flatMap(({ times }) => times).filter((ms) => ms > sinceMs && ms < firstMs)
  return { ...burst, times: [...earlier.sort((a, b) => a - b), firstMs] }
}
