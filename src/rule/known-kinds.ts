// The kinds of errors that a rule knows which counts only what is new; its twin in Lua is store/redis/lua/kinds.ts.
import { RecentMap } from '../recent.js'

/** A rule knows at most this many kinds, in all its groups; those that were not met for longest are forgotten. */
export const MAX_KINDS = 10_000
/**
 * A kind that goes on is noted once in so long (ms), and not with each batch of each process: for the days that a kind is remembered a minute
 * makes no difference.
 */
export const NOTED_EVERY_MS = 60_000

/** What became of the errors of one kind. */
export type Meeting =
  /** The kind counts, once, and is known from now on. */
  | 'new'
  | 'known'
  /** The rule has just begun, and learns what there is: the kind is known from now on. */
  | 'learned'
  /** The kind is not known and stays so, since no alert may be raised now: the next error of it counts. */
  | 'withheld'
  /** The errors came too late. */
  | 'dropped'

export interface NewnessPolicy {
  /** A kind that was not met for so long is new again. */
  readonly newAfterMs: number
  /** For how long the rule only learns after the first kind that it met. */
  readonly learnMs: number
}

/** The kinds that one rule knows. */
export class KnownKinds {
  /** When the rule met its first kind; undefined before. */
  #sinceMs: number | undefined
  /** When each kind was last noted. */
  readonly #notedAtMs = new RecentMap<string, number>(MAX_KINDS)

  get size(): number {
    return this.#notedAtMs.size
  }

  /** Ends the learning: each kind that is not known is new from now on. */
  endLearning(): void {
    this.#sinceMs = Number.NEGATIVE_INFINITY
  }

  /** Meets an error of a kind; `isHeldBack` says that its series can raise no alert now. */
  meet(
    kind: string,
    nowMs: number,
    isHeldBack: boolean,
    { newAfterMs, learnMs }: NewnessPolicy,
  ): Exclude<Meeting, 'dropped'> {
    this.#sinceMs ??= nowMs
    const notedAtMs = this.#notedAtMs.get(kind)
    if (notedAtMs !== undefined && notedAtMs > nowMs - newAfterMs) {
      if (notedAtMs <= nowMs - NOTED_EVERY_MS) this.#notedAtMs.set(kind, nowMs)
      return 'known'
    }
    const isLearning = nowMs < this.#sinceMs + learnMs
    if (!isLearning && isHeldBack) return 'withheld'
    this.#notedAtMs.set(kind, nowMs)
    return isLearning ? 'learned' : 'new'
  }
}
