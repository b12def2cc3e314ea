// What of a line crosses to the worker thread: nothing, unless it may be an error, or may end a request whose error
// crossed. The line is read in the application's thread, where its Error objects are, since JSON holds next to nothing
// of an Error. So only what was read crosses, and the worker judges as this thread would.
import { type Clock, systemClock } from '../clock.js'
import { recordFieldOf } from '../config/names.js'
import type { LogsirenOptions } from '../config/options.js'
import { resolveSettings } from '../config/settings.js'
import type { Counters } from '../evaluator/stats.js'
import { plainRoots } from '../record/reading/cloneable-roots.js'
import type { LoggerTraits } from '../record/reading/field-paths.js'
import type { Line, Root } from '../record/reading/line-reader.js'
import { isErrorLine, type LineTraits } from '../record/reading/line-traits.js'
import { compileReading, type LineReading, type ReadLine } from '../record/reading/read-line.js'
import { RecentLines } from '../record/recent-lines.js'
import { RequestDedupe } from '../record/request-dedupe.js'
import { minSeverityOf, standardScale } from '../record/severity.js'
import { compileMemberRequests, type MemberRequests } from '../record/sieve/member-requests.js'
import { compileMemberSieve, type MemberSieve } from '../record/sieve/member-sieve.js'
import type { SharedState } from './shared-state.js'

/** In so many lines at first the service's name is looked for, so that operators see which process is alive though it logs no error. */
const MAX_NAMED_LINES = 20

type CrossingState = Pick<SharedState, 'lowestStatus' | 'requestSearch' | 'requests'>

export class Crossing {
  readonly #options: LogsirenOptions
  readonly #counters: Counters
  readonly #state: CrossingState
  readonly #minSeverity: number
  readonly #read: LineReading
  /**
   * The open requests of which an error line crossed: all that the worker remembers, and those whose lines it counts
   * for no rule.
   */
  readonly #requests: RequestDedupe | undefined
  readonly #recent: RecentLines
  readonly #keepsRoots: boolean
  readonly #redact: readonly string[] | undefined
  /** In so many lines the name is still looked for. */
  #unnamedLines: number
  #scale = standardScale
  #sieve: MemberSieve | undefined
  readonly #hasStatus: MemberRequests
  #sieveStatus = Number.NaN

  constructor(options: LogsirenOptions, counters: Counters, state: CrossingState, clock: Clock = systemClock) {
    this.#options = options
    this.#counters = counters
    this.#state = state
    this.#minSeverity = minSeverityOf(options)
    this.#read = compileReading(options, options.sampleFields)
    this.#requests = options.dedupeRequests === false ? undefined : new RequestDedupe()
    this.#hasStatus = compileMemberRequests(options)
    this.#recent = new RecentLines(clock)
    this.#keepsRoots = mayReadPaths(options)
    this.#unnamedLines = options.redis === undefined ? 0 : MAX_NAMED_LINES
    // Only conditions look at what is redacted. It crosses for those in code; those in Redis do not find it.
    const hasConditions = options.ignore !== undefined || options.rules?.some(({ match }) => match !== undefined)
    this.#redact = hasConditions === true ? [] : options.redact
  }

  useLogger({ scale }: LoggerTraits): void {
    this.#scale = scale
    this.#sieveStatus = Number.NaN
  }

  /** What crosses of a line; undefined where nothing need. */
  take(line: Line, nowMs: number): ReadLine | undefined {
    if (this.#unnamedLines === 0) return this.#take(line, nowMs)
    this.#unnamedLines -= 1
    const taken = this.#take(line, nowMs) ?? this.#takeForName(line)
    if (taken !== undefined && taken.details.service !== '') this.#unnamedLines = 0
    return taken
  }

  #takeForName(line: Line): ReadLine | undefined {
    const roots = this.#read.roots(line)
    if (this.#read.service(roots) === '') return undefined
    const traits = this.#read.traits(roots, line.level, this.#scale)
    // A line with a status would be counted once more.
    const isCounted = this.#state.requestSearch !== 'none' && traits.statusCode > 0
    return traits.isBlank || traits.isOwn || isCounted ? undefined : this.#readOf(roots, traits)
  }

  #take(line: Line, nowMs: number): ReadLine | undefined {
    const lowestStatus = this.#state.lowestStatus
    if (lowestStatus === Number.POSITIVE_INFINITY) return undefined
    this.#recent.keepLine(line)
    const mayBeError = this.#sieveFor(lowestStatus)(line)
    const search = this.#state.requestSearch
    const isRequest = search !== 'none' && !mayBeError && this.#hasStatus(line)
    if (!mayBeError && this.#requests?.isEmpty !== false) {
      if (isRequest === true && search === 'unread') this.#state.requests += 1
      if (isRequest === false || (isRequest === true && search === 'unread')) return undefined
    }
    const roots = this.#read.roots(line)
    if (!mayBeError && isRequest === false && !this.#read.isLast(roots)) return undefined
    const traits = this.#read.traits(roots, line.level, this.#scale)
    if (traits.isBlank) this.#counters.skipped += 1
    if (traits.isBlank) return undefined
    const request = this.#read.request(roots)
    if (isErrorLine(traits, lowestStatus, this.#minSeverity)) {
      if (this.#requests?.find(request, nowMs) === undefined) this.#requests?.open(request, nowMs, true)
      return this.#withPlace(this.#readOf(roots, traits, request))
    }
    if (this.#requests?.hasOpen(request.id) === true) this.#requests.pass(request)
    else if (search === 'none' || traits.statusCode === 0) return undefined
    else if (search === 'unread') {
      this.#state.requests += 1
      return undefined
    }
    return this.#readOf(roots, traits, request)
  }

  /** The request's method and path are looked for here, where its other lines are. */
  #withPlace(line: ReadLine): ReadLine {
    const { details, request } = line
    const place = details.path === '' ? this.#recent.placeOf(request, this.#read) : undefined
    return place === undefined ? line : { ...line, details: { ...details, ...place } }
  }

  #readOf(roots: readonly Root[], traits: LineTraits, request = this.#read.request(roots)): ReadLine {
    return {
      traits,
      request,
      record: this.#read.record(roots, traits.severity),
      details: this.#read.details(roots),
      roots: this.#keepsRoots ? plainRoots(roots, this.#redact) : [],
    }
  }

  #sieveFor(statusThreshold: number): MemberSieve {
    if (this.#sieve === undefined || this.#sieveStatus !== statusThreshold) {
      const criteria = { statusThreshold, minSeverity: this.#minSeverity, scale: this.#scale, shape: this.#options }
      this.#sieve = compileMemberSieve(criteria)
      this.#sieveStatus = statusThreshold
    }
    return this.#sieve
  }
}

/** Whether conditions or groups may read paths of the line; those of a config in Redis may read any. */
function mayReadPaths(options: LogsirenOptions): boolean {
  const { rules, ignore } = resolveSettings(options, undefined)
  const isPath = (path: string): boolean => recordFieldOf(path) === undefined
  const isRead = rules.some(({ match, groupBy }) => match !== undefined || groupBy.some(isPath))
  return options.redis !== undefined || ignore.length > 0 || isRead
}
