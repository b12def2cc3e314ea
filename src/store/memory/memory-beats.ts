// The beats of one process, without Redis.
import type { Clock } from '../../clock.js'
import type { BeatClaim, Beats, Heartbeat } from '../store.js'

interface LastBeat {
  readonly beat: string
  readonly claimedAtMs: number
  readonly isSettled: boolean
}

export class MemoryBeats implements Beats {
  readonly #clock: Pick<Clock, 'monotonicMs'>
  /** By url; a process has one or two. */
  readonly #last = new Map<string, LastBeat>()
  #claims = 0

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock
  }

  async claim({ url, periodMs, leaseMs }: Heartbeat): Promise<BeatClaim> {
    const nowMs = this.#clock.monotonicMs()
    const last = this.#last.get(url)
    if (last !== undefined) {
      const waitMs = last.claimedAtMs + (last.isSettled ? periodMs : leaseMs) - nowMs
      if (waitMs > 0) return last.isSettled ? { kind: 'settled', beat: last.beat, waitMs } : { kind: 'theirs', waitMs }
    }
    this.#claims += 1
    const beat = String(this.#claims)
    this.#last.set(url, { beat, claimedAtMs: nowMs, isSettled: false })
    return { kind: 'ours', beat }
  }

  async settle({ url }: Heartbeat, beat: string): Promise<void> {
    const last = this.#last.get(url)
    if (last?.beat === beat) this.#last.set(url, { ...last, isSettled: true })
  }
}
