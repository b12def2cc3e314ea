// A report with what was tried, and what it says of itself: how much of the input it is about.
import type { BacktestReport } from '../../backtest/backtest.js'
import type { BacktestRun } from '../../backtest/replay.js'
import { counted, grouped, oneLine } from '../../text.js'
import type { Comparison } from './compare-setting.js'
import type { GivenConfig } from './given-config.js'

export interface ToldReport {
  readonly report: BacktestReport
  /** The config that the report is about. */
  readonly given: GivenConfig
  /** What it is compared with, in the order of `report.compared`. */
  readonly comparisons: readonly Comparison[]
}

/** What the config is called that others are compared with. */
export const AS_GIVEN = 'as given'

/** Sentences on what of the input the report is not about. */
export function gapsOf({
  lines,
  skipped,
  notUnderstood,
  incomplete,
  empty,
  learned = 0,
}: BacktestReport): readonly string[] {
  const { lines: strange, first } = notUnderstood
  const were = strange === 1 ? 'was' : 'were'
  return [
    ...empty.map((file) => `\`${oneLine(file)}\` is empty.`),
    ...incomplete.map(({ file, reason }) => `\`${oneLine(file)}\` was read in part only: ${reason}.`),
    ...(strange > 0
      ? [`${grouped(strange)} of ${counted(lines, 'line')} ${were} not understood; the first looks like: ${first}`]
      : []),
    ...(learned > 0 ? [`${counted(learned, 'kind')} of errors learned, which raise no alert: they are not new.`] : []),
    ...(skipped > 0 ? [`${counted(skipped, 'line')} passed over: longer than 1,048,576 characters.`] : []),
  ]
}

/** What follows: how often somebody would have been called, if that can be said. */
export function verdictOf(report: BacktestReport): string {
  const raised = raisedIn(report)
  if (raised > 0) return `${counted(raised, 'alert')} would have been sent.`
  if (report.lines === 0) return 'There was nothing to look at, so nothing can be said of alerts.'
  if (isUndated(report)) return 'No alert: no error has a time, so no window could count one.'
  return report.notUnderstood.most
    ? 'No alert in what was understood, which is not to say that all was well.'
    : 'No alert: nobody would have been called.'
}

/** Whether the input says too little for a verdict. */
export function isBlind(report: BacktestReport): boolean {
  return report.lines === 0 || report.notUnderstood.most || isUndated(report)
}

/** Alerts that would have been sent, whether they are listed or not. */
export function raisedIn({ alerts, unlisted }: BacktestRun): number {
  return alerts.filter(({ kind }) => kind === 'alert').length + (unlisted?.alerts ?? 0)
}

function isUndated({ errors, untimed }: BacktestRun): boolean {
  return errors > 0 && untimed === errors
}

/** Why the command has failed though there is a report; undefined where it has not. An empty input is told, and no failure. */
export function failureOf(report: BacktestReport): string | undefined {
  const { lines, skipped, notUnderstood, incomplete } = report
  if (lines > 0 && notUnderstood.most)
    return `most of the input was not understood (${grouped(notUnderstood.lines + skipped)} of ${counted(lines, 'line')}), so the report says little; --parser says how lines are to be read, --fields where JSON has status and error`
  if (isUndated(report)) return 'no error has a time, so the report says nothing of alerts'
  const [cut] = incomplete
  return cut === undefined ? undefined : `\`${oneLine(cut.file)}\` was read in part only: ${cut.reason}`
}
