// What the page of a backtest's report shows. It stands in the page as JSON, so all of it is plain data.
import type { BacktestAlert } from '../../backtest/alert-list.js'
import type { BacktestReport } from '../../backtest/backtest.js'
import type { BacktestRun } from '../../backtest/replay.js'
import type { BacktestTimeline } from '../../backtest/timeline.js'
import { oneLine } from '../../text.js'

/** At most this many alerts and ends of each setting are listed in the page: a browser is slow with a longer table. */
const MAX_ALERTS = 2000

export interface ReportData {
  /** Lines that were read. */
  readonly lines: number
  /** Lines that were passed over, since they were longer than 1 MiB. */
  readonly skipped: number
  /** Names of the files that were read. */
  readonly files: readonly string[]
  /** The options as given, then each setting that they are compared with. */
  readonly runs: readonly [ReportRun, ...ReportRun[]]
}

export interface ReportRun extends Pick<BacktestRun, 'errors' | 'duplicates' | 'untimed' | 'late'> {
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

/** `compare` and `files` say what was compared and read, in the words of the command line. */
export function toReportData(report: BacktestReport, compare: readonly string[], files: readonly string[]): ReportData {
  const { lines, skipped, compared } = report
  return {
    lines,
    skipped,
    files: files.map((file) => (file === '-' ? 'standard input' : oneLine(file))),
    runs: [toRun(report, 'as given'), ...compared.map((run, i) => toRun(run, oneLine(compare[i] ?? '')))],
  }
}

function toRun(run: BacktestRun, name: string): ReportRun {
  const { errors, duplicates, untimed, late, alerts, unlisted, timeline = noTimeline } = run
  const listed = alerts.slice(0, MAX_ALERTS).map(({ sample, why: _, ...alert }) => ({
    ...alert,
    statusCode: sample.statusCode,
    message: oneLine(sample.errorMessage),
  }))
  const alertsLeftOut = alerts.length - listed.length + (unlisted?.alerts ?? 0) + (unlisted?.ends ?? 0)
  return { name, errors, duplicates, untimed, late, alerts: listed, alertsLeftOut, timeline }
}
