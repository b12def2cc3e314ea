// How counts went over time, series by series, in bounded memory: buckets that double their width when there are too many.
import type { RuleSettings } from '../config/settings.js'
import { type GroupValues, type Series, seriesOf } from '../rule/series.js'
import { type CooldownSpan, SeriesTimeline } from './series-timeline.js'

/** The most buckets of one series. */
export const MAX_BUCKETS = 600
/** The most series that are kept apart. */
export const MAX_SERIES = 100
const FIRST_WIDTH_MS = 1000
/** The last moment that a date can tell. */
const LAST_DATE_MS = 8.64e15

/** What happened in buckets of one width, by the clock of the lines. */
export interface BacktestTimeline {
  /** When the first bucket begins, RFC 3339; blank where no line had a time. */
  readonly from: string
  /** When the last line was logged. */
  readonly to: string
  /** The width of each, a power of two. */
  readonly bucketSeconds: number
  /** Rules without groups, and the first groups that had errors, 100 together at most. */
  readonly series: readonly TimelineSeries[]
  /** What happened in further groups. */
  readonly others: { readonly errors: number; readonly alerts: number }
}

/** A rule, or one of its groups; each list holds a number for each bucket. */
export interface TimelineSeries {
  readonly rule: string
  readonly groupBy?: GroupValues
  readonly threshold: number
  readonly windowSeconds: number
  /** Errors logged. */
  readonly errors: readonly number[]
  /** The highest count that the window had. */
  readonly highest: readonly number[]
  readonly alerts: readonly number[]
  /** Ends of errors that were told. */
  readonly ends: readonly number[]
  /** When no alert could be raised, RFC 3339; 600 at most, those close together as one. */
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

  /** A line was logged then, whatever it says. */
  reach(timeMs: number): void {
    if (timeMs >= this.#fromMs && timeMs <= this.#toMs) return
    this.#fromMs = Math.min(this.#fromMs, timeMs)
    this.#toMs = Math.max(this.#toMs, timeMs)
    const before = this.#widthMs
    while (this.#bucketCount > MAX_BUCKETS) this.#widthMs *= 2
    if (this.#widthMs !== before) for (const series of this.#series.values()) series.widen(this.#widthMs)
  }

  /** An error that was logged at `lineMs`; the clock stands at `nowMs`, which is no earlier. */
  addError(series: Series, lineMs: number, nowMs: number): void {
    this.reach(lineMs)
    this.reach(nowMs)
    const kept = this.#seriesOf(series)
    if (kept === undefined) this.#others.errors += 1
    else kept.addError(lineMs, nowMs)
  }

  /** An alert that was told now, and when its cooldown ends. */
  addAlert(series: Series, nowMs: number, quietUntilMs: number): void {
    this.reach(nowMs)
    const kept = this.#seriesOf(series)
    if (kept === undefined) this.#others.alerts += 1
    else kept.addAlert(nowMs, quietUntilMs)
  }

  /** It was told that the errors have stopped. */
  addEnd(series: Series, nowMs: number): void {
    this.reach(nowMs)
    this.#seriesOf(series)?.addEnd(nowMs)
  }

  /** All of it, up to the last moment that was reached. */
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
