// A card for each rule and group that had errors: its charts, one for each setting, side by side.

import type { TimelineSeries } from '../../backtest/timeline.js'
import type { ReportRun } from '../../cli/backtest/report-data.js'
import { counted } from '../../text.js'
import { make } from '../dom.js'
import { seriesKey, seriesName } from '../series.js'
import { most, sum } from './figures.js'
import type { TimeRange } from './runs.js'
import { seriesChart } from './series-chart.js'

export function seriesCards(runs: readonly [ReportRun, ...ReportRun[]], range: TimeRange): Node[] {
  const [{ timeline }] = runs
  const ranked = [...timeline.series].sort((a, b) => sum(b.alerts) - sum(a.alerts) || sum(b.errors) - sum(a.errors))
  // Another setting may have groups that the first has not.
  const series = new Map([...ranked, ...runs.flatMap((run) => run.timeline.series)].map((one) => [keyOf(one), one]))
  const { errors, alerts } = timeline.others
  const others = `Groups beyond the first 100 have no charts: ${counted(errors, 'error')}, ${counted(alerts, 'alert')}.`
  return [
    ...[...series].map(([key, one]) => seriesCard(key, one, runs, range)),
    ...(errors > 0 ? [make('p', { class: 'hint' }, others)] : []),
  ]
}

function seriesCard(key: string, { rule, groupBy }: TimelineSeries, runs: readonly ReportRun[], range: TimeRange) {
  const name = seriesName(rule, groupBy)
  const found = runs.map((run) => ({ run, series: run.timeline.series.find((one) => keyOf(one) === key) }))
  const tops = {
    // All charts of a card have one scale, so that they can be compared.
    count: most(
      found.map(({ series }) => (series === undefined ? 0 : Math.max(series.threshold, most(series.highest)))),
    ),
    rate: most(found.map(({ run, series }) => (most(series?.errors ?? []) * 60) / run.timeline.bucketSeconds)),
  }
  const columns = found.map(({ run, series }) =>
    make(
      'div',
      {},
      runs.length > 1 ? make('h3', {}, make('bdi', {}, run.name)) : undefined,
      ...(series === undefined
        ? [make('p', { class: 'hint' }, 'No errors')]
        : seriesChart({ key, name, series, timeline: run.timeline, range, tops })),
    ),
  )
  return make(
    'section',
    { class: 'card' },
    make('h2', {}, make('bdi', {}, name)),
    make('div', { class: 'runs' }, ...columns),
  )
}

function keyOf({ rule, groupBy }: TimelineSeries): string {
  return seriesKey(rule, groupBy)
}
