// The store of a fleet, in Redis: one call of the batch script for each submission.
import type { Clock } from '../../clock.js'
import type { RuleSettings } from '../../config/settings.js'
import { nodeCrypto } from '../../node-crypto.js'
import { leaseMs } from '../../rule/alert-state.js'
import type { Series } from '../../rule/series.js'
import type { ClaimRef, Settlement } from '../../rule/settle.js'
import { bucketAt } from '../../rule/slots.js'
import type { Count } from '../../rule/tally.js'
import { listOf } from '../../unknown.js'
import type { Script, ScriptRunner } from '../script.js'
import type { Entry, FormerRule, Handover, Judged, LocalAlert, Note, Reply, Store, Submission } from '../store.js'
import { Announcements } from './announcements.js'
import { argsOf, COUNT, ENTRY, HEAD, HEAD_KEYS, JUDGED, RULE, RULE_KEYS } from './batch-protocol.js'
import { readConfig, readTally, writeFacts } from './batch-replies.js'
import { destinationId } from './destination-id.js'
import { isOriginals, type KeyNames, keyNames } from './keys.js'
import { batchScript } from './lua/batch.js'
import { fleetTtlMs, SERVER_CLOCK, stateTtlMs } from './lua/script.js'
import { enrichScript, settleScript } from './lua/settle.js'
import { ServerClock } from './server-clock.js'

export interface RedisStoreOptions {
  readonly connection: ScriptRunner
  readonly configKey: string
  readonly clock: Clock
  /** Lua that sets `now`; tests give a clock of their own. @defaultValue the server's clock */
  readonly serverClock?: string
  /** Names this process in its fleet. @defaultValue random */
  readonly clientId?: string
}

/** A submission is sent this often at most, where the server refuses it because of the clock and answers with the time. */
const MAX_CLOCK_ROUNDS = 3
/** How long a client's sequence is kept, beside twice its rules' longest span: by then no batch is sent again. */
const SEQUENCE_TTL_MS = 3_600_000

/** The keys and arguments of one entry. */
interface EntryCall {
  readonly series: Series
  readonly isJudged: boolean
  readonly keys: readonly string[]
  readonly args: readonly (string | number)[]
  /** The announcement that it makes of its series; blank where it makes none. */
  readonly announcement: string
  /** Errors of windows so old that the entry has no key for them. */
  readonly dropped: number
}

export class RedisStore implements Store {
  readonly isShared = true
  readonly #connection: ScriptRunner
  readonly #clock: Clock
  readonly #keys: KeyNames
  readonly #clientId: string
  readonly #serverClock = new ServerClock()
  readonly #announcements = new Announcements()
  readonly #batch: Script
  readonly #settle: Script
  readonly #enrich: Script
  readonly #awakeMs: () => number
  /** The id of the fleet in the last reply. Before the first, what this process would name it: a client's id is unique. */
  #fleetId: string
  /** The era of the server's clock in the last reply: the time between two steps back. */
  #era = ''
  /** The version of the config in the last reply. Each batch sends it, and a script that finds another one answers with that. */
  #knownConfig = ''

  constructor({
    connection,
    configKey,
    clock,
    serverClock = SERVER_CLOCK,
    clientId = newClientId(),
  }: RedisStoreOptions) {
    this.#connection = connection
    this.#clock = clock
    // The guess of the server's time must never be ahead: the server would take that for a step back of its own clock, see
    // lua/fleet.ts. So it goes by the clock that stands still while the machine sleeps. `monotonicMs` jumps where the wall clock is set
    // forward. After a sleep the guess is behind, and the server refuses it.
    this.#awakeMs = clock.awakeMs ?? clock.monotonicMs
    this.#clientId = clientId
    this.#fleetId = clientId
    this.#keys = keyNames(configKey, connection.isCluster)
    this.#batch = batchScript(serverClock)
    this.#settle = settleScript(serverClock)
    this.#enrich = enrichScript(serverClock)
  }

  async submit(submission: Submission): Promise<Reply> {
    for (let round = 0; round < MAX_CLOCK_ROUNDS; round += 1) {
      const reply = await this.#send(submission)
      if (reply !== undefined) return reply
    }
    throw new Error('its clock and that of this process run apart: check the time of both machines')
  }

  async enrich(series: Series, { id, holder }: ClaimRef, draft: string): Promise<void> {
    await this.#connection.run(this.#enrich, [this.#keys.alert(series)], [id, holder, draft])
  }

  async settle(series: Series, claimed: ClaimRef, settlement: Settlement, note?: Note): Promise<boolean> {
    const { rule } = series
    const { cooldown, fleet, history } = this.#keys
    const open = [this.#keys.due(rule), this.#keys.ends(rule)]
    const answer = this.#keys.answer(rule.name, destinationId(rule.url))
    const keys = [cooldown, this.#keys.delivery(series), this.#keys.alert(series), ...open, fleet, history, answer]
    const waitMs = 'waitMs' in settlement ? Math.ceil(settlement.waitMs) : 0
    const outcome = [claimed.id, claimed.holder, settlement.kind, waitMs, claimed.revision]
    const policy = [rule.cooldownMs, rule.cooldownMaxMs, rule.windowMs, leaseMs(rule), rule.sendResolved ? 1 : 0]
    const noteArgs = [note?.outcome ?? '', note?.account ?? '', destinationId(rule.url)]
    const args = [...outcome, ...policy, series.id, isOriginals(series) ? 1 : 0, ...noteArgs]
    return (await this.#connection.run(this.#settle, keys, args)) === 1
  }

  onReachable(listener: () => void): void {
    this.#connection.onReady(listener)
    this.#connection.open()
  }

  close(): Promise<void> {
    this.#connection.close()
    return Promise.resolve()
  }

  /** Sends a submission once; undefined where the server refused it because of the clock. Then nothing was counted, and its time is known. */
  async #send({
    sequence,
    entries,
    rules,
    formerRules: former = [],
    isReturning = false,
    growth,
    process,
  }: Submission): Promise<Reply | undefined> {
    const formerRules = former.map(({ rule }) => rule)
    const rows = rowsOf(rules, formerRules, entries)
    const calls = entries.map((entry) => this.#call(entry, rows))
    const headKeys = { ...this.#keys, sequence: this.#keys.sequence(this.#clientId) }
    const keys = [
      ...HEAD_KEYS.map((name) => headKeys[name]),
      ...[...rows.keys()].flatMap((rule) => RULE_KEYS.map((name) => this.#keys[name](rule))),
      ...calls.flatMap((call) => call.keys),
    ]
    const ruleList = [...rows.keys()]
    const longestMs = Math.max(0, ...ruleList.map((rule) => longestOf(rule)))
    // A rule that has counted nothing is known to operators too.
    const wholes = typeof process === 'object' ? this.#announcements.ofRules(rules, this.#clock.monotonicMs()) : []
    const head = argsOf(HEAD, {
      known: this.#knownConfig,
      client: this.#clientId,
      sequence,
      sentMs: this.#serverClock.at(this.#awakeMs()) ?? '',
      era: this.#era,
      fleetId: this.#fleetId,
      isReturning,
      growth: growth === undefined ? '' : JSON.stringify(growth),
      process: processText(process),
      announced: wholes.length === 0 ? '' : JSON.stringify(wholes.map(({ text }) => text)),
      sequenceTtlMs: SEQUENCE_TTL_MS + 2 * longestMs,
      fleetTtlMs: fleetTtlMs(longestMs),
      seriesTtlMs: stateTtlMs(longestMs),
      ruleCount: ruleList.length,
      entryCount: calls.length,
    })
    const asksOf = (rule: RuleSettings): string => {
      if (formerRules.includes(rule)) return 'open'
      return rules.includes(rule) ? 'due' : ''
    }
    const ruleArgs = ruleList.flatMap((rule) =>
      argsOf(RULE, {
        ...rule,
        rule: rule.name,
        leaseMs: leaseMs(rule),
        destination: destinationId(rule.url),
        asks: asksOf(rule),
      }),
    )
    const args = [...head, ...ruleArgs, ...calls.flatMap((call) => call.args)]
    const reply = await this.#connection.run(this.#batch, keys, args)
    if (!Array.isArray(reply))
      throw new Error('the answer to a batch is no list: something else than Redis may have answered')
    const [kind, serverMs, ...rest]: unknown[] = reply
    const nowMs = this.#clock.monotonicMs()
    if (kind === 'clock') this.#serverClock.restart()
    this.#serverClock.observe(this.#awakeMs(), Number(serverMs))
    if (kind === 'clock') {
      this.#era = String(rest[0])
      return undefined
    }
    if (kind === 'config') {
      const [version, text] = rest.map(String)
      this.#knownConfig = version ?? ''
      return { kind: 'config', config: readConfig(this.#knownConfig, text ?? '') }
    }
    for (const { rule, text } of wholes) this.#announcements.tookRule(rule, text, nowMs)
    for (const { announcement, series } of calls)
      if (announcement !== '') this.#announcements.taken(series, announcement, nowMs)
    const [fleet, open, tallies, repaired, era] = rest
    this.#fleetId = String(fleet)
    this.#era = String(era)
    const lists = listOf(open).map((ids) => listOf(ids).map(String))
    const claimed = { holder: `${this.#clientId}#${sequence}`, fleet: this.#fleetId }
    return {
      kind: 'counted',
      tallies: calls.map((call, i) =>
        readTally(listOf(tallies)[i], call.isJudged, call.dropped, Number(serverMs), claimed),
      ),
      due: ruleList.flatMap((rule, i) => (formerRules.includes(rule) ? [] : (lists[i] ?? []))),
      formerlyOpen: formerRules.map((rule) => lists[ruleList.indexOf(rule)] ?? []),
      repaired: listOf(repaired).map(String),
      fleet: this.#fleetId,
    }
  }

  #call(entry: Entry, rows: ReadonlyMap<RuleSettings, number>): EntryCall {
    const { series, counts } = entry
    const { rule } = series
    const counted = rule.windowType === 'fixed' ? this.#inBuckets(series, counts) : this.#inRing(series, counts)
    // Errors in a tumbling window are judged at once: the window may have ended by the time of the next entry that is judged.
    const isJudged = entry.kind === 'judged' || rule.windowType === 'fixed'
    const row = rows.get(rule) ?? 0
    const args = [
      ...argsOf(ENTRY, { row, isJudged, countCount: counted.pairs.length }),
      ...counted.pairs.flatMap(([at, count]) => argsOf(COUNT, { at, count })),
    ]
    if (!isJudged) return { ...counted, series, isJudged, args, announcement: '' }
    const announcement = counts.length === 0 ? '' : this.#announcements.textOf(series, this.#clock.monotonicMs())
    const look: Judged = entry.kind === 'judged' ? entry : { ...entry, kind: 'judged', draft: '' }
    const { former, isForced = false, handover, delivery, draft } = look
    const judged = argsOf(JUDGED, {
      series: series.id,
      former: former === undefined ? 0 : (rows.get(isMoved(entry) ? former.rule : rule) ?? 0),
      formerAgeMs: former === undefined ? 0 : this.#ageOf(former.leftAtMs),
      isForced,
      handover: handover === undefined ? '' : this.#handoverText(handover),
      knownAgeMs: delivery === undefined ? '' : this.#ageOf(delivery.deliveredAtMs),
      knownStamp: delivery?.stamp ?? '',
      knownAlert: delivery?.alert === undefined ? '' : this.#alertText(delivery.alert),
      draft,
      announcement,
    })
    const keys = [...counted.keys, this.#keys.delivery(series), this.#keys.alert(series)]
    if (isMoved(entry)) keys.push(this.#keys.alert({ ...series, rule: entry.former.rule }))
    return { ...counted, series, isJudged, keys, args: [...args, ...judged], announcement }
  }

  #alertText({ id, facts, count, tries, draft, account, raisedAtMs }: LocalAlert): string {
    return JSON.stringify({
      id,
      facts: writeFacts(facts),
      count,
      tries,
      draft,
      account,
      raisedAgeMs: this.#ageOf(raisedAtMs),
    })
  }

  #handoverText({ id, facts, count, tries, draft, raisedAtMs, isNew }: Handover): string {
    return JSON.stringify({ id, facts: writeFacts(facts), count, tries, draft, ageMs: this.#ageOf(raisedAtMs), isNew })
  }

  /** The age of a moment in ms, taken anew each time a submission is sent. */
  #ageOf(atMs: number): number {
    return Math.max(0, Math.floor(this.#clock.monotonicMs() - atMs))
  }

  #inRing(series: Series, counts: readonly Count[]): CountedPairs {
    const nowMs = this.#clock.monotonicMs()
    // Ages are taken anew each time a submission is sent: after a wait its errors still are put where they belong.
    const pairs = counts.map(({ monotonicMs, count }) => [Math.max(0, Math.ceil(nowMs - monotonicMs)), count] as const)
    return { keys: [this.#keys.ring(series)], pairs, dropped: 0 }
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

function processText(told: Submission['process']): string {
  if (told === undefined) return ''
  return told === 'closing' ? '-' : JSON.stringify(told)
}

/** All rules of a submission, each with its number from 1: those that it names, and those of its entries. */
function rowsOf(
  rules: readonly RuleSettings[],
  formerRules: readonly RuleSettings[],
  entries: readonly Entry[],
): ReadonlyMap<RuleSettings, number> {
  const rows = new Map<RuleSettings, number>()
  const add = (rule: RuleSettings): void => {
    if (!rows.has(rule)) rows.set(rule, rows.size + 1)
  }
  for (const rule of [...rules, ...formerRules]) add(rule)
  for (const entry of entries) {
    add(entry.series.rule)
    if (isMoved(entry)) add(entry.former.rule)
  }
  return rows
}

function isMoved(entry: Entry): entry is Judged & { readonly former: FormerRule } {
  return entry.kind === 'judged' && entry.former !== undefined && entry.former.rule.url !== entry.series.rule.url
}

/** The longest span of a rule in ms: how long something that is kept of it may matter. */
function longestOf({ windowMs, cooldownMs, cooldownMaxMs }: RuleSettings): number {
  return Math.max(windowMs, cooldownMs, cooldownMaxMs)
}

function newClientId(): string {
  return nodeCrypto().randomBytes(9).toString('base64url').replace(/[-_]/g, 'x')
}
