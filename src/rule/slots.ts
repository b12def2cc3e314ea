// In which slot of a sliding window, or in which tumbling window, a moment lies. store/redis/lua/windows.ts computes the same.

/**
 * Slots of a sliding window of length W. The ring holds the errors of the last W - W/240 to W, so it never counts an error
 * that is too old, and misses only a burst that spans more than 99.5 % of the window.
 */
export const SLOT_COUNT = 240

/** The number of the slot that a moment lies in; doubles hold it exactly for any window and any date. */
export function slotAt(timeMs: number, windowMs: number): number {
  return Math.floor((timeMs * SLOT_COUNT) / windowMs)
}

/** Whether an error that happened at `atMs` has left the ring by `nowMs`. */
export function hasLeft(atMs: number, nowMs: number, windowMs: number): boolean {
  return slotAt(atMs, windowMs) <= slotAt(nowMs, windowMs) - SLOT_COUNT
}

/** The number of the tumbling window that a moment lies in, as the original service counts it: by whole seconds. */
export function bucketAt(wallMs: number, windowMs: number): number {
  return Math.floor(Math.floor(wallMs / 1000) / (windowMs / 1000))
}
