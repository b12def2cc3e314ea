// What a process tells operators of the series that it counts: seldom, so that it costs next to nothing.
import type { RuleSettings } from '../../config/settings.js'
import { RecentMap } from '../../recent.js'
import type { GroupValues, Series } from '../../rule/series.js'
import { destinationId } from './destination-id.js'

/** A series as the process that announces it has it in force; spans in milliseconds. */
export interface Announcement {
  readonly rule: string
  /** Names where its alerts go, without telling it. */
  readonly destination: string
  /** The series' `groupKey`. */
  readonly key: string
  /** Absent where the rule has no groups. */
  readonly group?: GroupValues
  readonly type: RuleSettings['windowType']
  readonly window: number
  readonly threshold: number
  readonly cooldown: number
  /** 0 where the cooldown always is the same. */
  readonly cooldownMax: number
  /** Whether it tells when the errors stop. */
  readonly resolve: boolean
  readonly enabled: boolean
}

/** A series is announced this often while it is counted, and whenever its rule has changed. */
const INTERVAL_MS = 30_000
/** More than these are forgotten: to announce one again does no harm. */
const MAX_REMEMBERED = 10_000

interface Taken {
  readonly rule: RuleSettings
  readonly text: string
  readonly atMs: number
}

export class Announcements {
  /** What the store has taken, by series id. */
  readonly #taken = new RecentMap<string, Taken>(MAX_REMEMBERED)

  /** The JSON that the series is to announce; blank where that was done lately. */
  textOf(series: Series, monotonicMs: number): string {
    const taken = this.#taken.get(series.id)
    const isRecent = taken !== undefined && monotonicMs < taken.atMs + INTERVAL_MS
    // Mostly there is no need to look: settings never change, others take their place.
    if (isRecent && taken.rule === series.rule) return ''
    const text = JSON.stringify(announcementOf(series))
    return isRecent && taken.text === text ? '' : text
  }

  /** The store has answered to it. */
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
