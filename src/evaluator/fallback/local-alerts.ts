// The counts and alerts of one process alone, for as long as Redis is away; see README, When something fails. Errors
// are counted here at any time, so that the process can go on alone at any moment. An alert that is raised here is this
// process's until Redis is back and the fleet's from then on; if it was delivered by then, it starts the fleet's
// cooldown.
import type { Clock } from '../../clock.js'
import type { OnRedisDown } from '../../config/options.js'
import { MAX_NOTICE_AGE_MS } from '../../rule/alert-state.js'
import { frozen } from '../../rule/many.js'
import { manyOf, type Series, seriesOf } from '../../rule/series.js'
import type { ClaimRef, Settled, Settlement } from '../../rule/settle.js'
import type { Count } from '../../rule/tally.js'
import { MemoryStore } from '../../store/memory/memory-store.js'
import type { Claim, Handover, LocalAlert, Note } from '../../store/store.js'
import type { ClaimStore } from '../counting/claim-sink.js'
import type { Answered } from '../counting/fallback-port.js'
import type { OthersOf } from '../counting/other-requests.js'
import type { SilencesInForce } from '../silences-in-force.js'

/** At most this many series may have an alert that the fleet does not know of; no more are raised. */
const MAX_RAISED = 1000
/** At most this many series wait to be judged here; the others are judged by Redis alone, when it is back. */
const MAX_UNJUDGED = 10_000

/** What one judgement found. */
export interface LocalJudgement {
  /** Alerts that it raised. */
  readonly raised: number
  /** Series whose errors it did not judge, since `MAX_RAISED` have an alert already. */
  readonly unraised: number
  /** Notices that this process is to deliver now. */
  readonly claims: readonly { readonly series: Series; readonly claim: Claim }[]
}

export interface LocalAlertsOptions {
  readonly clock: Clock
  readonly mode: OnRedisDown
  /** As they were when Redis was last heard of. */
  readonly silences: SilencesInForce
  /** Called with each alert that was delivered here and that Redis does not know of. */
  readonly onDelivered: (series: Series, alert: LocalAlert) => void
  /** Called with each group that an alert of `(many)` told of which was delivered here: its cooldown runs, too. */
  readonly onToldOf: (group: Series) => void
}

export class LocalAlerts implements ClaimStore {
  readonly isShared = false
  readonly #options: LocalAlertsOptions
  readonly #counts: MemoryStore
  /** Series with errors that neither Redis nor this process has judged, by id. */
  readonly #unjudged = new Map<string, Series>()
  /** Series with an alert that was raised here and is not delivered, by id. */
  readonly #raised = new Map<string, Series>()
  /**
   * Ids of series whose alert was handed over while an attempt at it was going on, and not taken, since the fleet has
   * an alert of its own or is quiet. If it were forgotten at once, Redis would never hear of it where that attempt
   * delivers it; if it were kept, it would be tried again beside the fleet's. So it ends with that attempt.
   */
  readonly #refused = new Set<string>()

  constructor(options: LocalAlertsOptions) {
    this.#options = options
    this.#counts = new MemoryStore(options.clock)
  }

  get size(): number {
    return Math.max(this.#counts.size, this.#unjudged.size + this.#raised.size)
  }

  /** Counts errors, whether Redis counts them or not. */
  note(counted: readonly (readonly [Series, readonly Count[]])[]): void {
    for (const [given, counts] of counted) {
      if (counts.length === 0) continue
      const series = withoutSendResolved(given)
      this.#counts.note(series, counts)
      if (this.#unjudged.size < MAX_UNJUDGED) this.#unjudged.set(series.id, series)
    }
  }

  /** Counts requests that are no counted errors, whether Redis counts them or not. They raise nothing by themselves. */
  noteOthers(counted: readonly OthersOf[]): void {
    for (const { series, others } of counted)
      if (others.length > 0) this.#counts.note(withoutSendResolved(series), [], others)
  }

  /**
   * Takes what Redis answered: these series are judged, each is quiet for `quietMs`, and the alerts that were handed
   * over are the fleet's.
   */
  answered(answered: readonly Answered[]): void {
    const nowMs = this.#options.clock.monotonicMs()
    for (const { series, quietMs, streak, handover } of answered) {
      this.#unjudged.delete(series.id)
      const turn = this.#counts.alertOf(series).pending?.turn
      const isLeased = turn?.kind === 'leased' && nowMs < turn.untilMs
      if (handover?.isTaken === false && isLeased) this.#refused.add(series.id)
      else if (handover !== undefined) this.#forget(series.id)
      if (!this.#raised.has(series.id)) this.#counts.judged(series, quietMs, streak)
    }
  }

  /** Forgets the series that belong to no rule any more; returns those whose alerts are given up with that. */
  keepOnly(isKnown: (seriesId: string) => boolean): readonly Series[] {
    for (const id of this.#unjudged.keys()) if (!isKnown(id)) this.#unjudged.delete(id)
    const gone = [...this.#raised.values()].filter(({ id }) => !isKnown(id))
    for (const { id } of gone) this.#forget(id)
    return gone
  }

  /**
   * Judges the errors that neither Redis nor this process has judged, and the alerts whose next attempt is due. An
   * alert that it claims is the caller's to deliver.
   */
  judge(isEnabled: (series: Series) => boolean, draftFor: (series: Series) => string): LocalJudgement {
    const { due } = this.#counts.submitNow([])
    const dueSeries = due.flatMap((id) => this.#raised.get(id) ?? [])
    const judged = new Map([...this.#unjudged, ...dueSeries.map((series) => [series.id, series] as const)])
    this.#unjudged.clear()
    let [raised, unraised] = [0, 0]
    const claims = [...judged.values()].filter(isEnabled).flatMap((series) => {
      if (this.#raised.size >= MAX_RAISED && !this.#raised.has(series.id)) {
        unraised += 1
        return []
      }
      const silence = this.#options.silences.ofAlone(series)
      const manySilence = this.#options.silences.ofAlone(manyOf(series.rule))
      const entry = { kind: 'judged', series, counts: [], draft: '', silence, manySilence } as const
      const [tallied] = this.#counts.submitNow([entry]).tallies
      if (tallied?.claim === undefined) return []
      const claimed = tallied.isOfMany === true ? manyOf(series.rule) : series
      let { claim } = tallied
      if (claim.isNew) {
        raised += 1
        // Made only now, and not for every series that is judged: there may be many, and few raise an alert.
        claim = { ...claim, draft: draftFor(series) }
        this.#counts.enrichNow(claimed, claim.id, claim.draft)
      }
      this.#raised.set(claimed.id, claimed)
      if (this.#options.mode === 'local') return [{ series: claimed, claim }]
      // With `'hold'` it waits for Redis to come back, and for the fleet to deliver it.
      this.#counts.settleNow(claimed, claim, { kind: 'postponed', waitMs: MAX_NOTICE_AGE_MS })
      return []
    })
    return { raised, unraised, claims }
  }

  /** Says what became of a claim that `judge` gave, as `Store.settle` does. */
  settle(series: Series, claimed: ClaimRef, settlement: Settlement, note?: Note): Promise<Settled> {
    const alert = this.#pendingOf(series.id)
    const isSettled = this.#counts.settleNow(series, claimed, settlement)
    const isOver = settlement.kind === 'delivered' || settlement.kind === 'abandoned'
    const isEnd = isOver || (this.#refused.has(series.id) && settlement.kind !== 'begun')
    if (isSettled !== false && isEnd) this.#forget(series.id)
    // An alert that the fleet has taken meanwhile is not in `#raised` any more. Redis then gave this process the claim,
    // which the dispatcher settles without a second attempt, since it has delivered this id.
    if (isSettled !== false && settlement.kind === 'delivered' && alert !== undefined) {
      this.#options.onDelivered(series, { ...alert, account: note?.account ?? '' })
      for (const group of this.#counts.membersOf(alert.id)) this.#options.onToldOf(group)
    }
    return Promise.resolve(isSettled)
  }

  enrich(series: Series, claimed: ClaimRef, draft: string): Promise<void> {
    return this.#counts.enrich(series, claimed, draft)
  }

  /** Ids of series with an alert that is to be handed over. */
  get raisedIds(): readonly string[] {
    return [...this.#raised.keys()].filter((id) => !this.#refused.has(id))
  }

  /** The alert of this series that becomes the fleet's with the next answer; undefined where there is none. */
  handoverOf(seriesId: string): Handover | undefined {
    const alert = this.#refused.has(seriesId) ? undefined : this.#pendingOf(seriesId)
    return alert && { ...alert, isNew: this.#options.mode === 'hold' }
  }

  #forget(seriesId: string): void {
    this.#raised.delete(seriesId)
    this.#refused.delete(seriesId)
  }

  #pendingOf(seriesId: string): LocalAlert | undefined {
    const series = this.#raised.get(seriesId)
    const pending = series && this.#counts.alertOf(series).pending
    if (pending?.facts.kind !== 'firing') return undefined
    const { id, facts, tries, raisedAtMs } = pending
    // No more groups join it there.
    const { count, draft } = frozen(pending)
    return { id, facts, count, tries, draft, raisedAtMs, account: '' }
  }
}

/** The series without `sendResolved`: only the fleet can say whether the errors have stopped. */
function withoutSendResolved({ rule, groupKey, groupValues }: Series): Series {
  return seriesOf({ ...rule, sendResolved: false }, groupKey, groupValues)
}
