// The alerts of one setting, and the ends of them, as a table.
import type { ReportAlert, ReportRun } from '../../cli/backtest/report-data.js'
import { counted, grouped, span } from '../../text.js'
import { make } from '../dom.js'
import { seriesName } from '../series.js'
import { moment } from './figures.js'
import { alertsRaised } from './runs.js'

const heads = ['Time, UTC', 'Kind', 'Rule and group', 'Errors', 'The error that raised it']

export interface AlertsCard {
  /** Which setting it is; blank where there is one only. */
  readonly name: string
  readonly isOpen: boolean
  /** Whether all of the input was looked at: only then no alert means that all was well. */
  readonly isWhole: boolean
}

export function alertsCard(run: ReportRun, { name, isOpen, isWhole }: AlertsCard): HTMLElement {
  const title = name === '' ? 'Alerts' : `Alerts: ${name}`
  const { alerts, alertsLeftOut } = run
  if (alerts.length === 0) {
    const text = isWhole ? 'No alert: nobody would have been called.' : 'No alert in what was looked at.'
    const none = make('p', { class: 'hint' }, text)
    return make('section', { class: 'card' }, make('h2', {}, title), none)
  }
  const table = make(
    'table',
    { class: 'alerts' },
    make('thead', {}, make('tr', {}, ...heads.map((head) => make('th', { scope: 'col' }, head)))),
    make('tbody', {}, ...alerts.map(rowOf)),
  )
  const more = `${grouped(alertsLeftOut)} more are not listed here; the report in JSON (--json) lists more.`
  return make(
    'section',
    { class: 'card' },
    make(
      'details',
      { open: isOpen },
      make('summary', {}, `${title} (${grouped(alertsRaised(run))})`),
      table,
      alertsLeftOut > 0 ? make('p', { class: 'hint' }, more) : undefined,
    ),
  )
}

function rowOf(alert: ReportAlert): HTMLElement {
  const { kind, at, rule, groupBy, statusCode, message } = alert
  const isAlert = kind === 'alert'
  const sample = [statusCode || '', message || '(no message)'].join(' ').trim()
  return make(
    'tr',
    {},
    make('td', { class: 'time' }, moment(at)),
    make('td', { class: `kind ${kind}` }, isAlert ? 'alert' : 'ended'),
    make('td', {}, make('bdi', {}, seriesName(rule, groupBy))),
    make('td', {}, isAlert ? countOf(alert) : `after ${span(alert.durationSeconds ?? 0)}`),
    make('td', {}, make('bdi', {}, isAlert ? sample : '')),
  )
}

function countOf({ count, windowSeconds, threshold, suppressed = 0 }: ReportAlert): string {
  const since = suppressed > 0 ? `; ${counted(suppressed, 'error')} since the alert before` : ''
  return `${grouped(count)} in ${windowSeconds} s (threshold ${grouped(threshold)})${since}`
}
