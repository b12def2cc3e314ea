// Tells listeners and diagnostics channels what has happened. A listener that throws is counted, and the others are
// called all the same; see src/README, Strangers. They are called outside of any request's async context: what they log is of no request.
import { EventEmitter } from 'node:events'
import { type Clock, outsideRequests } from '../clock.js'
import type { WarningCode } from '../errors.js'
import { RecentMap } from '../recent.js'
import { plural } from '../text.js'
import { publishEvent } from './diagnostics.js'
import type { Events } from './events.js'
import type { Counters } from './stats.js'

/** Least time between two warnings that say the same again and again. */
const WARNING_INTERVAL_MS = 60_000
/** At most this many kinds of warnings are known to have come lately, the newest. */
const MAX_KINDS = 1000

/** What a warning that may come again and again is about. */
export interface Kind {
  readonly code: WarningCode
  /** Which of those with this code, such as the rule; blank where there is only one. */
  readonly about?: string
  /** What it says of that, in short; another state than the last one is news. */
  readonly state?: string
  /** Whether somebody has to act, so that none may be left out. */
  readonly isUrgent?: boolean
}

interface Spoken {
  readonly state: string
  readonly untilMs: number
  suppressed: number
}

export class Announcer {
  readonly #emitter = new EventEmitter()
  readonly #counters: Counters
  readonly #clock: Clock
  /** By code and what it is about, what was said last, until when the same is left out, and how often it was. */
  readonly #spoken = new RecentMap<string, Spoken>(MAX_KINDS)

  constructor(counters: Counters, clock: Clock) {
    this.#counters = counters
    this.#clock = clock
    this.#emitter.setMaxListeners(0)
  }

  on<E extends keyof Events>(event: E, listener: (...args: Events[E]) => void): void {
    this.#emitter.on(event, listener as (...args: unknown[]) => void)
  }

  off<E extends keyof Events>(event: E, listener: (...args: Events[E]) => void): void {
    this.#emitter.off(event, listener as (...args: unknown[]) => void)
  }

  emit<E extends keyof Events>(event: E, ...args: Events[E]): void {
    outsideRequests(() => this.#tell(event, args))
  }

  #tell<E extends keyof Events>(event: E, args: Events[E]): void {
    publishEvent(event, args[0])
    for (const listener of this.#emitter.listeners(event)) {
      try {
        listener(...args)
      } catch {
        this.#counters.listenerErrors += 1
      }
    }
  }

  /** Emits a warning at once. */
  warn(code: WarningCode, text: string): void {
    this.#counters.warnings += 1
    this.emit('warning', { code, message: `logsiren: ${text}` })
  }

  /**
   * Emits a warning that may come again and again: at once where it is urgent or says something new, else once a minute, with the
   * number of those that were left out since the last one.
   */
  warnSparsely({ code, about = '', state = '', isUrgent = false }: Kind, text: string): void {
    const nowMs = this.#clock.monotonicMs()
    const key = `${code} ${about}`
    const last = this.#spoken.get(key)
    if (last !== undefined && last.state === state && nowMs < last.untilMs && !isUrgent) {
      last.suppressed += 1
      this.#counters.muted += 1
      return
    }
    const suppressed = last?.suppressed ?? 0
    const more =
      suppressed === 0 ? '' : ` (since the last one, ${suppressed} more ${plural(suppressed, 'was', 'were')} left out)`
    this.#spoken.set(key, { state, untilMs: nowMs + WARNING_INTERVAL_MS, suppressed: 0 })
    this.warn(code, text + more)
  }
}
