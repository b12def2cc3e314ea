// Says what has happened, to listeners and to diagnostics channels. A listener that throws is counted, and changes nothing; see src/README,
// Strangers.
import { EventEmitter } from 'node:events'
import type { Clock } from '../clock.js'
import type { WarningCode } from '../errors.js'
import { publishEvent } from './diagnostics.js'
import type { Events } from './events.js'
import type { Counters } from './stats.js'

const WARNING_INTERVAL_MS = 60_000

export class Announcer {
  readonly #emitter = new EventEmitter()
  readonly #counters: Counters
  readonly #clock: Clock
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
    publishEvent(event, args[0])
    for (const listener of this.#emitter.listeners(event)) {
      try {
        listener(...args)
      } catch {
        this.#counters.listenerErrors += 1
      }
    }
  }

  /** Says it now, whatever was said before. */
  warn(code: WarningCode, text: string): void {
    this.#counters.warnings += 1
    this.emit('warning', { code, message: `logsiren: ${text}` })
  }

  /** For what may happen again and again: the first at once, then one a minute that tells how many it stands for. */
  warnSparsely(code: WarningCode, text: string): void {
    const nowMs = this.#clock.monotonicMs()
    const muted = this.#muted.get(code)
    if (muted !== undefined && nowMs < muted.untilMs) {
      muted.suppressed += 1
      this.#counters.muted += 1
      return
    }
    const more =
      muted === undefined || muted.suppressed === 0 ? '' : ` (and ${muted.suppressed} times more in the last minute)`
    this.#muted.set(code, { untilMs: nowMs + WARNING_INTERVAL_MS, suppressed: 0 })
    this.warn(code, text + more)
  }
}
