// What settings would have raised, had they been in force when these lines were logged.
import type { LogsirenOptions, RuleOptions } from '../config/options.js'
import { parseSomeOptions } from '../config/parse-options.js'
import { createSharedSieves } from '../record/sieve/shared-sieves.js'
import { LineSplitter } from '../record/sieve/splitter.js'
import { compileSieve } from '../record/sieve/text-sieve.js'
import { isObject, parseJson } from '../unknown.js'
import { readFiles, readText } from './files.js'
import { timeOf } from './line-time.js'
import { type BacktestRun, Replay } from './replay.js'

/** Paths of files with a JSON line each, read one after the other, gzip unpacked; or their text, in chunks cut anywhere. */
export type BacktestInput = string | readonly string[] | AsyncIterable<string | Uint8Array>

/** So many lines are looked at for when the first or the last was logged. */
const LOOKS = 100

/** What to judge the lines by; a destination is not needed, and never called. */
export interface BacktestOptions extends LogsirenOptions {
  /** Changes to try beside the options, each by itself: `[{ threshold: 20 }, { windowSeconds: 300 }]`. */
  readonly compare?: readonly RuleOptions[] | undefined
  /** Also tell how the counts went over time, for each rule and group. @defaultValue false */
  readonly timeline?: boolean | undefined
}

export interface BacktestReport extends BacktestRun {
  /** Lines read. */
  readonly lines: number
  /** Of these, passed over, since they were longer than 1 MiB. */
  readonly skipped: number
  /** One for each of `compare`, in its order. */
  readonly compared: readonly (BacktestRun & { readonly change: RuleOptions })[]
}

/**
 * Runs the evaluator's own logic over lines that were logged before, on a clock that follows theirs, with every alert
 * delivered at once. Lines are read as a stream: memory does not grow with them.
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
  // Each text is looked at once for all of them, unless they differ in what an error is.
  const compile = changes.length > 1 ? createSharedSieves() : compileSieve
  const replays = changes.map((changed) => new Replay(changed, hasTimeline, compile))
  let [lines, skipped] = [0, 0]
  let firstMs: number | undefined
  let last = ['', '']
  const splitter = new LineSplitter(
    (text, count) => {
      lines += count
      last = [last[1] ?? '', text]
      if (hasTimeline && firstMs === undefined && lines - count < LOOKS) {
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

/** When the first of these lines was logged that says so. */
function firstTimeIn(text: string): number | undefined {
  return firstTimeOf(text.split('\n', LOOKS))
}

/** When the last of these lines was logged that says so. */
function lastTimeIn(text: string): number | undefined {
  return firstTimeOf(text.trimEnd().split('\n').slice(-LOOKS).reverse())
}

function firstTimeOf(lines: readonly string[]): number | undefined {
  for (const line of lines) {
    const members = parseJson(line)
    const timeMs = isObject(members) ? timeOf(members) : undefined
    if (timeMs !== undefined) return timeMs
  }
  return undefined
}
