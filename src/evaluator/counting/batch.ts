// What one submission carries: the counts that wait, and the series whose alerts have to be looked at, under the rules
// in force now. A batch is bounded when it is made, by keys and arguments and by the length of its texts, so that any
// link carries it in time and no script holds Redis for long; what does not fit waits.
import type { RuleSettings } from '../../config/settings.js'
import { findSeries, type Series } from '../../rule/series.js'
import type { Count } from '../../rule/tally.js'
import type { Entry } from '../../store/store.js'
import type { SilencesInForce } from '../silences-in-force.js'
import type { Backlog } from './backlog.js'
import type { Growth } from './counter-growth.js'
import { draftOf } from './drafts.js'
import type { DueSeries, Look } from './due-series.js'
import type { Fallback } from './fallback-port.js'
import type { Part } from './live-series.js'
import type { OtherRequests } from './other-requests.js'
import type { SeriesMemory } from './series-memory.js'

/** One series' counts, perhaps none, and its other requests. */
export interface BatchPart extends Part {
  readonly others: readonly Count[]
}

/** The content of one submission; kept unchanged until the store has answered. */
export interface Batch {
  readonly sequence: number
  readonly parts: readonly BatchPart[]
  /** Series whose alerts are looked at whether anything was counted or not, by id. */
  readonly looks: ReadonlyMap<string, Look>
  /** By how much this process's counters have grown; undefined where it does not report that. */
  readonly growth: Growth | undefined
  /** Whether something that waits found no room in it. */
  readonly isFull: boolean
}

/**
 * At most this many series in one batch: a script that raises an alert of each holds Redis for some tens of
 * milliseconds.
 */
const MAX_ENTRIES = 300
/**
 * At most this many keys and arguments in one batch; a series with errors in all 240 slots of its window takes about
 * 500.
 */
const MAX_ARGUMENTS = 20_000
/**
 * At most this many UTF-16 units of drafts and of alerts that are handed over in one batch. An alert whose draft finds
 * no room is raised without it; the draft follows by `enrich` once the alert is claimed.
 */
const MAX_TEXT_LENGTH = 262_144
/** Keys and arguments of one entry beside its counts. */
const ARGUMENTS_PER_ENTRY = 16

/** The room that is left in a batch. */
class Room {
  #entries = MAX_ENTRIES
  #arguments = MAX_ARGUMENTS
  #isFull = false

  get isFull(): boolean {
    return this.#isFull
  }

  /** Takes the room of one entry whose counts take so many arguments; false where it does not fit. */
  take(argumentCount: number): boolean {
    const needed = ARGUMENTS_PER_ENTRY + argumentCount
    if (this.#entries < 1 || this.#arguments < needed) {
      this.#isFull = true
      return false
    }
    this.#entries -= 1
    this.#arguments -= needed
    return true
  }
}

export interface BatchSources {
  readonly backlog: Backlog
  readonly otherRequests: OtherRequests
  readonly dueSeries: DueSeries
  /** Undefined where the store is never away. */
  readonly fallback: Fallback | undefined
}

/** Takes as much of what waits as one batch holds, the series that are due first. */
export function takeBatch(
  { backlog, otherRequests, dueSeries }: BatchSources,
  given: { readonly sequence: number; readonly growth: Growth | undefined; readonly isNewestFirst: boolean },
): Batch {
  const room = new Room()
  const looks = dueSeries.take(() => room.take(0))
  // Errors go with the other requests of their series, or their share would be too large.
  const withErrors = backlog
    .take((argumentCount, series) => room.take(argumentCount + otherRequests.argumentsOf(series)), given.isNewestFirst)
    .map((part) => ({ ...part, others: otherRequests.takeOf(part.series) }))
  const withoutErrors = otherRequests
    .take((argumentCount) => room.take(argumentCount))
    .map((taken) => ({ ...taken, counts: [], errors: 0, kinds: [], examples: [] }))
  const parts = [...withErrors, ...withoutErrors]
  return { sequence: given.sequence, growth: given.growth, parts, looks, isFull: room.isFull }
}

/**
 * An entry of a submission, and the part of the backlog that it carries; undefined where its alerts are only looked at.
 */
export interface Prepared {
  readonly entry: Entry
  readonly part: Part | undefined
}

export interface Preparation extends BatchSources {
  /** The rules that are switched on. */
  readonly rules: readonly RuleSettings[]
  readonly hostname: string
  readonly monotonicMs: number
  readonly memory: SeriesMemory
  readonly silences: SilencesInForce
}

/** The entries of a batch under the rules in force; a series whose rule is gone or switched off is left out. */
export function prepare(batch: Batch, preparation: Preparation): readonly Prepared[] {
  const { rules, hostname, monotonicMs, memory, fallback, backlog, silences } = preparation
  let textLength = MAX_TEXT_LENGTH
  const hasRoom = (text: string): boolean => {
    if (text.length > textLength) return false
    textLength -= text.length
    return true
  }
  const draftFor = (series: Series, part: Part | undefined): string => {
    const mayCount = part === undefined ? 0 : backlog.mayCountOf(part)
    const mayRaise = textLength > 0 && memory.mayRaise(series, mayCount, monotonicMs)
    const shown = mayRaise ? backlog.shownOf(series, part) : undefined
    const draft = shown === undefined ? '' : draftOf(series, shown, { hostname })
    return hasRoom(draft) ? draft : ''
  }
  const judged = (
    series: Series,
    part: BatchPart | undefined,
    look: Look | undefined,
    silence = silences.of(series),
  ): Prepared => {
    const handover = fallback?.handoverOf(series.id)
    const delivery = memory.deliveryOf(series)
    const entry: Entry = {
      kind: 'judged',
      series,
      counts: part?.counts ?? [],
      ...othersOf(series, part),
      draft: silences.isRunning(silence) ? '' : draftFor(series, part),
      isForced: look?.isForced ?? false,
      former: look?.former,
      silence,
      manySilence: silences.ofMany(series.rule),
      handover: handover !== undefined && hasRoom(handover.draft) ? handover : undefined,
      delivery: delivery?.alert === undefined || hasRoom(delivery.alert.draft) ? delivery : undefined,
    }
    return { entry, part }
  }
  const counted = batch.parts.flatMap((taken): Prepared[] => {
    const found = findSeries(taken.series.id, rules)
    if (found === undefined) return []
    const series = { ...found, groupValues: taken.series.groupValues }
    const part = { ...backlog.asked(taken, series), others: taken.others }
    const look = batch.looks.get(series.id)
    const isLookedAt = look !== undefined || fallback?.handoverOf(series.id) !== undefined
    const silence = silences.of(series)
    if (part.errors === 0 && !isLookedAt && !memory.isOpen(series)) {
      const others = othersOf(series, part)
      return others.others === undefined ? [] : [{ entry: { kind: 'counted', series, counts: [], ...others }, part }]
    }
    // Whether a kind is new only the store can say; and what is counted in a silence is told once it has ended.
    const mustBeJudged = isLookedAt || series.rule.newOnly || silences.isRunning(silence)
    if (!mustBeJudged && memory.isFar(series, part.errors, monotonicMs) && memory.deliveryOf(series) === undefined)
      return [{ entry: { kind: 'counted', series, counts: part.counts, ...othersOf(series, part) }, part }]
    return [judged(series, part, look, silence)]
  })
  const ids = new Set(counted.map(({ entry }) => entry.series.id))
  // Every batch, whatever it carries, hands over the alerts that this process raised alone, as far as it has room for
  // more entries: with the first answer they become the fleet's.
  const raisedIds = (fallback?.raisedIds ?? []).slice(0, Math.max(0, MAX_ENTRIES - ids.size - batch.looks.size))
  const looked = [...new Set([...batch.looks.keys(), ...raisedIds])].flatMap((id): Prepared[] => {
    if (ids.has(id)) return []
    const look = batch.looks.get(id)
    // The series of a rule that has ended is looked at under the rule as it was.
    const series = findSeries(id, rules) ?? (look?.former && findSeries(id, [look.former.rule]))
    if (series === undefined) return []
    return [judged({ ...series, groupValues: backlog.groupValuesOf(id) ?? series.groupValues }, undefined, look)]
  })
  return [...counted, ...looked]
}

/** Other requests as an entry has them: the config may have taken `percent` from the rule since. */
function othersOf({ rule }: Series, part: BatchPart | undefined): Pick<Entry, 'others'> {
  return rule.percent > 0 && part !== undefined && part.others.length > 0 ? { others: part.others } : {}
}

export function errorsOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { errors }) => sum + errors, 0)
}
