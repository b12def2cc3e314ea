// The store of a fleet: one script call for each submission, on our own connection.
import { randomBytes } from 'node:crypto'
import type { Clock } from '../../clock.js'
import type { Series } from '../../rule/series.js'
import type { ClaimRef, Settlement } from '../../rule/settle.js'
import { bucketAt } from '../../rule/slots.js'
import type { Count } from '../../rule/tally.js'
import type { Connection } from '../connection/connection.js'
import { destinationId } from '../destination-id.js'
import type { Entry, Handover, Note, Remembered, Reply, Store, Submission } from '../store.js'
import { Announcements } from './announcements.js'
import { readConfig, readTally, writeFacts } from './batch-replies.js'
import { type KeyNames, keyNames } from './keys.js'
import { batchScript } from './lua/batch.js'
import { type Script, SERVER_CLOCK } from './lua/script.js'
import { enrichScript, settleScript } from './lua/settle.js'
import { ServerClock } from './server-clock.js'

export interface RedisStoreOptions {
  readonly connection: Connection
  readonly configKey: string
  readonly clock: Clock
  /** Lua that sets `now`, for tests with a clock of their own. @defaultValue the server's clock */
  readonly serverClock?: string
}

/** How one entry looks to the script. */
interface EntryCall {
  readonly keys: readonly string[]
  readonly args: readonly (string | number)[]
  readonly series: Series
  /** What it announces of that; blank where nothing. */
  readonly announcement: string
  /** Errors of windows so old that no key was named for them. */
  readonly dropped: number
}

export class RedisStore implements Store {
  readonly isShared = true
  readonly #connection: Connection
  readonly #clock: Clock
  readonly #keys: KeyNames
  readonly #clientId = randomBytes(9).toString('base64url').replace(/[-_]/g, 'x')
  readonly #serverClock = new ServerClock()
  readonly #announcements = new Announcements()
  readonly #batch: Script
  readonly #settle: Script
  /** What the script last said the config was; echoed, so that it speaks up when another has taken its place. */
  #knownConfig = ''

  constructor({ connection, configKey, clock, serverClock = SERVER_CLOCK }: RedisStoreOptions) {
    this.#connection = connection
    this.#clock = clock
    this.#keys = keyNames(configKey, connection.isCluster)
    this.#batch = batchScript(serverClock)
    this.#settle = settleScript(serverClock)
  }

  async submit({ sequence, entries, counters, intervalMs = 0 }: Submission): Promise<Reply> {
    const calls = entries.map((entry) => this.#call(entry))
    const { config, sequence: sequenceOf, fleet, due, series, history, totals } = this.#keys
    const keys = [
      config,
      sequenceOf(this.#clientId),
      fleet,
      due,
      series,
      history,
      totals,
      ...calls.flatMap((call) => call.keys),
    ]
    const sentMs = this.#serverClock.at(this.#clock.monotonicMs()) ?? ''
    const head = [
      this.#knownConfig,
      this.#clientId,
      sequence,
      sentMs,
      calls.length,
      counters === undefined ? '' : JSON.stringify(counters),
      Math.ceil(intervalMs),
    ]
    const reply = await this.#connection.run(this.#batch, keys, [...head, ...calls.flatMap((call) => call.args)])
    if (!Array.isArray(reply)) throw new Error('the batch script answered in a way that it never should')
    const [kind, serverMs, ...rest]: unknown[] = reply
    this.#serverClock.observe(this.#clock.monotonicMs(), Number(serverMs))
    if (kind !== 'config') {
      const nowMs = this.#clock.monotonicMs()
      for (const call of calls)
        if (call.announcement !== '') this.#announcements.taken(call.series, call.announcement, nowMs)
      const [dueIds, tallies] = rest.slice(0, 2).map((list): unknown[] => (Array.isArray(list) ? list : []))
      const claimed = { holder: `${this.#clientId}#${sequence}`, configVersion: this.#knownConfig }
      return {
        kind: 'counted',
        tallies: calls.map((call, i) => readTally(tallies?.[i], call.dropped, Number(serverMs), claimed)),
        due: (dueIds ?? []).map(String),
        fullMs: Number(rest[2]),
      }
    }
    const [version, text] = rest.map(String)
    this.#knownConfig = version ?? ''
    return { kind: 'config', config: readConfig(this.#knownConfig, text ?? '') }
  }

  async enrich(series: Series, alertId: string, draft: string): Promise<void> {
    await this.#connection.run(enrichScript, [this.#keys.alert(series)], [alertId, draft])
  }

  async settle(series: Series, claimed: ClaimRef, settlement: Settlement, note?: Note): Promise<boolean> {
    const { cooldownMs, cooldownMaxMs, windowMs, sendResolved } = series.rule
    const { kind } = settlement
    const { due, fleet, history } = this.#keys
    const keys = [this.#keys.cooldown(series), this.#keys.alert(series), due, fleet, history]
    const waitMs = 'waitMs' in settlement ? Math.ceil(settlement.waitMs) : 0
    const wasTried = kind !== 'postponed' || settlement.wasTried
    const outcome = [claimed.id, claimed.holder, kind, waitMs, wasTried ? 1 : 0, claimed.configVersion]
    const policy = [cooldownMs, cooldownMaxMs, windowMs, sendResolved ? 1 : 0]
    const told = [note?.outcome ?? '', note?.account ?? '']
    return (await this.#connection.run(this.#settle, keys, [...outcome, ...policy, series.id, ...told])) === 1
  }

  onReachable(listener: () => void): void {
    this.#connection.onReady(listener)
    this.#connection.open()
  }

  close(): Promise<void> {
    this.#connection.close()
    return Promise.resolve()
  }

  #call({ series, counts, draft, earlierUrls = [], isForced = false, handover, remembered }: Entry): EntryCall {
    const { rule } = series
    const announcement = counts.length === 0 ? '' : this.#announcements.textOf(series, this.#clock.monotonicMs())
    const counted = rule.windowType === 'fixed' ? this.#inBuckets(series, counts) : this.#inRing(series, counts)
    return {
      keys: [...counted.keys, this.#keys.cooldown(series), this.#keys.alert(series)],
      args: [
        series.id,
        rule.name,
        rule.windowType,
        rule.windowMs,
        rule.threshold,
        rule.cooldownMs,
        rule.cooldownMaxMs,
        rule.sendResolved ? 1 : 0,
        destinationId(rule.url),
        earlierUrls.map((url) => ` ${destinationId(url)} `).join(''),
        isForced ? 1 : 0,
        handover === undefined ? '' : this.#handoverText(handover),
        remembered === undefined ? '' : this.#rememberedText(remembered),
        draft,
        announcement,
        counted.pairs.length,
        ...counted.pairs.flat(),
      ],
      series,
      announcement,
      dropped: counted.dropped,
    }
  }

  #rememberedText({ stamp, toldAtMs }: Remembered): string {
    return `${this.#ageOf(toldAtMs)} ${stamp}`
  }

  /** Taken anew for each attempt, as those of counts are. */
  #ageOf(atMs: number): number {
    return Math.max(0, Math.floor(this.#clock.monotonicMs() - atMs))
  }

  #handoverText({ facts, attempts, raisedAtMs, toldAtMs, isNew, ...rest }: Handover): string {
    return JSON.stringify({
      ...rest,
      facts: writeFacts(facts),
      attempts: attempts.map(({ endedAtMs, outcome }) => ({ age: this.#ageOf(endedAtMs), outcome })),
      age: this.#ageOf(raisedAtMs),
      ...(toldAtMs !== undefined && { toldAge: this.#ageOf(toldAtMs) }),
      ...(isNew && { isNew }),
    })
  }

  #inRing(series: Series, counts: readonly Count[]): CountedPairs {
    const nowMs = this.#clock.monotonicMs()
    const ring = this.#keys.ring(series)
    // Ages are taken anew for each attempt, so that a batch that had to wait lands where it belongs.
    const pairs = counts.map(({ monotonicMs, count }) => [Math.max(0, Math.ceil(nowMs - monotonicMs)), count] as const)
    return { keys: [ring, ring], pairs, dropped: 0 }
  }

  #inBuckets(series: Series, counts: readonly Count[]): CountedPairs {
    const { windowMs } = series.rule
    const current = bucketAt(this.#clock.nowMs(), windowMs)
    const sums = [0, 0]
    let dropped = 0
    for (const { wallMs, count } of counts) {
      const index = bucketAt(wallMs, windowMs) - current + 1
      if (index < 0) dropped += count
      else sums[Math.min(index, 1)] = (sums[Math.min(index, 1)] ?? 0) + count
    }
    const pairs = sums.map((sum, index) => [index + 1, sum] as const).filter(([, sum]) => sum > 0)
    return { keys: [this.#keys.bucket(series, current - 1), this.#keys.bucket(series, current)], pairs, dropped }
  }
}

interface CountedPairs {
  readonly keys: readonly string[]
  readonly pairs: readonly (readonly [ageMsOrBucket: number, count: number])[]
  readonly dropped: number
}
