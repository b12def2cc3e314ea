import { SLOT_COUNT, slotAt } from './slots.js'

/** Counts of the last `windowMs` in `SLOT_COUNT` slots, with a running total: memory does not grow with errors. */
export class Ring {
  readonly #windowMs: number
  readonly #slots: number[] = new Array<number>(SLOT_COUNT).fill(0)
  #head = Number.NEGATIVE_INFINITY
  #total = 0

  constructor(windowMs: number) {
    this.#windowMs = windowMs
  }

  /** The errors still in the window at `nowMs`. */
  totalAt(nowMs: number): number {
    this.#advance(nowMs)
    return this.#total
  }

  /** Counts `count` errors that happened at `atMs`; returns false where that is too long ago to count. */
  add(atMs: number, count: number, nowMs: number): boolean {
    this.#advance(nowMs)
    const slot = slotAt(Math.min(atMs, nowMs), this.#windowMs)
    if (slot <= this.#head - SLOT_COUNT) return false
    const index = indexOf(slot)
    this.#slots[index] = (this.#slots[index] ?? 0) + count
    this.#total += count
    return true
  }

  #advance(nowMs: number): void {
    const slot = slotAt(nowMs, this.#windowMs)
    if (slot - this.#head >= SLOT_COUNT) {
      this.#slots.fill(0)
      this.#total = 0
      this.#head = slot
    }
    while (this.#head < slot) {
      this.#head += 1
      const index = indexOf(this.#head)
      this.#total -= this.#slots[index] ?? 0
      this.#slots[index] = 0
    }
  }
}

function indexOf(slot: number): number {
  return ((slot % SLOT_COUNT) + SLOT_COUNT) % SLOT_COUNT
}
