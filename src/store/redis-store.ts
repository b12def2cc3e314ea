// The store of a fleet: one script call for each submission, on our own connection.
import { randomBytes } from 'node:crypto'
import type { Clock } from '../clock.js'
import type { RuleSettings } from '../config/settings.js'
import { LEASE_MS } from '../rule/decide.js'
import { bucketAt } from '../rule/slots.js'
import type { Count } from '../rule/tally.js'
import { batchScript, type Script, SERVER_CLOCK, settleScript } from './batch-script.js'
import type { Connection } from './connection.js'
import { destinationId } from './destination-id.js'
import { type KeyNames, keyNames } from './keys.js'
import type { CountedEntry, Entry, Reply, Settlement, Store, StoredConfig, Submission } from './store.js'

export interface RedisStoreOptions {
  readonly connection: Connection
  readonly configKey: string
  readonly clock: Clock
  /** Lua that sets `now`, for tests with a clock of their own. @defaultValue the server's clock */
  readonly serverClock?: string
}

/** How one rule's entry looks to the script. */
interface EntryCall {
  readonly keys: readonly string[]
  readonly args: readonly (string | number)[]
  /** Errors of windows so old that no key was named for them. */
  readonly dropped: number
}

export class RedisStore implements Store {
  readonly isShared = true
  readonly #connection: Connection
  readonly #clock: Clock
  readonly #keys: KeyNames
  readonly #clientId = randomBytes(9).toString('base64url').replace(/[-_]/g, 'x')
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

  async submit({ sequence, entries }: Submission): Promise<Reply> {
    const calls = entries.map((entry) => this.#call(entry))
    const keys = [this.#keys.config, this.#keys.sequence(this.#clientId), ...calls.flatMap((call) => call.keys)]
    const head = [this.#knownConfig, this.#clientId, sequence, LEASE_MS, calls.length]
    const reply = await this.#connection.run(this.#batch, keys, [...head, ...calls.flatMap((call) => call.args)])
    if (!Array.isArray(reply)) throw new Error('the batch script answered in a way that it never should')
    const [kind, ...rest]: unknown[] = reply
    if (kind !== 'config') return { kind: 'counted', tallies: calls.map((call, i) => readTally(rest[i], call.dropped)) }
    const [version, text] = rest.map(String)
    this.#knownConfig = version ?? ''
    return { kind: 'config', config: readConfig(this.#knownConfig, text ?? '') }
  }

  async settle(rule: RuleSettings, alertId: string, settlement: Settlement): Promise<void> {
    const keys = [this.#keys.cooldown(rule.name), this.#keys.alert(rule.name)]
    await this.#connection.run(this.#settle, keys, [alertId, settlement, rule.cooldownMs])
  }

  onReachable(listener: () => void): void {
    this.#connection.onReady(listener)
    this.#connection.open()
  }

  close(): Promise<void> {
    this.#connection.close()
    return Promise.resolve()
  }

  #call({ rule, counts, draft }: Entry): EntryCall {
    const counted = rule.windowType === 'fixed' ? this.#inBuckets(rule, counts) : this.#inRing(rule, counts)
    const { name, windowType, windowMs, threshold, cooldownMs } = rule
    return {
      keys: [...counted.keys, this.#keys.cooldown(name), this.#keys.alert(name)],
      args: [
        windowType,
        windowMs,
        threshold,
        cooldownMs,
        destinationId(rule),
        draft,
        counted.pairs.length,
        ...counted.pairs.flat(),
      ],
      dropped: counted.dropped,
    }
  }

  #inRing(rule: RuleSettings, counts: readonly Count[]): Counted {
    const nowMs = this.#clock.monotonicMs()
    const ring = this.#keys.ring(rule.name, rule.windowMs)
    // Ages are taken anew for each attempt, so that a batch that had to wait lands where it belongs.
    const pairs = counts.map(({ monotonicMs, count }) => [Math.max(0, Math.ceil(nowMs - monotonicMs)), count] as const)
    return { keys: [ring, ring], pairs, dropped: 0 }
  }

  #inBuckets(rule: RuleSettings, counts: readonly Count[]): Counted {
    const current = bucketAt(this.#clock.nowMs(), rule.windowMs)
    const sums = [0, 0]
    let dropped = 0
    for (const { wallMs, count } of counts) {
      const index = bucketAt(wallMs, rule.windowMs) - current + 1
      if (index < 0) dropped += count
      else sums[Math.min(index, 1)] = (sums[Math.min(index, 1)] ?? 0) + count
    }
    const pairs = sums.map((sum, index) => [index + 1, sum] as const).filter(([, sum]) => sum > 0)
    const keys = [this.#keys.bucket(rule.name, current - 1), this.#keys.bucket(rule.name, current)]
    return { keys, pairs, dropped }
  }
}

interface Counted {
  readonly keys: readonly string[]
  readonly pairs: readonly (readonly [ageMsOrBucket: number, count: number])[]
  readonly dropped: number
}

function readConfig(version: string, text: string): StoredConfig {
  if (version === 'missing' || version === 'unreadable') return { kind: version }
  return { kind: 'text', text }
}

function readTally(input: unknown, droppedBefore: number): CountedEntry {
  const [total, dropped, id, count, tries, draft]: unknown[] = Array.isArray(input) ? input : []
  const claim =
    id === '' || id === undefined
      ? undefined
      : { id: String(id), count: Number(count), tries: Number(tries), draft: String(draft) }
  return { total: Number(total), dropped: droppedBefore + Number(dropped), claim }
}
