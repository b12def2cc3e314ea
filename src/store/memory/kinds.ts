// How the memory store finds out which kinds of errors are new, for rules that count only those.
import type { AlertState } from '../../rule/alert-state.js'
import { isFreeToRaise } from '../../rule/decide.js'
import type { KnownKinds, Meeting } from '../../rule/known-kinds.js'
import { cooledByMany, isShut, type Storm } from '../../rule/many.js'
import { isMany } from '../../rule/series.js'
import { hasLeft } from '../../rule/slots.js'
import type { Count } from '../../rule/tally.js'
import type { Entry } from '../store.js'
import { sumOf } from './window-counters.js'

/** What came of the kinds of an entry. */
export interface Met {
  readonly meetings: readonly Meeting[]
  /** What counts of them. */
  readonly counts: readonly Count[]
  readonly dropped: number
  readonly withheld: number
}

/** What holds alerts back at the moment of a meeting, beside the series' own state. */
export interface MeetingAt {
  readonly nowMs: number
  readonly isSilenced: boolean
  readonly isManySilenced: boolean
  readonly storm: Storm
}

/** Asks which kinds of an entry are new. Gives a count for each of those, and how many errors were dropped and withheld. */
export function meetKinds({ series, counts }: Entry, known: KnownKinds, alert: AlertState, at: MeetingAt): Met {
  const { rule } = series
  const { nowMs, storm } = at
  const now = cooledByMany(alert, storm.many)
  const isOfGroup = rule.groupBy.length > 0 && !isMany(series)
  const isHeldBack = now.joined !== undefined || !isFreeToRaise(now, { ...at, policy: rule })
  const isFree = !isHeldBack && !(isOfGroup && isShut(storm, series, at))
  const meetings = counts.map(({ kind, monotonicMs }): Meeting => {
    if (kind === undefined || hasLeft(monotonicMs, nowMs, rule.windowMs)) return 'dropped'
    return known.meet(kind, nowMs, !isFree, rule)
  })
  const those = (meeting: Meeting): readonly Count[] => counts.filter((_, at) => meetings[at] === meeting)
  return {
    meetings,
    counts: those('new').map((count) => ({ ...count, count: 1 })),
    dropped: sumOf(those('dropped')),
    withheld: sumOf(those('withheld')),
  }
}
