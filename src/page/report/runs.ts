// What is told of one setting's run, or of all of them.
import type { ReportRun } from '../../cli/backtest/report-data.js'
import { secondsOf, sum } from './figures.js'

/** Seconds since the epoch. */
export type TimeRange = readonly [from: number, to: number]

/** Alerts that the setting would have raised, whether they are listed or not. */
export function alertsRaised({ timeline }: ReportRun): number {
  return sum(timeline.series.map(({ alerts }) => sum(alerts))) + timeline.others.alerts
}

/** From the first line to the last one, at least a second; undefined where no line has a time. */
export function rangeOf(runs: readonly ReportRun[]): TimeRange | undefined {
  const timed = runs.map(({ timeline }) => timeline).filter(({ from }) => from !== '')
  if (timed.length === 0) return undefined
  const from = Math.min(...timed.map((timeline) => secondsOf(timeline.from)))
  return [from, Math.max(from + 1, ...timed.map((timeline) => secondsOf(timeline.to)))]
}
