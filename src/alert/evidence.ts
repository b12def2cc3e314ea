// The evidence of an alert: of the window's errors one of each kind, and the most frequent messages, paths, statuses and kinds. An alert
// shows it beside its sample.
import type { Moment } from '../clock.js'
import type { LogRecord } from '../record/log-record.js'
import { shapeOf } from '../record/message-shape.js'
import { shapeOfPath } from '../record/path-shape.js'
import { noTrace } from '../record/reading/trace-ids.js'
import { MAX_TEXT_LENGTH, toTimestamp, truncate } from '../text.js'
import type { Occurrence, Told } from './occurrence.js'
import { type Sample, toSample } from './sample.js'

/** One error of the window. */
export interface Happened extends Told {
  /** When it happened, in ms since the epoch. */
  readonly atMs: number
  /** Its kind, see record/kind.ts; `''` where nothing tells it. */
  readonly kind: string
}

/** The newest error of one kind. */
export interface EvidenceSample extends Sample {
  /** See record/kind.ts; left out where nothing tells it. */
  readonly kind?: string
  /** The trace in which it happened, and the span, as its log lines write them, see record/reading/trace-ids.ts. */
  readonly trace_id?: string
  readonly span_id?: string
  /** Errors of this kind among the window's errors that were kept. */
  readonly count: number
  /** When it happened, RFC 3339. */
  readonly last_seen: string
}

export interface TopValue {
  readonly value: string | number
  readonly count: number
}

/** Lists of the most frequent values, the most frequent one first: shapes of messages, shapes of paths, statuses, kinds. */
export interface Top {
  readonly message: readonly TopValue[]
  readonly path: readonly TopValue[]
  readonly status: readonly TopValue[]
  /** An alert that an older release raised has none. */
  readonly kind?: readonly TopValue[]
  /** Only of an alert that tells of many groups: those with the most errors, as `model=a, region=eu`. */
  readonly group?: readonly TopValue[]
}

/** At most this many errors of a window are kept. */
const MAX_OCCURRENCES = 50
/** An alert shows one error of at most this many kinds. */
const MAX_SAMPLES = 5
/** At most this many values are in each list of `Top`. */
const MAX_TOP = 5

/** An error that is kept, and when it happened. */
export interface Kept extends Moment {
  readonly occurrence: Occurrence
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

  /** Adds an error. One that was judged late goes to its place in time. */
  add({ monotonicMs, wallMs }: Moment, occurrence: Occurrence): void {
    occurrence.show()
    const newer = this.#kept.findLastIndex((kept) => kept.monotonicMs <= monotonicMs) + 1
    this.#kept.splice(newer, 0, { monotonicMs, wallMs, occurrence })
    if (this.#kept.length > MAX_OCCURRENCES) this.#kept.shift()?.occurrence.hide()
  }

  /** The errors that happened since then, on the monotonic clock, the newest last. */
  since(monotonicMs: number): readonly Kept[] {
    return this.#kept.slice(this.#kept.findLastIndex((kept) => kept.monotonicMs < monotonicMs) + 1)
  }

  /** Reads the log lines that were not read yet, so that none is kept in memory any longer. */
  seal(): void {
    for (const { occurrence } of this.#kept) occurrence.seal()
  }

  /** Forgets the errors that have left the window, and seals the others; returns how many are left. */
  tend(nowMonotonicMs: number): number {
    const fromMs = nowMonotonicMs - this.#windowMs
    while ((this.#kept[0]?.monotonicMs ?? Number.POSITIVE_INFINITY) <= fromMs) this.#kept.shift()?.occurrence.hide()
    this.seal()
    return this.#kept.length
  }

  /** The errors that are still in the window, the newest last; one whose line cannot be read is left out. */
  list(nowMonotonicMs: number): readonly Happened[] {
    this.tend(nowMonotonicMs)
    return this.#kept.flatMap(({ wallMs, occurrence }) => {
      const told = occurrence.seal()
      return told === undefined ? [] : { ...told, atMs: wallMs, kind: occurrence.kind }
    })
  }
}

/** Sums up errors, which come with the newest last: the newest of each kind, the most frequent kind first, and the top lists. */
export function summarize(
  happened: readonly Happened[],
  maxSamples: number = MAX_SAMPLES,
): {
  readonly samples: readonly EvidenceSample[]
  readonly top: Top
} {
  const newestFirst = [...happened].reverse()
  const kinds = new Map<string, Happened[]>()
  for (const one of newestFirst) {
    const alike = kinds.get(one.kind) ?? []
    kinds.set(one.kind, alike)
    alike.push(one)
  }
  const frequent = [...kinds.values()].sort((a, b) => b.length - a.length).slice(0, maxSamples)
  const samples = frequent.flatMap(([newest, ...more]) =>
    newest === undefined
      ? []
      : {
          ...toSample(shortened(newest.record), newest.details?.fields),
          ...(newest.kind !== '' && { kind: newest.kind }),
          ...traceMembers(newest),
          count: 1 + more.length,
          last_seen: toTimestamp(newest.atMs),
        },
  )
  const top = {
    message: mostFrequent(newestFirst.map(({ record }) => shapeOf(record.errorMessage))),
    path: mostFrequent(newestFirst.map(({ details }) => shapeOfPath(details?.path ?? ''))),
    status: mostFrequent(newestFirst.map(({ record }) => record.statusCode)),
    kind: mostFrequent(newestFirst.map(({ kind }) => kind)),
  }
  return { samples, top }
}

function traceMembers({ details }: Happened): Pick<EvidenceSample, 'trace_id' | 'span_id'> {
  const { traceId, spanId } = details ?? noTrace
  return { ...(traceId !== '' && { trace_id: traceId }), ...(spanId !== '' && { span_id: spanId }) }
}

/** Cuts the texts of a record, since one that a caller handed in may hold long ones. */
function shortened(record: LogRecord): LogRecord {
  const members = Object.entries(record).map(([field, value]) => [
    field,
    typeof value === 'string' ? truncate(value, MAX_TEXT_LENGTH).toWellFormed() : value,
  ])
  return Object.fromEntries(members) as LogRecord
}

/** The most frequent values; blank ones say nothing and do not count. */
function mostFrequent(values: readonly (string | number)[]): readonly TopValue[] {
  const counts = new Map<string | number, number>()
  for (const value of values) if (value !== '' && value !== 0) counts.set(value, (counts.get(value) ?? 0) + 1)
  const most = [...counts].sort(([, a], [, b]) => b - a).slice(0, MAX_TOP)
  return most.map(([value, count]) => ({ value, count }))
}
