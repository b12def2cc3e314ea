// Every process follows the config within 15 s, and sends nothing any more for a rule that is off.
import type { Journal } from '../journal.js'
import { at, type Book, type Problem } from './problem.js'
import { formsOf, isRunning, writeAt } from './views.js'

const FOLLOW_MS = 15_200
/** A last attempt may have begun. */
const ATTEMPT_MS = 3500
/** So long a process may need to find its way back to Redis. */
const RETURN_MS = 10_000
/** A document that was in force for less may be seen by nobody. */
const UNSEEN_MS = 60_000

export const judgeConfig: Book = (journal) => [...judgeFollowed(journal), ...judgeSilent(journal)]

function judgeFollowed(journal: Journal): Problem[] {
  const { writes, lives, adoptions, endMs } = journal
  const valid = writes.filter(({ isValid }) => isValid)
  return valid.flatMap(({ atMs, text }, i) =>
    lives.flatMap((life): Problem[] => {
      const { number, process } = life
      const untilMs = lastTrouble(journal, process, atMs) + FOLLOW_MS
      const next = valid[i + 1]?.atMs ?? endMs
      if (untilMs > Math.min(next, endMs) || !isRunning(journal, number, atMs, untilMs)) return []
      // It may have had the same before, and seen nothing of what was between.
      const recent = [
        writeAt(journal, atMs - UNSEEN_MS),
        ...valid.filter((one) => one.atMs >= atMs - UNSEEN_MS && one.atMs < atMs),
      ]
      if (recent.some((one) => one?.text === text)) return []
      if (adoptions.some((one) => one.life === number && !one.isInitial && one.atMs >= atMs && one.atMs <= untilMs))
        return []
      const told = `${process} had not adopted the config of ${at(atMs)} by ${at(untilMs)}`
      return [{ promise: 'config followed in time', rule: '', atMs: untilMs, text: told }]
    }),
  )
}

/** When what kept the process from reading it was over. */
function lastTrouble({ disturbances, flushes }: Journal, process: string, fromMs: number): number {
  const places = ['redis', process]
  let lastMs = fromMs
  for (let isLater = true; isLater; ) {
    const later = disturbances.filter(
      (one) => places.includes(one.where) && one.fromMs <= lastMs + FOLLOW_MS && one.untilMs + RETURN_MS > lastMs,
    )
    const untilMs = Math.max(
      lastMs,
      ...later.map((one) => one.untilMs + RETURN_MS),
      ...flushes.filter((ms) => ms > lastMs && ms < lastMs + FOLLOW_MS),
    )
    isLater = untilMs > lastMs
    lastMs = untilMs
  }
  return lastMs
}

function judgeSilent(journal: Journal): Problem[] {
  return journal.attempts.flatMap(({ id, rule, life, startMs }): Problem[] => {
    const write = writeAt(journal, startMs)
    if (write === undefined || !write.off.includes(rule)) return []
    // Off since the first of the documents in a row that have it off.
    const offSince = journal.writes.filter((one) => one.isValid && one.atMs <= startMs)
    const lastOn = offSince.findLastIndex((one) => !one.off.includes(rule))
    const sinceMs = offSince[lastOn + 1]?.atMs ?? write.atMs
    const process = journal.lives[life]?.process ?? ''
    const untilMs = lastTrouble(journal, process, sinceMs) + FOLLOW_MS + ATTEMPT_MS
    const bornMs = journal.lives[life]?.startMs ?? 0
    const seenMs = Math.max(untilMs, bornMs + FOLLOW_MS)
    if (startMs <= seenMs) return []
    // A life that starts knows only its options until it has reached Redis.
    if (formsOf(journal, life, rule, 0, startMs).length === 1) return []
    // A document that is not valid may have taken its place before this process saw it, and changes nothing.
    const replacedMs = journal.writes.find((one) => one.atMs > sinceMs)?.atMs ?? Number.POSITIVE_INFINITY
    const sawIt = formsOf(journal, life, rule, Math.max(sinceMs - 1, bornMs), startMs).some(
      (form) => form?.isEnabled !== true,
    )
    if (replacedMs < seenMs && !sawIt) return []
    const text = `${process} told ${id} at ${at(startMs)}, the rule is off since ${at(sinceMs)}`
    return [{ promise: 'silent when off', rule, atMs: startMs, text }]
  })
}
