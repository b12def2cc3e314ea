// What one submission is made of: the parts that wait, under the rules as they are now, and what has to be looked at.
import type { RuleSettings } from '../../config/settings.js'
import { findSeries, type Series } from '../../rule/series.js'
import type { CountedEntry, Entry } from '../../store/store.js'
import type { Alone } from '../fallback/local-alerts.js'
import type { Judged, Part } from './backlog.js'
import type { Growth } from './counter-growth.js'
import { fullDraft, shortDraft } from './drafts.js'
import type { RememberedCooldowns } from './series-memory.js'

/** What is submitted at once; kept as it is until the store has answered. */
export interface Batch {
  readonly sequence: number
  parts: readonly Part[]
  judged: readonly Judged[]
  /** It was sent before, and may have been counted though no answer came. */
  wasSent: boolean
  /** Series to look at though nothing was counted, by id: whether a scheduled attempt is to be made now. */
  readonly looks: ReadonlyMap<string, boolean>
  /** How far apart this process's batches were when it was made. */
  readonly intervalMs: number
  /** What it tells of this process' counters. */
  readonly growth?: Growth | undefined
}

/** An entry, and the part that it is made of, where it is not only a look. */
export interface Prepared {
  readonly entry: Entry
  readonly part: Part | undefined
  /** The draft says all there is to say. */
  readonly isFull: boolean
}

export interface Preparation {
  /** Those that are switched on. */
  readonly rules: readonly RuleSettings[]
  readonly hostname: string
  readonly monotonicMs: number
  readonly known: KnownSeries
  /** Urls that the config has moved a rule away from. */
  readonly earlierUrls: (ruleName: string) => readonly string[]
  /** Undefined where the store is not one that can be away. */
  readonly alone: Pick<Alone, 'raisedIds' | 'handoverOf'> | undefined
  readonly cooldowns: Pick<RememberedCooldowns, 'of'>
}

/** What full drafts may add to one submission, in characters; where there are more, they follow for those that raise an alert. */
const MAX_DRAFTS_LENGTH = 65_536

/** The entries of a batch, and what has to be handed over; what belongs to no rule any more is left out. */
export function prepare(batch: Batch, preparation: Preparation): readonly Prepared[] {
  const { rules, hostname, monotonicMs, known, earlierUrls, alone, cooldowns } = preparation
  const entryOf = (series: Series): Omit<Entry, 'counts' | 'draft'> => ({
    series,
    earlierUrls: earlierUrls(series.rule.name),
    isForced: batch.looks.get(series.id) ?? false,
    handover: alone?.handoverOf(series.id),
    remembered: cooldowns.of(series),
  })
  let room = MAX_DRAFTS_LENGTH
  const counted = batch.parts.flatMap((given): Prepared[] => {
    const found = findSeries(given.series.id, rules)
    if (found === undefined) return []
    const series = { ...found, groupValues: given.series.groupValues }
    const part = { ...given, series }
    const isFull = room > 0 && !known.isHushed(series, monotonicMs)
    const draft = isFull ? fullDraft(part, hostname, monotonicMs) : shortDraft(part, hostname)
    if (isFull) room -= draft.length
    return [{ entry: { ...entryOf(series), counts: part.counts, draft }, part, isFull }]
  })
  const ids = new Set(counted.map(({ entry }) => entry.series.id))
  const looked = [...new Set([...batch.looks.keys(), ...(alone?.raisedIds ?? [])])].flatMap((id): Prepared[] => {
    const series = ids.has(id) ? undefined : findSeries(id, rules)
    if (series === undefined) return []
    return [{ entry: { ...entryOf(series), counts: [], draft: '' }, part: undefined, isFull: false }]
  })
  return [...counted, ...looked]
}

export function errorsOf(parts: readonly Part[]): number {
  return parts.flatMap((part) => part.counts).reduce((sum, { count }) => sum + count, 0)
}

/** More than these are forgotten: what is not known of a series costs no more than a longer draft. */
const MAX_KNOWN = 10_000

/** What the store last told of each series. */
export class KnownSeries {
  readonly #tallies = new Map<string, { readonly total: number; readonly quietUntilMs: number }>()

  /** Errors in the window; 0 where nothing was told. */
  totalOf({ id }: Series): number {
    return this.#tallies.get(id)?.total ?? 0
  }

  /** No alert can be raised then. */
  isHushed({ id }: Series, monotonicMs: number): boolean {
    return monotonicMs < (this.#tallies.get(id)?.quietUntilMs ?? 0)
  }

  learn({ id }: Series, { total, quietMs }: CountedEntry, monotonicMs: number): void {
    if (this.#tallies.size >= MAX_KNOWN) this.#tallies.clear()
    this.#tallies.set(id, { total, quietUntilMs: monotonicMs + quietMs })
  }

  clear(): void {
    this.#tallies.clear()
  }
}
