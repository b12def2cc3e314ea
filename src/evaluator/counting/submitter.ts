// When counts go to the store: one call in flight, the first error at once, later ones together, what failed again.
import { afterTurn } from '../../clock.js'
import { warningCodes } from '../../errors.js'
import type { Series } from '../../rule/series.js'
import { LoneJudge } from '../fallback/local-judge.js'
import { Backlog, type Counted, type Judged } from './backlog.js'
import { type Batch, errorsOf } from './batch.js'
import { Looks } from './due-series.js'
import { Flushes } from './flush-waiters.js'
import { Pace, SPACING_MS } from './pace.js'
import { Sender, type SenderOptions } from './submission.js'

export interface SubmitterOptions extends SenderOptions {
  /** Ids of series whose alerts wait for their first attempt; a flush makes it. */
  readonly untriedIds: () => readonly string[]
  /** Called whenever `isBusy` may have changed. */
  readonly onChange: () => void
}

export class Submitter {
  readonly #options: SubmitterOptions
  readonly #backlog: Backlog
  readonly #looks: Looks
  readonly #flushes = new Flushes()
  readonly #pace: Pace
  readonly #sender: Sender
  /** Undefined where the store is never away. */
  readonly #loneJudge: LoneJudge | undefined
  #batch: Batch | undefined
  #isInFlight = false
  #isClosed = false
  #cancelTimer: () => void = () => {}

  constructor(options: SubmitterOptions) {
    const { clock, store, alone } = options
    this.#options = options
    this.#backlog = new Backlog(clock)
    this.#looks = new Looks(clock, () => {
      this.#loneJudge?.plan(0)
      this.#schedule()
    })
    this.#pace = new Pace(clock)
    this.#sender = new Sender(options, { backlog: this.#backlog, looks: this.#looks, flushes: this.#flushes })
    this.#loneJudge =
      alone &&
      new LoneJudge({
        ...options,
        alone,
        backlog: this.#backlog,
        submittedPart: ({ id }) => this.#batch?.parts.find(({ series }) => series.id === id),
        isAsking: () => this.#isInFlight,
        isFlushing: () => !this.#flushes.isEmpty,
      })
    store.onReachable(() => {
      this.#remind()
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
    if (this.#options.alone?.isActive === true) this.#loneJudge?.plan(SPACING_MS)
    if (this.#crossesByItself(series) && this.#pace.hurryForCrossing()) this.#schedule()
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

  /** Looks at a series after a while, though nothing is counted. */
  lookAgain(seriesId: string, waitMs: number): void {
    if (!this.#isClosed) this.#looks.plan(seriesId, waitMs)
  }

  /**
   * Resolves when the store has answered for everything counted until now, when it is known to be away and this process has
   * judged alone, or when this is closed. Where the store is shared it is asked even if nothing waits, so that the config in
   * force afterwards is that of now. A patient flush asks on though it is known to be away, until it is given up on.
   */
  async flush(isPatient = false): Promise<void> {
    if (this.#isClosed) return
    if (this.#options.alone?.isForced === true) return this.#loneJudge?.judge()
    for (const id of this.#options.untriedIds()) this.#looks.add(id, true)
    const isResent = this.#batch !== undefined && !this.#isInFlight
    const needsAnother = !this.#backlog.isEmpty || !this.#looks.isEmpty || (this.#options.store.isShared && !isResent)
    const answers = (this.#batch === undefined ? 0 : 1) + (needsAnother ? 1 : 0)
    if (answers === 0) return
    const answered = this.#flushes.wait(answers, isPatient)
    this.#pace.hurry()
    this.#schedule()
    await answered
  }

  /** The same where the store does not know yet what this process has done. */
  async flushCounters(): Promise<void> {
    if (this.#sender.hasUntold && this.#options.alone?.isActive !== true) await this.flush()
  }

  /** The store is waited for no longer: what it has not answered for is judged by this process alone. */
  giveUpOnStore(): void {
    if (this.#loneJudge === undefined || this.#isClosed) return
    this.#options.alone?.giveUpOnRedis()
    this.#loneJudge.judge()
    this.#flushes.releaseAll()
  }

  /** Stops; what was not answered for by then counts as dropped. */
  close(): void {
    this.#isClosed = true
    this.#cancelTimer()
    this.#sender.close()
    this.#loneJudge?.close()
    this.#looks.close()
    this.#options.counters.dropped += errorsOf(this.#batch?.parts ?? [])
    while (!this.#backlog.isEmpty) this.#options.counters.dropped += errorsOf(this.#backlog.take().parts)
    this.#flushes.releaseAll()
  }

  /** This process has just reached the threshold by itself: no need to wait for the spacing. */
  #crossesByItself(series: Series): boolean {
    const { threshold } = series.rule
    if (this.#backlog.errorsOf(series) !== threshold) return false
    return this.#sender.totalOf(series) < threshold
  }

  /** Plans the next submission; called whenever what it depends on has changed. */
  #schedule(): void {
    this.#options.onChange()
    this.#cancelTimer()
    if (this.#isClosed || this.#isInFlight) return
    const delayMs = this.#pace.delayMs(this.#hasWork, !this.#flushes.isEmpty)
    if (delayMs > 0) {
      this.#cancelTimer = this.#options.clock.after(Math.ceil(delayMs), () => this.#start())
      return
    }
    // After the caller's turn, so that errors logged together ride together.
    this.#cancelTimer = afterTurn(() => this.#start())
  }

  get #hasWork(): boolean {
    const isHandingOver = this.#options.alone?.hasRaised === true
    const isWaitedFor = this.#batch !== undefined || !this.#flushes.isEmpty
    return isWaitedFor || isHandingOver || !this.#backlog.isEmpty || !this.#looks.isEmpty
  }

  #start(): void {
    if (this.#isClosed || this.#isInFlight) return
    const { alone, clock } = this.#options
    // What was raised alone is handed over with the next submission, once its attempt has ended.
    if (alone?.isTelling === true) {
      this.#cancelTimer = clock.after(SPACING_MS, () => this.#start())
      return
    }
    const startedMs = clock.monotonicMs()
    this.#isInFlight = true
    this.#pace.start()
    this.#batch ??= this.#sender.nextBatch(this.#pace.intervalMs)
    this.#sender
      .send(this.#batch)
      .then((fullMs) => {
        if (this.#pace.hasFailed) this.#remind()
        const windows = this.#options.rules().map(({ windowMs }) => windowMs)
        this.#pace.succeed({ tookMs: clock.monotonicMs() - startedMs, fullMs, shortestWindowMs: Math.min(...windows) })
        this.#batch = undefined
      })
      .catch((error: unknown) => this.#fail(error, startedMs))
      .finally(() => {
        this.#isInFlight = false
        if (alone?.isActive === true) {
          this.#loneJudge?.judge()
          this.#flushes.releaseImpatient()
        }
        this.#flushes.settle()
        this.#schedule()
      })
  }

  /** Whoever answers now may not have heard of what this process has told. */
  #remind(): void {
    for (const id of this.#options.cooldowns.ownIds) this.#looks.add(id)
  }

  #fail(error: unknown, startedMs: number): void {
    const { counters, announcer, alone } = this.#options
    counters.storeFailures += 1
    if (this.#batch !== undefined) {
      this.#batch.wasSent = true
      this.#batch.judged = []
    }
    this.#pace.fail(!this.#flushes.isEmpty)
    alone?.fail(startedMs)
    if (alone !== undefined) this.#loneJudge?.plan(alone.activeInMs)
    const reason = error instanceof Error ? error.message : String(error)
    announcer.warnSparsely(
      warningCodes.redisUnavailable,
      `Redis does not count (${reason}); errors are kept and submitted when it does`,
    )
  }
}
