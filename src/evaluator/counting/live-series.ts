// What is kept of one series with errors in its window: the errors that no batch has taken, and what alerts may show.
import { Evidence, type Happened, type Kept } from '../../alert/evidence.js'
import type { Occurrence } from '../../alert/occurrence.js'
import { type Sample, toSample } from '../../alert/sample.js'
import type { Moment } from '../../clock.js'
import { toLogRecord } from '../../record/log-record.js'
import type { LineDetails } from '../../record/reading/line-details.js'
import type { Meeting } from '../../rule/known-kinds.js'
import type { Series } from '../../rule/series.js'
import { type Count, Tally } from '../../rule/tally.js'

/** What an alert shows of a series: an error, the newest one, and others of the window, only those of this process. */
export interface Shown {
  readonly sample: Sample
  readonly details: LineDetails | undefined
  /** The kind of the newest error; `''` where nothing tells it. */
  readonly kind: string
  /** The newest last. */
  readonly happened: readonly Happened[]
}

/** One series' counts, taken out to be submitted. */
export interface Part {
  readonly series: Series
  readonly counts: readonly Count[]
  readonly errors: number
  /** Where the rule counts only what is new: the kinds that were met, in the order of `counts`; else empty. */
  readonly kinds: readonly MetKind[]
  /** Where it counts errors of any kind: some of them. */
  readonly examples: readonly Kept[]
}

/** Errors of one kind, and the newest of them, as far as there was room to keep it. */
export interface MetKind extends Count {
  readonly kind: string
  readonly occurrence: Occurrence | undefined
}

/** One error of a series. */
export interface Counted extends Moment {
  readonly occurrence: Occurrence
  readonly kind: string
}

/** What is kept of all series together. */
export interface Stock {
  /** Errors that may be shown. */
  occurrences: number
  /** Kinds that wait to be submitted. */
  kinds: number
}

/** At most this many errors of all series together are kept to be shown. */
const MAX_OCCURRENCES = 5000
/** At most this many kinds of one series wait to be submitted. */
const MAX_KINDS_OF_SERIES = 1000
/** At most this many kinds of all series together. */
const MAX_KINDS = 10_000

/**
 * The kinds of errors that were counted before the config asked for kinds: those of their examples. All errors are in their sum, so none of them
 * counts as dropped.
 */
export function kindsOf({ examples, errors }: Part): readonly MetKind[] {
  const kinds = new Map<string, MetKind>()
  for (const { occurrence, monotonicMs, wallMs } of examples) {
    if (occurrence.seal() === undefined) continue
    const { kind } = occurrence
    const count = (kinds.get(kind)?.count ?? 0) + 1
    kinds.set(kind, { kind, monotonicMs, wallMs, count, occurrence })
  }
  const list = [...kinds.values()]
  const known = list.reduce((sum, { count }) => sum + count, 0)
  return list.map((one, at) => (at === 0 ? { ...one, count: one.count + errors - known } : one))
}

export interface LiveSeries {
  /** The series, with its rule as it was when the last error was counted. */
  readonly series: Series
  /** When its newest error happened, on the monotonic clock. */
  readonly lastMs: number
  /** The number of its first error that waits; errors are numbered from 1 as they are added. */
  firstWaiting: number
  /** Errors that wait. */
  readonly errors: number
  /** How many of them may bring the count nearer to the threshold, as far as this process knows. */
  readonly mayCount: number
  /** Arguments of a batch that those take which wait. */
  readonly argumentCount: number
  /** When the error that has waited longest was counted, on the monotonic clock; undefined where none waits. */
  readonly oldestMs: number | undefined
  /** Counts an error. Returns how many are dropped with that. */
  add(series: Series, error: Counted, stock: Stock): number
  /** Takes out what waits. */
  take(): Part
  /** The counts that came since this was last called and still wait, for who judges them without the store. */
  takeUnseen(): readonly Count[]
  /** What an alert shows; `part` is what was taken out and the store has not answered for. */
  shown(nowMs: number, part?: Part): Shown | undefined
  /** Takes what the store has answered for the kinds of a part. */
  learn(kinds: readonly MetKind[], meetings: readonly Meeting[]): void
  /** Forgets what has left the window, and lets go the log lines that others hold. Returns how many errors are dropped with that. */
  tend(nowMs: number, stock: Stock): number
  /** Reads what is shown and lets go its log lines. */
  seal(): void
}

/** A series whose rule counts errors of any kind: a few numbers for each moment wait, never an entry for each error. */
export class TallySeries implements LiveSeries {
  firstWaiting = 0
  lastMs: number
  series: Series
  readonly #tally = new Tally()
  #evidence: Evidence
  #newest: Occurrence

  constructor(series: Series, { occurrence, monotonicMs }: Counted) {
    this.series = series
    this.lastMs = monotonicMs
    this.#evidence = new Evidence(series.rule.windowMs)
    this.#newest = occurrence
    occurrence.show()
  }

  get errors(): number {
    return this.#tally.errors
  }

  get mayCount(): number {
    return this.#tally.errors
  }

  get argumentCount(): number {
    return 2 * this.#tally.moments
  }

  get oldestMs(): number | undefined {
    return this.#tally.oldestMs
  }

  add(series: Series, { occurrence, monotonicMs, wallMs }: Counted, stock: Stock): number {
    // The config may have changed the rule since. The counts that wait stay, and so do the errors to show, unless the
    // window has another length.
    if (this.series.rule.windowMs !== series.rule.windowMs) this.#evidence = new Evidence(series.rule.windowMs)
    this.series = series
    if (monotonicMs >= this.lastMs) {
      occurrence.show()
      this.#newest.hide()
      this.#newest = occurrence
      this.lastMs = monotonicMs
    }
    if (stock.occurrences < MAX_OCCURRENCES && this.#evidence.take(monotonicMs)) {
      stock.occurrences += 1
      this.#evidence.add({ monotonicMs, wallMs }, occurrence)
    }
    return this.#tally.add(monotonicMs, wallMs, series.rule)
  }

  take(): Part {
    const { errors, oldestMs = this.lastMs } = this.#tally
    this.seal()
    const examples = this.#evidence.since(oldestMs)
    return { series: this.series, counts: this.#tally.take(), errors, kinds: [], examples }
  }

  takeUnseen(): readonly Count[] {
    return this.#tally.takeUnseen()
  }

  shown(nowMs: number): Shown {
    this.seal()
    const { record = toLogRecord({}), details } = this.#newest.seal() ?? {}
    const { kind } = this.#newest
    return { sample: toSample(record, details?.fields), details, kind, happened: this.#evidence.list(nowMs) }
  }

  learn(): void {}

  tend(nowMs: number, stock: Stock): number {
    stock.occurrences += this.#evidence.tend(nowMs)
    return 0
  }

  seal(): void {
    this.#newest.seal()
    this.#evidence.seal()
  }
}

/** Says of a kind whether this process has heard that the fleet knows it. */
export type IsFamiliar = (kind: string) => boolean

/**
 * A series whose rule counts only what is new: of each kind that was met one error waits, and how many there were. Which of them are new only the
 * store knows, so until it has answered no other error is evidence.
 */
export class KindSeries implements LiveSeries {
  firstWaiting = 0
  lastMs: number
  series: Series
  readonly #isFamiliar: IsFamiliar
  #waiting = new Map<string, { -readonly [name in keyof MetKind]: MetKind[name] }>()
  #errors = 0
  #mayCount = 0
  #oldestMs: number | undefined
  #evidence: Evidence

  constructor(series: Series, nowMs: number, isFamiliar: IsFamiliar) {
    this.series = series
    this.lastMs = nowMs
    this.#isFamiliar = isFamiliar
    this.#evidence = new Evidence(series.rule.windowMs)
  }

  get errors(): number {
    return this.#errors
  }

  get mayCount(): number {
    return this.#mayCount
  }

  get argumentCount(): number {
    return 3 * this.#waiting.size
  }

  get oldestMs(): number | undefined {
    return this.#oldestMs
  }

  add(series: Series, { kind, occurrence, monotonicMs, wallMs }: Counted, stock: Stock): number {
    if (this.series.rule.windowMs !== series.rule.windowMs) this.#evidence = new Evidence(series.rule.windowMs)
    this.series = series
    this.lastMs = Math.max(this.lastMs, monotonicMs)
    const known = this.#waiting.get(kind)
    if (known === undefined) {
      if (this.#waiting.size >= MAX_KINDS_OF_SERIES || stock.kinds >= MAX_KINDS) return 1
      stock.kinds += 1
      const isShown = stock.occurrences < MAX_OCCURRENCES || this.#waiting.size === 0
      if (isShown) {
        stock.occurrences += 1
        occurrence.show()
      }
      this.#waiting.set(kind, { kind, monotonicMs, wallMs, count: 1, occurrence: isShown ? occurrence : undefined })
      this.#oldestMs ??= monotonicMs
      if (!this.#isFamiliar(kind)) this.#mayCount += 1
    } else {
      known.count += 1
      if (monotonicMs >= known.monotonicMs) {
        Object.assign(known, { monotonicMs, wallMs })
        if (known.occurrence !== undefined) {
          occurrence.show()
          known.occurrence.hide()
          known.occurrence = occurrence
        }
      }
    }
    this.#errors += 1
    return 0
  }

  take(): Part {
    this.seal()
    const kinds = [...this.#waiting.values()]
    const errors = this.#errors
    this.#waiting = new Map()
    this.#errors = 0
    this.#mayCount = 0
    this.#oldestMs = undefined
    return { series: this.series, counts: kinds, errors, kinds, examples: [] }
  }

  /** None: what is new only the store can say. */
  takeUnseen(): readonly Count[] {
    return []
  }

  shown(nowMs: number, part?: Part): Shown | undefined {
    this.seal()
    const asked = (part?.kinds ?? []).flatMap(({ kind, wallMs, occurrence }): Happened[] => {
      const told = this.#isFamiliar(kind) ? undefined : occurrence?.seal()
      return told === undefined || occurrence === undefined ? [] : [{ ...told, atMs: wallMs, kind: occurrence.kind }]
    })
    const happened = [...this.#evidence.list(nowMs), ...asked.sort((one, other) => one.atMs - other.atMs)]
    const newest = happened.at(-1)
    if (newest === undefined) return undefined
    const { record, details, kind } = newest
    return { sample: toSample(record, details?.fields), details, kind, happened }
  }

  learn(kinds: readonly MetKind[], meetings: readonly Meeting[]): void {
    for (const [at, { occurrence, monotonicMs, wallMs }] of kinds.entries()) {
      if (meetings[at] === 'new' && occurrence !== undefined) this.#evidence.add({ monotonicMs, wallMs }, occurrence)
      occurrence?.hide()
    }
  }

  tend(nowMs: number, stock: Stock): number {
    let dropped = 0
    for (const [kind, { monotonicMs, count, occurrence }] of this.#waiting) {
      if (monotonicMs >= nowMs - this.series.rule.windowMs) {
        if (occurrence !== undefined) stock.occurrences += 1
        continue
      }
      dropped += count
      occurrence?.hide()
      this.#waiting.delete(kind)
    }
    this.#errors -= dropped
    stock.kinds += this.#waiting.size
    stock.occurrences += this.#evidence.tend(nowMs)
    return dropped
  }

  seal(): void {
    for (const { occurrence } of this.#waiting.values()) occurrence?.seal()
    this.#evidence.seal()
  }
}
