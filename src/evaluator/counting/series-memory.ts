// Which cooldowns this process has heard of, or begun: Redis forgets the newest where a replica takes a master's place before it has
// heard of them, and is reminded then.
import type { Clock } from '../../clock.js'
import type { Series } from '../../rule/series.js'
import type { CountedEntry, Remembered } from '../../store/store.js'

/** So many are kept, those heard of last. */
const MAX_REMEMBERED = 10_000
/** What the store says of a delivery of ours is put down to that one if it came no later than this after it. */
const SAME_DELIVERY_MS = 10_000

interface Cooldown extends Remembered {
  readonly untilMs: number
  /** This process has told the alert. */
  readonly isOwn: boolean
}

export class RememberedCooldowns {
  readonly #clock: Clock
  readonly #bySeries = new Map<string, Cooldown>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** What the store has answered of a series. */
  learn({ id }: Series, { told, quietMs }: Pick<CountedEntry, 'told' | 'quietMs'>): void {
    if (quietMs <= 0) this.#bySeries.delete(id)
    else if (told !== undefined) this.#learn(id, told, quietMs)
  }

  #learn(id: string, told: NonNullable<CountedEntry['told']>, quietMs: number): void {
    const nowMs = this.#clock.monotonicMs()
    const known = this.#bySeries.get(id)
    const toldAtMs = nowMs - told.ageMs
    const isOwn = known?.isOwn === true && toldAtMs < known.toldAtMs + SAME_DELIVERY_MS
    this.#keep(id, { stamp: told.stamp, toldAtMs, untilMs: nowMs + quietMs, isOwn })
  }

  /** This process has just delivered an alert, and the store may not have heard of that. */
  begin({ id, rule }: Series): void {
    const nowMs = this.#clock.monotonicMs()
    this.#keep(id, { stamp: '', toldAtMs: nowMs, untilMs: nowMs + rule.cooldownMs, isOwn: true })
  }

  /** The last delivery whose cooldown still runs. */
  of({ id }: Series): Remembered | undefined {
    const known = this.#bySeries.get(id)
    if (known === undefined) return undefined
    if (this.#clock.monotonicMs() < known.untilMs) return { stamp: known.stamp, toldAtMs: known.toldAtMs }
    this.#bySeries.delete(id)
    return undefined
  }

  /** Series whose running cooldown this process has begun: of each there is one such process. */
  get ownIds(): readonly string[] {
    const nowMs = this.#clock.monotonicMs()
    return [...this.#bySeries].filter(([, { isOwn, untilMs }]) => isOwn && nowMs < untilMs).map(([id]) => id)
  }

  #keep(id: string, cooldown: Cooldown): void {
    this.#bySeries.delete(id)
    this.#bySeries.set(id, cooldown)
    if (this.#bySeries.size <= MAX_REMEMBERED) return
    const [oldest] = this.#bySeries.keys()
    if (oldest !== undefined) this.#bySeries.delete(oldest)
  }
}
