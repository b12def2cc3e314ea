// Reads what operators see of a fleet: a few round trips by the config key alone, and nothing is written.
import { parseDocument } from '../../config/document/document.js'
import { bucketAt } from '../../rule/slots.js'
import { listOf } from '../../unknown.js'
import type { Connection } from '../connection/connection.js'
import { isOriginals, type KeyNames, keyNames } from '../redis/keys.js'
import { SERVER_CLOCK } from '../redis/lua/script.js'
import { type Known, knownSeries } from './known-series.js'
import { type EndedNews, pairsOf, readEnded, readSeriesStatus, type SeriesStatus } from './status-replies.js'
import { openSeriesScript, overviewScript, seriesStatusScript } from './status-scripts.js'

export interface StatusState {
  readonly nowMs: number
  readonly series: readonly SeriesStatus[]
  /** The newest first. */
  readonly ended: readonly EndedNews[]
  /** Counters of all processes together. */
  readonly totals: Readonly<Record<string, number>>
}

/** At most this many series are read. */
const MAX_SERIES = 200
/** Of a series there may be several announcements: of before its rule changed, or of processes with other options. */
const MAX_ANNOUNCEMENTS = 2000
const MAX_ENDED = 50
/** One script must not keep others waiting. */
const SERIES_PER_CALL = 25

/** @throws like `Connection.run` */
export async function readStatusState(
  connection: Connection,
  configKey: string,
  serverClock: string = SERVER_CLOCK,
): Promise<StatusState> {
  const keys = keyNames(configKey, connection.isCluster)
  const overview = await connection.run(
    overviewScript(serverClock),
    [keys.config, keys.series, keys.history, keys.totals],
    [MAX_ANNOUNCEMENTS, MAX_ENDED],
  )
  const [now, kind, text, announced, ended, totals] = listOf(overview)
  const parsed = kind === 'text' ? parseDocument(String(text)) : undefined
  const document = parsed?.kind === 'valid' ? parsed.document : undefined
  const all = knownSeries(pairsOf(announced), document)
  const known = all.length <= MAX_SERIES ? all : chosen(all, await readOpen(connection, keys, all))
  // Where processes send one series to several places, each has an alert of its own.
  const views = known.flatMap((one) =>
    (one.destinations[0] === undefined ? [''] : one.destinations).map((to) => ({ one, to })),
  )
  const script = seriesStatusScript(serverClock)
  const read: SeriesStatus[] = []
  for (let at = 0; at < views.length; at += SERIES_PER_CALL) {
    const some = views.slice(at, at + SERIES_PER_CALL)
    const seriesKeys = some.flatMap(({ one, to }) => keysOf(one, to, keys, Number(now)))
    const reply = await connection.run(
      script,
      [keys.config, keys.cooldown, keys.fleet, ...seriesKeys],
      some.flatMap(({ one }) => argsOf(one)),
    )
    const [readAtMs, list] = listOf(reply)
    read.push(...some.map(({ one }, index) => readSeriesStatus(one, listOf(list)[index], Number(readAtMs))))
  }
  const series = onePerSeries(read)
  return {
    nowMs: Number(now),
    series,
    ended: listOf(ended).flatMap((line) => readEnded(String(line)) ?? []),
    totals: Object.fromEntries(pairsOf(totals).map(([name, count]) => [name, Number(count)])),
  }
}

async function readOpen(connection: Connection, keys: KeyNames, known: readonly Known[]): Promise<ReadonlySet<string>> {
  const dueKeys = new Set(
    known.flatMap(({ series, destinations }) => destinations.flatMap((to) => keys.open(series.rule.name, to))),
  )
  return new Set(listOf(await connection.run(openSeriesScript, [...dueKeys], [MAX_SERIES])).map(String))
}

/** Those with something open first, then the rules that have no groups, then the groups that were counted last. */
function chosen(known: readonly Known[], open: ReadonlySet<string>): readonly Known[] {
  const isOpen = ({ series }: Known): boolean => open.has(series.id)
  const rank = (one: Known): number => (isOpen(one) ? 0 : one.series.groupValues === undefined ? 1 : 2)
  return [...known].sort((a, b) => rank(a) - rank(b)).slice(0, MAX_SERIES)
}

/** Of a series that goes to several places, the one where something waits. */
function onePerSeries(read: readonly SeriesStatus[]): readonly SeriesStatus[] {
  const bySeries = new Map<string, SeriesStatus>()
  for (const one of read) {
    const known = bySeries.get(one.series.id)
    if (known?.pending === undefined) bySeries.set(one.series.id, one)
  }
  return [...bySeries.values()]
}

function keysOf({ series }: Known, destination: string, keys: KeyNames, nowMs: number): string[] {
  const { windowType, windowMs } = series.rule
  const counter = windowType === 'fixed' ? keys.bucket(series, bucketAt(nowMs, windowMs)) : keys.ring(series)
  return [counter, keys.delivery(series), keys.alert(series, destination)]
}

function argsOf({ series }: Known): (string | number)[] {
  const { windowType, windowMs, cooldownMs, cooldownMaxMs } = series.rule
  return [windowType, windowMs, cooldownMs, cooldownMaxMs, isOriginals(series) ? 1 : 0]
}
