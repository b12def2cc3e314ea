// The counts of all rules and groups since the page was opened, whether they are shown or not.
import type { StatusRow } from '../../../control/status.js'
import { sharePercent } from '../../../share.js'
import { seriesKey } from '../../series.js'

/** At most this many counts of a row are kept: an hour of them, one every two seconds. */
const MAX_POINTS = 1800

/** What one row has shown: a time, a count and a share for each look at it. */
export interface Seen {
  /** Seconds since the epoch, by the server's clock. */
  readonly times: number[]
  readonly counts: number[]
  /** Of errors among the requests, in percent; 0 where nobody counts requests. */
  readonly shares: number[]
}

export class History {
  #seen = new Map<string, Seen>()

  /** Adds the counts of these rows, and forgets the rows that are not among them any more. */
  note(rows: readonly StatusRow[], nowMs: number): void {
    const next = new Map<string, Seen>()
    for (const row of rows) {
      const key = seriesKey(row.rule, row.group_by)
      const seen = this.of(key)
      next.set(key, seen)
      // The server's clock may step back, but the times of a chart have to rise.
      if (nowMs / 1000 <= (seen.times.at(-1) ?? 0)) continue
      seen.times.push(nowMs / 1000)
      seen.counts.push(row.count)
      seen.shares.push(sharePercent(row))
      if (seen.times.length <= MAX_POINTS) continue
      for (const list of [seen.times, seen.counts, seen.shares]) list.shift()
    }
    this.#seen = next
  }

  of(key: string): Seen {
    return this.#seen.get(key) ?? { times: [], counts: [], shares: [] }
  }
}
