// How the memory store counts a series: in a ring, or in the original service's tumbling windows.
import type { Clock } from '../../clock.js'
import type { RuleSettings } from '../../config/settings.js'
import { Ring } from '../../rule/ring.js'
import { bucketAt } from '../../rule/slots.js'
import type { Count, WindowShape } from '../../rule/tally.js'

/** Counts one series in one window. */
export interface Counter {
  readonly windowMs: number
  readonly windowType: RuleSettings['windowType']
  /** Whether no errors are in the window. */
  readonly isEmpty: boolean
  /** When the window's oldest error happened, on the monotonic clock, early by a slot at most; undefined where that is not known. */
  readonly oldestMs: number | undefined
  add(counts: readonly Count[], threshold: number): Added
}

/** What became of counts that were added. */
export interface Added {
  /** Errors in the window now. */
  readonly total: number
  /** Errors that were newly counted. */
  readonly fresh: number
  /** Errors that were too old to count. */
  readonly dropped: number
  /** When the total fell below the threshold before these were added, on the monotonic clock; undefined where it did not. */
  readonly fellAtMs: number | undefined
  /** When the tumbling window ends, on the monotonic clock; undefined for a sliding one. */
  readonly endsAtMs: number | undefined
}

export function newCounter({ windowType, windowMs }: WindowShape, clock: Clock): Counter {
  return windowType === 'fixed' ? new BucketCounter(windowMs, clock) : new RingCounter(windowMs, clock)
}

class RingCounter implements Counter {
  readonly windowType = 'sliding'
  readonly windowMs: number
  readonly #ring: Ring
  readonly #clock: Clock

  constructor(windowMs: number, clock: Clock) {
    this.windowMs = windowMs
    this.#ring = new Ring(windowMs)
    this.#clock = clock
  }

  get isEmpty(): boolean {
    return this.#ring.totalAt(this.#clock.monotonicMs()) === 0
  }

  get oldestMs(): number | undefined {
    return this.#ring.oldestMs
  }

  add(counts: readonly Count[], threshold: number): Added {
    const nowMs = this.#clock.monotonicMs()
    const fellAtMs = this.#ring.advance(nowMs, threshold)
    const late = counts.filter(({ monotonicMs, count }) => !this.#ring.add(monotonicMs, count, nowMs))
    const dropped = sumOf(late)
    return { total: this.#ring.totalAt(nowMs), fresh: sumOf(counts) - dropped, dropped, fellAtMs, endsAtMs: undefined }
  }
}

/** Tumbling windows: the current one, and the one before it for errors that come late. */
class BucketCounter implements Counter {
  readonly windowType = 'fixed'
  readonly oldestMs = undefined
  readonly windowMs: number
  readonly #clock: Clock
  #buckets = new Map<number, number>()

  constructor(windowMs: number, clock: Clock) {
    this.windowMs = windowMs
    this.#clock = clock
  }

  get isEmpty(): boolean {
    return !this.#buckets.has(bucketAt(this.#clock.nowMs(), this.windowMs))
  }

  add(counts: readonly Count[]): Added {
    const wallMs = this.#clock.nowMs()
    const current = bucketAt(wallMs, this.windowMs)
    this.#buckets = new Map([...this.#buckets].filter(([bucket]) => bucket >= current - 1))
    let total = this.#buckets.get(current) ?? 0
    let dropped = 0
    for (const { wallMs: atMs, count } of counts) {
      const bucket = bucketAt(atMs, this.windowMs)
      if (bucket < current - 1) {
        dropped += count
        continue
      }
      const sum = (this.#buckets.get(bucket) ?? 0) + count
      this.#buckets.set(bucket, sum)
      total = Math.max(total, sum)
    }
    const endsAtMs = (current + 1) * this.windowMs - wallMs + this.#clock.monotonicMs()
    return { total, fresh: sumOf(counts) - dropped, dropped, fellAtMs: undefined, endsAtMs }
  }
}

export function sumOf(counts: readonly Count[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0)
}
