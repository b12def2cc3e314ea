// For which rules an error counts, and in which group of each, once for each request. Part of the line path:
// synchronous.
import { Occurrence } from '../../alert/occurrence.js'
import type { Moment } from '../../clock.js'
import type { RuleSettings } from '../../config/settings.js'
import type { LineShape } from '../../record/reading/field-paths.js'
import type { RequestDedupe } from '../../record/request-dedupe.js'
import { compileGrouping, type Grouping } from '../../rule/grouping.js'
import { isOverflow } from '../../rule/groups.js'
import { compileLack, compileMatcher, type Matcher } from '../../rule/matcher.js'
import type { Series } from '../../rule/series.js'
import type { Counters } from '../stats.js'
import { type Candidate, completed, copied } from './candidate.js'
import type { IncompleteErrors } from './incomplete-errors.js'

/** Takes the errors that count. */
export interface ErrorSink {
  /** Counts one error of a series, which happened at that moment; `kind` is its kind where the rule counts only what is new. */
  count(series: Series, occurrence: Occurrence, moment: Moment, kind?: string): void
}

/** What is known of a request that is open. */
export interface Account {
  occurrence: Occurrence
  /** The names of the rules that have counted it. */
  readonly countedBy: string[]
  /** Its error lines, the first one first, while some rule waits for what that one lacks; else undefined. */
  waiting: [Candidate, ...Candidate[]] | undefined
}

interface CompiledRule {
  readonly rule: RuleSettings
  readonly matches: Matcher
  /** Whether an error lacks something that this rule looks at. */
  readonly lacks: Matcher
  readonly seriesOf: Grouping
}

export class RuleFilter {
  readonly #counters: Counters
  readonly #sink: ErrorSink
  readonly #requests: RequestDedupe<Account> | undefined
  readonly #incomplete: IncompleteErrors<Account>
  #rules: readonly CompiledRule[] = []

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

  /** Sets the rules that count from now on; `shape` says where the logger's lines hold what. */
  useRules(rules: readonly RuleSettings[], shape: LineShape): void {
    this.#rules = rules.map((rule) => {
      // A condition in code may look at what the same code redacts. A condition in the shared config finds nothing
      // there: somebody who may write the config, and not read the logs, could find out a redacted value by trying
      // conditions.
      const hidden = rule.isMatchShared === true ? shape.redact : []
      return {
        rule,
        matches: compileMatcher(rule.match, hidden),
        lacks: compileLack(rule, shape.redact, hidden),
        seriesOf: compileGrouping(rule, shape),
      }
    })
  }

  /** Counts an error for each rule that it matches; the lines of one request count once for each rule. */
  take(line: Candidate): void {
    const { request, monotonicMs } = line
    const known = request && this.#requests?.find(request, monotonicMs)
    if (known !== undefined) {
      this.#takeFurther(known, line, true)
      return
    }
    const account: Account = { occurrence: new Occurrence(line), countedBy: [], waiting: undefined }
    const mayComplete = this.#requests !== undefined && request !== undefined && request.id !== '' && !request.isLast
    const isWaiting = this.#judge(account, line, { mayWait: mayComplete })
    if (!mayComplete || (!isWaiting && account.countedBy.length === 0)) return
    this.#requests?.open(request, monotonicMs, account)
    if (isWaiting) this.#wait(account, line)
  }

  /** Takes a line that is no error. The last one of an open request tells more of its error. */
  pass(line: Candidate): void {
    const known = line.request && this.#requests?.pass(line.request)
    if (known !== undefined) this.#takeFurther(known, line, false)
  }

  #takeFurther(account: Account, line: Candidate, isError: boolean): void {
    const { waiting, occurrence } = account
    occurrence.tell(line)
    if (waiting === undefined) {
      if (isError) this.#judge(account, line, { isFurther: true })
      return
    }
    this.#wait(account, line)
    if (account.waiting === undefined) return
    const stillWaits = !line.isLast && this.#judge(account, completed(waiting), { mayWait: true })
    if (!stillWaits) this.#settle(account)
  }

  /** Keeps a line of a request that some rule must know more of. Nothing that is kept is the application's. */
  #wait(account: Account, line: Candidate): void {
    account.occurrence.seal()
    const copy = copied(line)
    if (account.waiting === undefined) account.waiting = [copy]
    else account.waiting.push(copy)
    const windowsMs = this.#rules.map(({ rule }) => rule.windowMs)
    this.#incomplete.add(account, copy.roots, line.monotonicMs, windowsMs)
  }

  /** Judges what waited by what is known of it now: first the request as a whole, then its further lines each by itself. */
  #settle(account: Account): void {
    this.#incomplete.delete(account)
    const { waiting } = account
    if (waiting === undefined) return
    account.waiting = undefined
    this.#judge(account, completed(waiting))
    for (const line of waiting.slice(1)) this.#judge(account, line, { isFurther: true })
  }

  /**
   * Counts a line for the rules that have not counted its request. Gives whether some rule must wait, since the line lacks
   * what that rule looks at.
   */
  #judge(account: Account, line: Candidate, { mayWait = false, isFurther = false } = {}): boolean {
    const { countedBy } = account
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
      this.#count(account, line, seriesOf(line, line.monotonicMs))
    }
    if (isChosen && !wasCounted) this.#counters.errors += 1
    else if (isChosen && isFurther) this.#counters.duplicates += 1
    return isWaiting
  }

  #count(account: Account, line: Candidate, series: Series): void {
    if (isOverflow(series)) this.#counters.overflowed += 1
    // What the lines before told is forgotten where nothing shows it any more.
    if (account.occurrence.isForgotten) account.occurrence = new Occurrence(line)
    account.countedBy.push(series.rule.name)
    // As the line tells it by which the error counts: what later lines tell may come before or after the next batch.
    this.#sink.count(series, account.occurrence, line, series.rule.newOnly ? line.kind() : undefined)
  }
}
