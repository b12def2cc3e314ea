// The store of one process, without Redis: it makes the same decisions and gives the same claims, and is lost with the process. With
// Redis the fallback counts in one as well, to decide by itself while Redis is away.
import type { Clock } from '../../clock.js'
import type { RuleSettings } from '../../config/settings.js'
import { type AlertState, initialState } from '../../rule/alert-state.js'
import type { Streak } from '../../rule/cooldown.js'
import { type Decision, decide, type Situation } from '../../rule/decide.js'
import { KnownKinds } from '../../rule/known-kinds.js'
import { decideGroup, decideMany, type GroupDecision, type Storm } from '../../rule/many.js'
import { isMany, MANY_KEY, manyOf, type Series, seriesOf, windowName } from '../../rule/series.js'
import { type ClaimRef, dueAt, type Settled, type Settlement, settle } from '../../rule/settle.js'
import type { Silence } from '../../rule/silence.js'
import type { Count } from '../../rule/tally.js'
import type { Beats, Entry, Reply, Store, Submission, Tallied } from '../store.js'
import { quietMsOf, REVISION, toClaim } from './answers.js'
import { DueTimes } from './due-times.js'
import { type MeetingAt, type Met, meetKinds } from './kinds.js'
import { MemoryBeats } from './memory-beats.js'
import { type Counter, newCounter } from './window-counters.js'

interface SeriesState {
  readonly counter: Counter
  /** Counts the requests that are no counted errors; undefined where the rule has no `percent`. */
  readonly others: Counter | undefined
  alert: AlertState
  /** The rule as it was when the series was last counted. */
  rule: RuleSettings
  /** Errors that were counted without a decision. */
  unjudged: number
}

/** Series that nobody needs any more are looked for this often at most. */
const SWEEP_MS = 10_000
/** Fewer series than these are not worth a sweep. */
const MANY_SERIES = 100

export class MemoryStore implements Store {
  readonly isShared = false
  readonly beats: Beats
  readonly #clock: Clock
  readonly #states = new Map<string, SeriesState>()
  readonly #due = new DueTimes()
  /** The window in which each rule was last counted, by the rule's name. */
  readonly #windows = new Map<string, string>()
  /** When alerts of groups began within the last minute, by the rule's name. */
  readonly #begunMs = new Map<string, readonly number[]>()
  /** What each rule knows that counts only what is new, by the rule's name. */
  readonly #kinds: Map<string, KnownKinds>
  #sweptAtMs = 0
  #raised = 0
  #claims = 0

  /** `kinds` is what rules know already that count only what is new, by their names; it is kept up to date. */
  constructor(clock: Clock, kinds: Map<string, KnownKinds> = new Map<string, KnownKinds>()) {
    this.beats = new MemoryBeats(clock)
    this.#clock = clock
    this.#kinds = kinds
  }

  submit(submission: Submission): Promise<Reply> {
    const { entries, rules, isReturning } = submission
    return Promise.resolve(this.submitNow(entries, rules, isReturning))
  }

  /** Does what `submit` does, for a caller that needs the reply at once. */
  submitNow(
    entries: readonly Entry[],
    rules: readonly RuleSettings[] = [],
    isReturning: boolean = false,
  ): Reply & { readonly kind: 'counted' } {
    this.#sweep()
    const tallies = entries.map((entry) => this.#count(entry, isReturning))
    const due = this.#due.dueBy(this.#clock.monotonicMs()).filter((id) => this.#isDueFor(id, rules))
    return { kind: 'counted', tallies, due, formerlyOpen: [], repaired: [], fleet: '' }
  }

  /** Whether a process with these rules should look at a series that is due: an end concerns rules with `sendResolved` only. */
  #isDueFor(id: string, rules: readonly RuleSettings[]): boolean {
    const state = this.#states.get(id)
    if (state === undefined || state.alert.pending?.facts.kind === 'firing') return true
    return (rules.find(({ name }) => name === state.rule.name) ?? state.rule).sendResolved
  }

  /** How many series are kept. */
  get size(): number {
    return this.#states.size
  }

  /** When the next series is due; undefined where that is after `untilMs`. */
  nextDueBy(untilMs: number): number | undefined {
    return this.#due.nextBy(untilMs)
  }

  /** Counts without a decision; the next entry of this series that is judged decides on these errors too. */
  note(series: Series, counts: readonly Count[], others: readonly Count[] = []): void {
    this.#sweep()
    const state = this.#stateOf(series)
    state.others?.add(others, 0)
    state.unjudged += state.counter.add(counts, series.rule.threshold).fresh
  }

  /**
   * Says that Redis has decided on what was noted, and raises no alert for `quietMs`; `streak` is that of the delivery whose cooldown
   * runs, if one does.
   */
  judged(series: Series, quietMs: number, streak?: Streak): void {
    const state = this.#states.get(series.id)
    if (state === undefined) return
    state.unjudged = 0
    const delivery = { atMs: this.#clock.monotonicMs() + quietMs - series.rule.cooldownMs, step: 0, streak }
    state.alert = { ...initialState, delivery: quietMs > 0 ? delivery : undefined }
    this.#due.delete(series.id)
  }

  /** The state of a series' alerts. */
  alertOf({ id }: Series): AlertState {
    return this.#states.get(id)?.alert ?? initialState
  }

  enrich(series: Series, { id }: ClaimRef, draft: string): Promise<void> {
    this.enrichNow(series, id, draft)
    return Promise.resolve()
  }

  /** Does what `enrich` does, for a caller that has just got the claim and goes on at once. */
  enrichNow(series: Series, alertId: string, draft: string): void {
    const state = this.#states.get(series.id)
    const pending = state?.alert.pending
    if (state !== undefined && pending?.id === alertId) state.alert = { ...state.alert, pending: { ...pending, draft } }
  }

  settle(series: Series, claimed: ClaimRef, settlement: Settlement): Promise<Settled> {
    return Promise.resolve(this.settleNow(series, claimed, settlement))
  }

  /** Does what `settle` does, for a caller that needs the result at once. */
  settleNow(series: Series, claimed: ClaimRef, settlement: Settlement): Settled {
    const state = this.#states.get(series.id)
    if (state === undefined) return false
    const moment = { nowMs: this.#clock.monotonicMs(), policy: series.rule }
    const before = state.alert
    state.alert = settle(before, claimed, settlement, moment)
    if (state.alert === before) return false
    this.#plan(series.id, dueAt(state.alert, moment))
    const { pending } = state.alert
    if (settlement.kind !== 'begun' || pending === undefined || !isMany(series)) return true
    return { count: pending.count, draft: pending.draft }
  }

  /** The groups that an alert of `(many)` with this id tells of, and that have not been looked at since it was delivered. */
  membersOf(alertId: string): readonly Series[] {
    return [...this.#states].flatMap(([id, { alert, rule }]) =>
      alert.joined?.id === alertId ? seriesOf(rule, id.slice(rule.name.length + 1)) : [],
    )
  }

  onReachable(): void {}

  close(): Promise<void> {
    return Promise.resolve()
  }

  #count(entry: Entry, isReturning: boolean): Tallied {
    const { series, counts } = entry
    const { rule } = series
    const state = this.#stateOf(series)
    const nowMs = this.#clock.monotonicMs()
    const epochMs = this.#clock.nowMs()
    // Errors of a rule that counts only what is new are judged in any case.
    const judged = entry.kind === 'judged' ? entry : undefined
    const isRunning = (silence: Silence | undefined): boolean => silence !== undefined && epochMs < silence.untilMs
    const isSilenced = isRunning(judged?.silence)
    const isManySilenced = isRunning(judged?.manySilence)
    const met = rule.newOnly ? this.#meet(entry, state.alert, { nowMs, isSilenced, isManySilenced }) : undefined
    const newest = met?.counts ?? counts
    const { total, fresh, fellAtMs, endsAtMs, ...added } = state.counter.add(newest, rule.threshold)
    const dropped = added.dropped + (met?.dropped ?? 0)
    const requests = state.others === undefined ? 0 : total + state.others.add(entry.others ?? [], 0).total
    const isMixed = counts.length > 0 && this.#isMixed(rule)
    if (entry.kind === 'counted' && met === undefined) {
      state.unjudged += fresh
      return { total, requests, dropped, isJudged: false, quietMs: 0, isOpen: false, isMixed, claim: undefined }
    }
    const toWallMs = epochMs - nowMs
    const latestMs = newest.length > 0 ? Math.max(...newest.map(({ monotonicMs }) => monotonicMs)) : undefined
    const { oldestMs } = state.counter
    const lastMs = latestMs ?? nowMs
    const situation: Situation = {
      nowMs,
      epochMs,
      policy: rule,
      revision: REVISION,
      holder: this.#nextHolder(),
      isForced: judged?.isForced === true,
      isReturning,
      isSilenced,
      total,
      requests,
      fresh: fresh + state.unjudged,
      withheld: met?.withheld ?? 0,
      fellAtMs,
      endsAtMs,
      latestMs,
      firstSeenMs: oldestMs === undefined ? undefined : Math.min(oldestMs, lastMs) + toWallMs,
      lastSeenMs: oldestMs === undefined ? undefined : lastMs + toWallMs,
      draft: judged?.draft ?? '',
      newId: () => this.#nextId(),
    }
    state.unjudged = 0
    const before = state.alert
    const manyBefore = this.#manyOf(rule)
    const decided = this.#decide(series, before, situation, isManySilenced)
    const { claim, state: after, isOfMany = false, heldMs = 0 } = decided
    const isNew = claim !== undefined && claim.id !== (isOfMany ? manyBefore : before)?.pending?.id
    state.alert = after
    this.#plan(series.id, dueAt(after, situation))
    return {
      total,
      requests,
      dropped,
      meetings: met?.meetings,
      isJudged: true,
      quietMs: Math.max(quietMsOf(after, situation), heldMs),
      isOpen: after.pending !== undefined || after.episode !== undefined || after.joined !== undefined,
      isMixed,
      claim: claim && toClaim(claim, situation.holder, nowMs, isNew),
      ...(isOfMany && { isOfMany }),
    }
  }

  #decide(
    series: Series,
    before: AlertState,
    situation: Situation,
    isManySilenced: boolean,
  ): Decision & Partial<Pick<GroupDecision, 'isOfMany' | 'heldMs'>> {
    const { rule } = series
    if (isMany(series)) return decideMany(before, situation)
    if (rule.groupBy.length === 0) return decide(before, situation)
    const storm = this.#stormOf(rule)
    const decided = decideGroup(before, storm, { ...situation, series, isManySilenced })
    if (decided.many !== storm.many) {
      const ofMany = manyOf(rule)
      this.#stateOf(ofMany).alert = decided.many
      this.#plan(ofMany.id, dueAt(decided.many, situation))
    }
    if (decided.begunMs.length > 0) this.#begunMs.set(rule.name, decided.begunMs)
    else this.#begunMs.delete(rule.name)
    return { ...decided, state: decided.group }
  }

  #stormOf(rule: RuleSettings): Storm {
    return { many: this.#manyOf(rule), begunMs: this.#begunMs.get(rule.name) ?? [] }
  }

  /** The state of the series `(many)` of a rule. */
  #manyOf({ name }: RuleSettings): AlertState {
    return this.#states.get(`${name}:${MANY_KEY}`)?.alert ?? initialState
  }

  /** Meets the kinds of an entry, while its series is in this state. */
  #meet(entry: Entry, alert: AlertState, at: Omit<MeetingAt, 'storm'>): Met {
    const { rule } = entry.series
    const known = this.#kinds.get(rule.name) ?? new KnownKinds()
    this.#kinds.set(rule.name, known)
    return meetKinds(entry, known, alert, { ...at, storm: this.#stormOf(rule) })
  }

  #stateOf(series: Series): SeriesState {
    const { rule } = series
    const known = this.#states.get(series.id)
    if (known !== undefined && windowName(known.rule) === windowName(rule) && known.rule.newOnly === rule.newOnly) {
      known.rule = rule
      return known
    }
    const counter = newCounter(rule, this.#clock)
    const others =
      rule.percent > 0 ? newCounter({ windowMs: rule.windowMs, windowType: 'sliding' }, this.#clock) : undefined
    const state = { counter, others, alert: known?.alert ?? initialState, rule, unjudged: 0 }
    this.#states.set(series.id, state)
    return state
  }

  #isMixed(rule: RuleSettings): boolean {
    const window = windowName(rule)
    const last = this.#windows.get(rule.name)
    this.#windows.set(rule.name, window)
    return last !== undefined && last !== window
  }

  /** Forgets series that have no errors in their window and no alert to remember, since groups come and go. */
  #sweep(): void {
    const nowMs = this.#clock.monotonicMs()
    if (this.#states.size < MANY_SERIES || nowMs < this.#sweptAtMs + SWEEP_MS) return
    this.#sweptAtMs = nowMs
    for (const [id, { counter, others, alert, rule }] of this.#states) {
      const many = alert.joined === undefined ? undefined : this.#manyOf(rule)
      if (many?.pending !== undefined) continue
      const delivery = alert.delivery ?? many?.delivery
      const coldFromMs = (delivery?.atMs ?? 0) + 2 * Math.max(rule.cooldownMs, rule.cooldownMaxMs)
      const isCold = delivery === undefined || nowMs > coldFromMs
      const isEmpty = counter.isEmpty && others?.isEmpty !== false
      if (isCold && !this.#due.has(id) && alert.pending === undefined && isEmpty) this.#states.delete(id)
    }
  }

  #plan(id: string, dueAtMs: number | undefined): void {
    if (dueAtMs === undefined) this.#due.delete(id)
    else this.#due.set(id, dueAtMs)
  }

  #nextHolder(): string {
    this.#claims += 1
    return String(this.#claims)
  }

  #nextId(): string {
    this.#raised += 1
    const unique = Math.floor(this.#clock.random() * 2 ** 48).toString(36)
    return `${Math.floor(this.#clock.nowMs())}-${unique}-${this.#raised}`
  }
}
