// What settings would have raised, had they been in force when these lines were logged.
import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { createGunzip } from 'node:zlib'
import type { LogsirenOptions, RuleOptions } from '../config/options.js'
import { parseOptions } from '../config/parse-options.js'
import { LineSplitter } from '../record/line/splitter.js'
import { timeOf } from '../record/line-time.js'
import { isObject } from '../record/path.js'
import { type BacktestRun, Replay } from './replay.js'

/** Paths of files with a JSON line each, read one after the other, `.gz` unpacked; or their text, in chunks cut anywhere. */
export type BacktestInput = string | readonly string[] | AsyncIterable<string | Uint8Array>

/** What to judge the lines by; a destination is not needed, and never called. */
export interface BacktestOptions extends LogsirenOptions {
  /** Changes to try beside the options, each by itself: `[{ threshold: 20 }, { windowSeconds: 300 }]`. */
  readonly compare?: readonly RuleOptions[] | undefined
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
 * @throws ConfigError (`ERR_LOGSIREN_CONFIG`) where options or a change are not valid; what reading throws
 * @example
 * const { alerts, compared } = await backtest('app.log', { threshold: 10, compare: [{ threshold: 20 }] })
 */
export async function backtest(input: BacktestInput, given: BacktestOptions = {}): Promise<BacktestReport> {
  const { compare = [], ...options } = given
  const replays = [{}, ...compare].map((change) => new Replay(parseOptions({ ...options, ...change })))
  let [lines, skipped] = [0, 0]
  let last = ''
  const splitter = new LineSplitter(
    (text, count) => {
      lines += count
      last = text
      for (const replay of replays) replay.read(text)
    },
    (count) => {
      lines += count
      skipped += count
    },
  )
  for await (const chunk of chunksOf(input)) splitter.push(chunk)
  splitter.end()
  const [run, ...others] = replays.map((replay) => replay.end(lastTimeIn(last)))
  if (run === undefined) throw new Error('a backtest has at least one run')
  return { lines, skipped, ...run, compared: compare.map((change, i) => ({ change, ...(others[i] ?? run) })) }
}

async function* chunksOf(input: BacktestInput): AsyncGenerator<string> {
  const isPaths = typeof input === 'string' || Array.isArray(input)
  const sources: readonly AsyncIterable<string | Uint8Array>[] = isPaths
    ? [input].flat().map(open)
    : [input as AsyncIterable<string | Uint8Array>]
  for (const source of sources) {
    const decoder = new StringDecoder('utf8')
    let text = '\n'
    for await (const chunk of source) {
      text = typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk))
      yield text
    }
    // A file need not end in a newline; the next one does not go on with its last line.
    if (!text.endsWith('\n')) yield '\n'
  }
}

function open(path: string): Readable {
  const file = createReadStream(path, { highWaterMark: 1 << 20 })
  if (!path.endsWith('.gz')) return file
  const unpacked = createGunzip()
  file.on('error', (error) => unpacked.destroy(error))
  return file.pipe(unpacked)
}

/** When the last of these lines was logged that says so. */
function lastTimeIn(text: string): number | undefined {
  for (const line of text.trimEnd().split('\n').slice(-100).reverse()) {
    try {
      const members: unknown = JSON.parse(line)
      const timeMs = isObject(members) ? timeOf(members) : undefined
      if (timeMs !== undefined) return timeMs
    } catch {
      // No JSON: an earlier one may be.
    }
  }
  return undefined
}
