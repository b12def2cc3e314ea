// The port through which counting asks the fallback, which judges in this process alone while the store is away.
import type { Streak } from '../../rule/cooldown.js'
import type { Series } from '../../rule/series.js'
import type { Handover } from '../../store/store.js'

/** The store's answer for a series, as far as it concerns the fallback. */
export interface Answered {
  readonly series: Series
  /** Milliseconds for which the fleet raises no alert; 0 where it may raise one. */
  readonly quietMs: number
  /** The streak of the delivery whose cooldown runs; undefined where it is not known. */
  readonly streak: Streak | undefined
  /** Whether the fleet has taken what was raised here and handed over; undefined where nothing was. */
  readonly handover: { readonly isTaken: boolean } | undefined
}

export interface Fallback {
  /** Whether the store is away, so that this process judges alone. */
  readonly isActive: boolean
  /** Whether the store was given up on, since the process is about to end; an answer ends that. */
  readonly isGivenUp: boolean
  /**
   * Says whether a call to the store is under way. Until it ends no planned judgement is made: the store may be raising
   * an alert for the same errors.
   */
  asking(isAsking: boolean): void
  /** Says that a call which began at `sinceMs`, on the monotonic clock, was not answered. */
  failed(sinceMs: number): void
  /**
   * Says that the store answered: what was handed over is the fleet's, and alerts of series that are not known any more
   * are given up. `fleet` names the fleet in what this process tells alone from now on.
   */
  answered(answered: readonly Answered[], isKnown: (seriesId: string) => boolean, fleet: string): void
  /** Says that the process is about to end and waits for the store no longer. */
  giveUpOnStore(): void
  /** Counts here what is about to be submitted, so that this process can judge alone once the store is away. */
  note(): void
  /** Judges what was counted and not judged, where the store is away. */
  judge(): void
  /** Judges after `waitMs`, unless that is planned already. */
  plan(waitMs: number): void
  /** Ids of series with an alert that was raised here and is to be handed over to the fleet. */
  readonly raisedIds: readonly string[]
  /** The alert that the next submission hands over for this series; undefined where there is none. */
  handoverOf(seriesId: string): Handover | undefined
  close(): void
}
