// For which rules an error counts, and in which group of each, once for each request; and which errors are ignored. For rules that ask what
// share of the requests fails, also which other requests there are. Part of the line path: synchronous.
import { Occurrence } from '../../alert/occurrence.js'
import type { Moment } from '../../clock.js'
import { type Ignoring, nothingIgnored, type RuleSettings } from '../../config/settings.js'
import type { LineShape } from '../../record/reading/field-paths.js'
import type { RequestDedupe } from '../../record/request-dedupe.js'
import { compileGrouping, type Grouping } from '../../rule/grouping.js'
import { isOverflow } from '../../rule/groups.js'
import { compileIgnoring, ignoreNothing, type Verdict } from '../../rule/ignoring.js'
import { compileLack, compileMatcher, type Matcher, type Subject } from '../../rule/matcher.js'
import { joinedPatterns } from '../../rule/patterns.js'
import type { Series } from '../../rule/series.js'
import type { Counters } from '../stats.js'
import { type Candidate, completed, copied } from './candidate.js'
import type { IncompleteErrors } from './incomplete-errors.js'
import { type RequestSearch, requestMatch, requestSearchOf, takesAnyRequest } from './request-search.js'

/** Takes the errors that count, and the other requests. */
export interface ErrorSink {
  /** Counts one error of a series, which happened at that moment; `kind` is its kind where the rule counts only what is new. */
  count(series: Series, occurrence: Occurrence, moment: Moment, kind?: string): void
  /** Counts so many requests of a series that are no counted errors; its rule has `percent`. */
  countOthers(series: Series, requests: number, moment: Moment): void
}

/** A request that is open: what is known of its error, or that no line of it counts any more. */
export interface Account {
  state: Followed | 'ignored'
  /** The names of the rules that have counted its error. */
  readonly countedBy: string[]
}

interface Followed {
  occurrence: Occurrence
  readonly countedBy: string[]
  /** Its error lines, the first one first, while a rule or `ignore` waits for what that one lacks; else undefined. */
  waiting: Lines | undefined
}

/** The last line of a request that is no error stands behind its error lines, since it tells more of them. */
type Lines = [Candidate, ...Candidate[]]

interface CompiledRule {
  readonly rule: RuleSettings
  readonly matches: Matcher
  /** Whether an error lacks something that this rule looks at. */
  readonly lacks: Matcher
  readonly seriesOf: Grouping
  /** Whether a line with a status is a request of this rule; undefined where the rule does not ask. */
  readonly isRequest: Matcher | undefined
}

/** A line of which nothing is known. */
const NO_LINE: Subject = { roots: [], severity: 0, field: () => '', kind: () => '' }

export class RuleFilter {
  readonly #counters: Counters
  readonly #sink: ErrorSink
  readonly #requests: RequestDedupe<Account> | undefined
  readonly #incomplete: IncompleteErrors<Account>
  #rules: readonly CompiledRule[] = []
  #ignoring = ignoreNothing
  #requestSearch: RequestSearch = 'none'

  constructor(
    counters: Counters,
    sink: ErrorSink,
    requests: RequestDedupe<Account> | undefined,
    incomplete: IncompleteErrors<Account>,
  ) {
    this.#counters = counters
    this.#sink = sink
    this.#requests = requests
    this.#incomplete = incomplete
    incomplete.onDue((account) => this.#settle(account))
  }

  /** Sets the rules that count from now on, and what counts for none; `shape` says where the logger's lines hold what. */
  useRules(rules: readonly RuleSettings[], shape: LineShape, ignoring: Ignoring = nothingIgnored): void {
    // Every error is tested by all of them, so they are searched for together.
    const patterns = joinedPatterns()
    this.#ignoring = compileIgnoring(ignoring, shape.redact, patterns)
    this.#rules = rules.map((rule) => {
      // A condition in code may look at what the same code redacts. A condition in the shared config finds nothing
      // there: somebody who may write the config, and not read the logs, could find out a redacted value by trying
      // conditions.
      const hidden = rule.isMatchShared === true ? shape.redact : []
      return {
        rule,
        matches: compileMatcher(rule.match, hidden, patterns),
        lacks: compileLack(rule, shape.redact, hidden),
        seriesOf: compileGrouping(rule, shape),
        isRequest: rule.percent > 0 ? compileMatcher(requestMatch(rule.match), hidden, patterns) : undefined,
      }
    })
    this.#requestSearch = requestSearchOf(rules)
  }

  get requestSearch(): RequestSearch {
    return this.#requestSearch
  }

  /** Whether a line or record is an error for some rule. */
  isError(line: Candidate): boolean {
    return this.#rules.some(({ rule }) => line.isError(rule))
  }

  /** Counts an error for each rule that it matches, unless it is ignored; the lines of one request count once for each rule. */
  take(line: Candidate): void {
    const { request, monotonicMs } = line
    const known = request && this.#requests?.find(request, monotonicMs)
    if (known !== undefined) {
      this.#takeFurther(known, line, true)
      return
    }
    const countedBy: string[] = []
    const mayComplete = this.#requests !== undefined && request !== undefined && request.id !== '' && !request.isLast
    const verdict = this.#ignoring(line, mayComplete)
    if (verdict === 'ignored') {
      this.#counters.ignored += 1
      if (mayComplete) this.#requests?.open(request, monotonicMs, { state: 'ignored', countedBy })
      this.#takeOther(line, countedBy, true)
      return
    }
    const state: Followed = { occurrence: new Occurrence(line), countedBy, waiting: undefined }
    const isWaiting = verdict === 'open' || this.#judge(state, line, { mayWait: mayComplete })
    if (!isWaiting) this.#takeOther(line, countedBy)
    if (!mayComplete || (!isWaiting && countedBy.length === 0)) return
    const account: Account = { state, countedBy }
    this.#requests?.open(request, monotonicMs, account)
    if (isWaiting) this.#wait(account, state, line)
  }

  /** Takes a line that is no error. The last one of an open request tells more of its error. */
  pass(line: Candidate): void {
    const { request } = line
    const ended = request && this.#requests?.pass(request)
    if (ended !== undefined) this.#takeFurther(ended, line, false)
    else if (this.#requestSearch !== 'none') this.#passOn(line, request && this.#requests?.ofOpen(request))
  }

  /** Takes so many lines with a status that are no errors and of no open request; no rule that asks for requests looks at them. */
  passUnread(requests: number, moment: Moment): void {
    for (const { rule, isRequest, seriesOf } of this.#rules) {
      // Without conditions and groups nothing of a line is looked at.
      if (isRequest === undefined || !takesAnyRequest(rule)) continue
      this.#sink.countOthers(seriesOf(NO_LINE, moment.monotonicMs), requests, moment)
    }
  }

  #passOn(line: Candidate, account: Account | undefined): void {
    // What waits is decided with all its lines.
    const isWaiting = typeof account?.state === 'object' && account.state.waiting !== undefined
    if (!isWaiting) this.#takeOther(line, account?.countedBy ?? [])
  }

  #takeFurther(account: Account, line: Candidate, isError: boolean): void {
    const { state, countedBy } = account
    if (state === 'ignored') {
      this.#takeOther(line, countedBy)
      return
    }
    const { waiting, occurrence } = state
    if (waiting === undefined) {
      const isIgnored = isError && this.#ignoring(line, false) === 'ignored'
      if (isIgnored) this.#ignore(account)
      else {
        occurrence.tell(line)
        if (isError) this.#judge(state, line, { isFurther: true })
      }
      this.#takeOther(line, countedBy, isIgnored)
      return
    }
    occurrence.tell(line)
    this.#wait(account, state, line)
    if (state.waiting === undefined) return
    if (line.isLast) this.#settle(account)
    else this.#judgeWaiting(account, state, waiting)
  }

  #judgeWaiting(account: Account, state: Followed, waiting: Lines): void {
    const verdict = this.#verdictOn(waiting, true)
    if (verdict === 'ignored') this.#ignoreWaiting(account, waiting)
    else if (verdict === 'counted' && !this.#judge(state, completed(waiting), { mayWait: true })) this.#settle(account)
  }

  /** From now on no line of the request counts. What has been counted stays. */
  #ignore(account: Account): void {
    this.#incomplete.delete(account)
    account.state = 'ignored'
    this.#counters.ignored += 1
  }

  #ignoreWaiting(account: Account, lines: Lines): void {
    this.#ignore(account)
    this.#takeOther(completed(lines), account.countedBy, true)
  }

  /**
   * Counts a line with a status as a request of each rule that asks and has not counted the error of its request. An ignored error is one also
   * without a status.
   */
  #takeOther(line: Candidate, countedBy: readonly string[], isIgnored: boolean = false): void {
    if (this.#requestSearch === 'none') return
    for (const { rule, isRequest, seriesOf } of this.#rules) {
      if (isRequest === undefined || countedBy.includes(rule.name)) continue
      const mayBeOne = line.statusCode > 0 || (isIgnored && line.isError(rule))
      if (mayBeOne && isRequest(line)) this.#sink.countOthers(seriesOf(line, line.monotonicMs), 1, line)
    }
  }

  /** The verdict on a request: an error of it is ignored that, with what it lacks from the other lines, meets `ignore`. */
  #verdictOn(lines: Lines, mayBeOpen: boolean): Verdict {
    if (this.#ignoring === ignoreNothing) return 'counted'
    const verdicts = lines
      .filter((line) => this.isError(line))
      .map((line) => this.#ignoring(completed([line, ...lines.filter((other) => other !== line)]), mayBeOpen))
    return (['ignored', 'open'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'counted'
  }

  /** Keeps a line of a request of which more must be known. Nothing that is kept is the application's. */
  #wait(account: Account, state: Followed, line: Candidate): void {
    state.occurrence.seal()
    const copy = copied(line)
    if (state.waiting === undefined) state.waiting = [copy]
    else state.waiting.push(copy)
    const windowsMs = this.#rules.map(({ rule }) => rule.windowMs)
    this.#incomplete.add(account, copy.roots, line.monotonicMs, windowsMs)
  }

  /** Judges what waited by what is known of it now: first the request as a whole, then its further lines each by itself. */
  #settle(account: Account): void {
    this.#incomplete.delete(account)
    const { state } = account
    if (state === 'ignored' || state.waiting === undefined) return
    const { waiting } = state
    state.waiting = undefined
    if (this.#verdictOn(waiting, false) === 'ignored') {
      this.#ignoreWaiting(account, waiting)
      return
    }
    const whole = completed(waiting)
    this.#judge(state, whole)
    for (const line of waiting.slice(1)) this.#judge(state, line, { isFurther: true })
    this.#takeOther(whole, state.countedBy)
  }

  /**
   * Counts a line for the rules that have not counted its request. Gives whether some rule must wait, since the line lacks
   * what that rule looks at.
   */
  #judge(request: Followed, line: Candidate, { mayWait = false, isFurther = false } = {}): boolean {
    const { countedBy } = request
    const wasCounted = countedBy.length > 0
    let isWaiting = false
    let isChosen = false
    for (const { rule, matches, lacks, seriesOf } of this.#rules) {
      if (!line.isError(rule)) continue
      if (countedBy.includes(rule.name)) {
        isChosen = true
        continue
      }
      if (mayWait && lacks(line)) {
        isWaiting = true
        continue
      }
      if (!matches(line)) continue
      isChosen = true
      this.#count(request, line, seriesOf(line, line.monotonicMs))
    }
    if (isChosen && !wasCounted) this.#counters.errors += 1
    else if (isChosen && isFurther) this.#counters.duplicates += 1
    return isWaiting
  }

  #count(request: Followed, line: Candidate, series: Series): void {
    if (isOverflow(series)) this.#counters.overflowed += 1
    // What the lines before told is forgotten where nothing shows it any more.
    if (request.occurrence.isForgotten) request.occurrence = new Occurrence(line)
    request.countedBy.push(series.rule.name)
    // As the line tells it by which the error counts: what later lines tell may come before or after the next batch.
    this.#sink.count(series, request.occurrence, line, series.rule.newOnly ? line.kind() : undefined)
  }
}
