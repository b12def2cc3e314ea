// One error as an alert may show it: what the lines of its request tell of it together. Everything that shows the error refers to one and
// the same occurrence, so a later line improves it wherever it is shown.
import { kindOfRecord } from '../record/kind.js'
import { type ErrorRecord, mergeRecords } from '../record/log-record.js'
import { type LineDetails, mergeDetails, type Place } from '../record/reading/line-details.js'
import { fromSample, toSample } from './sample.js'

/** A line, or a record that was handed in, that tells of an error. It is read late, since few errors are shown. */
export interface Telling {
  record(): ErrorRecord
  /** Gives undefined for a record that was handed in. */
  details(): LineDetails | undefined
  /** Looks for method and path of the request among other lines, where no line that tells of the error has them. */
  place?(): Place | undefined
  /** Whether it is the last line of its request, whose status is that of the response. */
  readonly isLast: boolean
}

/** What the lines that were read tell. */
export interface Told {
  readonly record: ErrorRecord
  readonly details: LineDetails | undefined
}

export class Occurrence {
  /** Lines that are not read yet; each is kept in memory with all that it refers to. */
  #lines: Telling[]
  #told: Told | undefined
  #kind: string | undefined
  #isSealed = false
  #shownBy = 0
  #isForgotten = false

  constructor(line: Telling) {
    this.#lines = [line]
  }

  /** Whether nothing shows it any more. What it told is forgotten then. */
  get isForgotten(): boolean {
    return this.#isForgotten
  }

  /** Its kind, as far as the lines that were read tell it; see record/kind.ts. */
  get kind(): string {
    this.#kind ??= this.#told === undefined ? '' : kindOfRecord(this.#told.record)
    return this.#kind
  }

  /** Takes a further line of the request. Once this is sealed the line is read at once, else when it is sealed. */
  tell(line: Telling): void {
    if (this.#isForgotten) return
    this.#lines.push(line)
    if (this.#isSealed) this.seal()
  }

  /** Something shows it from now on, until it calls `hide`. */
  show(): void {
    this.#shownBy += 1
  }

  hide(): void {
    this.#shownBy -= 1
    if (this.#shownBy > 0) return
    this.#isForgotten = true
    this.#lines = []
    this.#told = undefined
  }

  /** Reads the lines and lets them go. Gives what all lines tell; undefined where none could be read. */
  seal(): Told | undefined {
    if (this.#lines.length > 0) {
      const lines = this.#lines
      this.#lines = []
      for (const line of lines) this.#read(line)
      if (!this.#isSealed) this.#seekPlace(lines[0])
    }
    this.#isSealed = true
    return this.#told
  }

  #read(line: Telling): void {
    const record = attempt(() => line.record())
    const details = attempt(() => line.details())
    if (record === undefined) return
    const known = this.#told
    // A record that was handed in may hold texts of any length.
    const merged = known === undefined ? bounded(record) : mergeRecords(known.record, record, line.isLast)
    this.#told = { record: merged, details: mergeDetails(known?.details, details) }
    this.#kind = undefined
  }

  #seekPlace(line: Telling | undefined): void {
    const told = this.#told
    if (told?.details === undefined || told.details.path !== '') return
    const place = attempt(() => line?.place?.())
    if (place !== undefined) this.#told = { ...told, details: { ...told.details, ...place } }
  }
}

/** Cuts the texts of a record as a sample does; what tells its kind is short. */
function bounded(record: ErrorRecord): ErrorRecord {
  const { kind, errorType } = record
  return { ...fromSample(toSample(record)), kind, errorType }
}

/** Reads a line, whose getters are the application's and may throw; gives undefined then. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
