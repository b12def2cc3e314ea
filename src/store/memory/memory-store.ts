// The store of one process, without Redis: same decisions, same claims, gone with the process. Where there is a Redis it keeps
// count beside it, for as long as that is away.
import type { Clock } from '../../clock.js'
import type { RuleSettings } from '../../config/settings.js'
import { type AlertState, initialState, type Pending } from '../../rule/alert-state.js'
import { cooldownAfter } from '../../rule/cooldown.js'
import { decide, type Situation } from '../../rule/decide.js'
import type { Series } from '../../rule/series.js'
import { type ClaimRef, dueAt, type Settlement, settle } from '../../rule/settle.js'
import type { Count } from '../../rule/tally.js'
import { destinationId } from '../destination-id.js'
import type { Claim, CountedEntry, Entry, Reply, Store, Submission } from '../store.js'
import { DueTimes } from './due-times.js'
import { type Counter, newCounter } from './window-counters.js'

interface SeriesState {
  readonly counter: Counter
  alert: AlertState
  /** As it was when this was last counted. */
  rule: RuleSettings
  /** Errors that were counted and not judged. */
  unjudged: number
}

/** How often what nobody needs any more is looked for, where there is much. */
const SWEEP_MS = 10_000
const MANY_SERIES = 100
/** Without Redis the config never changes. */
const CONFIG_VERSION = ''

export class MemoryStore implements Store {
  readonly isShared = false
  readonly #clock: Clock
  readonly #states = new Map<string, SeriesState>()
  /** When series should be looked at though no error comes, by their ids. */
  readonly #due = new DueTimes()
  readonly #windows = new Map<string, string>()
  /** Destinations that have said so. */
  readonly #gone = new Set<string>()
  #sweptAtMs = 0
  #raised = 0
  #claims = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  submit(submission: Submission): Promise<Reply> {
    return Promise.resolve(this.submitNow(submission))
  }

  /** The same for a caller that does not wait. */
  submitNow({ entries }: Pick<Submission, 'entries'>): Reply & { readonly kind: 'counted' } {
    this.#sweep()
    const tallies = entries.map((entry) => this.#count(entry))
    return { kind: 'counted', tallies, due: this.#due.dueBy(this.#clock.monotonicMs()), fullMs: 0 }
  }

  /** When something should be looked at next; undefined where that is after `untilMs`. */
  nextDueBy(untilMs: number): number | undefined {
    return this.#due.nextBy(untilMs)
  }

  /** Counts without judging: what is submitted next of this series is judged with it. */
  note(series: Series, counts: readonly Count[]): void {
    this.#sweep()
    const state = this.#stateOf(series)
    state.unjudged += state.counter.add(counts, series.rule.threshold).fresh
  }

  /** Others have judged what was noted, and will raise nothing for so long. */
  judged(series: Series, quietMs: number): void {
    const state = this.#states.get(series.id)
    if (state === undefined) return
    state.unjudged = 0
    const told = { atMs: this.#clock.monotonicMs() + quietMs - series.rule.cooldownMs, step: 0 }
    state.alert = { ...initialState, told: quietMs > 0 ? told : undefined }
  }

  /** What is known of a series' alerts. */
  alertOf({ id }: Series): AlertState {
    return this.#states.get(id)?.alert ?? initialState
  }

  /** Forgets what was raised here. */
  forgetAlert({ id }: Series): void {
    const state = this.#states.get(id)
    if (state !== undefined) state.alert = { ...initialState, told: state.alert.told }
    this.#due.delete(id)
  }

  enrich(series: Series, alertId: string, draft: string): Promise<void> {
    const state = this.#states.get(series.id)
    const pending = state?.alert.pending
    if (state !== undefined && pending?.id === alertId) state.alert = { ...state.alert, pending: { ...pending, draft } }
    return Promise.resolve()
  }

  settle(series: Series, claimed: ClaimRef, settlement: Settlement): Promise<boolean> {
    return Promise.resolve(this.settleNow(series, claimed, settlement))
  }

  /** The same for a caller that does not wait. */
  settleNow(series: Series, claimed: ClaimRef, settlement: Settlement): boolean {
    const state = this.#states.get(series.id)
    if (state === undefined) return false
    const moment = { nowMs: this.#clock.monotonicMs(), policy: series.rule }
    const before = state.alert
    state.alert = settle(before, claimed, settlement, moment)
    if (state.alert === before) return false
    if (settlement.kind === 'gone') this.#gone.add(series.rule.url)
    this.#plan(series.id, dueAt(state.alert, moment))
    return true
  }

  onReachable(): void {}

  close(): Promise<void> {
    return Promise.resolve()
  }

  #count({ series, counts, draft, isForced = false, earlierUrls = [] }: Entry): CountedEntry {
    const { rule } = series
    const state = this.#stateOf(series)
    const nowMs = this.#clock.monotonicMs()
    const { total, fresh, dropped, fellAtMs, endsAtMs } = state.counter.add(counts, rule.threshold)
    const toWallMs = this.#clock.nowMs() - nowMs
    const newestMs = Math.max(...counts.map(({ monotonicMs }) => monotonicMs))
    const lastSeenMs = (counts.length > 0 ? newestMs : nowMs) + toWallMs
    const oldestMs = state.counter.oldestMs
    const situation: Situation = {
      nowMs,
      policy: rule,
      destination: destinationId(rule.url),
      earlierDestinations: earlierUrls.map(destinationId),
      configVersion: CONFIG_VERSION,
      holder: this.#nextHolder(),
      isForced,
      total,
      fresh: fresh + state.unjudged,
      fellAtMs,
      endsAtMs,
      firstSeenMs: oldestMs === undefined ? undefined : Math.min(oldestMs + toWallMs, lastSeenMs),
      lastSeenMs: oldestMs === undefined ? undefined : lastSeenMs,
      draft,
      newId: () => this.#nextId(),
    }
    state.unjudged = 0
    const { reason, claim, state: after } = decide(state.alert, situation)
    state.alert = after
    this.#plan(series.id, dueAt(state.alert, situation))
    return {
      total,
      dropped,
      quietMs: quietMsOf(after, situation),
      isMixed: counts.length > 0 && this.#isMixed(rule),
      claim: claim && this.#toClaim(claim, nowMs, reason !== 'triedAgain', rule.url),
    }
  }

  #stateOf(series: Series): SeriesState {
    const { windowMs, windowType } = series.rule
    const known = this.#states.get(series.id)
    if (known?.counter.windowMs === windowMs && known.counter.windowType === windowType) {
      known.rule = series.rule
      return known
    }
    const counter = newCounter(series.rule, this.#clock)
    const state = { counter, alert: known?.alert ?? initialState, rule: series.rule, unjudged: 0 }
    this.#states.set(series.id, state)
    return state
  }

  #isMixed({ name, windowType, windowMs }: RuleSettings): boolean {
    const shape = `${windowType}/${windowMs}`
    const last = this.#windows.get(name)
    this.#windows.set(name, shape)
    return last !== undefined && last !== shape
  }

  /** Forgets series without errors in their window and nothing to remember of alerts: groups come and go. */
  #sweep(): void {
    const nowMs = this.#clock.monotonicMs()
    if (this.#states.size < MANY_SERIES || nowMs < this.#sweptAtMs + SWEEP_MS) return
    this.#sweptAtMs = nowMs
    for (const [id, { counter, alert, rule }] of this.#states) {
      const isCold =
        alert.told === undefined || nowMs > alert.told.atMs + 2 * Math.max(rule.cooldownMs, rule.cooldownMaxMs)
      if (isCold && !this.#due.has(id) && alert.pending === undefined && counter.isEmpty) this.#states.delete(id)
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

  #toClaim(
    { id, holder, facts, count, tries, draft, raisedAtMs }: Pending,
    nowMs: number,
    isNew: boolean,
    url: string,
  ): Claim {
    const claimed = { id, holder, configVersion: CONFIG_VERSION }
    return { ...claimed, facts, count, tries, draft, ageMs: nowMs - raisedAtMs, isNew, isGone: this.#gone.has(url) }
  }
}

function quietMsOf({ pending, told }: AlertState, { nowMs, policy }: Situation): number {
  if (pending !== undefined) return Math.max(1, (pending.parked?.crossingFromMs ?? pending.untilMs) - nowMs)
  return told === undefined ? 0 : Math.max(0, told.atMs + cooldownAfter(told.step, policy) - nowMs)
}
