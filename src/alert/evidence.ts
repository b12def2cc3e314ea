// What an alert shows of the window's errors beside its sample: one of each kind, and what is most frequent among them.
import type { LogRecord } from '../record/log-record.js'
import { shapeOf } from '../record/message-shape.js'
import type { SampleFields } from '../record/reading/sample-fields.js'
import { MAX_TEXT_LENGTH, toTimestamp, truncate } from '../text.js'
import { type Sample, toSample } from './sample.js'

/** One error as far as it is shown. */
export interface Occurrence {
  /** Since the epoch. */
  readonly atMs: number
  readonly record: LogRecord
  /** What its message has in common with others. */
  readonly shape: string
  readonly path: string
  readonly fields: SampleFields | undefined
}

/** One error of a kind. */
export interface EvidenceSample extends Sample {
  /** How many of those looked at are of this kind. */
  readonly count: number
  readonly last_seen: string
}

export interface TopValue {
  readonly value: string | number
  readonly count: number
}

/** The most frequent values, the first one most. */
export interface Top {
  readonly message: readonly TopValue[]
  readonly path: readonly TopValue[]
  readonly status: readonly TopValue[]
}

/** So many errors of a window are looked at. */
const MAX_OCCURRENCES = 50
const MAX_SAMPLES = 5
const MAX_TOP = 5
const MAX_TOP_LENGTH = 200

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
  /** Undefined once it is made. */
  make: (() => Occurrence) | undefined
  occurrence: Occurrence | undefined
}

/** A bounded choice of one window's errors: the first of a burst, and of what goes on so many a window. */
export class Evidence {
  readonly #windowMs: number
  #kept: Kept[] = []
  /** A token bucket in one number: when it was, or will be, full again. */
  #fullAtMs = Number.NEGATIVE_INFINITY
  #isSealed = true

  constructor(windowMs: number) {
    this.#windowMs = windowMs
  }

  /** Whether an error that happens now should be shown; costs next to nothing where not. */
  take(monotonicMs: number): boolean {
    // In whole milliseconds, of which a window has a multiple of fifty: sums are exact.
    const nowMs = Math.floor(monotonicMs)
    const fullAtMs = Math.max(this.#fullAtMs, nowMs) + this.#windowMs / MAX_OCCURRENCES
    if (fullAtMs - nowMs > this.#windowMs) return false
    this.#fullAtMs = fullAtMs
    return true
  }

  add(monotonicMs: number, make: () => Occurrence): void {
    this.#kept.push({ monotonicMs, make, occurrence: undefined })
    if (this.#kept.length > MAX_OCCURRENCES) this.#kept.shift()
    this.#isSealed = false
  }

  /** Makes what was not made yet, so that no log line is held any longer. */
  seal(): void {
    if (this.#isSealed) return
    for (const kept of this.#kept) {
      kept.occurrence ??= made(kept.make)
      kept.make = undefined
    }
    this.#isSealed = true
  }

  /** Lets go what has left the window, and the log lines that the others hold; returns how many are left. */
  tend(nowMonotonicMs: number): number {
    const fromMs = nowMonotonicMs - this.#windowMs
    if ((this.#kept[0]?.monotonicMs ?? Number.POSITIVE_INFINITY) <= fromMs)
      this.#kept = this.#kept.filter(({ monotonicMs }) => monotonicMs > fromMs)
    this.seal()
    return this.#kept.length
  }

  /** Those that are still in the window, the newest last. */
  list(nowMonotonicMs: number): readonly Occurrence[] {
    this.tend(nowMonotonicMs)
    return this.#kept.flatMap(({ occurrence }) => occurrence ?? [])
  }
}

/** A getter of the application's may throw where a line is read; there is one error less to show then. */
function made(make: (() => Occurrence) | undefined): Occurrence | undefined {
  try {
    return make?.()
  } catch {
    return undefined
  }
}

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
    path: mostFrequent(newestFirst.map(({ path }) => truncate(path, MAX_TOP_LENGTH).toWellFormed())),
    status: mostFrequent(newestFirst.map(({ record }) => record.statusCode)),
  }
  return { samples, top }
}

/** Blank values say nothing. */
function mostFrequent(values: readonly (string | number)[]): readonly TopValue[] {
  const counts = new Map<string | number, number>()
  for (const value of values) if (value !== '' && value !== 0) counts.set(value, (counts.get(value) ?? 0) + 1)
  const most = [...counts].sort(([, a], [, b]) => b - a).slice(0, MAX_TOP)
  return most.map(([value, count]) => ({ value, count }))
}
