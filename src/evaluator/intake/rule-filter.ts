// For which rules an error counts, and in which group of each, once for each request. Part of the line path:
// synchronous.
import type { RuleSettings } from '../../config/settings.js'
import type { LineShape } from '../../record/reading/field-paths.js'
import type { RequestDedupe } from '../../record/request-dedupe.js'
import { compileGrouping, type Grouping } from '../../rule/grouping.js'
import { isOverflow } from '../../rule/groups.js'
import { compileMatcher, type Matcher, type Subject } from '../../rule/matcher.js'
import type { Series } from '../../rule/series.js'
import type { Counted } from '../counting/backlog.js'
import type { Counters } from '../stats.js'

/** Takes the errors that count. */
export interface ErrorSink {
  /** Counts one error of a series. */
  count(series: Series, counted: Counted): void
  /** Takes a further line of a request that is counted already. */
  improve(series: Series, further: Counted): void
}

/** A line or record that may be an error for one rule or another. */
export interface Candidate {
  readonly isError: (rule: RuleSettings) => boolean
  readonly subject: Subject
  readonly counted: Counted
}

interface CompiledRule {
  readonly rule: RuleSettings
  readonly matches: Matcher
  readonly seriesOf: Grouping
}

export class RuleFilter {
  readonly #counters: Counters
  readonly #sink: ErrorSink
  readonly #requests: RequestDedupe<Series> | undefined
  #rules: readonly CompiledRule[] = []

  constructor(counters: Counters, sink: ErrorSink, requests: RequestDedupe<Series> | undefined) {
    this.#counters = counters
    this.#sink = sink
    this.#requests = requests
  }

  /** Sets the rules that count from now on; `shape` says where the logger's lines hold what. */
  useRules(rules: readonly RuleSettings[], shape: LineShape): void {
    this.#rules = rules.map((rule) => ({
      rule,
      // A condition in code may look at what the same code redacts. A condition in the shared config finds nothing
      // there: somebody who may write the config, and not read the logs, could find out a redacted value by trying
      // conditions.
      matches: compileMatcher(rule.match, rule.isMatchShared === true ? shape.redact : []),
      seriesOf: compileGrouping(rule, shape),
    }))
  }

  /** Counts an error for each rule that it matches; the lines of one request count once for each rule. */
  take(candidate: Candidate): void {
    const { request, monotonicMs } = candidate.counted
    const rules = this.#chosenBy(candidate)
    if (rules.length === 0) {
      if (request !== undefined) this.#requests?.skip(request)
      return
    }
    const countedBy = request && this.#requests?.countersOf(request, monotonicMs)
    if (countedBy === undefined || countedBy.size === 0) this.#counters.errors += 1
    else this.#counters.duplicates += 1
    this.#countFor(rules, candidate, countedBy)
  }

  /** The rules that an error counts for; mostly all of them, so no new list is made then. */
  #chosenBy({ isError, subject }: Candidate): readonly CompiledRule[] {
    const isChosen = ({ rule, matches }: CompiledRule): boolean => isError(rule) && matches(subject)
    return this.#rules.every(isChosen) ? this.#rules : this.#rules.filter(isChosen)
  }

  #countFor(
    rules: readonly CompiledRule[],
    { subject, counted }: Candidate,
    countedBy: Map<string, Series> | undefined,
  ): void {
    for (const { rule, seriesOf } of rules) {
      const known = countedBy?.get(rule.name)
      if (known !== undefined) this.#sink.improve(known, counted)
      else {
        const series = seriesOf(subject, counted.monotonicMs)
        if (isOverflow(series)) this.#counters.overflowed += 1
        this.#sink.count(series, counted)
        countedBy?.set(rule.name, series)
      }
    }
  }
}
