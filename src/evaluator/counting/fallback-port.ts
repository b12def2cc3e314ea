// What counting asks of the fallback, which judges in this process alone while the store is away.
import type { Series } from '../../rule/series.js'
import type { Handover } from '../../store/store.js'

/** What the store has answered of a series. */
export interface Answered {
  readonly series: Series
  /** For this long no alert is raised. */
  readonly quietMs: number
  /** Whether the fleet has taken what was raised here and handed over; undefined where nothing was. */
  readonly handover: { readonly isTaken: boolean } | undefined
}

export interface Fallback {
  /** The store is away, and what is observed is judged here. */
  readonly isActive: boolean
  /** The store was given up on: nothing waits for it any more, until it answers. */
  readonly isGivenUp: boolean
  /** The store is being asked, and has the word until it answers or does not. */
  asking(isAsking: boolean): void
  /** A call that began then was not answered. */
  failed(sinceMs: number): void
  /** The store answered: what was handed over is the fleet's. */
  answered(answered: readonly Answered[], isKnown: (seriesId: string) => boolean): void
  giveUpOnStore(): void
  /** Takes note of what is about to be submitted, so that it can go on by itself. */
  note(): void
  /** Judges what was observed now, where the store is away. */
  judge(): void
  /** Judges what was observed after a while, unless that is planned already. */
  plan(waitMs: number): void
  /** Series with an alert that was raised here and is to be handed over. */
  readonly raisedIds: readonly string[]
  handoverOf(seriesId: string): Handover | undefined
  close(): void
}
