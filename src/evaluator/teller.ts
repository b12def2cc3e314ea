// From a claim to its end: one attempt, then the cooldown or another's turn.
import { type Alert, type Draft, fromSample, parseDraft, toSample } from '../alert/alert.js'
import type { Clock } from '../clock.js'
import type { RuleSettings } from '../config/settings.js'
import { attempt } from '../deliver/attempt.js'
import type { HttpClient } from '../deliver/http-client.js'
import { describeOutcome } from '../deliver/outcome.js'
import { warningCodes } from '../errors.js'
import { toLogRecord } from '../record/log-record.js'
import { LEASE_MS } from '../rule/decide.js'
import type { Claim, Settlement, Store } from '../store/store.js'
import type { AlertEvent, Announcer } from './events.js'
import type { Counters } from './stats.js'

export interface TellerOptions {
  readonly store: Store
  readonly http: HttpClient
  readonly clock: Clock
  readonly counters: Counters
  readonly announcer: Announcer
  /** Called whenever `isBusy` may have changed. */
  readonly onChange: () => void
}

const SETTLE_RETRY_MS = 250

export class Teller {
  readonly #options: TellerOptions
  readonly #telling = new Set<Promise<void>>()
  #isClosed = false

  constructor(options: TellerOptions) {
    this.#options = options
  }

  get isBusy(): boolean {
    return this.#telling.size > 0
  }

  /** Tells an alert that this process has claimed. */
  tell(rule: RuleSettings, claim: Claim): void {
    const telling = this.#tell(rule, claim).finally(() => {
      this.#telling.delete(telling)
      this.#options.onChange()
    })
    this.#telling.add(telling)
    this.#options.onChange()
  }

  /** Resolves when everything claimed until now has had its attempt. */
  async idle(): Promise<void> {
    await Promise.all(this.#telling)
  }

  close(): void {
    this.#isClosed = true
  }

  async #tell(rule: RuleSettings, claim: Claim): Promise<void> {
    const { http, clock, counters, announcer } = this.#options
    const alert: Alert = {
      ...(parseDraft(claim.draft) ?? blankDraft(rule)),
      id: claim.id,
      rule: rule.name,
      count: claim.count,
    }
    const event = toEvent(alert)
    if (claim.tries === 1) {
      counters.alerts += 1
      announcer.emit('alert', event)
    }
    const leasedUntilMs = clock.monotonicMs() + LEASE_MS
    const outcome = await attempt(http, rule, alert, clock.nowMs())
    // What was cut off by closing stays claimed: after the lease another process tells it.
    if (this.#isClosed && outcome.kind !== 'delivered') return
    if (outcome.kind === 'delivered') {
      counters.delivered += 1
      await this.#settle(rule, alert.id, 'delivered', leasedUntilMs)
      announcer.emit('delivered', { ...event, status: outcome.status, tries: claim.tries })
      return
    }
    counters.failed += 1
    await this.#settle(rule, alert.id, 'released', leasedUntilMs)
    const text = `an alert of rule ${rule.name} could not be delivered (${describeOutcome(outcome)}); the next error tries again`
    announcer.warnSparsely(warningCodes.deliveryFailed, text)
  }

  /** Tries for as long as the lease holds; after that another process may have taken the alert over. */
  async #settle(rule: RuleSettings, alertId: string, settlement: Settlement, untilMs: number): Promise<void> {
    const { store, clock, counters } = this.#options
    while (!this.#isClosed) {
      try {
        return await store.settle(rule, alertId, settlement)
      } catch {
        counters.storeFailures += 1
        if (clock.monotonicMs() > untilMs) return
        await new Promise<void>((resume) => clock.after(SETTLE_RETRY_MS, resume))
      }
    }
  }
}

/** Stands in where another hand has changed the stored alert beyond use: telling little beats telling nothing. */
function blankDraft(rule: RuleSettings): Draft {
  return { threshold: rule.threshold, window_seconds: rule.windowMs / 1000, sample: toSample(toLogRecord({})) }
}

function toEvent(alert: Alert): AlertEvent {
  const { id, rule, count, threshold } = alert
  return { id, rule, count, threshold, windowSeconds: alert.window_seconds, sample: fromSample(alert.sample) }
}
