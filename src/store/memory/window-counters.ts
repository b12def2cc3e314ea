// What the memory store counts with: the ring, or the original's tumbling windows.
import type { Clock } from '../../clock.js'
import type { RuleSettings } from '../../config/settings.js'
import { Ring } from '../../rule/ring.js'
import { bucketAt } from '../../rule/slots.js'
import type { Count, WindowShape } from '../../rule/tally.js'

export interface Counter {
  readonly windowMs: number
  readonly windowType: RuleSettings['windowType']
  /** No errors are in the window. */
  readonly isEmpty: boolean
  /** About when the oldest error happened, on the monotonic clock; undefined where that is not known. */
  readonly oldestMs: number | undefined
  add(counts: readonly Count[], threshold: number): Added
}

export interface Added {
  readonly total: number
  readonly fresh: number
  /** Counts that were too old. */
  readonly dropped: number
  /** When the total fell below the threshold before these were added, on the monotonic clock. */
  readonly fellAtMs: number | undefined
  /** When it will fall to nothing by itself. */
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

/** The original's tumbling windows: the current one, and the one before it for counts that come late. */
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

function sumOf(counts: readonly Count[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0)
}
