// The settings that are compared, a column each.
import type { ReportRun } from '../../cli/backtest/report-data.js'
import { grouped } from '../../text.js'
import { make } from '../dom.js'
import { moment, most } from './figures.js'
import { alertsRaised } from './runs.js'

const TITLE = 'Settings side by side'

const facts: readonly (readonly [name: string, tell: (run: ReportRun) => string])[] = [
  ['Errors', ({ errors }) => grouped(errors)],
  ['Ignored', ({ ignored }) => grouped(ignored)],
  ['Alerts', (run) => grouped(alertsRaised(run))],
  ['First alert', ({ alerts }) => firstOf(alerts)],
  ['Highest count', ({ timeline }) => grouped(most(timeline.series.map(({ highest }) => most(highest))))],
]

export function comparisonCard(runs: readonly ReportRun[]): HTMLElement {
  const heads = runs.map(({ name }) => make('th', { scope: 'col' }, make('bdi', {}, name)))
  const rows = facts.map(([name, tell]) =>
    make('tr', {}, make('th', { scope: 'row' }, name), ...runs.map((run) => make('td', {}, tell(run)))),
  )
  const table = make(
    'table',
    { class: 'settings' },
    make('thead', {}, make('tr', {}, make('td'), ...heads)),
    make('tbody', {}, ...rows),
  )
  return make(
    'section',
    { class: 'card' },
    make('h2', {}, TITLE),
    make('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': TITLE }, table),
  )
}

function firstOf(alerts: ReportRun['alerts']): string {
  const first = alerts.find(({ kind }) => kind === 'alert')
  return first === undefined ? '–' : moment(first.at)
}
