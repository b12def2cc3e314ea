// The announcements that a process makes of the series that it counts, for `logsiren status`, the page and the metrics: seldom,
// so that they cost next to nothing.
import type { RuleSettings } from '../../config/settings.js'
import { RecentMap } from '../../recent.js'
import type { GroupValues, Series } from '../../rule/series.js'
import { destinationId } from './destination-id.js'

/** A series with the options of its rule that the announcing process has in force; spans in milliseconds. */
export interface Announcement {
  readonly rule: string
  /** Names the url of its alerts without showing it. */
  readonly destination: string
  /** The series' `groupKey`. */
  readonly key: string
  /** Absent where the rule has no groups. */
  readonly group?: GroupValues
  readonly type: RuleSettings['windowType']
  readonly window: number
  readonly threshold: number
  readonly cooldown: number
  /** The longest cooldown that doubling may reach; 0 where the cooldown never changes. */
  readonly cooldownMax: number
  /** Whether the rule has `sendResolved`. */
  readonly resolve: boolean
  readonly enabled: boolean
}

/** A series is announced this often at most while it is counted, and at once when its rule has changed. */
const INTERVAL_MS = 30_000
/** Further series are forgotten, the oldest first: to announce one again does no harm. */
const MAX_REMEMBERED = 10_000

interface Taken {
  readonly rule: RuleSettings
  readonly text: string
  readonly atMs: number
}

export class Announcements {
  /** The last announcement that the store has taken, by series id. */
  readonly #taken = new RecentMap<string, Taken>(MAX_REMEMBERED)

  /** The announcement of a series as JSON; blank where the same was made within `INTERVAL_MS`. */
  textOf(series: Series, monotonicMs: number): string {
    const taken = this.#taken.get(series.id)
    const isRecent = taken !== undefined && monotonicMs < taken.atMs + INTERVAL_MS
    // Settings are never changed but replaced, so the same object needs no comparison of texts.
    if (isRecent && taken.rule === series.rule) return ''
    const text = JSON.stringify(announcementOf(series))
    return isRecent && taken.text === text ? '' : text
  }

  /** Says that the store has taken an announcement. */
  taken({ id, rule }: Series, text: string, monotonicMs: number): void {
    this.#taken.set(id, { rule, text, atMs: monotonicMs })
  }
}

export function announcementOf({ rule, groupKey, groupValues }: Series): Announcement {
  return {
    rule: rule.name,
    destination: destinationId(rule.url),
    key: groupKey,
    ...(groupValues !== undefined && { group: groupValues }),
    type: rule.windowType,
    window: rule.windowMs,
    threshold: rule.threshold,
    cooldown: rule.cooldownMs,
    cooldownMax: rule.cooldownMaxMs,
    resolve: rule.sendResolved,
    enabled: rule.enabled,
  }
}
