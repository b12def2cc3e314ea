// A notice is delivered again only where the receiver's answer was lost, or the process that delivered it could not settle.
import type { Book } from './problem.js'
import { at } from './problem.js'
import { groupedBy, isDelivered, isDisturbed } from './views.js'

/** A disturbance is an excuse for this long after its end. */
const MARGIN_MS = 4000
/** A lease, and some more. */
const LEASE_MS = 12_000

export const judgeTwice: Book = (journal) => {
  const problems = []
  for (const attempts of groupedBy(journal.attempts, ({ id }) => id).values()) {
    const firstIndex = attempts.findIndex((one) => isDelivered(one) && one.isHeard)
    const [first, again] = attempts.slice(firstIndex, firstIndex + 2)
    if (firstIndex < 0 || first === undefined || again === undefined || first.endMs === undefined) continue
    const life = journal.lives[first.life]
    const places = ['redis', life?.process ?? '', journal.lives[again.life]?.process ?? '']
    if (isDisturbed(journal, places, first.startMs, again.startMs, MARGIN_MS)) continue
    if (journal.flushes.some((ms) => ms >= first.startMs - MARGIN_MS && ms <= again.startMs)) continue
    // A server's clock that steps ahead ends leases early.
    if (journal.steps.some(({ atMs }) => atMs >= first.startMs - LEASE_MS && atMs <= again.startMs)) continue
    if (again.startMs < first.endMs) {
      problems.push({
        promise: 'one delivers at a time',
        rule: first.rule,
        atMs: again.startMs,
        text: textOf(first.id, first.startMs, again.startMs),
      })
    } else
      problems.push({
        promise: 'delivered once',
        rule: first.rule,
        atMs: again.startMs,
        text: textOf(first.id, first.endMs, again.startMs),
      })
  }
  return problems
}

function textOf(id: string, firstMs: number, againMs: number): string {
  return `${id} was sent at ${at(firstMs)}, and again at ${at(againMs)}`
}
