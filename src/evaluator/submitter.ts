// When counts go to the store: one call in flight, the first error at once, later ones together, what failed again.

import { type Draft, toSample } from '../alert/alert.js'
import type { Clock } from '../clock.js'
import type { RuleSettings } from '../config/settings.js'
import { warningCodes } from '../errors.js'
import type { LogRecord } from '../record/log-record.js'
import type { Claim, Reply, Store, StoredConfig, Submission } from '../store/store.js'
import { Backlog, type Counted, type Part } from './backlog.js'
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

/** What is submitted at once; kept as it is until the store has answered. */
interface Batch {
  readonly sequence: number
  readonly parts: readonly Part[]
}

export class Submitter {
  readonly #options: SubmitterOptions
  readonly #backlog = new Backlog()
  /** Each rule's total in its window when the store last told it. */
  readonly #knownTotals = new Map<string, number>()
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
    return !this.#backlog.isEmpty || (this.#batch?.parts.length ?? 0) > 0
  }

  /** Counts one error of a rule that happened then; its record may become the alert's sample. */
  count(rule: RuleSettings, counted: Counted, monotonicMs: number, wallMs: number): void {
    const wasEmpty = this.#backlog.isEmpty
    this.#options.counters.dropped += this.#backlog.add(rule, counted, monotonicMs, wallMs)
    if (this.#crossesAlone(rule)) {
      this.#earliestMs = Number.NEGATIVE_INFINITY
      this.#schedule()
    } else if (wasEmpty) this.#schedule()
  }

  /** A later line of a request that is counted already. */
  improve(rule: RuleSettings, further: Counted): void {
    this.#backlog.improve(rule, further)
  }

  /**
   * Resolves when the store has answered for everything counted until now, or when this is closed. Where the store is
   * shared it is asked even if nothing waits, so that the config in force afterwards is that of now.
   */
  async flush(): Promise<void> {
    const isResent = this.#batch !== undefined && !this.#isInFlight
    const needsAnother = !this.#backlog.isEmpty || (this.#options.store.isShared && !isResent)
    const target = this.#answered + (this.#batch === undefined ? 0 : 1) + (needsAnother ? 1 : 0)
    if (this.#isClosed || this.#answered >= target) return
    await new Promise<void>((done) => {
      this.#flushes.add({ target, done })
      this.#earliestMs = Number.NEGATIVE_INFINITY
      this.#schedule()
    })
  }

  /** Stops; what was not answered for by then counts as dropped. */
  close(): void {
    this.#isClosed = true
    this.#cancelTimer()
    const parts = [...(this.#batch?.parts ?? []), ...this.#backlog.take()]
    this.#options.counters.dropped += countsOf(parts, () => true)
    for (const { done } of this.#flushes) done()
    this.#flushes.clear()
  }

  /** This process has just reached the threshold by itself: no need to wait for the spacing. */
  #crossesAlone(rule: RuleSettings): boolean {
    const hasCrossed = (this.#knownTotals.get(rule.name) ?? 0) >= rule.threshold
    return this.#backlog.errorsOf(rule) === rule.threshold && !hasCrossed && this.#failuresInARow === 0
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
    const hasWork = this.#batch !== undefined || !this.#backlog.isEmpty || this.#flushes.size > 0
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
    if (this.#batch === undefined) {
      this.#sequence += 1
      this.#batch = { sequence: this.#sequence, parts: this.#backlog.take() }
    }
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
      counters.dropped += countsOf(batch.parts, (ruleName) => !rules.some(({ name }) => name === ruleName))
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
      this.#knownTotals.set(rule.name, tally.total)
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
}

function countsOf(parts: readonly Part[], isIncluded: (ruleName: string) => boolean): number {
  const counts = parts.filter(({ ruleName }) => isIncluded(ruleName)).flatMap((part) => part.counts)
  return counts.reduce((sum, { count }) => sum + count, 0)
}

function draftOf(rule: RuleSettings, newest: LogRecord): string {
  const draft: Draft = { threshold: rule.threshold, window_seconds: rule.windowMs / 1000, sample: toSample(newest) }
  return JSON.stringify(draft)
}
