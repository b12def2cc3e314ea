// The fallback that counting asks while Redis is away: when this process judges alone, and what follows.
import type { Clock } from '../../clock.js'
import type { OnRedisDown } from '../../config/options.js'
import type { RuleSettings } from '../../config/settings.js'
import { warningCodes } from '../../errors.js'
import type { Series } from '../../rule/series.js'
import type { Handover } from '../../store/store.js'
import type { Announcer } from '../announcer.js'
import type { Backlog } from '../counting/backlog.js'
import type { ClaimSink } from '../counting/claim-sink.js'
import { draftOf } from '../counting/drafts.js'
import type { Answered, Fallback } from '../counting/fallback-port.js'
import type { OtherRequests } from '../counting/other-requests.js'
import type { SeriesMemory } from '../counting/series-memory.js'
import type { SilencesInForce } from '../silences-in-force.js'
import type { Counters } from '../stats.js'
import { LocalAlerts } from './local-alerts.js'
import { Outage } from './outage.js'

export interface LocalFallbackOptions {
  readonly clock: Clock
  readonly mode: OnRedisDown
  readonly backlog: Backlog
  readonly otherRequests: OtherRequests
  readonly memory: SeriesMemory
  readonly counters: Counters
  readonly announcer: Announcer
  readonly hostname: string
  readonly config: { readonly rules: readonly RuleSettings[] }
  readonly silences: SilencesInForce
  readonly dispatcher: ClaimSink
}

export class LocalFallback implements Fallback {
  readonly #options: LocalFallbackOptions
  readonly #outage: Outage
  readonly #alerts: LocalAlerts
  /** Cancels the judgement that is planned; undefined where none is. */
  #cancel: (() => void) | undefined
  /** The fleet's id in the last answer, so that an alert of this process and its end, which the fleet tells, belong together. */
  #fleet = ''
  /** Whether a call to Redis is under way. */
  #isAsking = false

  constructor(options: LocalFallbackOptions) {
    const { clock, mode, memory, silences } = options
    this.#options = options
    this.#outage = new Outage(clock)
    this.#alerts = new LocalAlerts({
      clock,
      mode,
      silences,
      onDelivered: (series, alert) => memory.delivered(series, alert),
      onToldOf: (group) => memory.delivered(group),
    })
  }

  get isActive(): boolean {
    return this.#outage.isDown
  }

  get isGivenUp(): boolean {
    return this.#outage.isGivenUp
  }

  get size(): number {
    return this.#alerts.size
  }

  asking(isAsking: boolean): void {
    this.#isAsking = isAsking
  }

  failed(sinceMs: number): void {
    this.#outage.failed(sinceMs)
    if (Number.isFinite(this.#outage.downInMs)) this.plan(this.#outage.downInMs)
  }

  answered(answered: readonly Answered[], isKnown: (seriesId: string) => boolean, fleet: string): void {
    this.#fleet = fleet
    this.#outage.answered()
    this.#alerts.answered(answered)
    const { counters, announcer } = this.#options
    for (const { rule } of this.#alerts.keepOnly(isKnown)) {
      counters.abandoned += 1
      const text = `an alert of rule ${rule.name} is given up, since the rule was switched off or removed before it was delivered`
      announcer.warn(warningCodes.deliveryAbandoned, text)
    }
  }

  giveUpOnStore(): void {
    this.#outage.giveUp()
  }

  note(): void {
    const judged = this.#judgedNames
    const { backlog, otherRequests } = this.#options
    this.#alerts.noteOthers(otherRequests.takeUnseen().filter(({ series }) => judged.has(series.rule.name)))
    this.#alerts.note(backlog.takeUnseen().filter(([{ rule }]) => judged.has(rule.name)))
  }

  plan(waitMs: number): void {
    this.#cancel ??= this.#options.clock.after(Math.max(0, Math.ceil(waitMs)), () => {
      this.#cancel = undefined
      if (!this.#isAsking) this.judge()
    })
  }

  judge(): void {
    if (!this.isActive) return
    const { counters, dispatcher, clock } = this.#options
    this.note()
    const judged = this.#judgedNames
    const draftFor = (series: Series): string => this.#draftFor(series)
    const { raised, unraised, claims } = this.#alerts.judge(({ rule }) => judged.has(rule.name), draftFor)
    counters.degraded += raised
    counters.unraised += unraised
    const common = { draft: undefined, store: this.#alerts, isForced: this.isGivenUp, askedAtMs: clock.monotonicMs() }
    for (const { series, claim } of claims)
      dispatcher.deliver({ ...common, series, claim: { ...claim, fleet: this.#fleet } })
  }

  get raisedIds(): readonly string[] {
    return this.#alerts.raisedIds
  }

  handoverOf(seriesId: string): Handover | undefined {
    return this.#alerts.handoverOf(seriesId)
  }

  close(): void {
    this.#cancel?.()
  }

  get #judgedNames(): ReadonlySet<string> {
    // What is new to the fleet only Redis can say.
    const enabled = this.#options.config.rules.filter((rule) => rule.enabled && !rule.newOnly)
    return new Set(enabled.map(({ name }) => name))
  }

  #draftFor(series: Series): string {
    const { backlog, hostname } = this.#options
    const shown = backlog.shownOf(series)
    return shown ? draftOf(series, shown, { hostname, isDegraded: true }) : ''
  }
}
