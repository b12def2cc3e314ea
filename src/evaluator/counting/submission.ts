// One submission: what goes into it, the rounds that a changed config takes, and what its answer tells.
import type { Clock } from '../../clock.js'
import type { RuleSettings } from '../../config/settings.js'
import { findSeries, type Series } from '../../rule/series.js'
import type { CountedEntry, Reply, Store, StoredConfig } from '../../store/store.js'
import type { Claimed } from '../dispatch/delivery.js'
import type { Announcer } from '../events.js'
import type { Alone } from '../fallback/local-alerts.js'
import type { Counters, Stats } from '../stats.js'
import type { Backlog } from './backlog.js'
import { type Batch, errorsOf, KnownSeries, type Prepared, prepare } from './batch.js'
import { Totals } from './counter-growth.js'
import { fullDraft } from './drafts.js'
import type { Looks } from './due-series.js'
import type { Flushes } from './flush-waiters.js'
import { WindowWatch } from './mixed-windows.js'
import type { RememberedCooldowns } from './series-memory.js'

/** A config that changes faster than it can be read must not turn into a loop. */
const MAX_CONFIG_ROUNDS = 3

/** So many series are looked at in one submission; others have to wait for the next. */
const MAX_LOOKS = 1000

export interface SenderOptions {
  readonly store: Store
  /** Judges while the store is away; undefined for a store that never is. */
  readonly alone: Alone | undefined
  readonly clock: Clock
  readonly counters: Counters
  /** What is told of them where the store is shared, and of those in another thread. @defaultValue `counters` */
  readonly stats?: (() => Stats) | undefined
  readonly announcer: Announcer
  readonly hostname: string
  /** The rules in force, read anew for each submission. */
  readonly rules: () => readonly RuleSettings[]
  /** Urls that the config has moved a rule away from. */
  readonly earlierUrls: (ruleName: string) => readonly string[]
  /** Takes over what the config key holds; returns the names of the rules that now choose other errors, or are new, or gone. */
  readonly onConfig: (config: StoredConfig) => ReadonlySet<string>
  readonly onClaim: (claimed: Claimed) => void
  /** Of which the store is reminded with what is submitted. */
  readonly cooldowns: RememberedCooldowns
}

/** What waits to be sent, and who waits for it. */
export interface Waiting {
  readonly backlog: Backlog
  readonly looks: Looks
  readonly flushes: Flushes
}

export class Sender {
  readonly #options: SenderOptions
  readonly #waiting: Waiting
  readonly #windows: WindowWatch
  readonly #known = new KnownSeries()
  readonly #totals: Totals
  #sequence = 0
  #isClosed = false

  constructor(options: SenderOptions, waiting: Waiting) {
    this.#options = options
    this.#waiting = waiting
    this.#windows = new WindowWatch(options.announcer)
    this.#totals = new Totals(options.clock, options.stats ?? (() => options.counters))
  }

  /** Errors in a series' window, as far as the store has told; 0 where it has not. */
  totalOf(series: Series): number {
    return this.#known.totalOf(series)
  }

  /** The store does not know all that this process has done. */
  get hasUntold(): boolean {
    return this.#options.store.isShared && this.#totals.hasGrown
  }

  /** The next batch of a process whose batches are so far apart. */
  nextBatch(intervalMs: number): Batch {
    const { store, alone } = this.#options
    const { backlog, looks, flushes } = this.#waiting
    this.#sequence += 1
    alone?.note(backlog.takeUnseen())
    const growth = store.isShared ? this.#totals.next(!flushes.isEmpty) : undefined
    const batch = {
      sequence: this.#sequence,
      ...backlog.take(),
      looks: looks.take(MAX_LOOKS),
      wasSent: false,
      intervalMs,
      growth,
    }
    // What found no room in it goes with the next.
    if (!backlog.isEmpty || !looks.isEmpty) flushes.extend(2)
    return batch
  }

  /** Resolves once it is counted, with what the store says of how busy it is; rejects where that is not known. */
  async send(batch: Batch): Promise<number> {
    const { store, clock, counters, hostname, earlierUrls, alone, cooldowns } = this.#options
    for (let round = 0; round < MAX_CONFIG_ROUNDS; round += 1) {
      const prepared = prepare(batch, {
        rules: this.#enabledRules,
        hostname,
        monotonicMs: clock.monotonicMs(),
        known: this.#known,
        earlierUrls,
        alone,
        cooldowns,
      })
      const entries = prepared.map(({ entry }) => entry)
      const { sequence, growth, intervalMs } = batch
      const submission = { sequence, entries, counters: growth, intervalMs }
      const reply = await store.submit(submission)
      if (this.#isClosed) return 0
      if (reply.kind === 'config') {
        this.#adopt(reply.config, batch)
        continue
      }
      this.#waiting.flushes.answered()
      counters.submissions += 1
      if (batch.growth !== undefined) this.#totals.told(batch.growth)
      counters.dropped += errorsOf(batch.parts) - errorsOf(prepared.flatMap(({ part }) => part ?? []))
      this.#learn(prepared, reply)
      return reply.fullMs
    }
    throw new Error('the config keeps changing')
  }

  close(): void {
    this.#isClosed = true
  }

  get #enabledRules(): readonly RuleSettings[] {
    return this.#options.rules().filter((rule) => rule.enabled)
  }

  /** What waits of rules that now choose other errors is forgotten, and judged again by the new ones; not what may be counted. */
  #adopt(config: StoredConfig, batch: Batch): void {
    const { backlog, flushes } = this.#waiting
    const changed = this.#options.onConfig(config)
    this.#windows.restart()
    this.#known.clear()
    if (changed.size === 0) return
    const judged = [...batch.judged, ...backlog.forget(changed)]
    if (!batch.wasSent) batch.parts = batch.parts.filter(({ series }) => !changed.has(series.rule.name))
    batch.judged = []
    for (const one of judged) one.again(changed)
    if (!backlog.isEmpty) flushes.extend(2)
  }

  #learn(prepared: readonly Prepared[], { tallies, due }: Reply & { readonly kind: 'counted' }): void {
    const { looks, flushes } = this.#waiting
    const learned = prepared.flatMap((one, index) => {
      const tally = tallies[index]
      return tally === undefined ? [] : [{ ...one, tally }]
    })
    const rules = this.#enabledRules
    const isKnown = (id: string): boolean => findSeries(id, rules) !== undefined
    this.#options.alone?.succeed(
      learned.map(({ entry: { series, handover }, tally: { quietMs } }) => {
        return { series, quietMs, isHandedOver: handover !== undefined }
      }),
    )
    this.#options.alone?.keepOnly(isKnown)
    // What was raised first is told first.
    learned.sort((one, other) => (other.tally.claim?.ageMs ?? 0) - (one.tally.claim?.ageMs ?? 0))
    for (const { tally, ...one } of learned) this.#apply(one, tally)
    // What is due is looked at with the next submission, as far as it belongs to a rule of ours.
    for (const id of due) if (isKnown(id)) looks.add(id)
    if (!looks.isEmpty) flushes.extend(1)
  }

  #apply({ entry, part, isFull }: Prepared, tally: CountedEntry): void {
    const { counters, clock, hostname, onClaim, store, alone, cooldowns } = this.#options
    const { series } = entry
    counters.dropped += tally.dropped
    cooldowns.learn(series, tally)
    if (part !== undefined) {
      this.#known.learn(series, tally, clock.monotonicMs())
      this.#windows.see(series.rule, tally.isMixed)
    }
    const { claim } = tally
    if (claim === undefined) return
    const isRaised = claim.isNew && claim.facts.kind === 'firing' && claim.id !== entry.handover?.id
    const draft = isRaised && !isFull && part !== undefined ? fullDraft(part, hostname, clock.monotonicMs()) : undefined
    const isForced = entry.isForced === true || !this.#waiting.flushes.isEmpty
    const claimed = { series, claim, draft, store, isForced }
    // While Redis was asked this process has given up on it, and tells of the same errors by itself.
    if (alone?.handoverOf(series.id) === undefined) onClaim(claimed)
    else onClaim({ ...claimed, claim: { ...claim, isNew: false }, isTold: () => alone.wasTold(series.id) })
  }
}
