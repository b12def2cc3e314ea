// The store of one process, without Redis: same decisions, same claims, gone with the process.
import type { Clock } from '../clock.js'
import type { RuleSettings } from '../config/settings.js'
import { decide, LEASE_MS } from '../rule/decide.js'
import { Ring } from '../rule/ring.js'
import { bucketAt } from '../rule/slots.js'
import type { Count } from '../rule/tally.js'
import { destinationId } from './destination-id.js'
import type { Claim, CountedEntry, Entry, Reply, Settlement, Store, Submission } from './store.js'

interface RuleState {
  counter: Counter
  pending: Pending | undefined
  deliveredAtMs: number
}

interface Pending {
  readonly claim: Claim
  readonly destination: string
  leasedUntilMs: number
}

/** What both window types count with: a total after adding these, and how many were too old. */
interface Counter {
  readonly windowMs: number
  readonly windowType: RuleSettings['windowType']
  add(counts: readonly Count[]): { readonly total: number; readonly dropped: number }
}

export class MemoryStore implements Store {
  readonly isShared = false
  readonly #clock: Clock
  readonly #states = new Map<string, RuleState>()
  #raised = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  submit(submission: Submission): Promise<Reply> {
    return Promise.resolve({ kind: 'counted', tallies: submission.entries.map((entry) => this.#count(entry)) })
  }

  settle(rule: RuleSettings, alertId: string, settlement: Settlement): Promise<void> {
    const state = this.#states.get(rule.name)
    if (state?.pending?.claim.id === alertId) {
      if (settlement === 'delivered') {
        state.pending = undefined
        state.deliveredAtMs = this.#clock.monotonicMs()
      } else state.pending.leasedUntilMs = 0
    }
    return Promise.resolve()
  }

  onReachable(): void {}

  close(): Promise<void> {
    return Promise.resolve()
  }

  #count({ rule, counts, draft }: Entry): CountedEntry {
    const state = this.#stateOf(rule)
    const nowMs = this.#clock.monotonicMs()
    const { total, dropped } = state.counter.add(counts)
    const fresh = counts.reduce((sum, { count }) => sum + count, 0) - dropped
    const { pending } = state
    const decision = decide({
      total,
      threshold: rule.threshold,
      fresh,
      isCooling: nowMs < state.deliveredAtMs + rule.cooldownMs,
      pending: pending && { ...pending, isSameDestination: pending.destination === destinationId(rule) },
      nowMs,
    })
    if (decision.kind === 'quiet') return { total, dropped, claim: undefined }
    const claim: Claim =
      decision.kind === 'takeOver' && pending !== undefined
        ? { ...pending.claim, tries: pending.claim.tries + 1 }
        : { id: this.#nextId(), count: total, tries: 1, draft }
    state.pending = { claim, leasedUntilMs: nowMs + LEASE_MS, destination: destinationId(rule) }
    return { total, dropped, claim }
  }

  #stateOf(rule: RuleSettings): RuleState {
    const known = this.#states.get(rule.name)
    if (known?.counter.windowMs === rule.windowMs && known.counter.windowType === rule.windowType) return known
    const counter =
      rule.windowType === 'fixed'
        ? new BucketCounter(rule.windowMs, this.#clock)
        : new RingCounter(rule.windowMs, this.#clock)
    const state = { counter, pending: known?.pending, deliveredAtMs: known?.deliveredAtMs ?? Number.NEGATIVE_INFINITY }
    this.#states.set(rule.name, state)
    return state
  }

  #nextId(): string {
    this.#raised += 1
    const unique = Math.floor(this.#clock.random() * 2 ** 48).toString(36)
    return `${Math.floor(this.#clock.nowMs())}-${unique}-${this.#raised}`
  }
}

class RingCounter implements Counter {
  readonly windowType = 'sliding'
  readonly windowMs: number
  readonly #ring: Ring
  readonly #clock: Clock

  constructor(windowMs: number, clock: Clock) {
    this.windowMs = windowMs
    this.#ring = new Ring(windowMs)
    this.#clock = clock
  }

  add(counts: readonly Count[]): { total: number; dropped: number } {
    const nowMs = this.#clock.monotonicMs()
    const late = counts.filter(({ monotonicMs, count }) => !this.#ring.add(monotonicMs, count, nowMs))
    return { total: this.#ring.totalAt(nowMs), dropped: late.reduce((sum, { count }) => sum + count, 0) }
  }
}

/** The original's tumbling windows: the current one, and the one before it for counts that come late. */
class BucketCounter implements Counter {
  readonly windowType = 'fixed'
  readonly windowMs: number
  readonly #clock: Clock
  #buckets = new Map<number, number>()

  constructor(windowMs: number, clock: Clock) {
    this.windowMs = windowMs
    this.#clock = clock
  }

  add(counts: readonly Count[]): { total: number; dropped: number } {
    const current = bucketAt(this.#clock.nowMs(), this.windowMs)
    this.#buckets = new Map([...this.#buckets].filter(([bucket]) => bucket >= current - 1))
    let total = this.#buckets.get(current) ?? 0
    let dropped = 0
    for (const { wallMs, count } of counts) {
      const bucket = bucketAt(wallMs, this.windowMs)
      if (bucket < current - 1) {
        dropped += count
        continue
      }
      const sum = (this.#buckets.get(bucket) ?? 0) + count
      this.#buckets.set(bucket, sum)
      total = Math.max(total, sum)
    }
    return { total, dropped }
  }
}
