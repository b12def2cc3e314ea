// The silences that the store last told of, and which of them mutes a series.
import type { Clock } from '../clock.js'
import type { RuleSettings } from '../config/settings.js'
import { manyOf, type Series } from '../rule/series.js'
import { type Silence, silenceOf } from '../rule/silence.js'
import type { StoredSilences } from '../store/store.js'

/** A silence whose end is this long past, as far as this process can tell, is over by the store's clock too. */
const CERTAIN_MS = 10_000

export class SilencesInForce {
  readonly #clock: Clock
  #list: readonly Silence[] = []
  /**
   * By how much the store's clock is ahead of the monotonic one of this process, or was at most: an answer is on its way for a while. The
   * process's own wall clock may show any time.
   */
  #aheadMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Takes what the store holds in place of what it held. */
  adopt({ list, readAtMs }: StoredSilences): void {
    this.#list = list
    this.#aheadMs = readAtMs - this.#clock.monotonicMs()
  }

  /** The silence that mutes a series; undefined where none does. Only the store can say whether it is over. */
  of({ rule, groupValues }: Series): Silence | undefined {
    if (this.#list.length === 0) return undefined
    return silenceOf({ rule: rule.name, groupBy: rule.groupBy, groupValues }, this.#list)
  }

  /** The silence that mutes a series while the store is away, with its times by the wall clock of this process. */
  ofAlone(series: Series): Silence | undefined {
    const silence = this.of(series)
    const toWallMs = this.#clock.nowMs() - this.#storeMs
    return silence && { ...silence, untilMs: silence.untilMs + toWallMs, createdAtMs: silence.createdAtMs + toWallMs }
  }

  /** The silence that mutes `(many)` of a rule, as `of` gives it. */
  ofMany(rule: RuleSettings): Silence | undefined {
    // Mostly there is none at all.
    return this.#list.length === 0 || rule.groupBy.length === 0 ? undefined : this.of(manyOf(rule))
  }

  /** Whether a silence may go on, so that it is not worth while to make ready for an alert. */
  isRunning(silence: Silence | undefined): boolean {
    return silence !== undefined && this.#storeMs < silence.untilMs + CERTAIN_MS
  }

  /** The time by the store's clock. */
  get #storeMs(): number {
    return this.#clock.monotonicMs() + this.#aheadMs
  }
}
