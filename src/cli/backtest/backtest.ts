// `logsiren backtest`: reports the alerts that settings would have raised on files of log lines, in words, as JSON, or as a page with charts.
import { stat } from 'node:fs/promises'
import { type BacktestReport, backtest } from '../../backtest/backtest.js'
import { readFiles, readText, UnreadableError } from '../../backtest/files.js'
import { systemClock } from '../../clock.js'
import type { LogsirenOptions } from '../../config/options.js'
import { oneLine } from '../../text.js'
import { UsageError } from '../usage-error.js'
import { parseCompare } from './compare-setting.js'
import { checkPageFile, writePage } from './page-file.js'
import { ProgressBar } from './progress-bar.js'
import { backtestText } from './report-text.js'

/** Files with fewer bytes in all get no progress bar: they are read before anybody could look at it. */
const MIN_PROGRESS_BYTES = 50e6
/** Width of the report in characters if the output is no terminal. */
const DEFAULT_COLUMNS = 100

export interface BacktestSettings {
  /** Changes of the options, each run by itself: `threshold=20` or `threshold=20,window-seconds=30`. */
  readonly compare: readonly string[]
  /** File to which a page with charts is written. */
  readonly html?: string
  /** Print the report as JSON, and nothing else. */
  readonly json: boolean
}

type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number }

export interface BacktestIo {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly stdout: Output
  readonly stderr: Output
}

/**
 * Backtests files with one JSON object per line, compressed with gzip or not. `-`, or no file, means the standard input.
 *
 * @throws UsageError if a comparison is not valid, or there is nothing to read; ConfigError if the options are not valid; an Error that names
 * the file that cannot be read or written
 */
export async function runBacktest(
  files: readonly string[],
  options: LogsirenOptions,
  { compare, html, json }: BacktestSettings,
  io: BacktestIo,
): Promise<void> {
  const changes = compare.map(parseCompare)
  const paths = files.length === 0 ? ['-'] : files
  if (files.length === 0 && io.stdin.isTTY === true)
    throw new UsageError('Expected a file, or lines on the standard input; see logsiren backtest --help')
  if (html !== undefined) await checkPageFile(html)
  const bar = await progressBar(paths, io.stderr)
  const report = await (async () => {
    try {
      const text = textOf(paths, io.stdin, (bytes) => bar?.add(bytes))
      return await backtest(text, { ...options, compare: changes, timeline: !json || html !== undefined })
    } catch (error) {
      if (error instanceof UnreadableError) throw new Error(oneLine(error.message), { cause: error })
      throw error
    } finally {
      bar?.clear()
    }
  })()
  if (html !== undefined) {
    const { backtestHtml } = await import('./report-page.js')
    await writePage(html, backtestHtml(report, compare, paths))
  }
  const print = (text: string): void => void io.stdout.write(`${text}\n`)
  if (json) print(JSON.stringify(withoutTimelines(report), null, 2))
  else {
    print(backtestText(report, compare, io.stdout.columns ?? DEFAULT_COLUMNS).join('\n'))
    if (html !== undefined) print(`\nThe report with charts: ${oneLine(html)}`)
  }
}

/**
 * The report without timelines, whose long lists are there for charts. They are left out by place and not by name, since the values of a group
 * may have a member `timeline` too.
 */
function withoutTimelines({ timeline: _, compared, ...report }: BacktestReport): object {
  return { ...report, compared: compared.map(({ timeline: _, ...run }) => run) }
}

async function* textOf(
  paths: readonly string[],
  stdin: NodeJS.ReadableStream,
  onBytes: (count: number) => void,
): AsyncGenerator<string> {
  for (const path of paths) yield* path === '-' ? standardInput(stdin) : readFiles([path], onBytes)
}

async function* standardInput(stdin: NodeJS.ReadableStream): AsyncGenerator<string> {
  try {
    yield* readText(stdin)
  } catch (cause) {
    throw new UnreadableError('standard input', cause)
  }
}

async function progressBar(paths: readonly string[], stderr: Output): Promise<ProgressBar | undefined> {
  if (stderr.isTTY !== true) return undefined
  // A file that is missing counts as empty here; reading it fails soon, with an error that names it.
  const sizes = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  )
  const total = sizes.reduce((sum, size) => sum + size, 0)
  return total > MIN_PROGRESS_BYTES ? new ProgressBar(stderr, total, systemClock) : undefined
}
