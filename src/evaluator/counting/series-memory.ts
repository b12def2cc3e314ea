// What this process knows of each series: what the store last said of it, and the last delivery whose cooldown runs. Redis forgets the
// newest of these where a replica takes a master's place before it has heard of them, and never hears of those of an outage: it is told.
import type { Clock } from '../../clock.js'
import { RecentMap } from '../../recent.js'
import { MAX_NOTICE_AGE_MS } from '../../rule/alert-state.js'
import type { Series } from '../../rule/series.js'
import type { KnownDelivery, LocalAlert, Tallied } from '../../store/store.js'

/** At most this many series are remembered, those heard of last. */
const MAX_SERIES = 10_000
/** What the store says of a delivery of ours is put down to that one if it came no later than this after it. */
const SAME_DELIVERY_MS = 10_000
/** What the store said is relied on for so long, and up to as long again: others count too. Not all series are asked for again at once. */
const TRUSTED_MS = 3000

/** What the store said of a series when its alerts were last looked at. */
interface Answer {
  readonly total: number
  readonly trustedUntilMs: number
  readonly quietUntilMs: number
  readonly isOpen: boolean
}

interface Delivery extends KnownDelivery {
  readonly cooldownUntilMs: number
  /** This process has made it. */
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

  /** Errors in a series' window, as far as the store has told; 0 where it has not. */
  totalOf({ id }: Series): number {
    return this.#answers.get(id)?.total ?? 0
  }

  /** Whether so many errors of this process leave a series far from its threshold, and nothing is open of it. */
  isFar({ id, rule }: Series, errors: number, monotonicMs: number): boolean {
    const known = this.#answers.get(id)
    if (known === undefined || known.isOpen || monotonicMs >= known.trustedUntilMs) return false
    return monotonicMs >= known.quietUntilMs && isBelowHalf(known.total + errors, rule.threshold)
  }

  /** Whether so many errors of this process may raise an alert. */
  mayRaise({ id, rule }: Series, errors: number, monotonicMs: number): boolean {
    const known = this.#answers.get(id)
    const isQuiet = known !== undefined && monotonicMs < known.quietUntilMs
    return !isQuiet && !isBelowHalf((known?.total ?? 0) + errors, rule.threshold)
  }

  /** What the store has answered of a series, `reported` being the delivery that it was told of. */
  learn({ id }: Series, tallied: Tallied, reported: KnownDelivery | undefined): void {
    const nowMs = this.#clock.monotonicMs()
    const { total, quietMs, isOpen, isJudged, delivery } = tallied
    const known = this.#answers.get(id)
    if (!isJudged) {
      if (known !== undefined) this.#answers.set(id, { ...known, total })
      return
    }
    const trustedUntilMs = nowMs + TRUSTED_MS * (1 + this.#clock.random())
    this.#answers.set(id, { total, trustedUntilMs, quietUntilMs: nowMs + quietMs, isOpen })
    if (reported?.alert !== undefined) this.#markReported(id, reported.alert.id)
    if (quietMs <= 0 && this.#deliveries.get(id)?.alert === undefined) this.#deliveries.delete(id)
    else if (delivery !== undefined) this.#learnDelivery(id, delivery, nowMs + quietMs)
  }

  /** This process has just delivered an alert; `alert` says all of it where the store does not know of it. */
  delivered({ id, rule }: Series, alert?: LocalAlert): void {
    const deliveredAtMs = this.#clock.monotonicMs()
    const cooldownUntilMs = deliveredAtMs + rule.cooldownMs
    this.#deliveries.set(id, { stamp: '', deliveredAtMs, cooldownUntilMs, isOwn: true, alert })
  }

  /** The last delivery, as long as its cooldown runs, or the store does not know of it. */
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

  /** Series whose running cooldown this process has begun, of each there is one such process; and those whose delivery the store does not know. */
  get ownIds(): readonly string[] {
    const nowMs = this.#clock.monotonicMs()
    return [...this.#deliveries]
      .filter(([, { isOwn, cooldownUntilMs, alert }]) => isOwn && (alert !== undefined || nowMs < cooldownUntilMs))
      .map(([id]) => id)
  }

  /** Another config is in force: what the store said of counts may not hold any more. */
  forgetAnswers(): void {
    this.#answers.clear()
  }

  #learnDelivery(id: string, { stamp, ageMs }: NonNullable<Tallied['delivery']>, cooldownUntilMs: number): void {
    const known = this.#deliveries.get(id)
    const deliveredAtMs = this.#clock.monotonicMs() - ageMs
    if (known?.alert !== undefined && deliveredAtMs < known.deliveredAtMs + SAME_DELIVERY_MS) return
    const isOwn = known?.isOwn === true && deliveredAtMs < known.deliveredAtMs + SAME_DELIVERY_MS
    this.#deliveries.set(id, { stamp, deliveredAtMs, cooldownUntilMs, isOwn })
  }

  #markReported(id: string, alertId: string): void {
    const known = this.#deliveries.get(id)
    if (known?.alert?.id === alertId) this.#deliveries.set(id, { ...known, alert: undefined })
  }
}

function isBelowHalf(errors: number, threshold: number): boolean {
  return 2 * errors < threshold
}
