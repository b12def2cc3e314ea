// The evidence of an alert: of the window's errors one of each kind, and the most frequent messages, paths and statuses. An alert
// shows it beside its sample.
import type { LogRecord } from '../record/log-record.js'
import { shapeOf } from '../record/message-shape.js'
import { shapeOfPath } from '../record/path-shape.js'
import type { SampleFields } from '../record/reading/sample-fields.js'
import { MAX_TEXT_LENGTH, toTimestamp, truncate } from '../text.js'
import { type Sample, toSample } from './sample.js'

/** One error, as far as an alert may show it. */
export interface Occurrence {
  /** When it happened, in ms since the epoch. */
  readonly atMs: number
  readonly record: LogRecord
  /** The shape of its message, see record/message-shape.ts: errors with one shape are of one kind. */
  readonly shape: string
  /** The path of its request; `''` where none is known. */
  readonly path: string
  readonly fields: SampleFields | undefined
}

/** The newest error of one kind. */
export interface EvidenceSample extends Sample {
  /** Errors of this kind among the window's errors that were kept. */
  readonly count: number
  /** When it happened, RFC 3339. */
  readonly last_seen: string
}

export interface TopValue {
  readonly value: string | number
  readonly count: number
}

/** Lists of the most frequent values, the most frequent one first: shapes of messages, shapes of paths, statuses. */
export interface Top {
  readonly message: readonly TopValue[]
  readonly path: readonly TopValue[]
  readonly status: readonly TopValue[]
}

/** At most this many errors of a window are kept. */
const MAX_OCCURRENCES = 50
/** An alert shows one error of at most this many kinds. */
const MAX_SAMPLES = 5
/** At most this many values are in each list of `Top`. */
const MAX_TOP = 5

/** Copies what may be shown of an error. Texts are cut, since a record that a caller handed in may hold texts of any length. */
export function occurrenceOf(
  atMs: number,
  record: LogRecord,
  path: string,
  fields: SampleFields | undefined,
): Occurrence {
  const kept = Object.entries(record).map(([field, value]) => [
    field,
    typeof value === 'string' ? truncate(value, MAX_TEXT_LENGTH).toWellFormed() : value,
  ])
  return { atMs, record: Object.fromEntries(kept) as LogRecord, shape: shapeOf(record.errorMessage), path, fields }
}

interface Kept {
  readonly monotonicMs: number
  /** Reads the log line, which it keeps in memory; undefined once that is done. */
  make: (() => Occurrence) | undefined
  occurrence: Occurrence | undefined
}

/**
 * A bounded choice of one window's errors: the first 50 of a burst, and of errors that go on one in each fiftieth of the window. Only
 * the newest 50 stay.
 */
export class Evidence {
  readonly #windowMs: number
  #kept: Kept[] = []
  /** A token bucket in one number: when it was or will be full again, on the monotonic clock. */
  #fullAtMs = Number.NEGATIVE_INFINITY
  #isSealed = true

  constructor(windowMs: number) {
    this.#windowMs = windowMs
  }

  /** Whether an error that happens now is to be added. It costs next to nothing if not. */
  take(monotonicMs: number): boolean {
    // A window is whole seconds, so a fiftieth of it is whole milliseconds, and the sums below are exact.
    const nowMs = Math.floor(monotonicMs)
    const fullAtMs = Math.max(this.#fullAtMs, nowMs) + this.#windowMs / MAX_OCCURRENCES
    if (fullAtMs - nowMs > this.#windowMs) return false
    this.#fullAtMs = fullAtMs
    return true
  }

  /** Adds an error; `make` reads its log line, later. */
  add(monotonicMs: number, make: () => Occurrence): void {
    this.#kept.push({ monotonicMs, make, occurrence: undefined })
    if (this.#kept.length > MAX_OCCURRENCES) this.#kept.shift()
    this.#isSealed = false
  }

  /** Reads the log lines that were not read yet, so that none is kept in memory any longer. */
  seal(): void {
    if (this.#isSealed) return
    for (const kept of this.#kept) {
      kept.occurrence ??= made(kept.make)
      kept.make = undefined
    }
    this.#isSealed = true
  }

  /** Forgets the errors that have left the window, and seals the others; returns how many are left. */
  tend(nowMonotonicMs: number): number {
    const fromMs = nowMonotonicMs - this.#windowMs
    if ((this.#kept[0]?.monotonicMs ?? Number.POSITIVE_INFINITY) <= fromMs)
      this.#kept = this.#kept.filter(({ monotonicMs }) => monotonicMs > fromMs)
    this.seal()
    return this.#kept.length
  }

  /** The errors that are still in the window, the newest last. */
  list(nowMonotonicMs: number): readonly Occurrence[] {
    this.tend(nowMonotonicMs)
    return this.#kept.flatMap(({ occurrence }) => occurrence ?? [])
  }
}

/** Reads a log line. A getter of the application may throw then; there is one error less to show in that case. */
function made(make: (() => Occurrence) | undefined): Occurrence | undefined {
  try {
    return make?.()
  } catch {
    return undefined
  }
}

/** Sums up errors, which come with the newest last: the newest of each kind, the most frequent kind first, and the top lists. */
export function summarize(occurrences: readonly Occurrence[]): {
  readonly samples: readonly EvidenceSample[]
  readonly top: Top
} {
  const newestFirst = [...occurrences].reverse()
  const kinds = new Map<string, Occurrence[]>()
  for (const one of newestFirst) {
    const alike = kinds.get(one.shape) ?? []
    kinds.set(one.shape, alike)
    alike.push(one)
  }
  const frequent = [...kinds.values()].sort((a, b) => b.length - a.length).slice(0, MAX_SAMPLES)
  const samples = frequent.flatMap(([newest, ...more]) =>
    newest === undefined
      ? []
      : {
          ...toSample(newest.record, newest.fields),
          count: 1 + more.length,
          last_seen: toTimestamp(newest.atMs),
        },
  )
  const top = {
    message: mostFrequent(newestFirst.map(({ shape }) => shape)),
    path: mostFrequent(newestFirst.map(({ path }) => shapeOfPath(path))),
    status: mostFrequent(newestFirst.map(({ record }) => record.statusCode)),
  }
  return { samples, top }
}

/** The most frequent values; blank ones say nothing and do not count. */
function mostFrequent(values: readonly (string | number)[]): readonly TopValue[] {
  const counts = new Map<string | number, number>()
  for (const value of values) if (value !== '' && value !== 0) counts.set(value, (counts.get(value) ?? 0) + 1)
  const most = [...counts].sort(([, a], [, b]) => b - a).slice(0, MAX_TOP)
  return most.map(([value, count]) => ({ value, count }))
}
