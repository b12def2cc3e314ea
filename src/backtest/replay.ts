// Runs one set of options over past lines on a virtual clock: with the evaluator's own intake, counting and decisions, and with each
// alert delivered at once.
import type { Occurrence } from '../alert/occurrence.js'
import { fromSample, toSample } from '../alert/sample.js'
import type { LogsirenOptions } from '../config/options.js'
import { type RuleSettings, resolveSettings } from '../config/settings.js'
import { Intake } from '../evaluator/intake/intake.js'
import { newCounters } from '../evaluator/stats.js'
import type { LogRecord } from '../record/log-record.js'
import { lineShapeOf } from '../record/reading/field-paths.js'
import { rootsOf } from '../record/reading/line-reader.js'
import { compileTraits, type TraitsReader } from '../record/reading/line-traits.js'
import { standardScale } from '../record/severity.js'
import { compileSieve } from '../record/sieve/text-sieve.js'
import { cooldownAfter } from '../rule/cooldown.js'
import type { KnownKinds, Meeting } from '../rule/known-kinds.js'
import { findSeries, type GroupValues, type Series } from '../rule/series.js'
import { countText, limitText } from '../share.js'
import { MemoryStore } from '../store/memory/memory-store.js'
import type { Claim, Entry } from '../store/store.js'
import { counted } from '../text.js'
import { isObject, parseJson } from '../unknown.js'
import { AlertList, type BacktestAlert, type UnlistedAlerts } from './alert-list.js'
import type { LineTaker } from './line-feed.js'
import { timeOf } from './line-time.js'
import { type BacktestTimeline, Timeline } from './timeline.js'
import { VirtualClock } from './virtual-clock.js'

/** What one set of options made of the lines. */
export interface BacktestRun {
  /** Errors found; the lines of one request count once. */
  readonly errors: number
  /** Errors that were ignored, since they meet `ignore`; the lines of one request are one. */
  readonly ignored: number
  /** Further error lines of requests that had been counted. */
  readonly duplicates: number
  /** Errors in lines without a time, which fall into no window. */
  readonly untimed: number
  /** Kinds of errors that rules with `newOnly` learned, from earlier files or at the beginning; left out where there is no such rule. */
  readonly learned?: number
  /** Errors whose line came so late that the window of a rule was over for it. */
  readonly late: number
  /** Alerts and ends in the order in which they would have been sent, the first 10,000. */
  readonly alerts: readonly BacktestAlert[]
  /** How many alerts and ends came after those in `alerts`; left out where all are there. */
  readonly unlisted?: UnlistedAlerts
  /** How the counts went over time; only there with the option `timeline`. */
  readonly timeline?: BacktestTimeline
}

/** What a replay may share with others, and tell. */
export interface ReplayParts {
  /** Also say how the counts went over time. */
  readonly hasTimeline?: boolean
  /** Replays of one text may share it. */
  readonly compileSieve?: typeof compileSieve
  /** Whether it only learns what rules with `newOnly` know; all others are left out. */
  readonly isLesson?: boolean
  /** What a lesson has taught. */
  readonly known?: ReadonlyMap<string, KnownKinds> | undefined
  /** Called with lines of JSON that turned out to be none. */
  readonly onUnreadable?: (line: string) => void
}

export class Replay implements LineTaker {
  readonly #clock = new VirtualClock()
  readonly #kinds: Map<string, KnownKinds>
  readonly #store: MemoryStore
  readonly #counters = newCounters()
  readonly #rules: readonly RuleSettings[]
  readonly #intake: Intake
  readonly #alerts = new AlertList()
  readonly #timeline: Timeline | undefined
  /** The error that last raised an alert, by the id of its series; kept as long as the end of that alert may come. */
  readonly #raised = new Map<string, { readonly sample: LogRecord; readonly groupValues: GroupValues | undefined }>()
  readonly #options: LogsirenOptions
  readonly #traits: TraitsReader
  readonly #onUnreadable: (line: string) => void
  #lineMs: number | undefined
  /** Errors without a time, and those that came late for a rule: each is told once, however many rules it counts for. */
  readonly #untimed = new Distinct()
  readonly #late = new Distinct()
  /** Kinds that were learned, those that were known before included. */
  #learned = 0

  /** `options` must be valid already; they need no `url`, since nothing is sent. */
  constructor(options: LogsirenOptions, parts: ReplayParts = {}) {
    const { hasTimeline = false, onUnreadable = () => {} } = parts
    this.#onUnreadable = onUnreadable
    this.#options = options
    this.#traits = compileTraits(lineShapeOf({ scale: standardScale }, options))
    const settings = resolveSettings({ ...options, url: options.url || 'http://127.0.0.1/' }, undefined)
    const enabled = settings.rules.filter((rule) => rule.enabled)
    this.#rules = parts.isLesson === true ? learning(enabled) : enabled
    this.#kinds = new Map(parts.known)
    this.#store = new MemoryStore(this.#clock, this.#kinds)
    for (const { size } of this.#kinds.values()) this.#learned += size
    this.#timeline = hasTimeline ? new Timeline(this.#rules) : undefined
    this.#intake = new Intake(
      {
        options,
        clock: this.#clock,
        counters: this.#counters,
        sink: {
          count: (series, occurrence, { wallMs }, kind) => this.#count(series, occurrence, wallMs, kind),
          countOthers: (series, count, { wallMs }) => this.#countOthers(series, count, wallMs),
        },
        moment: () => ({ monotonicMs: this.#clock.monotonicMs(), wallMs: this.#lineMs ?? Number.NaN }),
        compileSieve: parts.compileSieve ?? compileSieve,
      },
      this.#rules,
      settings,
    )
  }

  /** Whether some rule counts only what is new. */
  get asksForKinds(): boolean {
    return this.#rules.some(({ newOnly }) => newOnly)
  }

  /** Ends a lesson: what the rules know that count only what is new, by their names. */
  endLesson(): ReadonlyMap<string, KnownKinds> {
    this.#intake.settle()
    for (const kinds of this.#kinds.values()) kinds.endLearning()
    return this.#kinds
  }

  /** Begins the timeline at `firstMs`, when the first line was logged (ms since the epoch). */
  begin(firstMs: number): void {
    this.#timeline?.reach(firstMs)
  }

  readJson(text: string, prefixMs?: number): void {
    this.#intake.takeText(text, (lines) => {
      for (const line of lines.split('\n')) if (line !== '') this.#readLine(line, prefixMs)
    })
  }

  /** Whether a JSON object has a level, a status or an error, by which alone it can be known as an error; true for what is no object. */
  mayTell(json: string): boolean {
    const members = parseJson(json)
    if (!isObject(members)) return true
    const roots = rootsOf({ members, isParsed: true }, this.#options.nestedKey)
    const { severity, statusCode, hasError } = this.#traits(roots, undefined, standardScale)
    return severity > 0 || statusCode > 0 || hasError
  }

  readMembers(members: { readonly level?: unknown }, timeMs: number | undefined): void {
    this.#at(timeMs, () => this.#intake.takeMembers({ members, level: members.level, isParsed: true }))
  }

  /** Lets time pass until `lastMs`, when the last line was logged (ms since the epoch; undefined where that is not known). */
  end(lastMs: number | undefined): BacktestRun {
    if (lastMs !== undefined) this.#pass(lastMs)
    this.#intake.settle()
    if (lastMs !== undefined) this.#timeline?.reach(lastMs)
    const { errors, ignored, duplicates } = this.#counters
    const timeline = this.#timeline?.toReport()
    const { unlisted } = this.#alerts
    return {
      errors,
      ignored,
      duplicates,
      untimed: this.#untimed.count,
      late: this.#late.count,
      ...(this.asksForKinds && { learned: this.#learned }),
      alerts: this.#alerts.listed,
      ...(unlisted !== undefined && { unlisted }),
      ...(timeline !== undefined && { timeline }),
    }
  }

  #readLine(line: string, prefixMs: number | undefined): void {
    const members = parseJson(line)
    if (!isObject(members)) this.#onUnreadable(line)
    else this.#at(timeOf(members) ?? prefixMs, () => this.#intake.takeLine({ members, isParsed: true }))
  }

  /** Takes a line at the time at which it was logged. */
  #at(lineMs: number | undefined, take: () => void): void {
    this.#lineMs = lineMs
    if (lineMs !== undefined) this.#pass(lineMs)
    take()
  }

  /** Lets time pass. What is due until then is looked at when it is due, as a live process would find it by its idle batches. */
  #pass(untilMs: number): void {
    for (let dueMs = this.#store.nextDueBy(untilMs); dueMs !== undefined; dueMs = this.#store.nextDueBy(untilMs)) {
      this.#clock.set(dueMs)
      const { due } = this.#store.submitNow([])
      for (const id of due) {
        const series = findSeries(id, this.#rules)
        if (series !== undefined) this.#submit({ kind: 'judged', series, counts: [], draft: '' }, undefined)
      }
    }
    this.#clock.set(untilMs)
  }

  /** Counts an error by when its line was logged, whatever the clock shows by now; NaN where the line has no time. */
  #count(series: Series, occurrence: Occurrence, atMs: number, kind: string = ''): void {
    if (Number.isNaN(atMs)) {
      this.#untimed.add(occurrence)
      return
    }
    const { newOnly } = series.rule
    const counts = [{ monotonicMs: atMs, wallMs: atMs, count: 1, ...(newOnly && { kind }) }]
    if (!newOnly) this.#timeline?.addError(series, atMs, this.#clock.nowMs())
    const meetings = this.#submit({ kind: 'judged', series, counts, draft: '' }, occurrence)
    if (meetings.includes('learned')) this.#learned += 1
    // Of such a rule the timeline shows what counts.
    if (meetings.includes('new')) this.#timeline?.addError(series, atMs, this.#clock.nowMs())
  }

  /** Counts requests that went well by when their line was logged; without a time they fall into no window. */
  #countOthers(series: Series, count: number, atMs: number): void {
    if (Number.isNaN(atMs)) return
    const others = [{ monotonicMs: atMs, wallMs: atMs, count }]
    const isOpen = this.#store.alertOf(series).episode !== undefined
    // An end may come of them, and no alert.
    this.#submit({ kind: isOpen ? 'judged' : 'counted', series, counts: [], others, draft: '' }, undefined)
  }

  #submit(entry: Entry, occurrence: Occurrence | undefined): readonly Meeting[] {
    const { tallies } = this.#store.submitNow([entry])
    for (const { claim, dropped } of tallies) {
      if (dropped > 0 && occurrence !== undefined) this.#late.add(occurrence)
      if (claim === undefined) continue
      const { series } = entry
      const told = occurrence?.seal()
      if (told !== undefined && claim.facts.kind === 'firing')
        this.#raised.set(series.id, { sample: fromSample(toSample(told.record)), groupValues: series.groupValues })
      this.#list(series, claim)
      if (claim.facts.kind === 'resolved' || !series.rule.sendResolved) this.#raised.delete(series.id)
      this.#store.settleNow(series, claim, { kind: 'delivered' })
      this.#plot(series, claim)
    }
    return tallies.flatMap(({ meetings = [] }) => meetings)
  }

  #plot(series: Series, { facts }: Claim): void {
    const nowMs = this.#clock.nowMs()
    const { delivery } = this.#store.alertOf(series)
    if (facts.kind === 'resolved') this.#timeline?.addEnd(series, nowMs)
    else if (delivery !== undefined)
      this.#timeline?.addAlert(series, nowMs, delivery.atMs + cooldownAfter(delivery.step, series.rule))
  }

  #list({ id, rule }: Series, { facts, count }: Claim): void {
    const raised = this.#raised.get(id)
    if (raised === undefined) return
    const windowSeconds = rule.windowMs / 1000
    const common = {
      at: new Date(this.#clock.nowMs()).toISOString(),
      rule: rule.name,
      ...(raised.groupValues !== undefined && { groupBy: raised.groupValues }),
      count,
      threshold: rule.threshold,
      windowSeconds,
      ...(rule.percent > 0 && { percent: rule.percent }),
      ...(rule.newOnly && { newOnly: true as const }),
      sample: raised.sample,
    }
    if (facts.kind === 'firing') {
      const { requests, suppressed } = facts
      const what = rule.newOnly ? counted(count, 'new kind') : countText({ count, requests })
      const why = `${what} within ${windowSeconds} s reached the threshold of ${limitText(rule)}, and no cooldown ran`
      this.#alerts.add({ kind: 'alert', why, ...common, ...(requests !== undefined && { requests }), suppressed })
    } else {
      const durationSeconds = Math.round(facts.durationMs / 1000)
      const share = rule.percent > 0 ? `, or its share of the requests below ${rule.percent} %,` : ''
      const why = `the count stayed below the threshold of ${rule.threshold}${share} for ${windowSeconds} s`
      this.#alerts.add({ kind: 'resolved', why, ...common, durationSeconds })
    }
  }
}

/** The rules that count only what is new, as they only learn. */
function learning(rules: readonly RuleSettings[]): readonly RuleSettings[] {
  return rules.filter(({ newOnly }) => newOnly).map((rule) => ({ ...rule, learnMs: Number.POSITIVE_INFINITY }))
}

/** Counts errors of which each may be added several times in a row. */
class Distinct {
  #last: Occurrence | undefined
  count = 0

  add(occurrence: Occurrence): void {
    if (occurrence !== this.#last) this.count += 1
    this.#last = occurrence
  }
}
