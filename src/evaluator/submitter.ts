// When counts go to the store: one call in flight, the first error at once, later ones together, what failed again.
import type { Clock } from '../clock.js'
import type { RuleSettings } from '../config/settings.js'
import { warningCodes } from '../errors.js'
import { findSeries, type Series } from '../rule/series.js'
import type { Claim, CountedEntry, Store, StoredConfig } from '../store/store.js'
import { Backlog, type Counted, type Judged } from './backlog.js'
import { type Batch, errorsOf, KnownSeries, type Prepared, prepare } from './batch.js'
import { fullDraft } from './drafts.js'
import type { Announcer } from './events.js'
import { Pace } from './pace.js'
import type { Counters } from './stats.js'
import { WindowWatch } from './window-watch.js'

/** A config that changes faster than it can be read must not turn into a loop. */
const MAX_CONFIG_ROUNDS = 3

export interface SubmitterOptions {
  readonly store: Store
  readonly clock: Clock
  readonly counters: Counters
  readonly announcer: Announcer
  readonly hostname: string
  /** The rules in force, read anew for each submission. */
  readonly rules: () => readonly RuleSettings[]
  /** Takes over what the config key holds; returns the names of the rules that now choose other errors, or are new, or gone. */
  readonly onConfig: (config: StoredConfig) => ReadonlySet<string>
  /** `draft` is given where there is more to say than the claim's own draft does. */
  readonly onClaim: (series: Series, claim: Claim, draft: string | undefined) => void
  /** Called whenever `isBusy` may have changed. */
  readonly onChange: () => void
}

export class Submitter {
  readonly #options: SubmitterOptions
  readonly #backlog: Backlog
  readonly #pace: Pace
  readonly #windows: WindowWatch
  readonly #known = new KnownSeries()
  readonly #flushes = new Set<{ target: number; readonly done: () => void }>()
  #batch: Batch | undefined
  #visits = new Set<string>()
  #isInFlight = false
  #isClosed = false
  #sequence = 0
  #answered = 0
  #cancelTimer: () => void = () => {}

  constructor(options: SubmitterOptions) {
    const { clock, store, announcer } = options
    this.#options = options
    this.#backlog = new Backlog(clock)
    this.#pace = new Pace(clock)
    this.#windows = new WindowWatch(announcer)
    store.onReachable(() => {
      this.#pace.hurry()
      this.#schedule()
    })
    this.#schedule()
  }

  /** Errors wait or are under way. */
  get isBusy(): boolean {
    return !this.#backlog.isEmpty || (this.#batch?.parts.length ?? 0) > 0
  }

  /** Counts one error of a series; its record may become the alert's sample. */
  count(series: Series, counted: Counted): void {
    const wasEmpty = this.#backlog.isEmpty
    this.#options.counters.dropped += this.#backlog.add(series, counted)
    if (this.#crossesAlone(series) && this.#pace.hurryForCrossing()) this.#schedule()
    else if (wasEmpty) this.#schedule()
  }

  /** A later line of a request that is counted already. */
  improve(series: Series, further: Counted): void {
    this.#backlog.improve(series, further)
  }

  /** Keeps an error to be judged again, should the config turn out to have changed before it was submitted. */
  remember(judged: Judged): void {
    this.#backlog.remember(judged)
  }

  /**
   * Resolves when the store has answered for everything counted until now, or when this is closed. Where the store is
   * shared it is asked even if nothing waits, so that the config in force afterwards is that of now.
   */
  async flush(): Promise<void> {
    const isResent = this.#batch !== undefined && !this.#isInFlight
    const needsAnother = !this.#backlog.isEmpty || this.#visits.size > 0 || (this.#options.store.isShared && !isResent)
    const target = this.#answered + (this.#batch === undefined ? 0 : 1) + (needsAnother ? 1 : 0)
    if (this.#isClosed || this.#answered >= target) return
    await new Promise<void>((done) => {
      this.#flushes.add({ target, done })
      this.#pace.hurry()
      this.#schedule()
    })
  }

  /** Stops; what was not answered for by then counts as dropped. */
  close(): void {
    this.#isClosed = true
    this.#cancelTimer()
    this.#options.counters.dropped += errorsOf(this.#batch?.parts ?? [])
    while (!this.#backlog.isEmpty) this.#options.counters.dropped += errorsOf(this.#backlog.take().parts)
    for (const { done } of this.#flushes) done()
    this.#flushes.clear()
  }

  /** This process has just reached the threshold by itself: no need to wait for the spacing. */
  #crossesAlone(series: Series): boolean {
    const { threshold } = series.rule
    if (this.#backlog.errorsOf(series) !== threshold) return false
    return this.#known.totalOf(series) < threshold
  }

  /** Plans the next submission; called whenever what it depends on has changed. */
  #schedule(): void {
    this.#options.onChange()
    this.#cancelTimer()
    if (this.#isClosed || this.#isInFlight) return
    const delayMs = this.#pace.delayMs(this.#hasWork, this.#flushes.size > 0)
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

  get #hasWork(): boolean {
    return this.#batch !== undefined || !this.#backlog.isEmpty || this.#visits.size > 0 || this.#flushes.size > 0
  }

  #start(): void {
    if (this.#isClosed || this.#isInFlight) return
    this.#isInFlight = true
    this.#pace.start()
    this.#batch ??= this.#nextBatch()
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

  #nextBatch(): Batch {
    this.#sequence += 1
    const visits = this.#visits
    this.#visits = new Set()
    const batch = { sequence: this.#sequence, ...this.#backlog.take(), visits, wasSent: false }
    // What found no room in it goes with the next.
    if (!this.#backlog.isEmpty) this.#letFlushesWaitFor(2)
    return batch
  }

  async #submit(batch: Batch): Promise<void> {
    const { store, clock, counters, hostname, rules } = this.#options
    for (let round = 0; round < MAX_CONFIG_ROUNDS; round += 1) {
      const enabled = rules().filter((rule) => rule.enabled)
      const prepared = prepare(batch, {
        rules: enabled,
        hostname,
        monotonicMs: clock.monotonicMs(),
        known: this.#known,
      })
      const submission = { sequence: batch.sequence, entries: prepared.map(({ entry }) => entry) }
      const reply = await store.submit(submission)
      if (this.#isClosed) return
      if (reply.kind === 'config') {
        this.#adopt(reply.config, batch)
        continue
      }
      this.#pace.succeed()
      this.#answered += 1
      this.#batch = undefined
      counters.submissions += 1
      counters.dropped += errorsOf(batch.parts) - errorsOf(prepared.flatMap(({ part }) => part ?? []))
      for (const [index, one] of prepared.entries()) this.#apply(one, reply.tallies[index])
      this.#visit(reply.due)
      return
    }
    throw new Error('the config keeps changing')
  }

  /** What waits of rules that now choose other errors is forgotten, and judged again by the new ones; not what may be counted. */
  #adopt(config: StoredConfig, batch: Batch): void {
    const changed = this.#options.onConfig(config)
    this.#windows.restart()
    this.#known.clear()
    if (changed.size === 0) return
    const judged = [...batch.judged, ...this.#backlog.forget(changed)]
    if (!batch.wasSent) batch.parts = batch.parts.filter(({ series }) => !changed.has(series.rule.name))
    batch.judged = []
    for (const one of judged) one.again(changed)
    if (!this.#backlog.isEmpty) this.#letFlushesWaitFor(2)
  }

  #apply({ entry: { series }, part, isFull }: Prepared, tally: CountedEntry | undefined): void {
    if (tally === undefined) return
    const { counters, clock, hostname, onClaim } = this.#options
    counters.dropped += tally.dropped
    if (part !== undefined) {
      this.#known.learn(series, tally)
      this.#windows.see(series.rule, tally.isMixed)
    }
    const { claim } = tally
    if (claim === undefined) return
    const isNew = claim.tries === 1 && claim.facts.kind === 'firing'
    const more = isNew && !isFull && part !== undefined ? fullDraft(part, hostname, clock.monotonicMs()) : undefined
    onClaim(series, claim, more)
  }

  /** What is due is looked at with the next submission, as far as it belongs to a rule of ours. */
  #visit(due: readonly string[]): void {
    const enabled = this.#options.rules().filter((rule) => rule.enabled)
    const ours = due.filter((id) => findSeries(id, enabled) !== undefined)
    if (ours.length === 0) return
    this.#visits = new Set(ours)
    this.#letFlushesWaitFor(1)
  }

  /** For so many answers more. */
  #letFlushesWaitFor(answers: number): void {
    for (const flush of this.#flushes) flush.target = Math.max(flush.target, this.#answered + answers)
  }

  #fail(error: unknown): void {
    const { counters, announcer } = this.#options
    counters.storeFailures += 1
    if (this.#batch !== undefined) {
      this.#batch.wasSent = true
      this.#batch.judged = []
    }
    this.#pace.fail(this.#flushes.size > 0)
    const reason = error instanceof Error ? error.message : String(error)
    announcer.warnSparsely(
      warningCodes.redisUnavailable,
      `Redis does not count (${reason}); errors are kept and submitted when it does`,
    )
  }
}
