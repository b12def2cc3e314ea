// The sliding window of one series in memory; its twin in Lua is store/redis/lua/windows.ts.
import { SLOT_COUNT, slotAt } from './slots.js'

/** Counts of the last `windowMs` in `SLOT_COUNT` slots, with a running total: memory does not grow with errors. */
export class Ring {
  readonly #windowMs: number
  readonly #slots: number[] = new Array<number>(SLOT_COUNT).fill(0)
  #head = Number.NEGATIVE_INFINITY
  #total = 0
  /** When the first error happened since the ring was last empty. */
  #firstMs = Number.NEGATIVE_INFINITY

  constructor(windowMs: number) {
    this.#windowMs = windowMs
  }

  /** The errors still in the window at `nowMs`. */
  totalAt(nowMs: number): number {
    this.advance(nowMs, 0)
    return this.#total
  }

  /** Counts `count` errors that happened at `atMs`; returns false where that is too long ago to count. */
  add(atMs: number, count: number, nowMs: number): boolean {
    this.advance(nowMs, 0)
    const slot = slotAt(Math.min(atMs, nowMs), this.#windowMs)
    if (slot <= this.#head - SLOT_COUNT) return false
    const index = indexOf(slot)
    this.#firstMs = this.#total === 0 ? atMs : Math.min(this.#firstMs, atMs)
    this.#slots[index] = (this.#slots[index] ?? 0) + count
    this.#total += count
    return true
  }

  /** Drops what has left the window by `nowMs`; returns when that took the total below `threshold`, undefined where it did not. */
  advance(nowMs: number, threshold: number): number | undefined {
    const slot = slotAt(nowMs, this.#windowMs)
    let fellAtMs: number | undefined
    // After a whole window nothing is left.
    const last = Math.min(slot, this.#head + SLOT_COUNT)
    while (this.#head < last) {
      this.#head += 1
      const index = indexOf(this.#head)
      const wasReached = this.#total >= threshold
      this.#total -= this.#slots[index] ?? 0
      this.#slots[index] = 0
      if (wasReached && this.#total < threshold) fellAtMs = Math.ceil((this.#head * this.#windowMs) / SLOT_COUNT)
    }
    this.#head = Math.max(this.#head, slot)
    return fellAtMs
  }

  /**
   * When the oldest error in the window happened: exact while none has left the window since the ring was last empty, else too
   * early by a slot at most; undefined where the window is empty.
   */
  get oldestMs(): number | undefined {
    for (let slot = this.#head - SLOT_COUNT + 1; slot <= this.#head; slot += 1) {
      if ((this.#slots[indexOf(slot)] ?? 0) > 0) return Math.max(this.#firstMs, (slot * this.#windowMs) / SLOT_COUNT)
    }
    return undefined
  }
}

function indexOf(slot: number): number {
  return ((slot % SLOT_COUNT) + SLOT_COUNT) % SLOT_COUNT
}
