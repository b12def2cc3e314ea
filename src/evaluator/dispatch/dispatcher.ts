// From a claim to its settlement: its turn in the destination's queue, one attempt, and what follows from the outcome.
import { accountOf } from '../../alert/account.js'
import { withDraft } from '../../alert/draft.js'
import { nameOfAlone } from '../../alert/incident-key.js'
import { isAlert } from '../../alert/payload.js'
import type { Clock } from '../../clock.js'
import type { RuleSettings } from '../../config/settings.js'
import { attempt } from '../../deliver/attempt.js'
import type { HttpClient } from '../../deliver/http-client.js'
import { describeOutcome, type Outcome } from '../../deliver/outcome.js'
import { describeVerdict, type Failure, type Verdict, verdictOn } from '../../deliver/retry-policy.js'
import { warningCodes } from '../../errors.js'
import { RecentMap } from '../../recent.js'
import { leaseMs } from '../../rule/alert-state.js'
import { isMany } from '../../rule/series.js'
import type { Settlement } from '../../rule/settle.js'
import type { Announcer } from '../announcer.js'
import type { Claimed, ClaimSink } from '../counting/claim-sink.js'
import type { DueSeries } from '../counting/due-series.js'
import type { SeriesMemory } from '../counting/series-memory.js'
import { publishAttempt } from '../diagnostics.js'
import { toAlertEvent, toResolvedEvent } from '../events.js'
import type { KeepAlive } from '../keep-alive.js'
import type { Counters } from '../stats.js'
import { type Delivery, deliveryOf, leftMsOf, nameOf, noticeOf } from './delivery.js'
import { DestinationQueue, type Owner } from './destination-queue.js'
import { Settler } from './settler.js'

export interface DispatcherOptions {
  readonly http: Pick<HttpClient, 'post'>
  readonly clock: Clock
  readonly counters: Counters
  readonly announcer: Announcer
  /** Where the next attempt at a notice is planned. */
  readonly dueSeries: DueSeries
  /** Where deliveries are remembered. */
  readonly memory: SeriesMemory
  readonly keepAlive: KeepAlive
  /** The rules in force. */
  readonly config: {
    inForce(rule: RuleSettings): RuleSettings | undefined
    hasRule(name: string): boolean
  }
}

/**
 * An attempt begins without waiting for the store's consent while at least this much more of the lease is left than it
 * may take.
 */
const SAFE_MARGIN_MS = 3000
/**
 * At most this many claims are recognized as this process's own, the newest; one that comes again later counts as taken
 * over from another process.
 */
const MAX_KNOWN_CLAIMS = 1000
/** What becomes of a notice that could not be delivered when its process ends, where that process alone knows of it. */
const LOST = 'it is lost, since the process ends and no Redis keeps the alert for another one'

const alreadyDone = Promise.resolve()

function ownerOf({ series: { rule } }: Delivery): Owner {
  return { rule: rule.name, hasGroups: rule.groupBy.length > 0 }
}

export class Dispatcher implements ClaimSink {
  readonly #options: DispatcherOptions
  readonly #settler: Settler
  readonly #queues = new Map<string, DestinationQueue<Delivery>>()
  /** Ids of series whose alerts have had no attempt yet, since their destination asks for a pause. */
  readonly #untried = new Set<string>()
  readonly #knownClaims = new RecentMap<string, { isAnnounced: boolean }>(MAX_KNOWN_CLAIMS)
  /** What this process calls itself while it counts alone, from its first notice on: later ones may be of lines of another service or host. */
  #nameAlone: string | undefined
  #endsSoon = false
  #isClosed = false

  constructor(options: DispatcherOptions) {
    this.#options = options
    this.#settler = new Settler(options.clock, options.counters)
  }

  get untriedIds(): readonly string[] {
    return [...this.#untried]
  }

  get size(): number {
    let waiting = this.#untried.size + this.#settler.size
    for (const queue of this.#queues.values()) waiting += queue.size
    return waiting
  }

  deliver(claimed: Claimed): void {
    const { counters, clock } = this.#options
    const { series, claim, draft, store } = claimed
    // At once, not when its turn comes: by then another process may have taken the alert over without its draft, or
    // this one have forgotten the errors that it shows.
    const enriched = draft === undefined ? alreadyDone : this.#settler.enrich(store, series, claim, draft)
    const delivery = this.#named(deliveryOf(claimed, clock, enriched))
    const known = this.#knownClaims.get(claim.id)
    if (!claim.isNew && known === undefined) counters.takenOver += 1
    const isRaised = claim.isNew && isAlert(delivery.notice)
    if (isRaised) counters.alerts += 1
    this.#knownClaims.set(claim.id, known ?? { isAnnounced: !isRaised })
    // What one of many groups tells is known once its first attempt begins.
    if (!isMany(series)) this.#announce(delivery)
    this.#untried.delete(series.id)
    const queue = this.#queueOf(series.rule.url)
    queue.push(claim.id, delivery)
    this.#updateKeepAlive()
    void queue.idle().then(() => this.#updateKeepAlive())
  }

  /** Resolves when everything claimed until now has had its attempt. */
  async idle(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.idle()))
  }

  /** Resolves when everything claimed until now has had its attempt, and the store knows how that ended. */
  async settled(): Promise<void> {
    await this.idle()
    await this.#settler.idle()
  }

  /** Says that the process is about to end, and with it what is not delivered by then and no other process knows of. */
  endsSoon(): void {
    this.#endsSoon = true
  }

  /** Stops: nothing is attempted or repeated any more. */
  close(): void {
    this.#isClosed = true
    this.#settler.close()
  }

  /** Reports an alert that this process has raised, once. */
  #announce({ claim, notice }: Delivery): void {
    const known = this.#knownClaims.get(claim.id)
    if (known?.isAnnounced !== false || !isAlert(notice)) return
    known.isAnnounced = true
    this.#options.announcer.emit('alert', toAlertEvent(notice))
  }

  /** The delivery with a name of who sends it, which all notices of an incident share. */
  #named(delivery: Delivery): Delivery {
    const { notice } = delivery
    if (notice.fleet !== undefined) return delivery
    this.#nameAlone ??= nameOfAlone(notice)
    return { ...delivery, notice: { ...notice, fleet: this.#nameAlone } }
  }

  #updateKeepAlive(): void {
    const isBusy = [...this.#queues.values()].some((queue) => !queue.isIdle)
    this.#options.keepAlive.update('dispatch', isBusy)
  }

  #queueOf(url: string): DestinationQueue<Delivery> {
    const known = this.#queues.get(url)
    if (known !== undefined) return known
    for (const [other, { isIdle, pausedMs }] of this.#queues) if (isIdle && pausedMs === 0) this.#queues.delete(other)
    const queue = new DestinationQueue<Delivery>(this.#options.clock, ownerOf, (delivery, queue) =>
      this.#turn(delivery, queue),
    )
    this.#queues.set(url, queue)
    return queue
  }

  /** Attempts a delivery, or settles it where there is a reason not to. */
  async #turn(delivery: Delivery, queue: DestinationQueue<Delivery>): Promise<void> {
    const { clock, config } = this.#options
    const { claim, series, isForced } = delivery
    // A notice that is not delivered by now stays claimed: when the lease ends another process delivers it.
    if (this.#isClosed) return
    if (this.#settler.wasDelivered(claim.id) || this.#isSuperseded(delivery))
      return this.#settle(delivery, { kind: 'delivered' })
    if (leftMsOf(delivery, clock) <= 0)
      return this.#abandon(delivery, 'could not be delivered for a day and is given up')
    const rule = config.inForce(series.rule)
    if (rule === undefined) return this.#withdraw(delivery)
    if (queue.pausedMs > 0 && !isForced) return this.#postpone(delivery, queue.pausedMs)
    const current = { ...delivery, series: { ...series, rule } }
    const begun = await this.#begin(current)
    if (begun !== undefined) await this.#attempt(begun, queue)
  }

  /**
   * Whether this process has delivered an alert of its own for the same errors since it called Redis. As it gives up on
   * Redis it judges alone what the call under way has carried. If Redis counted that call it has raised an alert, too,
   * and its answer may still come; the receiver would get both. A call that is made after the delivery reports it, and
   * Redis takes it into account.
   */
  #isSuperseded(delivery: Delivery): boolean {
    const { claim, series, notice, askedAtMs } = delivery
    const known = this.#options.memory.deliveryOf(series)
    return isAlert(notice) && claim.isNew && known?.alert !== undefined && known.deliveredAtMs >= askedAtMs
  }

  /**
   * Says that an attempt begins, and resolves with what it delivers; undefined where it may not. A claim that waited long in the queue may have lost its
   * lease, and another process may be delivering it: to attempt it as well would deliver it twice. So where little is
   * left of the lease the store is asked first; where an attempt fits into it with room to spare, nobody else can have
   * the claim, and the attempt does not wait for the answer.
   */
  async #begin(delivery: Delivery): Promise<Delivery | undefined> {
    const { store, series, claim, leasedUntilMs, enriched } = delivery
    const { clock } = this.#options
    if (isMany(series)) return this.#beginOfMany(delivery)
    const { timeoutMs } = series.rule
    const leftMs = (): number => leasedUntilMs - clock.monotonicMs()
    const begun = this.#settler.begin(store, series, claim)
    if (leftMs() < timeoutMs + SAFE_MARGIN_MS) {
      const isOurs = await begun
      // Where the store does not answer, the claim is still ours until its lease ends; the attempt must fit into that.
      if (isOurs === false || (isOurs === undefined && leftMs() < timeoutMs)) return undefined
    }
    await enriched
    return this.#isClosed ? undefined : delivery
  }

  /**
   * Begins an attempt at an alert of `(many)`, or at its end. Groups may have joined the alert since it was claimed, and they stop joining it
   * now, so only the store knows what the attempt is to tell. Where it does not answer, no attempt is made: when the lease ends the alert
   * is claimed again.
   */
  async #beginOfMany(delivery: Delivery): Promise<Delivery | undefined> {
    const { store, series, claim, enriched } = delivery
    await enriched
    const frozen = await this.#settler.begin(store, series, claim)
    if (frozen === undefined || frozen === false || this.#isClosed) return undefined
    if (frozen === true) return delivery
    const draft = frozen.draft === '' ? (delivery.draft ?? claim.draft) : withDraft(delivery.draft ?? '', frozen.draft)
    if (frozen.draft !== '' && draft !== frozen.draft) await this.#settler.enrich(store, series, claim, draft)
    const told = { ...claim, count: frozen.count, draft }
    const begun = this.#named({ ...delivery, claim: told, notice: noticeOf(series, told) })
    this.#announce(begun)
    return begun
  }

  async #attempt(delivery: Delivery, queue: DestinationQueue<Delivery>): Promise<void> {
    const { http, clock, counters, announcer, memory, dueSeries } = this.#options
    const { series, claim, notice } = delivery
    const tries = claim.tries + 1
    if (tries > 1) counters.retried += 1
    const startedMs = clock.monotonicMs()
    const outcome = await attempt(http, series.rule, notice, clock.nowMs())
    publishAttempt(notice, outcome, { tries, durationMs: clock.monotonicMs() - startedMs })
    const begun = { ...delivery, leasedUntilMs: startedMs + leaseMs(series.rule) }
    if (outcome.kind === 'delivered') {
      queue.resume()
      if (isAlert(notice)) {
        counters.delivered += 1
        memory.delivered(series)
      } else counters.resolved += 1
      await this.#settle(begun, { kind: 'delivered' }, outcome)
      if (isAlert(notice)) announcer.emit('delivered', { ...toAlertEvent(notice), status: outcome.status, tries })
      else announcer.emit('resolved', toResolvedEvent(notice))
      return
    }
    // `close()` has cut the attempt off, so the outcome says nothing.
    if (this.#isClosed) return
    counters.failed += 1
    const { format, name } = series.rule
    const attempted = { format, tries, isCrowded: queue.has(name), leftMs: leftMsOf(delivery, clock) }
    const verdict = verdictOn(outcome, attempted, clock.random)
    const { settlement, pauseMs } = verdict
    if (pauseMs > 0) queue.pause(pauseMs)
    if (settlement.kind === 'parked') counters.parked += 1
    await this.#settle(begun, settlement, outcome)
    if (settlement.kind === 'postponed') dueSeries.plan(series.id, settlement.waitMs)
    this.#warnOf(begun, outcome, verdict)
  }

  #warnOf({ notice, series, store }: Delivery, failure: Failure, verdict: Verdict): void {
    const isLost = this.#endsSoon && !store.isShared
    const consequence = isLost ? LOST : describeVerdict(verdict, failure)
    const { host } = new URL(series.rule.url)
    const text = `${nameOf(notice)} could not be delivered to ${host} (${describeOutcome(failure)}); ${consequence}`
    const kind = {
      code: warningCodes.deliveryFailed,
      about: notice.rule,
      state: `${failure.reason} ${failure.status ?? ''}`,
      isUrgent: isLost || verdict.settlement.kind === 'parked',
    }
    this.#options.announcer.warnSparsely(kind, text)
  }

  /** Puts a notice off while its destination is paused, since an earlier one failed there. */
  async #postpone(delivery: Delivery, waitMs: number): Promise<void> {
    this.#untried.add(delivery.series.id)
    this.#options.counters.postponed += 1
    await this.#settle(delivery, { kind: 'postponed', waitMs })
    this.#options.dueSeries.plan(delivery.series.id, waitMs)
  }

  /**
   * Lets go a notice whose rule the config has moved to another url, so that it is claimed for that one, or gives it up
   * where the config has ended the rule.
   */
  async #withdraw(delivery: Delivery): Promise<void> {
    const { id, rule } = delivery.series
    if (this.#options.config.hasRule(rule.name)) {
      await this.#settle(delivery, { kind: 'postponed', waitMs: 0 })
      this.#options.dueSeries.plan(id, 0, { former: { rule, leftAtMs: this.#options.clock.monotonicMs() } })
    } else
      await this.#abandon(delivery, 'is given up, since the rule was switched off or removed before it was delivered')
  }

  async #abandon(delivery: Delivery, why: string): Promise<void> {
    const { counters, announcer } = this.#options
    const { notice } = delivery
    counters.abandoned += 1
    await this.#settle(delivery, { kind: 'abandoned' })
    announcer.warn(warningCodes.deliveryAbandoned, `${nameOf(notice)} ${why}`)
  }

  async #settle(delivery: Delivery, settlement: Settlement, attempted?: Outcome): Promise<void> {
    const { store, series, claim, leasedUntilMs, notice } = delivery
    const isOver = settlement.kind === 'delivered' || settlement.kind === 'abandoned'
    const outcome = attempted === undefined ? '' : describeOutcome(attempted)
    const note = { outcome, account: isOver ? accountOf(notice) : '' }
    await this.#settler.settle(store, series, claim, settlement, { note, untilMs: leasedUntilMs })
  }
}
