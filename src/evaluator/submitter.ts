// When counts go to the store: one call in flight, the first error at once, later ones together, what failed again.

import { type Draft, toSample } from '../alert/alert.js'
import type { Clock } from '../clock.js'
import type { RuleSettings } from '../config/settings.js'
import { warningCodes } from '../errors.js'
import type { LogRecord } from '../record/log-record.js'
import { type Count, Tally } from '../rule/tally.js'
import type { Claim, Reply, Store, StoredConfig, Submission } from '../store/store.js'
import type { Announcer } from './events.js'
import type { Counters } from './stats.js'

/** Submissions start at least so far apart, unless this process alone has just reached a threshold. */
export const SPACING_MS = 100
/** A process without errors asks so often whether the config has changed or an alert was left behind, +-20 %. */
export const HEARTBEAT_MS = 10_000
const FIRST_BACKOFF_MS = 50
const LAST_BACKOFF_MS = 5000
/** A config that changes faster than it can be read must not turn into a loop. */
const MAX_CONFIG_ROUNDS = 3

export interface SubmitterOptions {
  readonly store: Store
  readonly clock: Clock
  readonly counters: Counters
  readonly announcer: Announcer
  /** The rules in force, read anew for each submission. */
  readonly rules: () => readonly RuleSettings[]
  readonly onConfig: (config: StoredConfig) => void
  readonly onClaim: (rule: RuleSettings, claim: Claim) => void
  /** Called whenever `isBusy` may have changed. */
  readonly onChange: () => void
}

/** One rule's part of what waits: counts, and the newest record among them. */
interface Waiting {
  readonly tally: Tally
  newest: LogRecord
  /** The window's total when the store last told it. */
  knownTotal: number
}

/** Counts taken out to be submitted; kept as they are until the store has answered. */
interface Batch {
  readonly sequence: number
  readonly parts: readonly {
    readonly ruleName: string
    readonly counts: readonly Count[]
    readonly newest: LogRecord
  }[]
}

export class Submitter {
  readonly #options: SubmitterOptions
  readonly #waiting = new Map<string, Waiting>()
  readonly #flushes = new Set<{ readonly target: number; readonly done: () => void }>()
  #batch: Batch | undefined
  #isInFlight = false
  #isClosed = false
  #sequence = 0
  #answered = 0
  #failuresInARow = 0
  #earliestMs = Number.NEGATIVE_INFINITY
  #heartbeatAtMs: number
  #cancelTimer: () => void = () => {}

  constructor(options: SubmitterOptions) {
    this.#options = options
    this.#heartbeatAtMs = options.clock.monotonicMs()
    options.store.onReachable(() => {
      this.#earliestMs = Number.NEGATIVE_INFINITY
      this.#schedule()
    })
    this.#schedule()
  }

  /** Errors wait or are under way. */
  get isBusy(): boolean {
    return this.#hasCounts() || (this.#batch?.parts.length ?? 0) > 0
  }

  /** Counts one error of a rule that happened then; the record may become the alert's sample. */
  count(rule: RuleSettings, record: LogRecord, monotonicMs: number, wallMs: number): void {
    const waiting = this.#waiting.get(rule.name) ?? { tally: new Tally(), newest: record, knownTotal: 0 }
    const wasEmpty = waiting.tally.isEmpty
    this.#waiting.set(rule.name, waiting)
    waiting.newest = record
    this.#options.counters.dropped += waiting.tally.add(monotonicMs, wallMs, rule)
    if (waiting.tally.errors === rule.threshold && waiting.knownTotal < rule.threshold && this.#failuresInARow === 0) {
      this.#earliestMs = Number.NEGATIVE_INFINITY
      this.#schedule()
    } else if (wasEmpty) this.#schedule()
  }

  /** A later line of a request that is counted already: it may only tell more about the newest error. */
  improve(rule: RuleSettings, record: LogRecord): void {
    const waiting = this.#waiting.get(rule.name)
    if (waiting !== undefined && !waiting.tally.isEmpty) waiting.newest = record
  }

  /**
   * Resolves when the store has answered for everything counted until now, or when this is closed. Where the store is
   * shared it is asked even if nothing waits, so that the config in force afterwards is that of now.
   */
  async flush(): Promise<void> {
    const isResent = this.#batch !== undefined && !this.#isInFlight
    const needsAnother = this.#hasCounts() || (this.#options.store.isShared && !isResent)
    const target = this.#answered + (this.#batch === undefined ? 0 : 1) + (needsAnother ? 1 : 0)
    if (this.#isClosed || this.#answered >= target) return
    await new Promise<void>((done) => {
      this.#flushes.add({ target, done })
      this.#schedule()
    })
  }

  close(): void {
    this.#isClosed = true
    this.#cancelTimer()
    for (const { done } of this.#flushes) done()
    this.#flushes.clear()
  }

  #hasCounts(): boolean {
    for (const { tally } of this.#waiting.values()) if (!tally.isEmpty) return true
    return false
  }

  /** Plans the next submission; called whenever what it depends on has changed. */
  #schedule(): void {
    this.#options.onChange()
    this.#cancelTimer()
    if (this.#isClosed || this.#isInFlight) return
    const delayMs = this.#dueAtMs() - this.#options.clock.monotonicMs()
    if (delayMs === Number.POSITIVE_INFINITY) return
    if (delayMs > 0) {
      this.#cancelTimer = this.#options.clock.after(Math.ceil(delayMs), () => this.#start())
      return
    }
    // After the caller's turn, so that errors logged together ride together.
    let isCancelled = false
    this.#cancelTimer = () => {
      isCancelled = true
    }
    queueMicrotask(() => {
      if (!isCancelled) this.#start()
    })
  }

  #dueAtMs(): number {
    const hasWork = this.#batch !== undefined || this.#hasCounts() || this.#flushes.size > 0
    if (hasWork) {
      const isUrgent = this.#flushes.size > 0 && this.#failuresInARow === 0
      return isUrgent ? Number.NEGATIVE_INFINITY : this.#earliestMs
    }
    return this.#options.store.isShared ? this.#heartbeatAtMs : Number.POSITIVE_INFINITY
  }

  #start(): void {
    if (this.#isClosed || this.#isInFlight) return
    this.#isInFlight = true
    const { clock } = this.#options
    const startedMs = clock.monotonicMs()
    this.#earliestMs = startedMs + SPACING_MS
    this.#heartbeatAtMs = startedMs + HEARTBEAT_MS * (0.8 + 0.4 * clock.random())
    this.#batch ??= this.#take()
    this.#submit(this.#batch)
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#isInFlight = false
        for (const flush of this.#flushes) {
          if (this.#answered < flush.target) continue
          this.#flushes.delete(flush)
          flush.done()
        }
        this.#schedule()
      })
  }

  async #submit(batch: Batch): Promise<void> {
    const { store, counters, onConfig } = this.#options
    for (let round = 0; round < MAX_CONFIG_ROUNDS; round += 1) {
      const { submission, rules } = this.#prepare(batch)
      const reply = await store.submit(submission)
      if (this.#isClosed) return
      if (reply.kind === 'config') {
        onConfig(reply.config)
        continue
      }
      this.#failuresInARow = 0
      this.#answered += 1
      this.#batch = undefined
      counters.submissions += 1
      counters.dropped += countsOf(batch, (ruleName) => !rules.some(({ name }) => name === ruleName))
      return this.#apply(rules, reply)
    }
    throw new Error('the config keeps changing')
  }

  #prepare(batch: Batch): { submission: Submission; rules: readonly RuleSettings[] } {
    const rules = this.#options.rules().filter((rule) => rule.enabled)
    const entries = rules.map((rule) => {
      const part = batch.parts.find(({ ruleName }) => ruleName === rule.name)
      return { rule, counts: part?.counts ?? [], draft: part === undefined ? '' : draftOf(rule, part.newest) }
    })
    return { submission: { sequence: batch.sequence, entries }, rules }
  }

  #apply(rules: readonly RuleSettings[], reply: Reply & { kind: 'counted' }): void {
    rules.forEach((rule, index) => {
      const tally = reply.tallies[index]
      if (tally === undefined) return
      this.#options.counters.dropped += tally.dropped
      const waiting = this.#waiting.get(rule.name)
      if (waiting !== undefined) waiting.knownTotal = tally.total
      if (tally.claim !== undefined) this.#options.onClaim(rule, tally.claim)
    })
  }

  #fail(error: unknown): void {
    const { clock, counters, announcer } = this.#options
    counters.storeFailures += 1
    const backoffMs = Math.min(FIRST_BACKOFF_MS * 2 ** this.#failuresInARow, LAST_BACKOFF_MS)
    this.#failuresInARow += 1
    // A flush ignores backoff, but not reason: it asks again quickly.
    const waitMs = this.#flushes.size > 0 ? FIRST_BACKOFF_MS : backoffMs * (0.5 + 0.5 * clock.random())
    this.#earliestMs = clock.monotonicMs() + waitMs
    const reason = error instanceof Error ? error.message : String(error)
    announcer.warnSparsely(
      warningCodes.redisUnavailable,
      `Redis does not count (${reason}); errors are kept and submitted when it does`,
    )
  }

  #take(): Batch {
    const parts = [...this.#waiting]
      .filter(([, { tally }]) => !tally.isEmpty)
      .map(([ruleName, { tally, newest }]) => ({ ruleName, newest, counts: tally.take() }))
    this.#sequence += 1
    return { sequence: this.#sequence, parts }
  }
}

function countsOf(batch: Batch, isIncluded: (ruleName: string) => boolean): number {
  const counts = batch.parts.filter(({ ruleName }) => isIncluded(ruleName)).flatMap((part) => part.counts)
  return counts.reduce((sum, { count }) => sum + count, 0)
}

function draftOf(rule: RuleSettings, newest: LogRecord): string {
  const draft: Draft = { threshold: rule.threshold, window_seconds: rule.windowMs / 1000, sample: toSample(newest) }
  return JSON.stringify(draft)
}
