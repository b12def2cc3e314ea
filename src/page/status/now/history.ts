// How counts went since the page was opened, of all rules and groups, whether they are shown or not.
import type { StatusRow } from '../../../control/status.js'
import { nameOf, type Seen } from './row.js'

/** An hour of looks. */
const MAX_POINTS = 1800

export class History {
  #seen = new Map<string, Seen>()

  /** Of what is not there any more nothing is kept. */
  note(rows: readonly StatusRow[], nowMs: number): void {
    const next = new Map<string, Seen>()
    for (const row of rows) {
      const name = nameOf(row)
      const seen = this.of(name)
      next.set(name, seen)
      // A server's clock may step back; a chart only goes on.
      if (nowMs / 1000 <= (seen.times.at(-1) ?? 0)) continue
      seen.times.push(nowMs / 1000)
      seen.counts.push(row.count)
      if (seen.times.length <= MAX_POINTS) continue
      seen.times.shift()
      seen.counts.shift()
    }
    this.#seen = next
  }

  of(name: string): Seen {
    return this.#seen.get(name) ?? { times: [], counts: [] }
  }
}
