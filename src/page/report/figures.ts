// Numbers and times of a report, as people read them.

/** A rate with one decimal where that is much of it: `0.5`, `12`. */
export function rate(count: number): string {
  return count.toLocaleString('en', { maximumFractionDigits: count < 10 ? 1 : 0 })
}

/** `2026-11-23 18:05:04`: an RFC 3339 time in UTC, to the second. */
export function moment(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 19)}`
}

/** The moment of a time in seconds since the epoch. */
export function momentOf(seconds: number): string {
  return moment(new Date(seconds * 1000).toISOString())
}

/** Seconds since the epoch. */
export function secondsOf(at: string): number {
  return Date.parse(at) / 1000
}

export function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}

/** The highest of these, 0 where there is none. They may be too many for `Math.max`. */
export function most(counts: readonly number[]): number {
  return counts.reduce((high, count) => Math.max(high, count), 0)
}
