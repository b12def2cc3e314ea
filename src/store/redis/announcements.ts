// The announcements that a process makes of the series that it counts and of its rules, for `logsiren status`, the page and the metrics:
// seldom, so that they cost next to nothing.
import { hostOf } from '../../config/checks/destination.js'
import type { Format } from '../../config/options.js'
import type { RuleSettings } from '../../config/settings.js'
import { RecentMap } from '../../recent.js'
import { type GroupValues, type Series, seriesOf } from '../../rule/series.js'
import { destinationId } from './destination-id.js'

/** A series with the options of its rule that the announcing process has in force; spans in milliseconds. */
export interface Announcement {
  readonly rule: string
  /** Names the url of its alerts without showing it. */
  readonly destination: string
  /** Host, and port if there is one, of that url. */
  readonly host: string
  readonly format: Format
  /** The series' `groupKey`. */
  readonly key: string
  /** Absent where the rule has no groups. */
  readonly group?: GroupValues
  /** Set where a rule is announced as a whole: whether it has counted anything, and has groups, is not said. */
  readonly whole?: true
  readonly type: RuleSettings['windowType']
  readonly window: number
  readonly threshold: number
  readonly cooldown: number
  /** The longest cooldown that doubling may reach; 0 where the cooldown never changes. */
  readonly cooldownMax: number
  /** Whether the rule has `sendResolved`. */
  readonly resolve: boolean
  /** Set where the rule counts only what is new. */
  readonly newOnly?: true
  /** Absent where the rule has no `percent`. */
  readonly percent?: number
  readonly enabled: boolean
}

/** A series is announced this often at most while it is counted, and at once when its rule has changed. */
const INTERVAL_MS = 30_000
/** A rule is announced as a whole this often, and at once when it has changed. Announcements are kept for more than a day. */
const RULE_INTERVAL_MS = 3_600_000
/** At most this many rules are announced as a whole in one submission; the others follow. */
const MAX_RULES = 100
/** Further series are forgotten, the oldest first: to announce one again does no harm. */
const MAX_REMEMBERED = 10_000

interface Taken {
  readonly rule: RuleSettings
  readonly text: string
  readonly atMs: number
}

/** The last announcements that the store has taken, by what is announced. */
class TakenMap {
  readonly #taken = new RecentMap<string, Taken>(MAX_REMEMBERED)
  readonly #intervalMs: number

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs
  }

  /** The text to announce; blank where the same was taken within the interval. */
  next(id: string, rule: RuleSettings, monotonicMs: number, write: () => string): string {
    const taken = this.#taken.get(id)
    const isRecent = taken !== undefined && monotonicMs < taken.atMs + this.#intervalMs
    // Settings are never changed but replaced, so the same object needs no comparison of texts.
    if (isRecent && taken.rule === rule) return ''
    const text = write()
    return isRecent && taken.text === text ? '' : text
  }

  set(id: string, taken: Taken): void {
    this.#taken.set(id, taken)
  }
}

export class Announcements {
  readonly #series = new TakenMap(INTERVAL_MS)
  readonly #rules = new TakenMap(RULE_INTERVAL_MS)

  /** The announcement of a series as JSON; blank where the same was made within `INTERVAL_MS`. */
  textOf(series: Series, monotonicMs: number): string {
    return this.#series.next(series.id, series.rule, monotonicMs, () => JSON.stringify(announcementOf(series)))
  }

  /** Says that the store has taken an announcement. */
  taken({ id, rule }: Series, text: string, monotonicMs: number): void {
    this.#series.set(id, { rule, text, atMs: monotonicMs })
  }

  /** The announcements of rules as a whole that are to be made now. */
  ofRules(
    rules: readonly RuleSettings[],
    monotonicMs: number,
  ): readonly { readonly rule: RuleSettings; readonly text: string }[] {
    const made = rules.map((rule) => ({
      rule,
      text: this.#rules.next(rule.name, rule, monotonicMs, () => JSON.stringify(wholeOf(rule))),
    }))
    return made.filter(({ text }) => text !== '').slice(0, MAX_RULES)
  }

  /** Says that the store has taken one of these. */
  tookRule(rule: RuleSettings, text: string, monotonicMs: number): void {
    this.#rules.set(rule.name, { rule, text, atMs: monotonicMs })
  }
}

/** The announcement of a rule as a whole. */
export function wholeOf(rule: RuleSettings): Announcement {
  return { ...announcementOf(seriesOf(rule)), whole: true }
}

export function announcementOf({ rule, groupKey, groupValues }: Series): Announcement {
  return {
    rule: rule.name,
    destination: destinationId(rule.url),
    host: hostOf(rule.url),
    format: rule.format,
    key: groupKey,
    ...(groupValues !== undefined && { group: groupValues }),
    type: rule.windowType,
    window: rule.windowMs,
    threshold: rule.threshold,
    cooldown: rule.cooldownMs,
    cooldownMax: rule.cooldownMaxMs,
    resolve: rule.sendResolved,
    ...(rule.newOnly && { newOnly: true as const }),
    ...(rule.percent > 0 && { percent: rule.percent }),
    enabled: rule.enabled,
  }
}
