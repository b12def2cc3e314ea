// What a process tells of itself with its submissions, so that operators see who is alive: a few times a minute, and at once when it has
// something new to say.
import type { Clock } from '../../clock.js'
import type { ProcessFacts } from '../../store/store.js'
import { version } from '../../version.js'
import type { Stats } from '../stats.js'

/** Least time between two tellings of the same. An idle process then tells with every second idle batch, three times a minute or more. */
const INTERVAL_MS = 15_000
const MINUTE_MS = 60_000
/** Lines are counted since the oldest of this many tellings: about a minute. */
const KEPT_MARKS = 4
/** Longest name of a service and host that is told, in UTF-16 units. */
const MAX_NAME_LENGTH = 200

export interface ProcessNewsOptions {
  readonly clock: Clock
  readonly stats: () => Pick<Stats, 'observed'>
  /** What is said of this process beside how much it reads; asked anew each time. */
  readonly facts: () => Pick<ProcessFacts, 'service' | 'hostname' | 'logger' | 'config'>
}

interface Mark {
  readonly atMs: number
  readonly observed: number
}

export class ProcessNews {
  readonly #options: ProcessNewsOptions
  #marks: readonly Mark[]
  #told: ProcessFacts | 'closing' | undefined
  #isClosing = false

  constructor(options: ProcessNewsOptions) {
    this.#options = options
    this.#marks = [this.#mark]
  }

  /** What the next submission tells; undefined where that was told lately. */
  next(): ProcessFacts | 'closing' | undefined {
    if (this.#isClosing) return this.#told === 'closing' ? undefined : 'closing'
    const { service, hostname, ...rest } = this.#options.facts()
    const named = { ...rest, service: nameOf(service), hostname: nameOf(hostname) }
    const told = typeof this.#told === 'object' ? this.#told : undefined
    const isNew = told?.service !== named.service || told.config !== named.config
    if (!isNew && this.#options.clock.monotonicMs() < (this.#marks.at(-1)?.atMs ?? 0) + INTERVAL_MS) return undefined
    return { ...named, pid: process.pid, version, linesPerMinute: this.#linesPerMinute() }
  }

  /** Notes that the store has this. */
  told(news: ProcessFacts | 'closing'): void {
    this.#told = news
    this.#marks = [...this.#marks, this.#mark].slice(-KEPT_MARKS)
  }

  /** Says that the process is about to end: from now on it only takes out what it told. */
  leave(): void {
    this.#isClosing = true
  }

  get #mark(): Mark {
    return { atMs: this.#options.clock.monotonicMs(), observed: this.#options.stats().observed }
  }

  #linesPerMinute(): number {
    const { atMs, observed } = this.#mark
    const since = this.#marks[0] ?? { atMs, observed }
    // Shortly after the start there is no minute to look back at: the lines so far are taken for those of one interval.
    const elapsedMs = Math.max(atMs - since.atMs, INTERVAL_MS)
    return Math.round(((observed - since.observed) * MINUTE_MS) / elapsedMs)
  }
}

function nameOf(text: string): string {
  return text.slice(0, MAX_NAME_LENGTH).toWellFormed()
}
