// What the page of a backtest's report shows. It stands in the page as JSON, so all of it is plain data.
import type { BacktestAlert } from '../../backtest/alert-list.js'
import { STANDARD_INPUT } from '../../backtest/files.js'
import type { BacktestRun } from '../../backtest/replay.js'
import type { BacktestTimeline } from '../../backtest/timeline.js'
import { oneLine } from '../../text.js'
import { AS_GIVEN, gapsOf, isBlind, raisedIn, type ToldReport, verdictOf } from './told-report.js'

/** At most this many alerts and ends of each setting are listed in the page: a browser is slow with a longer table. */
const MAX_ALERTS = 2000

export interface ReportData {
  /** Lines that were read. */
  readonly lines: number
  /** What was tried, in words, and sentences on it. */
  readonly config: { readonly text: string; readonly notes: readonly string[] }
  /** Sentences on what of the input the report is not about, and whether it can say anything. */
  readonly gaps: readonly string[]
  /** Names of the files that were read. */
  readonly files: readonly string[]
  /** The options as given, then each setting that they are compared with. */
  readonly runs: readonly [ReportRun, ...ReportRun[]]
}

export interface ReportRun extends Pick<BacktestRun, 'errors' | 'ignored' | 'duplicates' | 'untimed' | 'late'> {
  /** What is compared: `as given`, or the changed options. */
  readonly name: string
  readonly alerts: readonly ReportAlert[]
  /** Alerts and ends that are not in `alerts`, since there are too many. */
  readonly alertsLeftOut: number
  readonly timeline: BacktestTimeline
}

export interface ReportAlert extends Omit<BacktestAlert, 'sample' | 'why'> {
  /** Of the sample; 0 where it has none. */
  readonly statusCode: number
  /** Of the sample; blank where it has none. */
  readonly message: string
}

const noTimeline: BacktestTimeline = {
  from: '',
  to: '',
  bucketSeconds: 1,
  series: [],
  others: { errors: 0, alerts: 0 },
}

/** `files` are what was read, in the words of the command line. */
export function toReportData({ report, given, comparisons }: ToldReport, files: readonly string[]): ReportData {
  const { lines, compared } = report
  return {
    lines,
    config: { text: given.text, notes: [...given.notes, ...comparisons.flatMap(({ notes }) => notes)] },
    gaps: [...gapsOf(report), ...(isBlind(report) && raisedIn(report) === 0 ? [verdictOf(report)] : [])],
    files: files.map((file) => (file === '-' ? STANDARD_INPUT : oneLine(file))),
    runs: [toRun(report, AS_GIVEN), ...compared.map((run, i) => toRun(run, comparisons[i]?.text ?? ''))],
  }
}

function toRun(run: BacktestRun, name: string): ReportRun {
  const { errors, ignored, duplicates, untimed, late, alerts, unlisted, timeline = noTimeline } = run
  const listed = alerts.slice(0, MAX_ALERTS).map(({ sample, why: _, ...alert }) => ({
    ...alert,
    statusCode: sample.statusCode,
    message: oneLine(sample.errorMessage),
  }))
  const alertsLeftOut = alerts.length - listed.length + (unlisted?.alerts ?? 0) + (unlisted?.ends ?? 0)
  return { name, errors, ignored, duplicates, untimed, late, alerts: listed, alertsLeftOut, timeline }
}
