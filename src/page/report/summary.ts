// The head of the report: what was read, how many errors and alerts there were, and what the marks in the charts are.
import type { ReportData } from '../../cli/backtest/report-data.js'
import { grouped } from '../../text.js'
import { make } from '../dom.js'
import { momentOf } from './figures.js'
import { alertsRaised, type TimeRange } from './runs.js'

const marks = [
  ['count', 'errors in the window'],
  ['threshold', 'threshold'],
  ['alert', 'alert'],
  ['end', 'told that the errors have stopped'],
  ['cooldown', 'cooldown: no alert is sent'],
  ['rate', 'errors a minute'],
] as const

export function summary({ files, lines, config, gaps, runs: [run] }: ReportData, range: TimeRange | undefined): Node[] {
  const raised = alertsRaised(run)
  const asides = [
    ['errors ignored: no rule counts them', run.ignored],
    ['further lines of requests that were counted', run.duplicates],
    ['errors without a time, which no window can count', run.untimed],
    ['errors too late for any window: are the files in the order of time?', run.late],
  ] as const
  const tiles = [
    tile('lines', lines),
    tile('errors', run.errors),
    tile('alerts', raised, raised > 0 ? 'alert' : ''),
    ...asides.filter(([, count]) => count > 0).map(([name, count]) => tile(name, count)),
  ]
  return [
    make('p', { class: 'hint' }, make('bdi', {}, files.join(', '))),
    ...[`As given: ${config.text}`, ...config.notes].map((text) => make('p', { class: 'hint' }, text)),
    ...(range === undefined
      ? []
      : [make('p', { class: 'hint' }, `${momentOf(range[0])} to ${momentOf(range[1])} UTC`)]),
    ...gaps.map((gap) => make('p', { class: 'gap' }, gap)),
    make('dl', { class: 'tiles' }, ...tiles),
    make(
      'ul',
      { class: 'legend hint' },
      ...marks.map(([mark, text]) => make('li', {}, make('span', { class: `mark ${mark}` }), text)),
    ),
    make('p', { class: 'hint' }, 'Drag across a chart to see a part of the time; double-click to see all of it.'),
  ]
}

function tile(name: string, count: number, kind = ''): HTMLElement {
  return make('div', { class: kind }, make('dt', {}, name), make('dd', {}, grouped(count)))
}
