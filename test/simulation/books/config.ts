// Every process follows the config within 15 s, and sends nothing any more for a rule that is off.
import type { Journal } from '../journal.js'
import { at, type Book, type Problem } from './problem.js'
import { formsOf, isRunning, writeAt } from './views.js'

/** A process adopts a new document within this time. */
const FOLLOW_MS = 15_200
/** An attempt that began before the process adopted the document may last this long. */
const ATTEMPT_MS = 3500
/** A process may take this long to connect to Redis again after a disturbance. */
const RETURN_MS = 10_000
/** A document that was in force for less than this may be seen by no process. */
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
      // The process may have had the same document before, and not have seen those between.
      const recent = [
        writeAt(journal, atMs - UNSEEN_MS),
        ...valid.filter((one) => one.atMs >= atMs - UNSEEN_MS && one.atMs < atMs),
      ]
      if (recent.some((one) => one?.text === text)) return []
      if (adoptions.some((one) => one.life === number && !one.isInitial && one.atMs >= atMs && one.atMs <= untilMs))
        return []
      const found = `${process} had not adopted the config of ${at(atMs)} by ${at(untilMs)}`
      return [{ promise: 'config followed in time', rule: '', atMs: untilMs, text: found }]
    }),
  )
}

/** When the last disturbance was over that could keep the process from reading the document. */
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
    // The rule is off since the first document of the latest run of documents that have it off.
    const offSince = journal.writes.filter((one) => one.isValid && one.atMs <= startMs)
    const lastOn = offSince.findLastIndex((one) => !one.off.includes(rule))
    const sinceMs = offSince[lastOn + 1]?.atMs ?? write.atMs
    const process = journal.lives[life]?.process ?? ''
    const untilMs = lastTrouble(journal, process, sinceMs) + FOLLOW_MS + ATTEMPT_MS
    const bornMs = journal.lives[life]?.startMs ?? 0
    const seenMs = Math.max(untilMs, bornMs + FOLLOW_MS)
    if (startMs <= seenMs) return []
    // A process that starts knows only its options until it has reached Redis.
    if (formsOf(journal, life, rule, 0, startMs).length === 1) return []
    // An invalid document, which changes nothing, may have replaced this one before the process saw it.
    const replacedMs = journal.writes.find((one) => one.atMs > sinceMs)?.atMs ?? Number.POSITIVE_INFINITY
    const sawIt = formsOf(journal, life, rule, Math.max(sinceMs - 1, bornMs), startMs).some(
      (form) => form?.isEnabled !== true,
    )
    if (replacedMs < seenMs && !sawIt) return []
    const text = `${process} sent ${id} at ${at(startMs)}, the rule is off since ${at(sinceMs)}`
    return [{ promise: 'silent when off', rule, atMs: startMs, text }]
  })
}
