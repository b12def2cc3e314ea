// The store of a fleet, in Redis: one call of the batch script for each submission.
import type { Clock } from '../../clock.js'
import type { RuleSettings } from '../../config/settings.js'
import { nodeCrypto } from '../../node-crypto.js'
import { leaseMs } from '../../rule/alert-state.js'
import { isMany, manyOf, type Series } from '../../rule/series.js'
import type { ClaimRef, Settled, Settlement } from '../../rule/settle.js'
import { listOf } from '../../unknown.js'
import type { Script, ScriptRunner } from '../script.js'
import type { Beats, Note, Reply, Store, Submission } from '../store.js'
import { Announcements } from './announcements.js'
import { argsOf, HEAD, HEAD_KEYS, RULE, RULE_KEYS, STORM_KEYS } from './batch-protocol.js'
import { readConfig, readMeetings, readRequests, readSilences, readTally } from './batch-replies.js'
import { destinationId } from './destination-id.js'
import { type EntryParts, entryCall, rowsOf } from './entry-call.js'
import { isOriginals, type KeyNames, keyNames } from './keys.js'
import { batchScript } from './lua/batch.js'
import { fleetTtlMs, SERVER_CLOCK, stateTtlMs } from './lua/script.js'
import { enrichScript, settleScript } from './lua/settle.js'
import { redisBeats } from './redis-beats.js'
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

export class RedisStore implements Store {
  readonly isShared = true
  readonly beats: Beats
  readonly #connection: ScriptRunner
  readonly #clock: Clock
  readonly #keys: KeyNames
  readonly #clientId: string
  readonly #serverClock = new ServerClock()
  readonly #announcements = new Announcements()
  readonly #parts: EntryParts
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
  /** The version of the silences in the last reply. Each batch sends it, and a script that finds other ones answers with those. */
  #knownSilences = ''

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
    this.#parts = { keys: this.#keys, clock, announcements: this.#announcements }
    this.#batch = batchScript(serverClock)
    this.#settle = settleScript(serverClock)
    this.#enrich = enrichScript(serverClock)
    this.beats = redisBeats({ connection, keys: this.#keys, clientId, serverClock })
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

  async settle(series: Series, claimed: ClaimRef, settlement: Settlement, note?: Note): Promise<Settled> {
    const { rule } = series
    const { cooldown, fleet, history } = this.#keys
    const open = [this.#keys.due(rule), this.#keys.ends(rule)]
    const answer = this.#keys.answer(rule.name, destinationId(rule.url))
    const keys = [cooldown, this.#keys.delivery(series), this.#keys.alert(series), ...open, fleet, history, answer]
    const waitMs = 'waitMs' in settlement ? Math.ceil(settlement.waitMs) : 0
    const outcome = [claimed.id, claimed.holder, settlement.kind, waitMs, claimed.revision]
    const policy = [rule.cooldownMs, rule.cooldownMaxMs, rule.windowMs, leaseMs(rule), rule.sendResolved ? 1 : 0]
    const noteArgs = [note?.outcome ?? '', note?.account ?? '', destinationId(rule.url)]
    const args = [...outcome, ...policy, series.id, isOriginals(series) ? 1 : 0, ...noteArgs, isMany(series) ? 1 : 0]
    const reply = await this.#connection.run(this.#settle, keys, args)
    return Array.isArray(reply) ? { count: Number(reply[0]), draft: String(reply[1]) } : reply === 1
  }

  onReachable(listener: () => void): void {
    this.#connection.onReady(listener)
    this.#connection.open()
  }

  close(): Promise<void> {
    this.#connection.close()
    return Promise.resolve()
  }

  #keysOf(rule: RuleSettings): readonly string[] {
    const keys = RULE_KEYS.map((name) => this.#keys[name](rule))
    if (rule.groupBy.length === 0) return keys
    const many = manyOf(rule)
    const ofStorm = {
      manyDelivery: this.#keys.delivery(many),
      manyAlert: this.#keys.alert(many),
      begun: this.#keys.begun(rule),
    }
    return [...keys, ...STORM_KEYS.map((name) => ofStorm[name])]
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
    const calls = entries.map((entry) => entryCall(entry, rows, this.#parts))
    const headKeys = { ...this.#keys, sequence: this.#keys.sequence(this.#clientId) }
    const keys = [
      ...HEAD_KEYS.map((name) => headKeys[name]),
      ...[...rows.keys()].flatMap((rule) => this.#keysOf(rule)),
      ...calls.flatMap((call) => call.keys),
    ]
    const ruleList = [...rows.keys()]
    const longestMs = Math.max(0, ...ruleList.map((rule) => longestOf(rule)))
    // A rule that has counted nothing is known to operators too.
    const wholes = typeof process === 'object' ? this.#announcements.ofRules(rules, this.#clock.monotonicMs()) : []
    const head = argsOf(HEAD, {
      known: this.#knownConfig,
      knownSilences: this.#knownSilences,
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
        newAfterMs: rule.newOnly ? rule.newAfterMs : 0,
        leaseMs: leaseMs(rule),
        destination: destinationId(rule.url),
        maxAlertsPerMinute: rule.groupBy.length === 0 ? 0 : rule.maxAlertsPerMinute,
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
      const [version, text, silencesVersion, listed] = rest
      const silences = { list: readSilences(listed), readAtMs: Number(serverMs) }
      this.#knownSilences = String(silencesVersion)
      if (version === this.#knownConfig) return { kind: 'silences', silences }
      this.#knownConfig = String(version)
      return { kind: 'config', config: readConfig(this.#knownConfig, String(text)), silences }
    }
    for (const { rule, text } of wholes) this.#announcements.tookRule(rule, text, nowMs)
    for (const { announcement, series } of calls)
      if (announcement !== '') this.#announcements.taken(series, announcement, nowMs)
    const [fleet, open, tallies, repaired, era, kinds, shares] = rest
    const meetings = readMeetings(kinds)
    const requests = readRequests(shares)
    this.#fleetId = String(fleet)
    this.#era = String(era)
    const lists = listOf(open).map((ids) => listOf(ids).map(String))
    const claimed = { holder: `${this.#clientId}#${sequence}`, fleet: this.#fleetId }
    return {
      kind: 'counted',
      tallies: calls.map((call, i) => ({
        ...readTally(listOf(tallies)[i], call.isJudged, call.dropped, Number(serverMs), claimed),
        meetings: meetings.get(i + 1),
        requests: requests.get(i + 1) ?? 0,
      })),
      due: ruleList.flatMap((rule, i) => (formerRules.includes(rule) ? [] : (lists[i] ?? []))),
      formerlyOpen: formerRules.map((rule) => lists[ruleList.indexOf(rule)] ?? []),
      repaired: listOf(repaired).map(String),
      fleet: this.#fleetId,
    }
  }
}

function processText(told: Submission['process']): string {
  if (told === undefined) return ''
  return told === 'closing' ? '-' : JSON.stringify(told)
}

/** The longest span of a rule in ms: how long something that is kept of it may matter. */
function longestOf({ windowMs, cooldownMs, cooldownMaxMs }: RuleSettings): number {
  return Math.max(windowMs, cooldownMs, cooldownMaxMs)
}

function newClientId(): string {
  return nodeCrypto().randomBytes(9).toString('base64url').replace(/[-_]/g, 'x')
}
