// The backtest: which alerts options would have raised, had they been in force when some lines were logged.
import type { LogsirenOptions, RuleOptions } from '../config/options.js'
import { parseSomeOptions } from '../config/parse-options.js'
import { createSharedSieves } from '../record/sieve/shared-sieves.js'
import { LineSplitter } from '../record/sieve/splitter.js'
import { compileSieve } from '../record/sieve/text-sieve.js'
import { isObject, parseJson } from '../unknown.js'
import { readFiles, readText } from './files.js'
import { timeOf } from './line-time.js'
import { type BacktestRun, Replay } from './replay.js'

/**
 * JSON lines to read: the path of a file, or of several that are read one after the other; or text or bytes in chunks that are cut
 * anywhere. What begins as gzip does is unpacked.
 */
export type BacktestInput = string | readonly string[] | AsyncIterable<string | Uint8Array>

/** Lines in which a time is searched for at the beginning of the input, and at its end. */
const SEARCHED_LINES = 100

/** The options to try. They need no `url`, and nothing is sent. */
export interface BacktestOptions extends LogsirenOptions {
  /** Changes to try, each by itself on top of the options: `[{ threshold: 20 }, { windowSeconds: 300 }]`. @defaultValue none */
  readonly compare?: readonly RuleOptions[] | undefined
  /** Also report how the counts went over time, for each rule and group. @defaultValue false */
  readonly timeline?: boolean | undefined
}

/** What a backtest found. The members of `BacktestRun` are about the options without a change. */
export interface BacktestReport extends BacktestRun {
  /** Lines of the input, those passed over included. */
  readonly lines: number
  /** Lines that were passed over, since they were longer than 1,048,576 UTF-16 units. */
  readonly skipped: number
  /** A run for each change in `compare`, in the same order. */
  readonly compared: readonly (BacktestRun & { readonly change: RuleOptions })[]
}

/**
 * Finds which alerts options would have raised for lines that were logged before. The evaluator's own logic runs over the lines, on a
 * clock that follows their times, and each alert counts as delivered at once. Nothing is sent. Lines are read as a stream: memory does
 * not grow with their number.
 *
 * @throws ConfigError (`ERR_LOGSIREN_CONFIG`) where options or a change are not valid
 * @throws Error where a file cannot be read: its message names the file and says why, `path` is the file and `code` the system's
 * own, such as `ENOENT`; what an iterable throws is thrown as it is
 * @example
 * const { alerts, compared } = await backtest('app.log', { threshold: 10, compare: [{ threshold: 20 }] })
 */
export async function backtest(input: BacktestInput, given: BacktestOptions = {}): Promise<BacktestReport> {
  const { compare = [], timeline: hasTimeline = false, ...options } = given
  const changes = [{}, ...compare].map((change) => parseSomeOptions({ ...options, ...change }))
  // Each text is searched once for all runs, unless they differ in what an error is.
  const compile = changes.length > 1 ? createSharedSieves() : compileSieve
  const replays = changes.map((changed) => new Replay(changed, hasTimeline, compile))
  let [lines, skipped] = [0, 0]
  let firstMs: number | undefined
  let last = ['', '']
  const splitter = new LineSplitter(
    (text, count) => {
      lines += count
      last = [last[1] ?? '', text]
      if (hasTimeline && firstMs === undefined && lines - count < SEARCHED_LINES) {
        firstMs = firstTimeIn(text)
        if (firstMs !== undefined) for (const replay of replays) replay.begin(firstMs)
      }
      for (const replay of replays) replay.read(text)
    },
    (count) => {
      lines += count
      skipped += count
    },
  )
  for await (const chunk of textOf(input)) splitter.push(chunk)
  splitter.end()
  const [run, ...others] = replays.map((replay) => replay.end(lastTimeIn(last.join(''))))
  if (run === undefined) throw new Error('a backtest has at least one run')
  return { lines, skipped, ...run, compared: compare.map((change, i) => ({ change, ...(others[i] ?? run) })) }
}

function textOf(input: BacktestInput): AsyncIterable<string> {
  if (typeof input === 'string') return readFiles([input])
  return isPaths(input) ? readFiles(input) : readText(input)
}

function isPaths(input: readonly string[] | AsyncIterable<string | Uint8Array>): input is readonly string[] {
  return Array.isArray(input)
}

/** The first time among the first lines of a text, in ms since the epoch. */
function firstTimeIn(text: string): number | undefined {
  return firstTimeOf(text.split('\n', SEARCHED_LINES))
}

/** The last time among the last lines of a text, in ms since the epoch. */
function lastTimeIn(text: string): number | undefined {
  return firstTimeOf(text.trimEnd().split('\n').slice(-SEARCHED_LINES).reverse())
}

function firstTimeOf(lines: readonly string[]): number | undefined {
  for (const line of lines) {
    const members = parseJson(line)
    const timeMs = isObject(members) ? timeOf(members) : undefined
    if (timeMs !== undefined) return timeMs
  }
  return undefined
}
