// How counts went over time, for each series, in bounded memory: buckets double their width when there are too many.
import type { RuleSettings } from '../config/settings.js'
import { type GroupValues, type Series, seriesOf } from '../rule/series.js'
import { LAST_DATE_MS } from './line-time.js'
import { type CooldownSpan, SeriesTimeline } from './series-timeline.js'

/** A series has at most this many buckets. */
export const MAX_BUCKETS = 600
/** At most this many series are kept apart; the errors and alerts of further ones are only counted. */
export const MAX_SERIES = 100
const FIRST_WIDTH_MS = 1000

/** How counts went over time, in buckets of one width, by the times in the lines. */
export interface BacktestTimeline {
  /** When the first bucket begins, RFC 3339; `''` where no line has a time. */
  readonly from: string
  /** The latest time that was reached, RFC 3339; `''` where no line has a time. */
  readonly to: string
  /** The width of a bucket, in seconds; a power of two. */
  readonly bucketSeconds: number
  /** The rules without groups, and the first groups that had errors; together at most 100. */
  readonly series: readonly TimelineSeries[]
  /** How many errors and alerts further groups had. */
  readonly others: { readonly errors: number; readonly alerts: number }
}

/** A rule, or one of its groups. `errors`, `highest`, `alerts` and `ends` hold one number for each bucket. */
export interface TimelineSeries {
  /** The rule's name, `default` where there is only one without a name. */
  readonly rule: string
  /** The group's values, by the names in `groupBy`; left out where the rule has no groups. */
  readonly groupBy?: GroupValues
  readonly threshold: number
  readonly windowSeconds: number
  /** Errors that were logged within the bucket. */
  readonly errors: readonly number[]
  /** The highest count that the window had within the bucket. */
  readonly highest: readonly number[]
  /** Alerts that would have been sent within the bucket. */
  readonly alerts: readonly number[]
  /** Ends of alerts that would have been sent within the bucket. */
  readonly ends: readonly number[]
  /** When a cooldown ran, RFC 3339. If there are more than 600, those less than a bucket apart are joined. */
  readonly cooldowns: readonly { readonly from: string; readonly to: string }[]
}

export class Timeline {
  readonly #series = new Map<string, SeriesTimeline>()
  readonly #others = { errors: 0, alerts: 0 }
  #widthMs = FIRST_WIDTH_MS
  #fromMs = Number.POSITIVE_INFINITY
  #toMs = Number.NEGATIVE_INFINITY

  constructor(rules: readonly RuleSettings[]) {
    for (const rule of rules) if (rule.groupBy.length === 0) this.#seriesOf(seriesOf(rule))
  }

  /** Extends the timeline to a moment, in ms since the epoch. */
  reach(timeMs: number): void {
    if (timeMs >= this.#fromMs && timeMs <= this.#toMs) return
    this.#fromMs = Math.min(this.#fromMs, timeMs)
    this.#toMs = Math.max(this.#toMs, timeMs)
    const before = this.#widthMs
    while (this.#bucketCount > MAX_BUCKETS) this.#widthMs *= 2
    if (this.#widthMs !== before) for (const series of this.#series.values()) series.widen(this.#widthMs)
  }

  /** Adds an error that was logged at `lineMs`; the clock stands at `nowMs`, which is no earlier. */
  addError(series: Series, lineMs: number, nowMs: number): void {
    this.reach(lineMs)
    this.reach(nowMs)
    const kept = this.#seriesOf(series)
    if (kept === undefined) this.#others.errors += 1
    else kept.addError(lineMs, nowMs)
  }

  /** Adds an alert that is sent at `nowMs`, and whose cooldown ends at `quietUntilMs`. */
  addAlert(series: Series, nowMs: number, quietUntilMs: number): void {
    this.reach(nowMs)
    const kept = this.#seriesOf(series)
    if (kept === undefined) this.#others.alerts += 1
    else kept.addAlert(nowMs, quietUntilMs)
  }

  /** Adds the end of an alert, which is sent at `nowMs`. */
  addEnd(series: Series, nowMs: number): void {
    this.reach(nowMs)
    this.#seriesOf(series)?.addEnd(nowMs)
  }

  /** Gives the whole timeline, up to the last moment that was reached. */
  toReport(): BacktestTimeline {
    const isBlank = this.#fromMs > this.#toMs
    const first = isBlank ? 0 : Math.floor(this.#fromMs / this.#widthMs)
    const count = isBlank ? 0 : this.#bucketCount
    return {
      from: isBlank ? '' : toIso(first * this.#widthMs),
      to: isBlank ? '' : toIso(this.#toMs),
      bucketSeconds: this.#widthMs / 1000,
      series: [...this.#series.values()].map((kept) => {
        const { series } = kept
        const buckets = kept.bucketsUntil(this.#toMs)
        const listOf = (what: 'errors' | 'highest' | 'alerts' | 'ends'): number[] =>
          Array.from({ length: count }, (_, i) => buckets.get(first + i)?.[what] ?? 0)
        return {
          rule: series.rule.name,
          ...(series.groupValues !== undefined && { groupBy: series.groupValues }),
          threshold: series.rule.threshold,
          windowSeconds: series.rule.windowMs / 1000,
          errors: listOf('errors'),
          highest: listOf('highest'),
          alerts: listOf('alerts'),
          ends: listOf('ends'),
          cooldowns: kept.cooldowns.map(({ fromMs, toMs }: CooldownSpan) => ({ from: toIso(fromMs), to: toIso(toMs) })),
        }
      }),
      others: { ...this.#others },
    }
  }

  get #bucketCount(): number {
    return Math.floor(this.#toMs / this.#widthMs) - Math.floor(this.#fromMs / this.#widthMs) + 1
  }

  #seriesOf(series: Series): SeriesTimeline | undefined {
    const known = this.#series.get(series.id)
    if (known !== undefined || this.#series.size >= MAX_SERIES) return known
    const kept = new SeriesTimeline(series, this.#widthMs)
    this.#series.set(series.id, kept)
    return kept
  }
}

function toIso(timeMs: number): string {
  return new Date(Math.max(-LAST_DATE_MS, Math.min(timeMs, LAST_DATE_MS))).toISOString()
}
