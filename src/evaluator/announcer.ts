// Tells listeners and diagnostics channels what has happened. A listener that throws is counted, and the others are
// called all the same; see src/README, Strangers. They are called outside of any request's async context: what they log is of no request.
import { EventEmitter } from 'node:events'
import { type Clock, outsideRequests } from '../clock.js'
import type { WarningCode } from '../errors.js'
import { publishEvent } from './diagnostics.js'
import type { Events } from './events.js'
import type { Counters } from './stats.js'

/** Least time between two warnings of one code that may come again and again. */
const WARNING_INTERVAL_MS = 60_000

export class Announcer {
  readonly #emitter = new EventEmitter()
  readonly #counters: Counters
  readonly #clock: Clock
  /** By code, until when warnings are left out, and how many were. */
  readonly #muted = new Map<WarningCode, { untilMs: number; suppressed: number }>()

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
   * Emits a warning that may come again and again: the first at once, then one a minute of each code, which says how
   * many were left out before it.
   */
  warnSparsely(code: WarningCode, text: string): void {
    const nowMs = this.#clock.monotonicMs()
    const muted = this.#muted.get(code)
    if (muted !== undefined && nowMs < muted.untilMs) {
      muted.suppressed += 1
      this.#counters.muted += 1
      return
    }
    const more =
      muted === undefined || muted.suppressed === 0
        ? ''
        : ` (since the last warning with this code, ${muted.suppressed} more were left out)`
    this.#muted.set(code, { untilMs: nowMs + WARNING_INTERVAL_MS, suppressed: 0 })
    this.warn(code, text + more)
  }
}
