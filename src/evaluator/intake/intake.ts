// The line path: lines and records in, counted errors out. Synchronous, without I/O or promises; a line that is no
// error leaves it as early as possible.
import { type Clock, type Moment, momentOf } from '../../clock.js'
import type { LogsirenOptions } from '../../config/options.js'
import { type Ignoring, nothingIgnored, type RuleSettings } from '../../config/settings.js'
import { lateKind } from '../../record/kind.js'
import { type GivenRecord, toLogRecord } from '../../record/log-record.js'
import { plainRoots } from '../../record/reading/cloneable-roots.js'
import type { LineShape } from '../../record/reading/field-paths.js'
import { type LoggerTraits, lineShapeOf } from '../../record/reading/field-paths.js'
import type { Line, Root } from '../../record/reading/line-reader.js'
import { isErrorLine, isErrorRecord, type LineTraits } from '../../record/reading/line-traits.js'
import type { ReadLine } from '../../record/reading/read-line.js'
import type { RequestTraits } from '../../record/reading/request-traits.js'
import { RecentLines } from '../../record/recent-lines.js'
import { RequestDedupe } from '../../record/request-dedupe.js'
import { minSeverityOf, standardScale } from '../../record/severity.js'
import { compileSieve } from '../../record/sieve/text-sieve.js'
import type { KeepAlive } from '../keep-alive.js'
import type { Counters } from '../stats.js'
import { type Candidate, candidateOf, LineCandidate } from './candidate.js'
import { type CompiledReading, compileReadingOf } from './compiled-reading.js'
import type { FirstConfigHold } from './first-config-hold.js'
import { HeldRequests } from './held-requests.js'
import { IncompleteErrors } from './incomplete-errors.js'
import type { RequestSearch } from './request-search.js'
import { type Account, type ErrorSink, RuleFilter } from './rule-filter.js'
import { ServiceName } from './service-name.js'

export interface IntakeOptions {
  readonly options: LogsirenOptions
  readonly clock: Clock
  readonly counters: Counters
  readonly sink: ErrorSink
  /** Holds what may be an error until the config has been read; undefined where the config is known from the start. */
  readonly hold?: FirstConfigHold | undefined
  /** Keeps the process alive while something is held, or waits to be complete. */
  readonly keepAlive?: KeepAlive | undefined
  /**
   * Dates the line that is being read, where past lines are replayed. Else an error is dated by when the text came that
   * holds its line.
   */
  readonly moment?: () => Moment
  /** Whether the service's name is looked for in the first lines. @defaultValue false */
  readonly seeksService?: boolean
  /** Takes the place of `compileSieve` where several intakes share one sieve. */
  readonly compileSieve?: typeof compileSieve
}

export class Intake {
  readonly #options: IntakeOptions
  readonly #requests: RequestDedupe<Account> | undefined
  readonly #incomplete: IncompleteErrors<Account>
  readonly #filter: RuleFilter
  /** Undefined in a replay, which shows no more of an error than its record. */
  readonly #recent: RecentLines | undefined
  readonly #minSeverity: number
  #rules: readonly RuleSettings[]
  #ignoring: Ignoring
  #logger: LoggerTraits = { scale: standardScale }
  #compiled: CompiledReading
  readonly #service: ServiceName
  readonly #heldRequests: HeldRequests
  /** When the text came whose lines are being read; all its errors get this date. Undefined between texts. */
  #arrival: Moment | undefined

  constructor(options: IntakeOptions, rules: readonly RuleSettings[], ignoring: Ignoring = nothingIgnored) {
    this.#options = options
    const { dedupeRequests = true } = options.options
    const onForgotten = (): void => {
      options.counters.forgotten += 1
    }
    this.#requests = dedupeRequests ? new RequestDedupe(onForgotten) : undefined
    this.#recent = options.moment === undefined ? new RecentLines(options.clock) : undefined
    const incomplete = new IncompleteErrors<Account>(options.clock, () => {
      options.keepAlive?.update('incomplete', !incomplete.isEmpty)
    })
    this.#incomplete = incomplete
    this.#minSeverity = minSeverityOf(options.options)
    this.#service = new ServiceName(options.seeksService === true)
    this.#filter = new RuleFilter(options.counters, options.sink, this.#requests, incomplete)
    this.#heldRequests = new HeldRequests(options.hold, (requests, at) => this.#filter.passUnread(requests, at))
    this.#rules = rules
    this.#ignoring = ignoring
    this.#filter.useRules(rules, this.#shape, ignoring)
    this.#compiled = this.#compile()
  }

  /** Sets the rules that count from now on, and what counts for none; what was counted stays with the rule that counted it. */
  useRules(rules: readonly RuleSettings[], ignoring: Ignoring = nothingIgnored): void {
    this.#rules = rules
    this.#ignoring = ignoring
    this.#recompile()
  }

  /** Sets what the logger says of its lines from now on; the options win where they say otherwise. */
  useLogger(logger: LoggerTraits): void {
    this.#logger = logger
    this.#recompile()
  }

  /** Judges what waits for more by what is known of it now. What is held for the first config is not judged by this. */
  settle(): void {
    this.#incomplete.end()
  }

  /** The service's name, as its lines tell it; blank as long as none has. */
  get service(): string {
    return this.#service.name
  }

  #recompile(): void {
    this.#filter.useRules(this.#rules, this.#shape, this.#ignoring)
    this.#compiled = this.#compile()
  }

  /** Takes a record that was handed in. */
  takeRecord(given: GivenRecord): void {
    const record = toLogRecord(given)
    const { hold } = this.#options
    const candidate: Candidate = {
      isError: (rule) => isErrorRecord(record, rule.statusCodeThreshold),
      statusCode: record.statusCode,
      roots: [],
      severity: 0,
      request: undefined,
      record: () => record,
      field: (name) => record[name],
      kind: lateKind(() => record),
      details: noDetails,
      isLast: false,
      ...momentOf(this.#options.clock),
    }
    if (hold === undefined || hold.isReleased) this.#judgeRecord(candidate)
    // Whatever `statusCodeThreshold` the config sets, this record may be an error only if it is one at the lowest, 1.
    else if (isErrorRecord(record, 1) && !this.#isHeldAsNumber(candidate.statusCode, this.#filter.isError(candidate)))
      this.#holdBack(hold, record, () => this.#judgeRecord(candidate))
  }

  #judgeRecord(record: Candidate): void {
    if (this.#filter.isError(record)) this.#filter.take(record)
    else this.#filter.pass(record)
  }

  /**
   * Takes whole lines of JSON text. `parse` gets those that must be parsed, and hands each to `takeLine` before it
   * returns.
   */
  takeText(text: string, parse: (lines: string) => void): void {
    const { hold } = this.#options
    const { sieve, requestSieve, select } = this.#compiled
    if (this.#service.isSought && text !== '') this.#service.takeText(text, this.#compiled)
    const read = (lines: string): void => {
      if (this.#options.moment === undefined) this.#arrival ??= momentOf(this.#options.clock)
      parse(lines)
    }
    if (sieve !== undefined && text !== '') this.#recent?.keepText(text)
    if (hold?.isReleased === false) read(text)
    else if (sieve !== undefined) {
      if (this.#requests?.isEmpty === false) this.#requests.forgetOld(this.#options.clock.monotonicMs())
      select(text, { errors: sieve, others: requestSieve }, this.#requests, { read, count: this.#passUnread })
    }
    this.#arrival = undefined
  }

  /** Takes a line that is an object already; most are let go after a look at each member. */
  takeMembers(line: Line): void {
    const { memberSieve, memberRequests } = this.#compiled
    if (this.#service.isSought) this.#service.takeLine(line, this.#compiled)
    const isHolding = this.#options.hold?.isReleased === false
    if (!isHolding && memberSieve === undefined) return
    this.#recent?.keepLine(line)
    const mayEndRequest = this.#requests?.isEmpty === false
    if (isHolding || mayEndRequest || memberSieve?.(line) === true) this.takeLine(line)
    else if (memberRequests !== undefined) this.#passMembers(line, memberRequests(line))
  }

  #passMembers(line: Line, hasStatus: boolean | 'unsure'): void {
    if (hasStatus === true && this.#requestSearch === 'unread') this.#passUnread(1)
    else if (hasStatus !== false) this.takeLine(line)
  }

  /** Takes so many lines with a status that another thread has found to be no errors. */
  takeRequests(requests: number): void {
    this.#passUnread(requests)
  }

  readonly #passUnread = (requests: number): void => {
    this.#filter.passUnread(requests, this.#arrival ?? this.#moment)
  }

  /** How the other requests are found: past lines have to be read for their times. */
  get #requestSearch(): RequestSearch {
    const { requestSearch } = this.#filter
    return requestSearch === 'unread' && this.#options.moment !== undefined ? 'read' : requestSearch
  }

  /** Takes a line that has to be read as a whole. */
  takeLine(line: Line): void {
    const { counters, hold } = this.#options
    const compiled = this.#compiled
    const roots = compiled.roots(line)
    const traits = compiled.traits(roots, line.level, this.#logger.scale)
    if (traits.isBlank) counters.skipped += 1
    if (traits.isBlank) return
    if (hold?.isReleased === false) this.#holdLine(hold, traits, roots)
    else if (this.#isError(traits)) this.#filter.take(this.#lineOf(traits, roots, this.#requestOf(roots)))
    else if (this.#requests?.isEmpty === false) this.#filter.pass(this.#lineOf(traits, roots, compiled.request(roots)))
    else if (traits.statusCode > 0 && this.#filter.requestSearch !== 'none')
      this.#filter.pass(this.#lineOf(traits, roots, undefined))
  }

  #lineOf(traits: LineTraits, roots: readonly Root[], request: RequestTraits | undefined): Candidate {
    return new LineCandidate(this.#compiled.reader, traits, roots, request, this.#arrival ?? this.#moment)
  }

  /**
   * The request of an error line; undefined where it need not be known, since no request is open and this line is the
   * last of its own.
   */
  #requestOf(roots: readonly Root[]): RequestTraits | undefined {
    if (this.#requests === undefined || (this.#requests.isEmpty && this.#compiled.isLast(roots))) return undefined
    return this.#compiled.request(roots)
  }

  /** Takes a line that was read in the thread where it was logged. */
  takeRead(line: ReadLine): void {
    const { hold } = this.#options
    if (this.#service.isSought) this.#service.take(line.details.service)
    if (hold?.isReleased !== false) this.#judgeRead(line, this.#moment)
    else if (!this.#isHeldAsNumber(line.traits.statusCode, this.#isError(line.traits))) this.#holdRead(hold, line, line)
  }

  #holdLine(hold: FirstConfigHold, traits: LineTraits, roots: readonly Root[]): void {
    const request = this.#compiled.request(roots)
    // Whatever `statusCodeThreshold` the config sets, only a line that is an error at the lowest, 1, may be one; and
    // only the last line of a request ends it.
    if (!isErrorLine(traits, 1, 0) && !request.isLast) return
    if (this.#isHeldAsNumber(traits.statusCode, this.#isError(traits))) return
    // Read now, by what the logger says of its lines now; it may say otherwise when the hold is released.
    const [record, details] = [this.#compiled.record(roots, traits.severity), this.#compiled.details(roots)]
    // Copied, since the line's objects are the application's: it may change them while they are held.
    const copy = plainRoots(roots)
    this.#holdRead(hold, { traits, request, roots: copy, record, details }, copy)
  }

  #isHeldAsNumber(statusCode: number, isError: boolean): boolean {
    return statusCode > 0 && !isError && this.#heldRequests.take(this.#arrival ?? this.#moment)
  }

  #holdRead(hold: FirstConfigHold, line: ReadLine, kept: object): void {
    const moment = this.#arrival ?? this.#moment
    this.#holdBack(hold, kept, () => this.#judgeRead(line, moment))
  }

  #holdBack(hold: FirstConfigHold, kept: object, judge: () => void): void {
    hold.hold(kept, judge)
    this.#options.keepAlive?.update('hold', !hold.isEmpty)
  }

  #judgeRead(read: ReadLine, moment: Moment): void {
    const line = candidateOf(read, this.#compiled.reader, this.#requests && read.request, moment)
    if (this.#isError(read.traits)) this.#filter.take(line)
    else this.#filter.pass(line)
  }

  get #moment(): Moment {
    const { moment, clock } = this.#options
    return moment?.() ?? momentOf(clock)
  }

  #isError(traits: LineTraits): boolean {
    for (const rule of this.#rules) if (this.#compiled.reader.isError(traits, rule)) return true
    return false
  }

  get #shape(): LineShape {
    return lineShapeOf(this.#logger, this.#options.options)
  }

  #compile(): CompiledReading {
    return compileReadingOf({
      rules: this.#rules,
      shape: this.#shape,
      scale: this.#logger.scale,
      minSeverity: this.#minSeverity,
      sampleFields: this.#options.options.sampleFields,
      requestSearch: this.#requestSearch,
      recent: this.#recent,
      compileSieve: this.#options.compileSieve ?? compileSieve,
    })
  }
}

const noDetails = (): undefined => undefined
