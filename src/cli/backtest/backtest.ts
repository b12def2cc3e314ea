// `logsiren backtest`: reports the alerts that settings would have raised on files of log lines, in words, as JSON, or as a page with charts.
import { stat } from 'node:fs/promises'
import { backtest } from '../../backtest/backtest.js'
import {
  type CutFile,
  type Reading,
  readFiles,
  readText,
  STANDARD_INPUT,
  UnreadableError,
} from '../../backtest/files.js'
import { systemClock } from '../../clock.js'
import { ConfigError } from '../../errors.js'
import type { ParserName } from '../../record/foreign-lines/event-reader.js'
import { oneLine } from '../../text.js'
import { UsageError } from '../usage-error.js'
import { parseCompare } from './compare-setting.js'
import type { GivenConfig } from './given-config.js'
import { checkPageFile, writePage } from './page-file.js'
import { ProgressBar } from './progress-bar.js'
import { backtestText } from './report-text.js'
import { failureOf, type ToldReport } from './told-report.js'

/** Files with fewer bytes in all get no progress bar: they are read before anybody could look at it. */
const MIN_PROGRESS_BYTES = 50e6
const NONE_LEARNS = 'Expected `--learned` together with `--new-only`: no rule counts only what is new, so none learns'
/** Width of the report in characters if the output is no terminal. */
const DEFAULT_COLUMNS = 100

export interface BacktestSettings {
  readonly parser?: ParserName
  /** Changes of the options, each run by itself: `threshold=20` or `threshold=20,window-seconds=30`. */
  readonly compare: readonly string[]
  /** Files of earlier lines, from which rules with `newOnly` learn. */
  readonly learned?: readonly string[]
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
 * Backtests files of log lines, packed or not. `-`, or no file, means the standard input.
 *
 * @throws UsageError if a comparison is not valid, or there is nothing to read; ConfigError if the options are not valid; an Error that names
 * the file that cannot be read or written; and, after the report, an Error where it says little of what was logged
 */
export async function runBacktest(
  files: readonly string[],
  given: GivenConfig,
  { parser = 'auto', compare, learned = [], html, json }: BacktestSettings,
  io: BacktestIo,
): Promise<void> {
  const comparisons = compare.map((text) => parseCompare(text, given.options))
  const paths = files.length === 0 ? ['-'] : files
  if (files.length === 0 && io.stdin.isTTY === true)
    throw new UsageError('Expected a file, or lines on the standard input; see logsiren backtest --help')
  if (html !== undefined) await checkPageFile(html)
  const bar = await progressBar(paths, io.stderr)
  const [incomplete, empty]: [CutFile[], string[]] = [[], []]
  const report = await (async () => {
    try {
      const text = textOf(paths, io.stdin, {
        onBytes: (bytes) => bar?.add(bytes),
        onCut: (cut) => incomplete.push(cut),
        onEmpty: (file) => empty.push(file),
      })
      return await backtest(text, {
        ...given.options,
        parser,
        ...(learned.length > 0 && {
          learned: textOf(learned, io.stdin, {
            onCut: (cut) => incomplete.push(cut),
            onEmpty: (file) => empty.push(file),
          }),
        }),
        compare: comparisons.map(({ change }) => change),
        timeline: !json || html !== undefined,
      })
    } catch (error) {
      if (error instanceof UnreadableError) throw new Error(oneLine(error.message), { cause: error })
      if (error instanceof ConfigError && error.problems.some(({ path }) => path === 'learned'))
        throw new UsageError(NONE_LEARNS)
      throw error
    } finally {
      bar?.clear()
    }
  })()
  const told: ToldReport = { report: { ...report, incomplete, empty }, given, comparisons }
  if (html !== undefined) {
    const { backtestHtml } = await import('./report-page.js')
    await writePage(html, backtestHtml(told, paths))
  }
  const print = (text: string): void => void io.stdout.write(`${text}\n`)
  if (json) print(JSON.stringify(toJson(told), null, 2))
  else {
    print(backtestText(told, io.stdout.columns ?? DEFAULT_COLUMNS).join('\n'))
    if (html !== undefined) print(`\nThe report with charts: ${oneLine(html)}`)
  }
  const failure = failureOf(told.report)
  if (failure !== undefined) throw new Error(failure)
}

/**
 * The report as JSON, without timelines, whose long lists are there for charts. They are left out by place and not by name, since the values of a
 * group may have a member `timeline` too.
 */
function toJson({ report, given, comparisons }: ToldReport): object {
  const { timeline: _, compared, ...rest } = report
  const { source, text, notes } = given
  return {
    config: { source, text, notes },
    ...rest,
    compared: compared.map(({ timeline: _, change, ...run }, i) => ({
      name: comparisons[i]?.text,
      change,
      notes: comparisons[i]?.notes,
      ...run,
    })),
  }
}

async function* textOf(
  paths: readonly string[],
  stdin: NodeJS.ReadableStream,
  reading: Reading,
): AsyncGenerator<string> {
  for (const path of paths) yield* path === '-' ? standardInput(stdin, reading) : readFiles([path], reading)
}

async function* standardInput(stdin: NodeJS.ReadableStream, reading: Reading): AsyncGenerator<string> {
  try {
    yield* readText(stdin, reading)
  } catch (cause) {
    throw new UnreadableError(STANDARD_INPUT, cause)
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
