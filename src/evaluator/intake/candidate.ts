// A line or record that is judged.
import type { Telling } from '../../alert/occurrence.js'
import type { Moment } from '../../clock.js'
import type { RuleSettings } from '../../config/settings.js'
import { kindOfRecord, lateKind } from '../../record/kind.js'
import { type ErrorRecord, mergeRecords } from '../../record/log-record.js'
import { plainRoots } from '../../record/reading/cloneable-roots.js'
import type { LineDetails, Place } from '../../record/reading/line-details.js'
import type { Root } from '../../record/reading/line-reader.js'
import type { LineTraits } from '../../record/reading/line-traits.js'
import type { LineReading, ReadLine } from '../../record/reading/read-line.js'
import type { RequestTraits } from '../../record/reading/request-traits.js'
import type { PlainField, Subject } from '../../rule/matcher.js'

/** A line or record that may be an error for one rule or another. */
export interface Candidate extends Subject, Telling, Moment {
  isError(rule: RuleSettings): boolean
  record(): ErrorRecord
  /** HTTP status; 0 where it has none. */
  readonly statusCode: number
  /** The request of its line; undefined where no other line of that request needs to be recognized. */
  readonly request: RequestTraits | undefined
}

/** How candidates are read and judged. */
export interface Reader {
  readonly reading: Pick<LineReading, 'record' | 'fields' | 'details' | 'request'>
  isError(traits: LineTraits, rule: RuleSettings): boolean
  placeOf(request: RequestTraits): Place | undefined
}

/** A line whose record and details are read when they are asked for, each field once however many rules look at it. */
export class LineCandidate implements Candidate {
  readonly request: RequestTraits | undefined
  readonly roots: readonly Root[]
  readonly monotonicMs: number
  readonly wallMs: number
  readonly #reader: Reader
  readonly #traits: LineTraits
  #fields: Map<PlainField, string | number> | undefined
  #record: ErrorRecord | undefined
  #kind: string | undefined

  constructor(
    reader: Reader,
    traits: LineTraits,
    roots: readonly Root[],
    request: RequestTraits | undefined,
    { monotonicMs, wallMs }: Moment,
  ) {
    this.#reader = reader
    this.#traits = traits
    this.roots = roots
    this.request = request
    this.monotonicMs = monotonicMs
    this.wallMs = wallMs
  }

  get severity(): number {
    return this.#traits.severity
  }

  get statusCode(): number {
    return this.#traits.statusCode
  }

  get isLast(): boolean {
    return this.request?.isLast === true
  }

  isError(rule: RuleSettings): boolean {
    return this.#reader.isError(this.#traits, rule)
  }

  record(): ErrorRecord {
    this.#record ??= this.#reader.reading.record(this.roots, this.severity)
    return this.#record
  }

  field(name: PlainField): string | number {
    if (this.#record !== undefined) return this.#record[name]
    this.#fields ??= new Map()
    const value = this.#fields.get(name) ?? this.#reader.reading.fields[name](this.roots, this.severity)
    this.#fields.set(name, value)
    return value
  }

  kind(): string {
    this.#kind ??= kindOfRecord(this.record())
    return this.#kind
  }

  details(): LineDetails {
    return this.#reader.reading.details(this.roots)
  }

  place(): Place | undefined {
    return this.#reader.placeOf(this.request ?? this.#reader.reading.request(this.roots))
  }
}

/** A line that has been read whole. */
export function candidateOf(
  { traits, request, roots, record, details }: ReadLine,
  reader: Reader,
  known: RequestTraits | undefined,
  { monotonicMs, wallMs }: Moment,
): Candidate {
  return {
    isError: (rule) => reader.isError(traits, rule),
    statusCode: traits.statusCode,
    roots,
    severity: traits.severity,
    request: known,
    record: () => record,
    field: (name) => record[name],
    kind: lateKind(() => record),
    details: () => details,
    place: () => reader.placeOf(request),
    isLast: request.isLast,
    monotonicMs,
    wallMs,
  }
}

/** Copies what conditions and groups look at: the line's objects are the application's, which may change them. */
export function copied(line: Candidate): Candidate {
  const record = line.record()
  return derived(
    line,
    { roots: plainRoots(line.roots), severity: line.severity, statusCode: line.statusCode },
    () => record,
  )
}

/** The first of these lines of one request, with what it lacks from the others. */
export function completed(lines: readonly [Candidate, ...Candidate[]]): Candidate {
  const [first, ...others] = lines
  const roots = lines.flatMap((line) => line.roots)
  const severity = lines.find((line) => line.severity > 0)?.severity ?? 0
  let merged: ErrorRecord | undefined
  const statusCode = lines.find((line) => line.statusCode > 0)?.statusCode ?? 0
  return derived(first, { roots, severity, statusCode }, () => {
    merged ??= others.reduce((known, line) => mergeRecords(known, line.record(), line.isLast), first.record())
    return merged
  })
}

type Parts = Pick<Candidate, 'roots' | 'severity' | 'statusCode'>

function derived(line: Candidate, parts: Parts, record: () => ErrorRecord): Candidate {
  const { request, isLast, monotonicMs, wallMs } = line
  return {
    request,
    isLast,
    monotonicMs,
    wallMs,
    ...parts,
    record,
    field: (name) => record()[name],
    kind: lateKind(record),
    isError: (rule) => line.isError(rule),
    details: () => line.details(),
  }
}
