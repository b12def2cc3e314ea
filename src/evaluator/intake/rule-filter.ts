// For which rules an error counts, and in which of their groups; once for each request. Synchronous, part of the line path.
import type { RuleSettings } from '../../config/settings.js'
import type { LineShape } from '../../record/field-paths.js'
import type { RequestDedupe } from '../../record/request-dedupe.js'
import { compileGrouping, type Grouping } from '../../rule/grouping.js'
import { isOverflow } from '../../rule/groups.js'
import { compileMatcher, type Matcher, type Subject } from '../../rule/matcher.js'
import type { Series } from '../../rule/series.js'
import type { Counted, Judged } from '../counting/backlog.js'
import type { Counters } from '../stats.js'

export interface JudgeOptions {
  readonly counters: Counters
  readonly count: (series: Series, counted: Counted) => void
  readonly improve: (series: Series, further: Counted) => void
  /** Gets what may have to be judged again; undefined where nothing has. */
  readonly remember: ((judged: Judged) => void) | undefined
}

/** What may be an error, for one rule or another. */
export interface Candidate {
  readonly isError: (rule: RuleSettings) => boolean
  readonly subject: Subject
  readonly counted: Counted
}

interface CompiledRule {
  readonly rule: RuleSettings
  /** What makes it choose its errors and their groups, as a text. */
  readonly choice: string
  readonly matches: Matcher
  readonly seriesOf: Grouping
}

export class Judge {
  readonly #options: JudgeOptions
  readonly #requests: RequestDedupe<Series> | undefined
  #rules: readonly CompiledRule[] = []

  constructor(options: JudgeOptions, requests: RequestDedupe<Series> | undefined) {
    this.#options = options
    this.#requests = requests
  }

  /** Returns the names of rules that choose other errors than before, are new, or gone. */
  useRules(rules: readonly RuleSettings[], shape: LineShape): ReadonlySet<string> {
    const before = new Map(this.#rules.map(({ rule, choice }) => [rule.name, choice]))
    this.#rules = rules.map((rule) => ({
      rule,
      choice: JSON.stringify([rule.statusCodeThreshold, rule.match, rule.groupBy, rule.maxGroups, rule.isMatchShared]),
      // In code a condition on what is redacted is the user's; whoever writes the document would find it out by trying.
      matches: compileMatcher(rule.match, rule.isMatchShared === true ? shape.redact : []),
      seriesOf: compileGrouping(rule, shape),
    }))
    const after = new Map(this.#rules.map(({ rule, choice }) => [rule.name, choice]))
    return new Set([...before.keys(), ...after.keys()].filter((name) => before.get(name) !== after.get(name)))
  }

  /** Counts it for each rule that chooses it; the lines of one request once for each. */
  judge(candidate: Candidate): void {
    const { counters, remember } = this.#options
    const { request, monotonicMs } = candidate.counted
    const rules = this.#chosenBy(candidate, this.#rules)
    if (rules.length === 0) {
      if (request !== undefined) this.#requests?.skip(request)
      remember?.({ again: (names) => this.#judgeAgain(candidate, undefined, names) })
      return
    }
    const countedBy = request && this.#requests?.countersOf(request, monotonicMs)
    const isFirst = countedBy === undefined || countedBy.size === 0
    if (isFirst) counters.errors += 1
    else counters.duplicates += 1
    this.#countFor(rules, candidate, countedBy)
    if (isFirst) remember?.({ again: (names) => this.#judgeAgain(candidate, countedBy ?? new Map(), names) })
  }

  /** What was counted for rules of these names is gone, and they may choose otherwise now. No `countedBy`: nothing was. */
  #judgeAgain(candidate: Candidate, countedBy: Map<string, Series> | undefined, names: ReadonlySet<string>): void {
    for (const name of names) countedBy?.delete(name)
    const asked = this.#rules.filter(({ rule }) => names.has(rule.name))
    const rules = this.#chosenBy(candidate, asked)
    if (countedBy === undefined && rules.length > 0) this.#options.counters.errors += 1
    this.#countFor(rules, candidate, countedBy)
  }

  /** The list itself where it is all of them, as it mostly is. */
  #chosenBy({ isError, subject }: Candidate, asked: readonly CompiledRule[]): readonly CompiledRule[] {
    const isChosen = ({ rule, matches }: CompiledRule): boolean => isError(rule) && matches(subject)
    return asked.every(isChosen) ? asked : asked.filter(isChosen)
  }

  #countFor(
    rules: readonly CompiledRule[],
    { subject, counted }: Candidate,
    countedBy: Map<string, Series> | undefined,
  ): void {
    const { counters, count, improve } = this.#options
    for (const { rule, seriesOf } of rules) {
      const known = countedBy?.get(rule.name)
      if (known !== undefined) improve(known, counted)
      else {
        const series = seriesOf(subject, counted.monotonicMs)
        if (isOverflow(series)) counters.overflowed += 1
        count(series, counted)
        countedBy?.set(rule.name, series)
      }
    }
  }
}
