// While lines come and can be counted the heartbeat's url is asked once in a period; else it is not.
import type { BeatSeen, Disturbance, Journal } from '../journal.js'
import { HEARTBEAT_URL } from '../plan.js'
import { at, type Book, type Problem } from './problem.js'
import { isDelivered, isDisturbed, isRunning } from './views.js'

/** Another process takes the place of one that died within this time. */
const HEALING_MS = 30_000
/** After a trouble a process has to connect again, and to be answered. */
const RETURN_MS = 15_000
/** An answer of Redis may be on its way for so long. */
const ON_ITS_WAY_MS = 4000
/** Of a line that was read so shortly after a beat another process may think that this beat told. */
const TOGETHER_MS = 250
/** A beat comes so much later than its claim, as the answer of Redis takes its time. */
const MAX_LATE_MS = 65

export const judgeBeats: Book = (journal) => {
  if (journal.heartbeatMs === 0) return []
  return [...judgeMissing(journal), ...judgeEarly(journal), ...judgeIdle(journal)]
}

/** Each line is told of by a beat that begins within a period and what healing takes. */
function judgeMissing(journal: Journal): Problem[] {
  const longestMs = journal.heartbeatMs + HEALING_MS
  return journal.lives.flatMap(({ process, number, readTimes }): Problem[] => {
    const missing = readTimes.find((ms) => {
      const untilMs = ms + longestMs
      if (untilMs > journal.endMs || !isRunning(journal, number, ms, untilMs)) return false
      if (isDisturbed(journal, [process, 'redis', HEARTBEAT_URL], ms, untilMs, RETURN_MS)) return false
      // A clock that steps back makes the last beat younger than it is.
      if (journal.steps.some(({ atMs }) => atMs >= ms - journal.heartbeatMs && atMs <= untilMs)) return false
      return !journal.beats.some(
        (beat) => isDelivered(beat) && beat.startMs >= ms - TOGETHER_MS && beat.startMs <= untilMs,
      )
    })
    if (missing === undefined) return []
    const text = `${process} read a line at ${at(missing)}, and no beat came by ${at(missing + longestMs)}`
    return [{ promise: 'a beat tells of each line', rule: '', atMs: missing, text }]
  })
}

/** Two beats are a period apart, unless the first one failed or was not settled. */
function judgeEarly(journal: Journal): Problem[] {
  const beats = [...journal.beats].sort((one, other) => one.startMs - other.startMs)
  return beats.flatMap((beat, i): Problem[] => {
    const last = beats[i - 1]
    if (last === undefined || beat.startMs - last.startMs >= journal.heartbeatMs - MAX_LATE_MS) return []
    const isExcused =
      !isSettled(journal, last) ||
      journal.flushes.some((ms) => ms >= last.startMs && ms <= beat.startMs) ||
      journal.steps.some(({ atMs }) => atMs >= last.startMs && atMs <= beat.startMs)
    const text = `at ${at(last.startMs)} and ${at(beat.startMs)}`
    return isExcused ? [] : [{ promise: 'one beat a period', rule: '', atMs: beat.startMs, text }]
  })
}

/** Whether Redis surely knows that a beat was made, and its claim is not older than it by much. */
function isSettled(journal: Journal, { life, startMs, endMs, status, isHeard }: BeatSeen): boolean {
  if (!isHeard || status === undefined || status >= 500 || endMs === undefined) return false
  const { process = '' } = journal.lives[life] ?? {}
  const settledMs = endMs + ON_ITS_WAY_MS
  if (isDisturbed(journal, [process, 'redis'], startMs - HEALING_MS, settledMs)) return false
  return isRunning(journal, life, startMs, settledMs)
}

/** No beat where its process has read nothing for two periods, or where it has not reached Redis for a while. */
function judgeIdle(journal: Journal): Problem[] {
  return journal.beats.flatMap(({ life, startMs }): Problem[] => {
    const { process = '', readTimes = [] } = journal.lives[life] ?? {}
    const found = (promise: string, text: string): Problem[] => [{ promise, rule: '', atMs: startMs, text }]
    const sinceMs = startMs - 2 * journal.heartbeatMs - HEALING_MS
    const isFrozen = isDisturbed(journal, [process], sinceMs, startMs)
    if (!isFrozen && !readTimes.some((ms) => ms >= sinceMs && ms <= startMs))
      return found(
        'silent without lines',
        `${process} beats at ${at(startMs)} and has read nothing since ${at(sinceMs)}`,
      )
    const lost = journal.disturbances.find((one) => isLostAt(journal, process, one, startMs))
    return lost === undefined ? [] : found('silent without Redis', `${process} beats at ${at(startMs)}: ${lost.kind}`)
  })
}

/** Whether a trouble kept a process from Redis at that moment, and long enough for all answers to have come that were on their way. */
function isLostAt({ disturbances }: Journal, process: string, trouble: Disturbance, atMs: number): boolean {
  const { where, kind, fromMs, untilMs } = trouble
  if (where !== 'redis' && (where !== process || kind !== 'line down')) return false
  if (atMs <= fromMs + ON_ITS_WAY_MS || atMs >= untilMs) return false
  return !disturbances.some((one) => {
    // Where two troubles of a place overlap, the one that ends first ends both. A process that stood still does afterwards what it heard before.
    const isEnd = one !== trouble && one.where === where && one.untilMs > fromMs && one.untilMs <= atMs
    const isFrozen = one.where === process && /suspend|stall/.test(one.kind)
    return isEnd || (isFrozen && one.fromMs <= atMs && one.untilMs >= fromMs)
  })
}
