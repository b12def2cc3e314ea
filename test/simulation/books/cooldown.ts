// Between a delivery and the next alert of the same series lies a cooldown, whatever url the alerts go to.
import { at, type Book } from './problem.js'
import { groupedBy, isDelivered, isDisturbed, seriesOf } from './views.js'

/** A cooldown may end this early: Redis keeps its begin in whole unix seconds. */
const SLACK_MS = 1100
/** For this long after a delivery Redis may not know of it yet. */
const SETTLE_MS = 1000
/** A disturbance is an excuse for this long after its end. */
const MARGIN_MS = 12_000

export const judgeCooldown: Book = (journal) => {
  const problems = []
  const deliveries = groupedBy(
    journal.attempts.filter((one) => one.kind === 'alert' && isDelivered(one) && one.isHeard),
    seriesOf,
  )
  for (const [first] of groupedBy(journal.alerts, ({ id }) => id).values()) {
    if (first === undefined || first.isDegraded) continue
    const { id, rule, life, fromMs, atMs, cooldownMs } = first
    for (const delivery of deliveries.get(seriesOf(first)) ?? []) {
      const endMs = delivery.endMs ?? Number.POSITIVE_INFINITY
      if (delivery.id === id || fromMs < endMs + SETTLE_MS) continue
      const shortestMs = Math.min(cooldownMs, ...cooldownsOf(delivery.id))
      if (atMs >= endMs + shortestMs - SLACK_MS) continue
      const places = ['redis', processOf(delivery.life), processOf(life)]
      const isExcused =
        isDisturbed(journal, places, delivery.startMs, atMs, MARGIN_MS) ||
        [...journal.flushes, ...journal.steps.map((step) => step.atMs)].some(
          (ms) => ms >= delivery.startMs - MARGIN_MS && ms <= atMs,
        )
      if (isExcused) continue
      const text = `${id} was raised at ${at(atMs)}, ${delivery.id} had been delivered at ${at(endMs)}, cooldown ${at(shortestMs)}`
      problems.push({ promise: 'a cooldown after a delivery', rule, atMs, text })
    }
  }
  return problems

  function cooldownsOf(id: string): number[] {
    return journal.alerts.filter((one) => one.id === id).map((one) => one.cooldownMs)
  }
  function processOf(life: number): string {
    return journal.lives[life]?.process ?? ''
  }
}
