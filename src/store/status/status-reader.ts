// Reads what operators see of a fleet: a few round trips by the config key alone, and nothing is written.
import { NO_TEXT, parseDocument } from '../../config/document/document.js'
import type { ConfigDocument } from '../../config/document-members.js'
import type { Series } from '../../rule/series.js'
import { type Silence, type Silenceable, silenceOf } from '../../rule/silence.js'
import { bucketAt, SLOT_COUNT } from '../../rule/slots.js'
import { truncate } from '../../text.js'
import { listOf } from '../../unknown.js'
import { inForce } from '../config/silence-key.js'
import type { Connection } from '../connection/connection.js'
import { isOriginals, type KeyNames, keyNames } from '../redis/keys.js'
import { ALIVE_MS, OBSERVED_AT } from '../redis/lua/overview.js'
import { SERVER_CLOCK } from '../redis/lua/script.js'
import { type Destination, type Known, knownSeries } from './known-series.js'
import {
  type EndedNews,
  type ProcessState,
  pairsOf,
  readEnded,
  readProcess,
  readSeriesStatus,
  type SeriesStatus,
} from './status-replies.js'
import { announcedScript, busyScript, openSeriesScript, overviewScript, seriesStatusScript } from './status-scripts.js'

export interface StatusState {
  readonly nowMs: number
  readonly series: readonly SeriesStatus[]
  /** Series in force that are known, and not among `series` since there are too many. */
  readonly seriesBeyond: number
  /** Those that have not ended, the one that ends first in front. */
  readonly silences: readonly SilenceState[]
  /** The newest first. */
  readonly ended: readonly EndedNews[]
  /** Counters of all processes together. */
  readonly totals: Readonly<Record<string, number>>
  /** When some process last read a line, as far as is known. */
  readonly observedAtMs: number | undefined
  /** Those that were heard of lately. */
  readonly processes: readonly ProcessState[]
  readonly config: ConfigState
}

export interface SilenceState {
  readonly silence: Silence
  /** How many of the series in force that are known it mutes. */
  readonly mutes: number
}

/** What the config key holds; `problem` is one sentence. */
export type ConfigState =
  | { readonly kind: 'missing' }
  | { readonly kind: 'valid'; readonly document: ConfigDocument }
  | { readonly kind: 'invalid'; readonly problem: string }

/** At most this many series are read. */
const MAX_SERIES = 200
/** Of a series there may be several announcements: of before its rule changed, or of processes with other options. */
const ANNOUNCEMENTS_PER_CALL = 2000
/** As many as are kept. */
const MAX_ANNOUNCEMENTS = 10_000
/** Of so many series that were counted last, those that are busiest are shown. */
const MAX_COMPARED = 2000
const COMPARED_PER_CALL = 500
const MAX_ENDED = 50
/** One script must not keep others waiting. */
const SERIES_PER_CALL = 25
/** A document may have many problems, in UTF-16 units of their text. */
const MAX_PROBLEM_LENGTH = 1000

/** @throws like `Connection.run` */
export async function readStatusState(
  connection: Connection,
  configKey: string,
  serverClock: string = SERVER_CLOCK,
): Promise<StatusState> {
  const keys = keyNames(configKey, connection.isCluster)
  const overview = await readOverview(connection, keys, serverClock)
  const { nowMs, config, known: all, silences, ended, totals, processes } = overview
  const known = all.length <= MAX_SERIES ? all : await busiest(connection, keys, all, nowMs)
  // Where processes send one series to several places, each has an alert of its own.
  const views: readonly View[] = known.flatMap((one) =>
    (one.destinations.length === 0 ? [undefined] : one.destinations).map((to) => ({ one, to })),
  )
  const script = seriesStatusScript(serverClock)
  const read: SeriesStatus[] = []
  for (let at = 0; at < views.length; at += SERIES_PER_CALL) {
    const some = views.slice(at, at + SERIES_PER_CALL)
    const reply = await connection.run(
      script,
      [keys.config, keys.cooldown, keys.fleet, ...some.flatMap((view) => keysOf(view, keys, nowMs))],
      some.flatMap(({ one }) => argsOf(one)),
    )
    const [readAtMs, list] = listOf(reply)
    read.push(
      ...some.map(({ one, to }, index) => {
        const silence = silenceOf(silenceable(one.series), silences)
        return readSeriesStatus(one, { to, silence }, listOf(list)[index], Number(readAtMs))
      }),
    )
  }
  const counters = new Map(pairsOf(totals).map(([name, count]) => [name, Number(count)]))
  const observedAtMs = counters.get(OBSERVED_AT)
  counters.delete(OBSERVED_AT)
  return {
    nowMs,
    series: onePerSeries(read),
    seriesBeyond: countInForce(all) - countInForce(known),
    silences: silences.map((silence) => ({ silence, mutes: countMuted(all, silence) })),
    ended: listOf(ended).flatMap((line) => readEnded(String(line)) ?? []),
    totals: Object.fromEntries(counters),
    observedAtMs,
    processes: pairsOf(processes)
      .flatMap(([, told]) => readProcess(told) ?? [])
      .filter(({ heardAtMs }) => Math.abs(nowMs - heardAtMs) <= ALIVE_MS),
    config,
  }
}

/** The series that are known. @throws like `Connection.run` */
export async function readKnownSeries(connection: Connection, configKey: string): Promise<readonly Known[]> {
  return (await readOverview(connection, keyNames(configKey, connection.isCluster), SERVER_CLOCK)).known
}

interface Overview {
  readonly nowMs: number
  readonly config: ConfigState
  readonly known: readonly Known[]
  readonly silences: readonly Silence[]
  /** Lists, as the script replies them. */
  readonly ended: unknown
  readonly totals: unknown
  readonly processes: unknown
}

async function readOverview(connection: Connection, keys: KeyNames, serverClock: string): Promise<Overview> {
  const reply = await connection.run(
    overviewScript(serverClock),
    [keys.config, keys.series, keys.history, keys.totals, keys.processes, keys.silences],
    [ANNOUNCEMENTS_PER_CALL, MAX_ENDED],
  )
  const [now, kind, text, announced, ended, totals, processes, silences] = listOf(reply)
  const config = configState(String(kind), String(text))
  const all = await withFurther(connection, keys, pairsOf(announced))
  return {
    nowMs: Number(now),
    config,
    known: knownSeries(all, config.kind === 'valid' ? config.document : undefined),
    silences: inForce(silences, Number(now)),
    ended,
    totals,
    processes,
  }
}

function configState(kind: string, text: string): ConfigState {
  if (kind === 'missing') return { kind }
  if (kind !== 'text') return { kind: 'invalid', problem: NO_TEXT }
  const parsed = parseDocument(text)
  if (parsed.kind === 'valid') return parsed
  const problem = parsed.problems.map(({ message }) => message).join('; ')
  return { kind: 'invalid', problem: truncate(problem, MAX_PROBLEM_LENGTH) }
}

function countInForce(known: readonly Known[]): number {
  return known.filter((one) => one.isInForce).length
}

function countMuted(known: readonly Known[], silence: Silence): number {
  return known.filter((one) => one.isInForce && silenceOf(silenceable(one.series), [silence]) !== undefined).length
}

/** A series as silences see it. Which names its rule groups by is known of its groups alone. */
function silenceable({ rule, groupValues }: Series): Silenceable {
  return { rule: rule.name, groupBy: Object.keys(groupValues ?? {}), groupValues }
}

type Announced = readonly (readonly [announcement: string, atMs: string])[]

/** Adds the announcements behind those of the first call, as long as each brings as many as it may. */
async function withFurther(connection: Connection, keys: KeyNames, first: Announced): Promise<Announced> {
  const all = [...first]
  for (let at = ANNOUNCEMENTS_PER_CALL; all.length === at && at < MAX_ANNOUNCEMENTS; at += ANNOUNCEMENTS_PER_CALL) {
    const reply = await connection.run(announcedScript, [keys.series], [at, at + ANNOUNCEMENTS_PER_CALL - 1])
    all.push(...pairsOf(reply))
  }
  return all
}

/**
 * Those that are shown of more than can be: of each rule one; then those with something open, rules that have no groups, those
 * in their cooldown, and of the rest those with most errors.
 */
async function busiest(
  connection: Connection,
  keys: KeyNames,
  all: readonly Known[],
  nowMs: number,
): Promise<readonly Known[]> {
  const open = await readOpen(connection, keys, all)
  const busy = await readBusy(connection, keys, all.slice(0, MAX_COMPARED), nowMs)
  const rank = (one: Known): number => {
    if (open.has(one.series.id)) return 0
    if (one.series.groupValues === undefined) return 1
    return busy.get(one)?.isCooling === true ? 2 : 3
  }
  const count = (one: Known): number => busy.get(one)?.count ?? 0
  // Sorting keeps the order of equals, so those that were counted last come first among them.
  const sorted = [...all].sort((a, b) => rank(a) - rank(b) || count(b) - count(a))
  const seen = new Set<string>()
  const isFirst = ({ series: { rule } }: Known): boolean => !seen.has(rule.name) && seen.add(rule.name) === seen
  const firsts = new Set(sorted.filter(isFirst))
  return [...firsts, ...sorted.filter((one) => !firsts.has(one))].slice(0, MAX_SERIES)
}

async function readOpen(connection: Connection, keys: KeyNames, known: readonly Known[]): Promise<ReadonlySet<string>> {
  const dueKeys = new Set(
    known.flatMap(({ series, destinations }) => destinations.flatMap((to) => keys.open(series.rule.name, to.id))),
  )
  return new Set(listOf(await connection.run(openSeriesScript, [...dueKeys], [MAX_SERIES])).map(String))
}

interface Busy {
  readonly count: number
  readonly isCooling: boolean
}

async function readBusy(
  connection: Connection,
  keys: KeyNames,
  known: readonly Known[],
  nowMs: number,
): Promise<ReadonlyMap<Known, Busy>> {
  const busy = new Map<Known, Busy>()
  for (let at = 0; at < known.length; at += COMPARED_PER_CALL) {
    const some = known.slice(at, at + COMPARED_PER_CALL)
    const reply = await connection.run(
      busyScript,
      some.flatMap((one) => [counterOf(one, keys, nowMs), keys.delivery(one.series)]),
      some.map(({ series }) => series.rule.windowType),
    )
    for (const [index, one] of some.entries()) {
      const [count, head, deliveredAtMs] = listOf(listOf(reply)[index]).map(Number)
      const { windowType, windowMs, cooldownMs } = one.series.rule
      const isOver = windowType === 'sliding' && (head ?? 0) <= Math.floor((nowMs * SLOT_COUNT) / windowMs) - SLOT_COUNT
      busy.set(one, {
        count: isOver ? 0 : (count ?? 0) || 0,
        isCooling: (deliveredAtMs ?? 0) + cooldownMs > nowMs,
      })
    }
  }
  return busy
}

/** Of a series that goes to several places, the one where something waits. */
function onePerSeries(read: readonly SeriesStatus[]): readonly SeriesStatus[] {
  const bySeries = new Map<string, SeriesStatus>()
  for (const one of read) {
    const known = bySeries.get(one.series.id)
    if (known === undefined || (known.pending === undefined && one.pending !== undefined))
      bySeries.set(one.series.id, one)
  }
  return [...bySeries.values()]
}

/** A series as one of its destinations has it. */
interface View {
  readonly one: Known
  readonly to: Destination | undefined
}

function keysOf({ one, to }: View, keys: KeyNames, nowMs: number): string[] {
  const { series } = one
  const id = to?.id ?? ''
  return [
    counterOf(one, keys, nowMs),
    keys.others(series),
    keys.delivery(series),
    keys.alert(series, id),
    keys.answer(series.rule.name, id),
  ]
}

function counterOf({ series }: Known, keys: KeyNames, nowMs: number): string {
  const { windowType, windowMs } = series.rule
  return windowType === 'fixed' ? keys.bucket(series, bucketAt(nowMs, windowMs)) : keys.ring(series)
}

function argsOf({ series }: Known): (string | number)[] {
  const { windowType, windowMs, cooldownMs, cooldownMaxMs, percent } = series.rule
  return [windowType, windowMs, cooldownMs, cooldownMaxMs, isOriginals(series) ? 1 : 0, percent > 0 ? 1 : 0]
}
