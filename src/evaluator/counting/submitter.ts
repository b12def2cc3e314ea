// When counts go to the store: one call at a time, the first error at once, later ones together; a call that failed is
// repeated.
import type { Occurrence } from '../../alert/occurrence.js'
import { afterTurn, type Clock, type Moment } from '../../clock.js'
import { warningCodes } from '../../errors.js'
import type { Series } from '../../rule/series.js'
import type { KeepAlive } from '../keep-alive.js'
import type { Backlog } from './backlog.js'
import type { DueSeries } from './due-series.js'
import type { Fallback } from './fallback-port.js'
import { FlushWaiters } from './flush-waiters.js'
import type { OtherRequests } from './other-requests.js'
import { Pace, SPACING_MS } from './pace.js'
import { Submission, type SubmissionOptions } from './submission.js'

export interface SubmitterOptions extends SubmissionOptions {
  readonly keepAlive: KeepAlive
}

export class Submitter {
  readonly #options: SubmitterOptions
  readonly #clock: Clock
  readonly #backlog: Backlog
  readonly #otherRequests: OtherRequests
  readonly #dueSeries: DueSeries
  /** Undefined where the store is never away. */
  readonly #fallback: Fallback | undefined
  readonly #waiters = new FlushWaiters()
  readonly #pace: Pace
  readonly #submission: Submission
  #submissions = 0
  #isInFlight = false
  #isClosed = false
  #cancelTimer: () => void = () => {}

  constructor(options: SubmitterOptions) {
    this.#options = options
    this.#clock = options.clock
    this.#backlog = options.backlog
    this.#otherRequests = options.otherRequests
    this.#dueSeries = options.dueSeries
    this.#fallback = options.fallback
    this.#pace = new Pace(options.clock)
    this.#submission = new Submission(options)
  }

  /** Whether the store answered the last submission; true before the first. */
  get isAnswered(): boolean {
    return !this.#pace.hasFailed
  }

  /** Begins to ask the store. */
  start(): void {
    this.#dueSeries.onDue(() => {
      this.#fallback?.plan(0)
      this.#schedule()
    })
    this.#options.store.onReachable(() => {
      this.#remind()
      this.#pace.hurry()
      this.#schedule()
    })
    this.#schedule()
  }

  /** Counts one error of a series; its record may become the alert's sample. */
  count(series: Series, occurrence: Occurrence, moment: Moment, kind?: string): void {
    const wasEmpty = this.#backlog.isEmpty
    this.#backlog.add(series, occurrence, moment, kind)
    if (this.#fallback?.isActive === true) this.#fallback.plan(SPACING_MS)
    const isHurried = this.#crossesByItself(series) && this.#pace.hurryForCrossing()
    if (isHurried || wasEmpty) this.#schedule()
  }

  /** Counts so many requests of a series that are no counted errors. They wait for a batch with errors, for a while. */
  countOthers(series: Series, requests: number, moment: Moment): void {
    const { dueAtMs } = this.#otherRequests
    this.#otherRequests.add(series, requests, moment)
    if (this.#otherRequests.dueAtMs < dueAtMs) this.#schedule()
  }

  /**
   * Resolves when the store has answered for everything counted until now; when the store is known to be away and this
   * process has judged alone; or when this is closed. A store that is shared is asked even if nothing waits, so that
   * the config in force afterwards is the current one. With `isPatient` a store that is away is asked on until it is
   * given up on.
   */
  async flush(isPatient = false): Promise<void> {
    if (this.#isClosed) return
    if (this.#fallback?.isGivenUp === true) return this.#fallback.judge()
    for (const id of this.#options.dispatcher.untriedIds) this.#dueSeries.add(id, { isForced: true })
    const isAllTaken = this.#backlog.isEmpty && this.#otherRequests.isEmpty
    const hasWork = !isAllTaken || !this.#dueSeries.isEmpty || this.#submission.isOpen
    if (!hasWork && !this.#options.store.isShared) return
    // A submission that is under way answers for this flush, too, where it carries everything: no error came since, and
    // a store that is not shared has no newer config to send. Otherwise only a later submission does.
    const isOnItsWay = this.#isInFlight && !this.#options.store.isShared && isAllTaken
    const afterSubmission = isOnItsWay ? this.#submissions - 1 : this.#submissions
    const answered = this.#waiters.wait({ afterSubmission, untilError: this.#backlog.newestNumber, isPatient })
    this.#pace.hurry()
    this.#schedule()
    await answered
  }

  /** Flushes where a shared store that is not away has not heard of all this process's counters. */
  async flushCounters(): Promise<void> {
    if (this.#submission.hasUntold && this.#fallback?.isActive !== true) await this.flush()
  }

  /**
   * Stops waiting for the store, since the process is about to end: what it has not answered for is judged by this
   * process alone.
   */
  giveUpOnStore(): void {
    if (this.#fallback === undefined || this.#isClosed) return
    this.#fallback.giveUpOnStore()
    this.#fallback.judge()
    this.#waiters.releaseAll()
  }

  /** Stops; errors that the store has not answered for count as dropped. */
  close(): void {
    const { counters } = this.#options
    this.#isClosed = true
    this.#cancelTimer()
    this.#submission.close()
    this.#fallback?.close()
    this.#dueSeries.close()
    counters.dropped += this.#submission.errors
    for (const { errors } of this.#backlog.take(() => true)) counters.dropped += errors
    this.#waiters.releaseAll()
  }

  /**
   * Whether the errors of this process that wait have just reached the threshold by themselves, so that they need not
   * wait for those of others.
   */
  #crossesByItself(series: Series): boolean {
    const { threshold } = series.rule
    if (this.#backlog.mayCount(series) !== threshold) return false
    return this.#options.memory.totalOf(series) < threshold
  }

  /** Plans the next submission; called whenever something that it depends on has changed. */
  #schedule(): void {
    this.#options.keepAlive.update('counting', !this.#backlog.isEmpty || this.#submission.errors > 0)
    this.#cancelTimer()
    if (this.#isClosed || this.#isInFlight) return
    const delayMs = this.#pace.delayMs(this.#hasWork, !this.#waiters.isEmpty, this.#otherRequests.dueAtMs)
    if (delayMs > 0) {
      this.#cancelTimer = this.#clock.after(Math.ceil(delayMs), () => this.#start())
      return
    }
    // After the caller's turn, so that errors logged in one turn go in one batch.
    this.#cancelTimer = afterTurn(() => this.#start())
  }

  get #hasWork(): boolean {
    const isHandingOver = (this.#fallback?.raisedIds.length ?? 0) > 0
    const isWaitedFor = this.#submission.isOpen || !this.#waiters.isEmpty
    return isWaitedFor || isHandingOver || !this.#backlog.isEmpty || !this.#dueSeries.isEmpty
  }

  #start(): void {
    if (this.#isClosed || this.#isInFlight) return
    const startedMs = this.#clock.monotonicMs()
    this.#isInFlight = true
    this.#fallback?.asking(true)
    this.#submissions += 1
    this.#pace.start()
    this.#submission
      .attempt(() => !this.#waiters.isEmpty)
      .then((isMoreWaiting) => this.#succeed(startedMs, isMoreWaiting))
      .catch((error: unknown) => this.#fail(error, startedMs))
      .finally(() => {
        this.#isInFlight = false
        this.#fallback?.asking(false)
        if (this.#fallback?.isActive === true) {
          this.#fallback.judge()
          this.#waiters.releaseImpatient()
        }
        this.#schedule()
      })
  }

  #succeed(startedMs: number, isMoreWaiting: boolean): void {
    const isBack = this.#pace.hasFailed
    if (isBack) this.#remind()
    const windows = this.#options.config.rules.map(({ windowMs }) => windowMs)
    this.#pace.succeed(this.#clock.monotonicMs() - startedMs, Math.min(...windows))
    // Series that found no room in the batch, and errors that came while the store was away, do not wait for the
    // spacing.
    if (isMoreWaiting || isBack) this.#pace.hurry()
    const isStillWaiting = (untilError: number): boolean =>
      this.#backlog.hasWaiting(untilError) ||
      !this.#dueSeries.isEmpty ||
      (isMoreWaiting && !this.#otherRequests.isEmpty)
    this.#waiters.answered(this.#submissions, isStillWaiting)
  }

  /**
   * Another Redis may answer from now on, such as a replica that has not heard of the last deliveries. The next batch
   * looks at each series that this process delivered an alert of, and so tells the store of that delivery.
   */
  #remind(): void {
    for (const id of this.#options.memory.ownIds) this.#dueSeries.add(id)
  }

  #fail(error: unknown, startedMs: number): void {
    const { counters, announcer } = this.#options
    counters.storeFailures += 1
    this.#pace.fail(!this.#waiters.isEmpty)
    this.#fallback?.failed(startedMs)
    const reason = error instanceof Error ? error.message : String(error)
    announcer.warnSparsely(
      { code: warningCodes.redisUnavailable },
      `Redis does not count (${reason}); errors are kept and submitted when it does`,
    )
  }
}
