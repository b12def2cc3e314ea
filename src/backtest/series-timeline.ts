// One series of a timeline: its buckets and its cooldowns. The number of a bucket is the time of its beginning, in widths since the
// epoch.
import type { Series } from '../rule/series.js'
import { type Counter, newCounter } from '../store/memory/window-counters.js'
import { VirtualClock } from './virtual-clock.js'

/** If there are more cooldowns, those that are less than a bucket apart are joined: then there are at most as many as buckets. */
const MAX_SPANS = 600

export interface Bucket {
  errors: number
  /** The highest count of the window within this bucket. */
  highest: number
  alerts: number
  ends: number
}

export interface CooldownSpan {
  readonly fromMs: number
  readonly toMs: number
}

export class SeriesTimeline {
  readonly series: Series
  readonly #clock = new VirtualClock()
  /** A counter beside the store's own: to read that one between errors would change what it says of when the count fell. */
  readonly #counter: Counter
  #widthMs: number
  #buckets = new Map<number, Bucket>()
  #cooldowns: CooldownSpan[] = []

  constructor(series: Series, widthMs: number) {
    this.series = series
    this.#widthMs = widthMs
    this.#counter = newCounter(series.rule, this.#clock)
  }

  get cooldowns(): readonly CooldownSpan[] {
    return this.#cooldowns
  }

  /** Makes the buckets wider, to a multiple of their width until now. */
  widen(widthMs: number): void {
    const ratio = widthMs / this.#widthMs
    this.#widthMs = widthMs
    const before = this.#buckets
    this.#buckets = new Map()
    for (const [number, { errors, highest, alerts, ends }] of before) {
      const bucket = this.#bucket(Math.floor(number / ratio))
      bucket.errors += errors
      bucket.highest = Math.max(bucket.highest, highest)
      bucket.alerts += alerts
      bucket.ends += ends
    }
  }

  addError(lineMs: number, nowMs: number): void {
    this.#pass(nowMs)
    const counts = [{ monotonicMs: lineMs, wallMs: lineMs, count: 1 }]
    const { total } = this.#counter.add(counts, this.series.rule.threshold)
    const now = this.#bucketAt(nowMs)
    now.highest = Math.max(now.highest, total)
    this.#bucketAt(lineMs).errors += 1
  }

  addAlert(nowMs: number, quietUntilMs: number): void {
    this.#bucketAt(nowMs).alerts += 1
    this.#cooldowns.push({ fromMs: nowMs, toMs: quietUntilMs })
    if (this.#cooldowns.length > MAX_SPANS) this.#cooldowns = joined(this.#cooldowns, this.#widthMs)
  }

  addEnd(nowMs: number): void {
    this.#bucketAt(nowMs).ends += 1
  }

  bucketsUntil(timeMs: number): ReadonlyMap<number, Readonly<Bucket>> {
    this.#pass(timeMs)
    return this.#buckets
  }

  /**
   * Lets time pass, and notes the count at the beginning of each bucket. Between errors a count can only fall: so the highest one in a
   * bucket is that at the bucket's beginning or at an error.
   */
  #pass(untilMs: number): void {
    const last = Math.floor(untilMs / this.#widthMs)
    for (let number = Math.floor(this.#clock.nowMs() / this.#widthMs) + 1; number <= last; number += 1) {
      if (this.#counter.isEmpty) break
      this.#clock.set(number * this.#widthMs)
      const { total } = this.#counter.add([], this.series.rule.threshold)
      const bucket = this.#bucket(number)
      bucket.highest = Math.max(bucket.highest, total)
    }
    this.#clock.set(untilMs)
  }

  #bucketAt(timeMs: number): Bucket {
    return this.#bucket(Math.floor(timeMs / this.#widthMs))
  }

  #bucket(number: number): Bucket {
    const known = this.#buckets.get(number)
    if (known !== undefined) return known
    const bucket = { errors: 0, highest: 0, alerts: 0, ends: 0 }
    this.#buckets.set(number, bucket)
    return bucket
  }
}

/** Joins spans that are less than `gapMs` apart. */
function joined(spans: readonly CooldownSpan[], gapMs: number): CooldownSpan[] {
  const result: CooldownSpan[] = []
  for (const span of spans) {
    const last = result.at(-1)
    if (last === undefined || span.fromMs - last.toMs >= gapMs) result.push(span)
    else result[result.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, span.toMs) }
  }
  return result
}
