// What this process knows of each series: the store's last answer, and the last delivery whose cooldown runs.
//
// A replica that takes its master's place may not have heard of the newest deliveries, and no Redis has heard of those
// that were made during an outage. Their cooldowns would be lost, and receivers would get one more alert. So a process
// tells the store, with the series' next entry, of the delivery that it remembers.
import type { Clock } from '../../clock.js'
import type { RuleSettings } from '../../config/settings.js'
import { RecentMap } from '../../recent.js'
import { MAX_NOTICE_AGE_MS } from '../../rule/alert-state.js'
import type { Series } from '../../rule/series.js'
import { isReached } from '../../share.js'
import type { KnownDelivery, LocalAlert, Tallied } from '../../store/store.js'

/** At most this many series are remembered, those heard of last. */
const MAX_SERIES = 10_000
/**
 * A delivery that the store names is taken for the one that this process remembers if it came less than this after it:
 * the store dates a delivery when it hears of it.
 */
const SAME_DELIVERY_MS = 10_000
/**
 * The store's answer is relied on for this long, and by chance for up to twice as long, since other processes count
 * too. By chance, so that not all series are asked for again at once.
 */
const TRUSTED_MS = 3000

/** The store's answer for a series when it last looked at the series' alerts. */
interface Answer {
  /** Errors in the window. */
  readonly total: number
  /** Requests in the window, the errors among them; 0 where the rule has no `percent`. */
  readonly requests: number
  readonly trustedUntilMs: number
  readonly quietUntilMs: number
  readonly isOpen: boolean
}

interface Delivery extends KnownDelivery {
  readonly cooldownUntilMs: number
  /** Whether this process made it. */
  readonly isOwn: boolean
}

export class SeriesMemory {
  readonly #clock: Clock
  readonly #answers = new RecentMap<string, Answer>(MAX_SERIES)
  readonly #deliveries = new RecentMap<string, Delivery>(MAX_SERIES)

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get size(): number {
    return this.#answers.size + this.#deliveries.size
  }

  /** Errors in a series' window by the store's last answer; 0 where there is none. */
  totalOf({ id }: Series): number {
    return this.#answers.get(id)?.total ?? 0
  }

  /** Whether a series has something open, by the store's last answer. */
  isOpen({ id }: Series): boolean {
    return this.#answers.get(id)?.isOpen === true
  }

  /**
   * Whether a series stays below half of what it needs for an alert with these errors of this process, and has nothing open,
   * by an answer that can still be relied on. Then the errors need only be counted.
   */
  isFar({ id, rule }: Series, errors: number, monotonicMs: number): boolean {
    const known = this.#answers.get(id)
    if (known === undefined || known.isOpen || monotonicMs >= known.trustedUntilMs) return false
    return monotonicMs >= known.quietUntilMs && isBelowHalf(known, errors, rule)
  }

  /**
   * Whether these errors of this process may raise an alert: with them a series reaches half of what it needs for one,
   * and it is not known to be quiet.
   */
  mayRaise({ id, rule }: Series, errors: number, monotonicMs: number): boolean {
    const known = this.#answers.get(id)
    const isQuiet = known !== undefined && monotonicMs < known.quietUntilMs
    return !isQuiet && !isBelowHalf(known, errors, rule)
  }

  /** Takes the store's answer for a series; `reported` is the delivery that came with the entry. */
  learn({ id }: Series, tallied: Tallied, reported: KnownDelivery | undefined): void {
    const nowMs = this.#clock.monotonicMs()
    const { total, requests, quietMs, isOpen, isJudged, delivery } = tallied
    const known = this.#answers.get(id)
    if (!isJudged) {
      if (known !== undefined) this.#answers.set(id, { ...known, total, requests })
      return
    }
    const trustedUntilMs = nowMs + TRUSTED_MS * (1 + this.#clock.random())
    this.#answers.set(id, { total, requests, trustedUntilMs, quietUntilMs: nowMs + quietMs, isOpen })
    if (reported?.alert !== undefined) this.#markReported(id, reported.alert.id)
    if (quietMs <= 0 && this.#deliveries.get(id)?.alert === undefined) this.#deliveries.delete(id)
    else if (delivery !== undefined) this.#learnDelivery(id, delivery, nowMs + quietMs)
  }

  /**
   * Remembers that this process has just delivered an alert; `alert` is the whole of it where the store does not know
   * it.
   */
  delivered({ id, rule }: Series, alert?: LocalAlert): void {
    const deliveredAtMs = this.#clock.monotonicMs()
    const cooldownUntilMs = deliveredAtMs + rule.cooldownMs
    this.#deliveries.set(id, { stamp: '', deliveredAtMs, cooldownUntilMs, isOwn: true, alert })
  }

  /** The last delivery while its cooldown runs, or, for a day at most, while the store does not know of it. */
  deliveryOf({ id }: Series): KnownDelivery | undefined {
    const known = this.#deliveries.get(id)
    if (known === undefined) return undefined
    const { stamp, deliveredAtMs, alert, cooldownUntilMs } = known
    const nowMs = this.#clock.monotonicMs()
    const mustBeReported = alert !== undefined && nowMs < deliveredAtMs + MAX_NOTICE_AGE_MS
    if (mustBeReported || nowMs < cooldownUntilMs) return { stamp, deliveredAtMs, alert }
    this.#deliveries.delete(id)
    return undefined
  }

  /**
   * Ids of the series of whose last delivery this process reminds a store that may have forgotten it: those whose
   * running cooldown was begun here, as each is by one process, and those whose delivery the store does not know.
   */
  get ownIds(): readonly string[] {
    const nowMs = this.#clock.monotonicMs()
    return [...this.#deliveries]
      .filter(([, { isOwn, cooldownUntilMs, alert }]) => isOwn && (alert !== undefined || nowMs < cooldownUntilMs))
      .map(([id]) => id)
  }

  /** Forgets the store's answers: under another config they may not hold any more. */
  forgetAnswers(): void {
    this.#answers.clear()
  }

  #learnDelivery(id: string, { stamp, ageMs }: NonNullable<Tallied['delivery']>, cooldownUntilMs: number): void {
    const known = this.#deliveries.get(id)
    const deliveredAtMs = this.#clock.monotonicMs() - ageMs
    // The alert stays remembered until the store has heard of it.
    if (known?.alert !== undefined && deliveredAtMs < known.deliveredAtMs + SAME_DELIVERY_MS) return
    const isOwn = known?.isOwn === true && deliveredAtMs < known.deliveredAtMs + SAME_DELIVERY_MS
    this.#deliveries.set(id, { stamp, deliveredAtMs, cooldownUntilMs, isOwn })
  }

  #markReported(id: string, alertId: string): void {
    const known = this.#deliveries.get(id)
    if (known?.alert?.id === alertId) this.#deliveries.set(id, { ...known, alert: undefined })
  }
}

/** Whether these errors leave a series below half of its threshold, or of its share of the requests. */
function isBelowHalf(
  { total = 0, requests = 0 }: Partial<Pick<Answer, 'total' | 'requests'>> = {},
  errors: number,
  rule: RuleSettings,
): boolean {
  return !isReached({ count: 2 * (total + errors), requests: requests + errors }, rule)
}
