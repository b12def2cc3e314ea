// Times as operators' tools show them.

/** The latest time that a Date can hold, in ms since 1970. Another program may have written any number into Redis. */
const MAX_TIME_MS = 8.64e15

/** RFC 3339 with milliseconds. */
export function toTime(epochMs: number): string {
  return new Date(Math.min(Math.max(0, epochMs || 0), MAX_TIME_MS)).toISOString()
}
