// Requests that went well while the first config is awaited. Where half of the room for lines is taken they are kept as numbers, since lines
// that may be errors need the rest.
import type { Moment } from '../../clock.js'
import type { FirstConfigHold } from './first-config-hold.js'

/** Requests this close together, in ms, are dated alike: so a few numbers hold those of a second. */
const TOGETHER_MS = 100

interface RequestsAt {
  readonly moment: Moment
  requests: number
}

export class HeldRequests {
  readonly #hold: FirstConfigHold | undefined
  readonly #pass: (requests: number, moment: Moment) => void
  #counts: RequestsAt[] = []

  /** Calls `pass` with their numbers when the hold is released. */
  constructor(hold: FirstConfigHold | undefined, pass: (requests: number, moment: Moment) => void) {
    this.#hold = hold
    this.#pass = pass
  }

  /** Takes a request that is no error by the rules that are known so far; false where there is room for its line. */
  take(moment: Moment): boolean {
    if (this.#hold?.isHalfFull !== true) return false
    if (this.#counts.length === 0) this.#hold.hold({}, () => this.#release())
    const last = this.#counts.at(-1)
    if (last !== undefined && moment.monotonicMs < last.moment.monotonicMs + TOGETHER_MS) last.requests += 1
    else this.#counts.push({ moment, requests: 1 })
    return true
  }

  #release(): void {
    for (const { moment, requests } of this.#counts) this.#pass(requests, moment)
    this.#counts = []
  }
}
