// While Redis keeps its data, every error is counted once, or is in `dropped`.
import type { Journal } from '../journal.js'
import { at, type Book } from './problem.js'

/** Errors may be lost with a killed process if it logged them less than this before its last answered batch was made, or later. */
const UNSENT_MS = 1000
/** For this long after an outage a process may still send the errors that waited through it. */
const OUTAGE_MS = 20_000

export const judgeCount: Book = (journal) => {
  const { counted, lives, flushes, steps } = journal
  if (counted === undefined || flushes.length > 0) return []
  const observed = lives.reduce((sum, life) => sum + life.observedTimes.length, 0)
  const problems = []
  if (counted > observed) {
    const text = `${counted} counted of ${observed} observed`
    problems.push({ promise: 'count: none doubled', rule: '', atMs: journal.endMs, text })
  }
  // After a step back of the clock rings begin anew, so fewer errors are counted.
  if (steps.some(({ byMs }) => byMs < 0)) return problems
  const dropped = lives.reduce((sum, life) => sum + life.dropped, 0)
  const lost = observed - counted - dropped - uncertainOf(journal)
  if (lost > 0) {
    const text = `${counted} counted of ${observed} observed, ${dropped} dropped: ${lost} are missing by ${at(journal.endMs)}`
    problems.push({ promise: 'count: none lost', rule: '', atMs: journal.endMs, text })
  }
  return problems
}

/** How many errors may be lost with killed processes, those included that waited through an outage and were sent piece by piece. */
function uncertainOf({ lives, disturbances }: Journal): number {
  return lives
    .filter(({ end }) => end === 'killed')
    .reduce((sum, { process, observedTimes, uncertainSinceMs, endMs = 0 }) => {
      const outages = disturbances.filter(
        (one) =>
          ['redis', process].includes(one.where) &&
          one.fromMs < endMs &&
          one.untilMs > endMs - OUTAGE_MS &&
          one.kind !== 'kill',
      )
      const sinceMs = Math.min(uncertainSinceMs, ...outages.map(({ fromMs }) => fromMs)) - UNSENT_MS
      return sum + observedTimes.filter((ms) => ms >= sinceMs).length
    }, 0)
}
