// The report of a backtest in words, with charts of text.

import type { BacktestAlert } from '../../backtest/alert-list.js'
import type { BacktestReport } from '../../backtest/backtest.js'
import type { BacktestRun } from '../../backtest/replay.js'
import type { TimelineSeries } from '../../backtest/timeline.js'
import { countText, limitText } from '../../share.js'
import { counted, grouped, oneLine, span, truncate } from '../../text.js'
import { table, wrapped } from '../terminal.js'
import type { Comparison } from './compare-setting.js'
import { chartOf, nameOf } from './timeline-text.js'
import { AS_GIVEN, gapsOf, raisedIn, type ToldReport, verdictOf } from './told-report.js'

/** At most this many alerts are listed; `--json` and `--html` have more. */
const MAX_ALERTS = 100
/** At most this many characters of an error's message are shown. */
const MAX_MESSAGE_LENGTH = 300
/** At most this many charts are drawn, and rows of series compared: a terminal shows few at a time. */
const MAX_CHARTS = 12

/** The lines of the report, for a terminal of this many columns. */
export function backtestText({ report, given, comparisons }: ToldReport, columns: number): string[] {
  const notes = [...given.notes, ...comparisons.flatMap(({ notes }) => notes)]
  const sentences = [`Config: ${given.text}`, ...notes, ...gapsOf(report)]
  return [
    ...headOf(report),
    ...sentences.flatMap((sentence) => wrapped(sentence, columns)),
    verdictOf(report),
    ...alertsOf(report),
    ...chartsOf(report, columns),
    ...(comparisons.length > 0 ? ['', ...comparisonOf(report, comparisons)] : []),
  ]
}

function headOf({ lines, errors, ignored, duplicates, untimed, late, timeline }: BacktestReport): string[] {
  const range = rangeOf(timeline)
  const asides = [
    [ignored, 'error', 'ignored: no rule counts them'],
    [duplicates, 'further line', 'of requests that were counted'],
    [untimed, 'error', 'without a time, which no window can count'],
    [late, 'error', 'too late for any window: are the files in the order of time?'],
  ] as const
  return [
    `${counted(lines, 'line')}, ${counted(errors, 'error')}${range === '' ? '' : `, ${range}`}`,
    ...asides.filter(([count]) => count > 0).map(([count, one, what]) => `  ${counted(count, one)} ${what}`),
  ]
}

function rangeOf(timeline: BacktestRun['timeline']): string {
  if (timeline === undefined || timeline.from === '') return ''
  return `from ${momentOf(timeline.from)} to ${momentOf(timeline.to)} UTC`
}

function alertsOf({ alerts, unlisted }: BacktestReport): string[] {
  if (alerts.length === 0) return []
  const further = unlisted === undefined ? 0 : unlisted.alerts + unlisted.ends
  const rest = alerts.length + further - MAX_ALERTS
  return [
    '',
    ...alerts.slice(0, MAX_ALERTS).flatMap(alertLines),
    ...(rest > 0
      ? [`… and ${grouped(rest)} more: --json and --html have ${further > 0 ? 'the first' : 'all'} of them`]
      : []),
  ]
}

function alertLines(alert: BacktestAlert): string[] {
  const { kind, at, count, windowSeconds, suppressed = 0, durationSeconds = 0, sample, newOnly } = alert
  const name = nameOf(alert)
  if (kind === 'resolved') return [`${momentOf(at)}  ended  ${name}  after ${span(durationSeconds)}`]
  const suppressedText = suppressed > 0 ? `; ${counted(suppressed, 'error')} since the one before` : ''
  const status = sample.statusCode === 0 ? '' : `${sample.statusCode}  `
  const message = truncate(oneLine(sample.errorMessage), MAX_MESSAGE_LENGTH) || '(no message)'
  const counts = newOnly === true ? counted(count, 'new kind') : countText(alert)
  return [
    `${momentOf(at)}  ALERT  ${name}  ${counts} within ${windowSeconds} s (threshold ${limitText(alert)})${suppressedText}`,
    `                            ${status}${message}`,
  ]
}

function chartsOf({ timeline }: BacktestReport, columns: number): string[] {
  if (timeline === undefined || timeline.from === '') return []
  const ranked = [...timeline.series].sort((a, b) => sum(b.alerts) - sum(a.alerts) || sum(b.errors) - sum(a.errors))
  const drawn = ranked.slice(0, MAX_CHARTS)
  const { others } = timeline
  return [
    ...drawn.flatMap((series) => ['', titleOf(series), ...chartOf(series, timeline, columns)]),
    ...(ranked.length > drawn.length
      ? ['', `… and ${counted(ranked.length - drawn.length, 'more group')}: see --html`]
      : []),
    ...(others.errors > 0
      ? ['', `Groups beyond the first 100: ${counted(others.errors, 'error')}, ${counted(others.alerts, 'alert')}`]
      : []),
  ]
}

function titleOf(series: TimelineSeries): string {
  const { errors, highest, alerts, threshold, windowSeconds } = series
  const most = `at most ${grouped(Math.max(0, ...highest))} within ${windowSeconds} s`
  return `${nameOf(series)}: ${counted(sum(errors), 'error')}, ${most}; threshold ${threshold}, ${counted(sum(alerts), 'alert')}`
}

function comparisonOf(report: BacktestReport, comparisons: readonly Comparison[]): string[] {
  const runs: readonly BacktestRun[] = [report, ...report.compared]
  const names = [...new Set(runs.flatMap(({ alerts }) => alerts.map(nameOf)))]
  const alertsIn = ({ alerts }: BacktestRun): readonly BacktestAlert[] => alerts.filter(({ kind }) => kind === 'alert')
  const row = (label: string, textOf: (run: BacktestRun) => string): string[] => [label, ...runs.map(textOf)]
  const rows = [
    ['', AS_GIVEN, ...comparisons.map(({ text }) => truncate(text, 40))],
    row('errors', ({ errors }) => grouped(errors)),
    ...(runs.some(({ ignored }) => ignored > 0) ? [row('ignored', ({ ignored }) => grouped(ignored))] : []),
    row('alerts', (run) => grouped(raisedIn(run))),
    row('first alert', (run) => momentOf(alertsIn(run)[0]?.at ?? '')),
    row('last alert', (run) => momentOf(run.unlisted?.lastAlertAt ?? alertsIn(run).at(-1)?.at ?? '')),
    row('highest count', ({ timeline }) =>
      grouped((timeline?.series ?? []).reduce((most, { highest }) => Math.max(most, ...highest), 0)),
    ),
    ...(names.length > 1
      ? names
          .slice(0, MAX_CHARTS)
          .map((name) =>
            row(`  ${name}`, (run) => grouped(alertsIn(run).filter((alert) => nameOf(alert) === name).length)),
          )
      : []),
  ]
  return table(rows, 'figures').trimEnd().split('\n')
}

function momentOf(at: string): string {
  return at === '' ? '-' : `${at.slice(0, 10)} ${at.slice(11, 19)}`
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
