// Errors as a share of the requests, for rules with `percent`: what an alert needs, how near the counts are to that, and both in words.
import { counted, grouped } from './text.js'

/** The errors of a window, and its requests, the errors among them, where the rule has `percent`. */
export interface WindowCounts {
  readonly count: number
  readonly requests?: number | undefined
}

/** What an alert needs: so many errors, and where the rule has `percent`, so large a share of the requests. */
export interface Limits {
  readonly threshold: number
  readonly percent?: number | undefined
}

/** Whether the errors are as many as an alert needs, and as large a share. store/redis/lua/batch.ts computes the same. */
export function isReached({ count, requests = 0 }: WindowCounts, { threshold, percent = 0 }: Limits): boolean {
  return count >= threshold && count * 100 >= percent * requests
}

/** How near the counts are to an alert, by whichever is further from it: 0 where there are no errors, about 1 or more where both are reached. */
export function nearness({ count, requests = 0 }: WindowCounts, { threshold, percent = 0 }: Limits): number {
  const ofThreshold = count / threshold
  return percent > 0 && requests > 0 ? Math.min(ofThreshold, (count * 100) / (percent * requests)) : ofThreshold
}

/** The share of the errors in percent, rounded down so that it shows no limit that is not reached; 0 where there are no requests. */
export function sharePercent({ count, requests = 0 }: WindowCounts): number {
  if (requests === 0) return 0
  const tenths = Math.floor((count * 1000) / requests)
  return tenths >= 10 ? tenths / 10 : Math.floor((count * 100_000) / requests) / 1000
}

/** `12 of 240 requests (5 %)`; `12 errors` where nobody counts requests. */
export function countText(counts: WindowCounts): string {
  const { count, requests } = counts
  if (requests === undefined) return counted(count, 'error')
  return `${grouped(count)} of ${counted(requests, 'request')} (${sharePercent(counts)} %)`
}

/** `10`, or `10 and 5 %`. */
export function limitText({ threshold, percent = 0 }: Limits): string {
  return grouped(threshold) + (percent > 0 ? ` and ${percent} %` : '')
}
