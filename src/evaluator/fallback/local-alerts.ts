// What a process counts and raises by itself while Redis is away; see README, When something fails. It counts what it observes at any time, so
// that it can go on by itself. An alert that is raised then is this process's until Redis is back, and the fleet's after; one that was
// delivered by then starts the fleet's cooldown.
import type { Clock } from '../../clock.js'
import type { OnRedisDown } from '../../config/options.js'
import { MAX_NOTICE_AGE_MS } from '../../rule/alert-state.js'
import { type Series, seriesOf } from '../../rule/series.js'
import type { ClaimRef, Settlement } from '../../rule/settle.js'
import type { Count } from '../../rule/tally.js'
import { MemoryStore } from '../../store/memory/memory-store.js'
import type { Claim, Entry, Handover, LocalAlert, Note } from '../../store/store.js'
import type { ClaimStore } from '../counting/claim-sink.js'
import type { Answered } from '../counting/fallback-port.js'

/** At most this many series may have an alert that the fleet does not know of; what is raised beyond that is not. */
const MAX_RAISED = 1000
/** At most this many series wait to be judged; more are judged by Redis alone, when it is back. */
const MAX_UNJUDGED = 10_000

export interface LocalJudgement {
  readonly raised: number
  /** Series whose errors were not judged, since too many have an alert. */
  readonly unraised: number
  readonly claims: readonly { readonly series: Series; readonly claim: Claim }[]
}

export interface LocalAlertsOptions {
  readonly clock: Clock
  readonly mode: OnRedisDown
  /** Called with what was delivered here, of which Redis does not know. */
  readonly onDelivered: (series: Series, alert: LocalAlert) => void
}

export class LocalAlerts implements ClaimStore {
  readonly #options: LocalAlertsOptions
  readonly #counts: MemoryStore
  /** Series whose errors nobody has judged. */
  readonly #unjudged = new Map<string, Series>()
  /** Series with an alert that was raised here and is not delivered. */
  readonly #raised = new Map<string, Series>()
  /** Raised alerts that the fleet has not taken, since it has one of its own: being delivered just then, they end with that attempt. */
  readonly #refused = new Set<string>()

  constructor(options: LocalAlertsOptions) {
    this.#options = options
    this.#counts = new MemoryStore(options.clock)
  }

  get size(): number {
    return Math.max(this.#counts.size, this.#unjudged.size + this.#raised.size)
  }

  /** Counts what was observed, whether Redis counts it or not. */
  note(counted: readonly (readonly [Series, readonly Count[]])[]): void {
    for (const [given, counts] of counted) {
      if (counts.length === 0) continue
      const series = withoutEnd(given)
      this.#counts.note(series, counts)
      if (this.#unjudged.size < MAX_UNJUDGED) this.#unjudged.set(series.id, series)
    }
  }

  /** Redis answered: of each of these series no alert is raised for so long, and what was handed over is the fleet's. */
  answered(answered: readonly Answered[]): void {
    const nowMs = this.#options.clock.monotonicMs()
    for (const { series, quietMs, handover } of answered) {
      this.#unjudged.delete(series.id)
      const turn = this.#counts.alertOf(series).pending?.turn
      const isLeased = turn?.kind === 'leased' && nowMs < turn.untilMs
      if (handover?.isTaken === false && isLeased) this.#refused.add(series.id)
      else if (handover !== undefined) this.#forget(series.id)
      if (!this.#raised.has(series.id)) this.#counts.judged(series, quietMs)
    }
  }

  /** Lets go what belongs to no rule any more; returns the series whose alerts are given up with that. */
  keepOnly(isKnown: (seriesId: string) => boolean): readonly Series[] {
    for (const id of this.#unjudged.keys()) if (!isKnown(id)) this.#unjudged.delete(id)
    const gone = [...this.#raised.values()].filter(({ id }) => !isKnown(id))
    for (const { id } of gone) this.#forget(id)
    return gone
  }

  /** Judges what nobody has judged, and tries again what is due; says how much it raised, and what this process is to deliver now. */
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
      const [tallied] = this.#counts.submitNow([lookAt(series)]).tallies
      if (tallied?.claim === undefined) return []
      let { claim } = tallied
      if (claim.isNew) {
        raised += 1
        // Drafts are made for what is raised only: there may be many series.
        claim = { ...claim, draft: draftFor(series) }
        this.#counts.enrichNow(series, claim.id, claim.draft)
      }
      this.#raised.set(series.id, series)
      if (this.#options.mode === 'local') return [{ series, claim }]
      // The fleet delivers it, when Redis is back.
      this.#counts.settleNow(series, claim, { kind: 'postponed', waitMs: MAX_NOTICE_AGE_MS })
      return []
    })
    return { raised, unraised, claims }
  }

  /** Says what became of a claim that `judge` gave, as one does to a store. */
  settle(series: Series, claimed: ClaimRef, settlement: Settlement, note?: Note): Promise<boolean> {
    const alert = this.#pendingOf(series.id)
    const isSettled = this.#counts.settleNow(series, claimed, settlement)
    const isOver = settlement.kind === 'delivered' || settlement.kind === 'abandoned'
    const isEnd = isOver || (this.#refused.has(series.id) && settlement.kind !== 'begun')
    if (isSettled && isEnd) this.#forget(series.id)
    // Where it is the fleet's by now, Redis is told by whoever holds the claim there: this process, which has delivered it.
    if (isSettled && settlement.kind === 'delivered' && alert !== undefined)
      this.#options.onDelivered(series, { ...alert, account: note?.account ?? '' })
    return Promise.resolve(isSettled)
  }

  enrich(series: Series, claimed: ClaimRef, draft: string): Promise<void> {
    return this.#counts.enrich(series, claimed, draft)
  }

  /** Series of which something is to be handed over. */
  get raisedIds(): readonly string[] {
    return [...this.#raised.keys()].filter((id) => !this.#refused.has(id))
  }

  /** What becomes the fleet's with the next answer. */
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
    const { id, facts, count, tries, draft, raisedAtMs } = pending
    return { id, facts, count, tries, draft, raisedAtMs, account: '' }
  }
}

function lookAt(series: Series): Entry {
  return { kind: 'judged', series, counts: [], draft: '' }
}

/** Whether the errors have stopped, only the fleet can say. */
function withoutEnd({ rule, groupKey, groupValues }: Series): Series {
  return seriesOf({ ...rule, sendResolved: false }, groupKey, groupValues)
}
