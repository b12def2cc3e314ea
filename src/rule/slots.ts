// The sliding window as a ring of slots. The batch script in store/redis/lua/ does the same sums in Lua.

/**
 * Slots of one window. The ring holds what happened in the last W - W/240 to W, so it never counts an error
 * that is too old, and misses only a burst that spans more than 99.5 % of the window.
 */
export const SLOT_COUNT = 240

/** The number of the slot that a moment lies in; exact in doubles for any window and any date (see test). */
export function slotAt(timeMs: number, windowMs: number): number {
  return Math.floor((timeMs * SLOT_COUNT) / windowMs)
}

/** The number of the tumbling window that a moment lies in, as the original service counts it: by whole seconds. */
export function bucketAt(wallMs: number, windowMs: number): number {
  return Math.floor(Math.floor(wallMs / 1000) / (windowMs / 1000))
}
