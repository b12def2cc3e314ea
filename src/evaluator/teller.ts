// From a claim to its end: one attempt, then the cooldown or another's turn.
import { type Draft, readDraft } from '../alert/draft.js'
import type { Alert, Resolution } from '../alert/payload.js'
import { fromSample, toSample } from '../alert/sample.js'
import type { Clock } from '../clock.js'
import type { RuleSettings } from '../config/settings.js'
import { attempt } from '../deliver/attempt.js'
import type { HttpClient } from '../deliver/http-client.js'
import { describeOutcome } from '../deliver/outcome.js'
import { warningCodes } from '../errors.js'
import { toLogRecord } from '../record/log-record.js'
import { LEASE_MS, type Settlement } from '../rule/decide.js'
import type { Series } from '../rule/series.js'
import type { Claim, Store } from '../store/store.js'
import type { AlertEvent, Announcer, ResolvedEvent } from './events.js'
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

  /** Tells what this process has claimed; `draft` says more than the claim's own, and takes its place first. */
  tell(series: Series, claim: Claim, draft: string | undefined): void {
    const telling = this.#tell(series, claim, draft).finally(() => {
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

  async #tell(series: Series, claim: Claim, draft: string | undefined): Promise<void> {
    const { http, clock, counters, announcer } = this.#options
    const { rule } = series
    const text = draft !== undefined && (await this.#enrich(series, claim.id, draft)) ? draft : claim.draft
    const { facts, id, count } = claim
    const base = { ...(readDraft(text) ?? blankDraft(rule)), id, rule: rule.name, count }
    const news: Alert | Resolution = facts.kind === 'firing' ? { ...base, facts } : { ...base, facts }
    if (claim.tries === 1 && facts.kind === 'firing') {
      counters.alerts += 1
      announcer.emit('alert', toEvent({ ...base, facts }))
    }
    const leasedUntilMs = clock.monotonicMs() + LEASE_MS
    const outcome = await attempt(http, rule, news, clock.nowMs())
    // What was cut off by closing stays claimed: after the lease another process tells it.
    if (this.#isClosed && outcome.kind !== 'delivered') return
    if (outcome.kind === 'delivered') {
      if (facts.kind === 'firing') counters.delivered += 1
      else counters.resolved += 1
      await this.#settle(series, id, 'delivered', leasedUntilMs)
      if (facts.kind === 'firing')
        announcer.emit('delivered', { ...toEvent({ ...base, facts }), status: outcome.status, tries: claim.tries })
      else announcer.emit('resolved', toResolvedEvent({ ...base, facts }))
      return
    }
    counters.failed += 1
    await this.#settle(series, id, 'released', leasedUntilMs)
    const what = facts.kind === 'firing' ? 'an alert' : 'the end of an alert'
    const when = facts.kind === 'firing' ? 'the next error tries again' : 'it is tried again'
    announcer.warnSparsely(
      warningCodes.deliveryFailed,
      `${what} of rule ${rule.name} could not be delivered (${describeOutcome(outcome)}); ${when}`,
    )
  }

  /** Whether the alert is kept with this draft from now on: then it is told so, by whoever tells it. */
  async #enrich(series: Series, alertId: string, draft: string): Promise<boolean> {
    try {
      await this.#options.store.enrich(series, alertId, draft)
      return true
    } catch {
      this.#options.counters.storeFailures += 1
      return false
    }
  }

  /** Tries for as long as the lease holds; after that another process may have taken the alert over. */
  async #settle(series: Series, alertId: string, settlement: Settlement, untilMs: number): Promise<void> {
    const { store, clock, counters } = this.#options
    while (!this.#isClosed) {
      try {
        return await store.settle(series, alertId, settlement)
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

function toEvent({ id, rule, count, threshold, window_seconds, sample, group_by, facts }: Alert): AlertEvent {
  return {
    id,
    rule,
    ...(group_by !== undefined && { groupBy: group_by }),
    count,
    threshold,
    windowSeconds: window_seconds,
    suppressed: facts.suppressed,
    sample: fromSample(sample),
  }
}

function toResolvedEvent({
  id,
  rule,
  count,
  threshold,
  window_seconds,
  sample,
  group_by,
  facts,
}: Resolution): ResolvedEvent {
  return {
    id,
    alertId: facts.alertId,
    rule,
    ...(group_by !== undefined && { groupBy: group_by }),
    count,
    threshold,
    windowSeconds: window_seconds,
    durationSeconds: Math.round(facts.durationMs / 1000),
    peak: facts.peak,
    total: facts.total,
    sample: fromSample(sample),
  }
}
