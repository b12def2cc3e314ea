// One submission: the batch that it carries, the rounds that a changed config takes, and what follows from the reply.
//
// A call that fails may have been counted all the same, since only its answer was lost. Its errors in a new batch would
// be counted twice then, and left out they might never be counted. So the batch stays as it is and is sent again with
// the same sequence, which a store counts once.
import type { Clock } from '../../clock.js'
import type { RuleSettings } from '../../config/settings.js'
import { warningCodes } from '../../errors.js'
import { RecentMap } from '../../recent.js'
import { findSeries, manyOf, type Series } from '../../rule/series.js'
import { isReached } from '../../share.js'
import type { Claim, FormerRule, Reply, Store, StoredConfig, Tallied } from '../../store/store.js'
import type { Announcer } from '../announcer.js'
import type { SilencesInForce } from '../silences-in-force.js'
import type { Counters, Stats } from '../stats.js'
import type { Backlog } from './backlog.js'
import { type Batch, errorsOf, type Prepared, prepare, takeBatch } from './batch.js'
import type { ClaimSink } from './claim-sink.js'
import { CounterGrowth } from './counter-growth.js'
import { draftOf } from './drafts.js'
import type { DueSeries } from './due-series.js'
import type { Fallback } from './fallback-port.js'
import { MixedWindows } from './mixed-windows.js'
import type { OtherRequests } from './other-requests.js'
import type { ProcessNews } from './process-news.js'
import type { SeriesMemory } from './series-memory.js'

/**
 * At most this many times the store may answer one attempt with another config or other silences: what changes faster
 * than it can be read must not turn an attempt into an endless loop.
 */
const MAX_CONFIG_ROUNDS = 3

/** Open notices of former rules are asked for this often: some may still be leased to other processes. */
const FORMER_INTERVAL_MS = 5000
/** A former rule is asked for until this long after the config left it; by then every lease of that time has ended. */
const FORMER_ASKED_MS = 600_000

/**
 * Errors that have waited longer than this have waited through an outage. Then the series with the newest errors go
 * first, since those of the others may be too old to count by now.
 */
const OUTAGE_WAIT_MS = 5000

/** The rules in force, and where a config that the store sends goes. */
export interface RulesInForce {
  readonly rules: readonly RuleSettings[]
  /** Rules as they were before the config moved them to another url, switched them off or dropped them. */
  readonly formerRules: readonly FormerRule[]
  /** Takes over what the store's config key holds. */
  adopt(config: StoredConfig): void
}

export interface SubmissionOptions {
  readonly store: Store
  readonly backlog: Backlog
  readonly otherRequests: OtherRequests
  readonly dueSeries: DueSeries
  readonly memory: SeriesMemory
  /** Judges in this process alone while the store is away; undefined for a store that never is. */
  readonly fallback: Fallback | undefined
  readonly clock: Clock
  readonly counters: Counters
  /**
   * Gives the counters whose growth a shared store adds up for the fleet: with a worker thread those of both threads.
   * @defaultValue `counters`
   */
  readonly stats?: (() => Stats) | undefined
  readonly announcer: Announcer
  readonly hostname: string
  readonly config: RulesInForce
  readonly silences: SilencesInForce
  /** What is told of this process; undefined where nobody would learn of it, since the store is not shared. */
  readonly news?: ProcessNews | undefined
  readonly dispatcher: ClaimSink
}

/** At most this many keys that were begun anew are remembered, so that each is named once. */
const MAX_WARNED_KEYS = 1000

/** One call of the store, as it was made. */
interface Call {
  readonly formerRules: readonly FormerRule[]
  /** On the monotonic clock. */
  readonly askedAtMs: number
  /** Whether a flush waits for what comes of it. */
  readonly isWaitedFor: boolean
}

export class Submission {
  readonly #options: SubmissionOptions
  readonly #windows: MixedWindows
  readonly #growth: CounterGrowth
  /** Keys that were begun anew; each is warned of once. */
  readonly #warnedKeys = new RecentMap<string, true>(MAX_WARNED_KEYS)
  /** The batch that the store has not answered for. */
  #batch: Batch | undefined
  #sequence = 0
  #formerAskedAtMs = Number.NEGATIVE_INFINITY
  #isClosed = false
  /** Whether the last call failed. */
  #hasFailed = false

  constructor(options: SubmissionOptions) {
    this.#options = options
    this.#windows = new MixedWindows(options.announcer)
    this.#growth = new CounterGrowth(options.clock, options.stats ?? (() => options.counters))
  }

  /** Whether a batch is under way, or waits to be sent again. */
  get isOpen(): boolean {
    return this.#batch !== undefined
  }

  /** Errors of the batch that the store has not answered for. */
  get errors(): number {
    return errorsOf(this.#batch?.parts ?? [])
  }

  /** Whether this process's counters have grown since a shared store last heard of them. */
  get hasUntold(): boolean {
    return this.#options.store.isShared && this.#growth.hasGrown
  }

  /**
   * Sends what waits, or once more the batch that was not answered for. Resolves with true where more waits than the
   * batch had room for. Rejects where it is not known whether the batch was counted.
   */
  async attempt(isWaitedFor: () => boolean): Promise<boolean> {
    this.#batch ??= this.#nextBatch(isWaitedFor())
    const batch = this.#batch
    for (let round = 0; round < MAX_CONFIG_ROUNDS; round += 1) {
      const { store, config, silences, clock, news } = this.#options
      const prepared = this.#prepare(batch)
      const entries = prepared.map(({ entry }) => entry)
      const { sequence, growth } = batch
      const formerRules = this.#formerRulesToAsk()
      const askedAtMs = clock.monotonicMs()
      const process = news?.next()
      const told = { sequence, entries, growth, process, isReturning: this.#hasFailed }
      this.#hasFailed = true
      const reply = await store.submit({ ...told, rules: this.#enabledRules, formerRules })
      this.#hasFailed = reply.kind !== 'counted' && told.isReturning
      if (this.#isClosed) return false
      if (reply.kind !== 'counted') silences.adopt(reply.silences)
      if (reply.kind === 'silences') continue
      if (reply.kind === 'config') {
        config.adopt(reply.config)
        this.#options.memory.forgetAnswers()
        this.#windows.restart()
        this.#formerAskedAtMs = Number.NEGATIVE_INFINITY
        continue
      }
      this.#batch = undefined
      if (process !== undefined) news?.told(process)
      this.#applyReply(batch, prepared, reply, { formerRules, askedAtMs, isWaitedFor: isWaitedFor() })
      return batch.isFull
    }
    throw new Error('the config keeps changing, or the silences do')
  }

  /** Stops: an answer that comes later is ignored. */
  close(): void {
    this.#isClosed = true
  }

  #nextBatch(isWaitedFor: boolean): Batch {
    const { store, backlog, fallback, clock } = this.#options
    this.#sequence += 1
    fallback?.note()
    const growth = store.isShared ? this.#growth.next(isWaitedFor) : undefined
    const waitedMs = clock.monotonicMs() - (backlog.waitingSinceMs ?? clock.monotonicMs())
    const isNewestFirst = waitedMs > OUTAGE_WAIT_MS
    return takeBatch(this.#options, { sequence: this.#sequence, growth, isNewestFirst })
  }

  #prepare(batch: Batch): readonly Prepared[] {
    const { clock } = this.#options
    return prepare(batch, { ...this.#options, rules: this.#enabledRules, monotonicMs: clock.monotonicMs() })
  }

  get #enabledRules(): readonly RuleSettings[] {
    return this.#options.config.rules.filter((rule) => rule.enabled)
  }

  #formerRulesToAsk(): readonly FormerRule[] {
    const { clock, config } = this.#options
    const nowMs = clock.monotonicMs()
    if (nowMs < this.#formerAskedAtMs + FORMER_INTERVAL_MS) return []
    this.#formerAskedAtMs = nowMs
    return config.formerRules.filter(({ leftAtMs }) => nowMs < leftAtMs + FORMER_ASKED_MS)
  }

  #applyReply(
    batch: Batch,
    prepared: readonly Prepared[],
    { tallies, due, formerlyOpen, repaired, fleet }: Reply & { readonly kind: 'counted' },
    call: Call,
  ): void {
    const { counters, dueSeries, fallback } = this.#options
    counters.submissions += 1
    if (batch.growth !== undefined) this.#growth.told(batch.growth)
    counters.dropped += errorsOf(batch.parts) - errorsOf(prepared.flatMap(({ part }) => part ?? []))
    this.#warnOfRepairs(repaired)
    const learned = prepared.flatMap((one, index) => {
      const tallied = tallies[index]
      return tallied === undefined ? [] : [{ ...one, tallied }]
    })
    const rules = this.#enabledRules
    fallback?.answered(
      learned.map(({ entry, tallied: { quietMs, claim, delivery } }) => {
        const handedOver = entry.kind === 'judged' ? entry.handover : undefined
        const handover = handedOver && { isTaken: claim?.id === handedOver.id }
        return { series: entry.series, quietMs, streak: delivery?.streak, handover }
      }),
      (id) => findSeries(id, rules) !== undefined,
      fleet,
    )
    // The notice that was raised first is delivered first.
    learned.sort((one, other) => (other.tallied.claim?.ageMs ?? 0) - (one.tallied.claim?.ageMs ?? 0))
    for (const { tallied, ...one } of learned) this.#apply(one, tallied, call)
    for (const id of due) dueSeries.add(id)
    formerlyOpen.forEach((ids, index) => {
      for (const id of ids) dueSeries.add(id, { former: call.formerRules[index] })
    })
  }

  #apply({ entry, part }: Prepared, tallied: Tallied, { askedAtMs, isWaitedFor }: Call): void {
    const { counters, dueSeries, memory, dispatcher, store, backlog } = this.#options
    const { series } = entry
    const { total, requests, dropped, isMixed, isJudged, claim, isOfMany = false } = tallied
    counters.dropped += dropped
    memory.learn(series, tallied, entry.kind === 'judged' ? entry.delivery : undefined)
    if (part !== undefined) backlog.learn(part, tallied.meetings ?? [])
    if (part !== undefined) this.#windows.see(series.rule, isMixed)
    // This process was far from the threshold, so its counts were not judged; with those of others they have reached
    // it. The next batch judges them.
    if (!isJudged && entry.counts.length > 0 && isReached({ count: total, requests }, series.rule))
      dueSeries.add(series.id)
    if (claim === undefined) return
    const isForced = isWaitedFor || (entry.kind === 'judged' && entry.isForced === true)
    const claimed = isOfMany ? manyOf(series.rule) : series
    // The look announces it to operators: errors are counted for its groups only.
    if (isOfMany && claim.isNew) dueSeries.add(claimed.id)
    dispatcher.deliver({
      series: claimed,
      claim,
      store,
      draft: this.#draftFor(series, claim),
      isForced,
      askedAtMs,
    })
  }

  /**
   * The draft of an alert that was raised without one, or with one that shows other kinds than those that turned out to be new; undefined
   * where the claim's own is right, or where its errors have left the memory.
   */
  #draftFor(series: Series, { draft, isNew, facts }: Claim): string | undefined {
    const mayBeWrong = series.rule.newOnly && isNew && facts.kind === 'firing'
    if (draft !== '' && !mayBeWrong) return undefined
    const { backlog, hostname } = this.#options
    const shown = backlog.shownOf(series)
    const better = shown && draftOf(series, shown, { hostname })
    return better === draft ? undefined : better
  }

  #warnOfRepairs(keys: readonly string[]): void {
    for (const key of keys) {
      if (this.#warnedKeys.has(key)) continue
      this.#warnedKeys.set(key, true)
      const text = `the key ${key} held something else than what logsiren keeps there and was begun anew; what it held is lost. If another program uses this key, give logsiren another \`configKey\``
      this.#options.announcer.warn(warningCodes.redisUnavailable, text)
    }
  }
}
