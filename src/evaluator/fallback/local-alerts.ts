// What a process does by itself while Redis is away: contract §5, `onRedisDown`. It counts what it observes at any time, so that it
// can go on by itself, and what it raises then becomes the fleet's when Redis is back.
import type { Clock } from '../../clock.js'
import type { OnRedisDown } from '../../config/options.js'
import { MAX_NEWS_AGE_MS } from '../../rule/alert-state.js'
import { type Series, seriesOf } from '../../rule/series.js'
import type { ClaimRef, Settlement } from '../../rule/settle.js'
import type { Count } from '../../rule/tally.js'
import { MemoryStore } from '../../store/memory/memory-store.js'
import type { Claim, Handover, LoneAttempt, Note } from '../../store/store.js'

/** So long without an answer, and Redis is down. */
const DOWN_AFTER_MS = 5000
/** So many series may have an alert that the fleet does not know of; what is raised beyond that is not. */
const MAX_RAISED = 1000
/** Of the attempts at one so many are kept, the last ones. */
const MAX_ATTEMPTS = 20

interface Raised {
  readonly series: Series
  /** What was delivered of it. */
  told: Handover | undefined
  attempts: readonly LoneAttempt[]
}

export interface LoneJudgement {
  readonly raised: number
  /** Series whose errors were not judged, since too many have an alert. */
  readonly unraised: number
  readonly claims: readonly { readonly series: Series; readonly claim: Claim }[]
}

/** What Redis has answered of a series. */
export interface Answered {
  readonly series: Series
  readonly quietMs: number
  /** What was raised here of it was handed over. */
  readonly isHandedOver: boolean
}

export class Alone {
  readonly #clock: Clock
  readonly #mode: OnRedisDown
  readonly #store: MemoryStore
  /** Series whose errors nobody has judged. */
  readonly #unjudged = new Map<string, Series>()
  /** Series with an alert that was raised here. */
  readonly #raised = new Map<string, Raised>()
  #failingSinceMs: number | undefined
  #isForced = false

  constructor(clock: Clock, mode: OnRedisDown) {
    this.#clock = clock
    this.#mode = mode
    this.#store = new MemoryStore(clock)
  }

  /** Redis is down: what is observed is judged here. */
  get isActive(): boolean {
    return this.#failingSinceMs !== undefined && (this.#isForced || this.activeInMs <= 0)
  }

  /** Redis was given up on: nothing waits for it any more, until it answers. */
  get isForced(): boolean {
    return this.#isForced
  }

  /** When that will be the case, unless Redis answers; infinity while it does. */
  get activeInMs(): number {
    if (this.#failingSinceMs === undefined) return Number.POSITIVE_INFINITY
    return this.#failingSinceMs + DOWN_AFTER_MS - this.#clock.monotonicMs()
  }

  /** An alert that was raised here is being told. */
  get isTelling(): boolean {
    const nowMs = this.#clock.monotonicMs()
    for (const { series } of this.#raised.values()) {
      const { pending } = this.#store.alertOf(series)
      if (pending !== undefined && pending.holder !== '' && nowMs < pending.untilMs) return true
    }
    return false
  }

  /** A call that began then was not answered. */
  fail(sinceMs: number): void {
    this.#failingSinceMs ??= sinceMs
  }

  /**
   * Redis answered: of each of these series no alert is raised for so long, and what was handed over is the fleet's. What
   * was raised after it was asked is handed over next.
   */
  succeed(answered: readonly Answered[]): void {
    this.#failingSinceMs = undefined
    this.#isForced = false
    for (const { series, quietMs, isHandedOver } of answered) {
      this.#unjudged.delete(series.id)
      if (isHandedOver) {
        this.#store.forgetAlert(series)
        this.#raised.delete(series.id)
      }
      if (!this.#raised.has(series.id)) this.#store.judged(series, quietMs)
    }
  }

  /** Lets go what was raised of series that are no more. */
  keepOnly(isKnown: (seriesId: string) => boolean): void {
    for (const id of this.#raised.keys()) if (!isKnown(id)) this.#raised.delete(id)
  }

  /** Nothing is left to wait for. */
  giveUpOnRedis(): void {
    this.fail(this.#clock.monotonicMs())
    this.#isForced = true
  }

  /** Counts what was observed, whether Redis counts it or not. */
  note(counted: readonly (readonly [Series, readonly Count[]])[]): void {
    for (const [given, counts] of counted) {
      if (counts.length === 0) continue
      const series = untilReturn(given)
      this.#store.note(series, counts)
      this.#unjudged.set(series.id, series)
    }
  }

  /** Judges what nobody has judged, and tries again what is due; says how much it raised, and what this process is to tell now. */
  judge(isEnabled: (series: Series) => boolean, draftOf: (series: Series) => string): LoneJudgement {
    const { due } = this.#store.submitNow({ entries: [] })
    const dueSeries = due.flatMap((id) => this.#raised.get(id)?.series ?? [])
    const judged = new Map([...this.#unjudged, ...dueSeries.map((series) => [series.id, series] as const)])
    this.#unjudged.clear()
    this.#makeRoom()
    let [raised, unraised] = [0, 0]
    const claims = [...judged.values()].filter(isEnabled).flatMap((series) => {
      if (this.#raised.size >= MAX_RAISED && !this.#raised.has(series.id)) {
        unraised += 1
        return []
      }
      const [tally] = this.#store.submitNow({ entries: [{ series, counts: [], draft: '' }] }).tallies
      if (tally?.claim === undefined) return []
      if (tally.claim.isNew) raised += 1
      const claim = tally.claim.isNew ? this.#withDraft(series, tally.claim, draftOf(series)) : tally.claim
      const { attempts = [], told } = this.#raised.get(series.id) ?? {}
      this.#raised.set(series.id, { series, told, attempts: tally.claim.isNew ? [] : attempts })
      if (this.#mode === 'local') return [{ series, claim }]
      // The fleet tells it, when Redis is back.
      this.#store.settleNow(series, claim, { kind: 'postponed', waitMs: MAX_NEWS_AGE_MS, wasTried: false })
      return []
    })
    return { raised, unraised, claims }
  }

  /** Forgets what was delivered so long ago that the fleet need not know. */
  #makeRoom(): void {
    const nowMs = this.#clock.monotonicMs()
    for (const [id, { series, told }] of this.#raised) {
      if (told?.toldAtMs === undefined || this.#store.alertOf(series).pending !== undefined) continue
      if (nowMs > told.toldAtMs + Math.max(series.rule.cooldownMs, series.rule.cooldownMaxMs)) this.#raised.delete(id)
    }
  }

  /** Drafts are made for what is raised alone: there may be many series. */
  #withDraft(series: Series, claim: Claim, draft: string): Claim {
    void this.#store.enrich(series, claim.id, draft)
    return { ...claim, draft }
  }

  /** As of a store, for what `judge` gave. */
  async settle(series: Series, claimed: ClaimRef, settlement: Settlement, note?: Note): Promise<boolean> {
    const handover = this.handoverOf(series.id)
    const isSettled = this.#store.settleNow(series, claimed, settlement)
    const raised = this.#raised.get(series.id)
    if (!isSettled || raised === undefined) return isSettled
    const nowMs = this.#clock.monotonicMs()
    const { outcome = '', account = '' } = note ?? {}
    if (outcome !== '') raised.attempts = [...raised.attempts, { endedAtMs: nowMs, outcome }].slice(-MAX_ATTEMPTS)
    if (settlement.kind === 'delivered' && handover !== undefined)
      raised.told = { ...handover, account, attempts: raised.attempts, toldAtMs: nowMs }
    return true
  }

  enrich(series: Series, alertId: string, draft: string): Promise<void> {
    return this.#store.enrich(series, alertId, draft)
  }

  /** What was raised here was delivered. */
  wasTold(seriesId: string): boolean {
    return this.handoverOf(seriesId)?.toldAtMs !== undefined
  }

  /** Something is to be handed over. */
  get hasRaised(): boolean {
    return this.#raised.size > 0
  }

  /** Series of which something is. */
  get raisedIds(): readonly string[] {
    return [...this.#raised.keys()]
  }

  /** What Redis has to know of a series before it counts again. */
  handoverOf(seriesId: string): Handover | undefined {
    const raised = this.#raised.get(seriesId)
    const pending = raised && this.#store.alertOf(raised.series).pending
    if (pending?.facts.kind !== 'firing') return raised?.told
    const { id, facts, count, tries, draft, raisedAtMs } = pending
    const attempts = raised?.attempts ?? []
    const isNew = this.#mode === 'hold'
    return { id, facts, count, tries, draft, account: '', attempts, raisedAtMs, toldAtMs: undefined, isNew }
  }
}

/** Whether the errors have stopped, only the fleet can say. */
function untilReturn({ rule, groupKey, groupValues }: Series): Series {
  return seriesOf({ ...rule, sendResolved: false }, groupKey, groupValues)
}
