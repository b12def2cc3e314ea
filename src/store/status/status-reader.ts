// Reads what operators see of a fleet: a few round trips by the config key alone, and nothing is written.
import { parseDocument } from '../../config/document.js'
import { bucketAt } from '../../rule/slots.js'
import type { Connection } from '../connection/connection.js'
import { type KeyNames, keyNames } from '../redis/keys.js'
import { SERVER_CLOCK } from '../redis/lua/script.js'
import { type Known, knownSeries } from './known-series.js'
import { type EndedNews, listOf, pairsOf, readEnded, readSeriesStatus, type SeriesStatus } from './status-replies.js'
import { overviewScript, seriesStatusScript } from './status-scripts.js'

export interface StatusState {
  readonly nowMs: number
  readonly series: readonly SeriesStatus[]
  /** The newest first. */
  readonly ended: readonly EndedNews[]
  /** Counters of all processes together. */
  readonly totals: Readonly<Record<string, number>>
}

/** So many series are read. */
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
    [keys.config, keys.series, keys.due, keys.history, keys.totals],
    [MAX_ANNOUNCEMENTS, MAX_SERIES, MAX_ENDED],
  )
  const [now, kind, text, announced, due, ended, totals] = listOf(overview)
  const parsed = kind === 'text' ? parseDocument(String(text)) : undefined
  const document = parsed?.kind === 'valid' ? parsed.document : undefined
  const open = new Set(listOf(due).map(String))
  const known = chosen(knownSeries(pairsOf(announced), document), open)
  const script = seriesStatusScript(serverClock)
  const series: SeriesStatus[] = []
  for (let at = 0; at < known.length; at += SERIES_PER_CALL) {
    const some = known.slice(at, at + SERIES_PER_CALL)
    const counterKeys = some.flatMap((one) => keysOf(one, keys, Number(now)))
    const reply = await connection.run(script, [keys.config, ...counterKeys], some.flatMap(argsOf))
    const [readAtMs, list] = listOf(reply)
    series.push(...some.map((one, index) => readSeriesStatus(one, listOf(list)[index], Number(readAtMs))))
  }
  return {
    nowMs: Number(now),
    series,
    ended: listOf(ended).flatMap((line) => readEnded(String(line)) ?? []),
    totals: Object.fromEntries(pairsOf(totals).map(([name, count]) => [name, Number(count)])),
  }
}

/** Those with something to tell first, then the rules that have no groups, then the groups that were counted last. */
function chosen(known: readonly Known[], open: ReadonlySet<string>): readonly Known[] {
  if (known.length <= MAX_SERIES) return known
  const isOpen = ({ series }: Known): boolean => open.has(series.id)
  const rank = (one: Known): number => (isOpen(one) ? 0 : one.series.groupValues === undefined ? 1 : 2)
  return [...known].sort((a, b) => rank(a) - rank(b)).slice(0, MAX_SERIES)
}

function keysOf({ series }: Known, keys: KeyNames, nowMs: number): string[] {
  const { windowType, windowMs } = series.rule
  const counter = windowType === 'fixed' ? keys.bucket(series, bucketAt(nowMs, windowMs)) : keys.ring(series)
  return [counter, keys.cooldown(series), keys.alert(series)]
}

function argsOf({ series: { rule } }: Known): (string | number)[] {
  return [rule.windowType, rule.windowMs, rule.cooldownMs, rule.cooldownMaxMs]
}
