// Calls a second, bytes of a batch and entries in memory stay within bounds; nothing is thrown.
import type { Book, Problem } from './problem.js'

/** Keys and arguments of one call. */
export const MAX_ARGUMENTS = 40_000
/** Bytes of one call. */
export const MAX_BYTES = 1_500_000
/** Batches of one process in `CALLS_MS`. They are 100 ms apart, and a crossing may send one early now and then. */
export const MAX_CALLS = 210
const CALLS_MS = 10_000
/** Entries in any one buffer of a process. */
export const MAX_ENTRIES = 20_000

export const judgeBounds: Book = ({ maxArguments, maxBytes, batchCalls, sizes, failures, endMs }) => {
  const problems: Problem[] = failures.map((text) => ({ promise: 'nothing thrown', rule: '', atMs: endMs, text }))
  const found = (promise: string, atMs: number, text: string): void =>
    void problems.push({ promise, rule: '', atMs, text })
  if (maxArguments > MAX_ARGUMENTS) found('size of a batch', endMs, `${maxArguments} arguments in one call`)
  if (maxBytes > MAX_BYTES) found('size of a batch', endMs, `${maxBytes} bytes in one call`)
  for (const [name, size] of Object.entries(sizes)) {
    if (size > MAX_ENTRIES) found('entries in memory', endMs, `${name} holds ${size} entries`)
  }
  const byLife = new Map<number, number[]>()
  for (const { life, atMs } of batchCalls) {
    const times = byLife.get(life) ?? []
    byLife.set(life, times)
    times.push(atMs)
    const earlier = times[times.length - 1 - MAX_CALLS]
    if (earlier !== undefined && atMs - earlier < CALLS_MS) {
      found('calls a second', atMs, `${MAX_CALLS + 1} batches of life ${life} in less than 10 s`)
      byLife.set(life, [])
    }
  }
  return problems
}
