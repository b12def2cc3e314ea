// From a claim to its end: its turn in the destination's queue, one attempt, and what follows from how that ended.
import { accountOf } from '../../alert/account.js'
import type { Clock } from '../../clock.js'
import { attempt } from '../../deliver/attempt.js'
import type { HttpClient } from '../../deliver/http-client.js'
import { describeOutcome, type Outcome } from '../../deliver/outcome.js'
import { describeSettlement, type Failure, verdictOn } from '../../deliver/retry-policy.js'
import { warningCodes } from '../../errors.js'
import type { Series } from '../../rule/series.js'
import type { Settlement } from '../../rule/settle.js'
import { publishAttempt } from '../diagnostics.js'
import { type Announcer, toAlertEvent, toResolvedEvent } from '../events.js'
import type { Counters } from '../stats.js'
import { type Claimed, enriched, leftMsOf, renewed, type Task, taskOf } from './delivery.js'
import { DestinationQueue } from './destination-queue.js'
import { KnownClaims } from './known-claims.js'
import { isAlert, nameOf } from './notice.js'
import { Settler } from './settler.js'

export interface TellerOptions {
  readonly http: HttpClient
  readonly clock: Clock
  readonly counters: Counters
  readonly announcer: Announcer
  /** Asks for the series to be looked at after so long, when its next attempt is due. */
  readonly lookAgain: (seriesId: string, waitMs: number) => void
  /** An alert of the series was delivered. */
  readonly onDelivered: (series: Series) => void
  /** Called whenever `isBusy` may have changed. */
  readonly onChange: () => void
}

export class Teller {
  readonly #options: TellerOptions
  readonly #settler: Settler
  readonly #queues = new Map<string, DestinationQueue<Task>>()
  /** Series whose alerts have had no attempt yet, since their destination asks for a pause. */
  readonly #untried = new Set<string>()
  readonly #claims = new KnownClaims()
  #isClosed = false

  constructor(options: TellerOptions) {
    this.#options = options
    this.#settler = new Settler(options.clock, options.counters)
  }

  get isBusy(): boolean {
    for (const queue of this.#queues.values()) if (!queue.isIdle) return true
    return false
  }

  get untriedIds(): readonly string[] {
    return [...this.#untried]
  }

  /** Tells it when it is its turn. */
  tell(claimed: Claimed): void {
    const { counters, announcer, clock, onChange } = this.#options
    const { series, claim } = claimed
    const task = taskOf(claimed, clock)
    if (claim.isNew && isAlert(task.news)) {
      counters.alerts += 1
      announcer.emit('alert', toAlertEvent(task.news))
    }
    if (this.#claims.isTakenOver(claimed)) counters.takenOver += 1
    this.#untried.delete(series.id)
    const queue = this.#queueOf(series.rule.url)
    queue.push(task, (other) => other.claim.id === claim.id)
    onChange()
    void queue.idle().then(onChange)
  }

  /** Resolves when everything claimed until now has had its attempt. */
  async idle(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.idle()))
  }

  /** Resolves when the store knows of it, too. */
  async settled(): Promise<void> {
    await this.idle()
    await this.#settler.idle()
  }

  close(): void {
    this.#isClosed = true
    this.#settler.close()
  }

  #queueOf(url: string): DestinationQueue<Task> {
    const known = this.#queues.get(url)
    if (known !== undefined) return known
    for (const [other, { isIdle, pausedMs }] of this.#queues) if (isIdle && pausedMs === 0) this.#queues.delete(other)
    const queue = new DestinationQueue<Task>(this.#options.clock, (task, queue) => this.#tell(task, queue))
    this.#queues.set(url, queue)
    return queue
  }

  async #tell(task: Task, queue: DestinationQueue<Task>): Promise<void> {
    const { clock } = this.#options
    const { claim, isForced } = task
    // What is not told when this closes stays claimed: after the lease another process tells it.
    if (this.#isClosed) return
    if (this.#settler.wasDelivered(claim.id) || task.isTold?.() === true)
      return this.#settle(task, { kind: 'delivered' })
    if (leftMsOf(task, clock) <= 0) return this.#abandon(task)
    if (claim.isGone) return this.#refuse(task, { kind: 'gone', status: 410 }, { kind: 'gone' })
    if (queue.pausedMs > 0 && !isForced) return this.#postpone(task, queue.pausedMs)
    const held = await renewed(task, this.#settler, clock)
    if (held !== undefined) await this.#attempt(await enriched(held, this.#settler), queue)
  }

  async #attempt(task: Task, queue: DestinationQueue<Task>): Promise<void> {
    const { http, clock, counters, announcer, onDelivered } = this.#options
    const { series, claim, news } = task
    if (claim.tries > 1) counters.retried += 1
    const startedMs = clock.monotonicMs()
    const outcome = await attempt(http, series.rule, news, clock.nowMs())
    publishAttempt(news, outcome, { tries: claim.tries, durationMs: clock.monotonicMs() - startedMs })
    if (outcome.kind === 'delivered') {
      queue.resume()
      if (isAlert(news)) {
        counters.delivered += 1
        onDelivered(series)
      } else counters.resolved += 1
      await this.#settle(task, { kind: 'delivered' }, outcome)
      if (isAlert(news))
        announcer.emit('delivered', { ...toAlertEvent(news), status: outcome.status, tries: claim.tries })
      else announcer.emit('resolved', toResolvedEvent(news))
      return
    }
    // It was cut off.
    if (this.#isClosed) return
    counters.failed += 1
    const { settlement, pauseMs } = verdictOn(outcome, claim.tries, leftMsOf(task, clock), clock.random)
    if (pauseMs > 0) queue.pause(pauseMs)
    await this.#refuse(task, outcome, settlement, outcome)
  }

  /** `attempted` is how an attempt ended, where one was made. */
  async #refuse(task: Task, failure: Failure, settlement: Settlement, attempted?: Outcome): Promise<void> {
    const { counters, announcer, lookAgain } = this.#options
    const { series, news } = task
    if (settlement.kind === 'parked' || settlement.kind === 'gone') counters.parked += 1
    await this.#settle(task, settlement, attempted)
    if (settlement.kind === 'postponed') lookAgain(series.id, settlement.waitMs)
    const text = `${nameOf(news)} of rule ${news.rule} could not be delivered (${describeOutcome(failure)})`
    announcer.warnSparsely(warningCodes.deliveryFailed, `${text}; ${describeSettlement(settlement)}`)
  }

  /** Behind what failed at this destination before. */
  async #postpone(task: Task, waitMs: number): Promise<void> {
    this.#untried.add(task.series.id)
    this.#options.counters.postponed += 1
    await this.#settle(task, { kind: 'postponed', waitMs, wasTried: false })
    this.#options.lookAgain(task.series.id, waitMs)
  }

  async #abandon(task: Task): Promise<void> {
    const { counters, announcer } = this.#options
    const { news } = task
    counters.abandoned += 1
    await this.#settle(task, { kind: 'abandoned' })
    announcer.warn(
      warningCodes.deliveryAbandoned,
      `${nameOf(news)} of rule ${news.rule} could not be delivered for a day and is given up`,
    )
  }

  async #settle(task: Task, settlement: Settlement, attempted?: Outcome): Promise<void> {
    const { store, series, claim, leasedUntilMs, news } = task
    const isOver = settlement.kind === 'delivered' || settlement.kind === 'abandoned'
    const outcome = attempted === undefined ? '' : describeOutcome(attempted)
    const note = { outcome, account: isOver ? accountOf(news) : '' }
    await this.#settler.settle(store, series, claim, settlement, { note, untilMs: leasedUntilMs })
  }
}
