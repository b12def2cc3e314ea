// The store of one process, without Redis: same decisions, same claims, gone with the process.
import type { Clock } from '../clock.js'
import type { RuleSettings } from '../config/settings.js'
import {
  type AlertState,
  decide,
  dueAt,
  initialState,
  type Pending,
  type Settlement,
  type Situation,
  settle,
} from '../rule/decide.js'
import type { Series } from '../rule/series.js'
import { type Counter, newCounter } from './counters.js'
import { destinationId } from './destination-id.js'
import type { Claim, CountedEntry, Entry, Reply, Store, Submission } from './store.js'

interface SeriesState {
  readonly counter: Counter
  alert: AlertState
  /** As it was when this was last counted. */
  rule: RuleSettings
}

/** How often what nobody needs any more is looked for, where there is much. */
const SWEEP_MS = 10_000
const MANY_SERIES = 100

export class MemoryStore implements Store {
  readonly isShared = false
  readonly #clock: Clock
  readonly #states = new Map<string, SeriesState>()
  /** When series should be looked at though no error comes, by their ids. */
  readonly #due = new Map<string, number>()
  readonly #windows = new Map<string, string>()
  #sweptAtMs = 0
  #raised = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  submit(submission: Submission): Promise<Reply> {
    return Promise.resolve(this.submitNow(submission))
  }

  /** The same for a caller that does not wait. */
  submitNow({ entries }: Submission): Reply & { readonly kind: 'counted' } {
    this.#sweep()
    const tallies = entries.map((entry) => this.#count(entry))
    const nowMs = this.#clock.monotonicMs()
    const due = [...this.#due].filter(([, atMs]) => atMs <= nowMs).map(([id]) => id)
    return { kind: 'counted', tallies, due }
  }

  /** When something should be looked at next; infinity where nothing is open. */
  get nextDueMs(): number {
    return Math.min(...this.#due.values())
  }

  enrich(series: Series, alertId: string, draft: string): Promise<void> {
    const state = this.#states.get(series.id)
    const pending = state?.alert.pending
    if (state !== undefined && pending?.id === alertId) state.alert = { ...state.alert, pending: { ...pending, draft } }
    return Promise.resolve()
  }

  settle(series: Series, alertId: string, settlement: Settlement): Promise<void> {
    this.settleNow(series, alertId, settlement)
    return Promise.resolve()
  }

  /** The same for a caller that does not wait. */
  settleNow(series: Series, alertId: string, settlement: Settlement): void {
    const state = this.#states.get(series.id)
    if (state === undefined) return
    const moment = { nowMs: this.#clock.monotonicMs(), policy: series.rule }
    state.alert = settle(state.alert, alertId, settlement, moment)
    this.#plan(series.id, dueAt(state.alert, moment))
  }

  onReachable(): void {}

  close(): Promise<void> {
    return Promise.resolve()
  }

  #count({ series, counts, draft }: Entry): CountedEntry {
    const { rule } = series
    const state = this.#stateOf(series)
    const nowMs = this.#clock.monotonicMs()
    const { total, fresh, dropped, fellAtMs, endsAtMs } = state.counter.add(counts, rule.threshold)
    const toWallMs = this.#clock.nowMs() - nowMs
    const lastSeenMs = Math.max(...counts.map(({ monotonicMs }) => monotonicMs)) + toWallMs
    const oldestMs = state.counter.oldestMs
    const situation: Situation = {
      nowMs,
      policy: rule,
      destination: destinationId(rule),
      total,
      fresh,
      fellAtMs,
      endsAtMs,
      firstSeenMs: oldestMs === undefined ? undefined : Math.min(oldestMs + toWallMs, lastSeenMs),
      lastSeenMs: oldestMs === undefined ? undefined : lastSeenMs,
      draft,
      newId: () => this.#nextId(),
    }
    const decision = decide(state.alert, situation)
    state.alert = decision.state
    this.#plan(series.id, dueAt(state.alert, situation))
    const isMixed = counts.length > 0 && this.#isMixed(rule)
    const isHushed =
      decision.reason === 'pendingElsewhere' || decision.reason === 'cooling' || decision.claim !== undefined
    return { total, dropped, isHushed, isMixed, claim: decision.claim && toClaim(decision.claim) }
  }

  #stateOf(series: Series): SeriesState {
    const { windowMs, windowType } = series.rule
    const known = this.#states.get(series.id)
    if (known?.counter.windowMs === windowMs && known.counter.windowType === windowType) {
      known.rule = series.rule
      return known
    }
    const counter = newCounter(series.rule, this.#clock)
    const state = { counter, alert: known?.alert ?? initialState, rule: series.rule }
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

  #nextId(): string {
    this.#raised += 1
    const unique = Math.floor(this.#clock.random() * 2 ** 48).toString(36)
    return `${Math.floor(this.#clock.nowMs())}-${unique}-${this.#raised}`
  }
}

function toClaim({ id, facts, count, tries, draft }: Pending): Claim {
  return { id, facts, count, tries, draft }
}
