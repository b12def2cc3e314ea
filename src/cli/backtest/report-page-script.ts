// The script of a backtest's page, for browsers. All texts of the report are set as text, never as markup.

/** Builds the page from the JSON in it. */
export const pageScript = `'use strict'
const data = JSON.parse(document.getElementById('report').textContent)
const page = document.querySelector('main')
const grouped = (count) => count.toLocaleString('en', { maximumFractionDigits: count < 10 ? 1 : 0 })
const plural = (count, one) => grouped(count) + ' ' + one + (count === 1 ? '' : 's')
const moment = (at) => at.slice(0, 10) + ' ' + at.slice(11, 19)
const sum = (counts) => counts.reduce((total, count) => total + count, 0)
const most = (counts) => counts.reduce((high, count) => Math.max(high, count), 0)
const lasted = (seconds) => [[Math.floor(seconds / 3600), 'h'], [Math.floor((seconds % 3600) / 60), 'min'], [seconds % 60, 's']]
  .filter(([count]) => count > 0).map((part) => part.join(' ')).join(' ') || '0 s'
const idOf = ({ rule, groupBy }) => JSON.stringify([rule, groupBy])
const nameOf = ({ rule, groupBy }) =>
  [rule, ...Object.entries(groupBy || {}).map(([path, value]) => path + '=' + (value === null ? '(none)' : value))].join(' · ')
const raised = ({ timeline }) => sum(timeline.series.map(({ alerts }) => sum(alerts))) + timeline.others.alerts
function add(parent, tag, className, text) {
  const element = document.createElement(tag)
  if (className) element.className = className
  if (text !== undefined) element.textContent = text
  parent.append(element)
  return element
}

const [run] = data.runs
const ranges = data.runs.filter(({ timeline }) => timeline.from !== '').map(({ timeline }) => [timeline.from, timeline.to].map((at) => Date.parse(at) / 1000))
const first = Math.min(...ranges.map(([from]) => from))
// One line, or many at once: still something to look at.
const range = [first, Math.max(first + 1, ...ranges.map(([, to]) => to))]
const dated = (seconds) => moment(new Date(seconds * 1000).toISOString())

function showSummary() {
  const header = document.querySelector('header')
  add(header, 'p', 'soft', data.files.join(', '))
  if (ranges.length > 0) add(header, 'p', 'soft', dated(range[0]) + ' to ' + dated(range[1]) + ' UTC')
  const tiles = add(header, 'dl', 'tiles')
  const tile = (name, count, className) => {
    const box = add(tiles, 'div', className)
    add(box, 'dt', '', name)
    add(box, 'dd', '', grouped(count))
  }
  tile('lines', data.lines)
  tile('errors', run.errors)
  tile('alerts', raised(run), raised(run) > 0 ? 'alert' : '')
  const asides = [
    ['further lines of counted requests', run.duplicates],
    ['errors without a time', run.untimed],
    ['errors too late to count', run.late],
    ['lines too long to read', data.skipped],
  ]
  for (const [name, count] of asides) if (count > 0) tile(name, count)
  const legend = add(header, 'ul', 'legend')
  for (const [key, text] of [
    ['count', 'errors in the window'], ['threshold', 'threshold'], ['alert', 'alert'], ['end', 'told that it ended'],
    ['cooldown', 'cooldown: nobody is called'], ['rate', 'errors a minute'],
  ]) {
    const item = add(legend, 'li')
    add(item, 'span', 'key ' + key)
    item.append(text)
  }
}

function showComparison() {
  const card = add(page, 'section', 'card')
  add(card, 'h2', '', 'Settings side by side')
  const scroll = add(card, 'div', 'scroll')
  scroll.tabIndex = 0
  scroll.setAttribute('role', 'region')
  scroll.setAttribute('aria-label', 'Settings side by side')
  const table = add(scroll, 'table', 'settings')
  const head = add(add(table, 'thead'), 'tr')
  for (const name of ['', ...data.runs.map((one) => one.name)]) add(head, 'th', '', name).scope = 'col'
  const body = add(table, 'tbody')
  const row = (name, tell) => {
    const line = add(body, 'tr')
    add(line, 'th', '', name).scope = 'row'
    for (const one of data.runs) add(line, 'td', '', tell(one))
  }
  const alertsIn = (one) => one.alerts.filter(({ kind }) => kind === 'alert')
  row('Errors', (one) => grouped(one.errors))
  row('Alerts', (one) => grouped(raised(one)))
  row('First alert', (one) => (alertsIn(one).length > 0 ? moment(alertsIn(one)[0].at) : '–'))
  row('Highest count', (one) => grouped(most(one.timeline.series.map(({ highest }) => most(highest)))))
}

function showCharts() {
  const ranked = [...run.timeline.series].sort((a, b) => sum(b.alerts) - sum(a.alerts) || sum(b.errors) - sum(a.errors))
  const known = new Set(ranked.map(idOf))
  for (const one of data.runs) for (const series of one.timeline.series) if (!known.has(idOf(series))) {
    known.add(idOf(series))
    ranked.push(series)
  }
  for (const series of ranked) {
    const card = add(page, 'section', 'card')
    add(card, 'h2', '', nameOf(series))
    const runs = add(card, 'div', 'runs')
    const pairs = data.runs.map((one) => [one, one.timeline.series.find((other) => idOf(other) === idOf(series))])
    const top = most(pairs.map(([, own]) => (own ? Math.max(own.threshold, most(own.highest)) : 0)))
    const ratesTop = most(pairs.map(([one, own]) => (own ? (most(own.errors) * 60) / one.timeline.bucketSeconds : 0)))
    const view = { key: idOf(series), isZoomed: false, plots: new Set() }
    for (const [one, own] of pairs) {
      const box = add(runs, 'div')
      if (data.runs.length > 1) add(box, 'h3', '', one.name)
      if (own) showChart(box, own, one, { top, ratesTop, view })
      else add(box, 'p', 'soft small', 'No errors')
    }
  }
  const { others } = run.timeline
  if (others.errors > 0)
    add(page, 'p', 'soft', 'Groups beyond the first 100: ' + plural(others.errors, 'error') + ', ' + plural(others.alerts, 'alert') + '.')
}

function showAlerts() {
  for (const one of data.runs) {
    const card = add(page, 'section', 'card')
    const title = 'Alerts' + (data.runs.length > 1 ? ': ' + one.name : '')
    if (one.alerts.length === 0) {
      add(card, 'h2', '', title)
      add(card, 'p', 'soft', 'None: nobody would have been called.')
      continue
    }
    const details = add(card, 'details')
    details.open = one === run
    add(details, 'summary', '', title + ' (' + grouped(raised(one)) + ')')
    const table = add(details, 'table', 'alerts')
    const head = add(add(table, 'thead'), 'tr')
    for (const name of ['Time, UTC', '', 'Rule and group', 'Errors', 'The error that raised it']) add(head, 'th', '', name).scope = 'col'
    const body = add(table, 'tbody')
    for (const alert of one.alerts) {
      const row = add(body, 'tr')
      const isAlert = alert.kind === 'alert'
      add(row, 'td', 'time', moment(alert.at))
      add(row, 'td', 'kind ' + alert.kind, isAlert ? 'alert' : 'ended')
      add(row, 'td', '', nameOf(alert))
      const since = isAlert && alert.suppressed > 0 ? ', ' + grouped(alert.suppressed) + ' since the one before' : ''
      add(row, 'td', '', isAlert
        ? grouped(alert.count) + ' in ' + alert.windowSeconds + ' s (threshold ' + grouped(alert.threshold) + ')' + since
        : 'after ' + lasted(alert.durationSeconds))
      add(row, 'td', isAlert ? '' : 'soft', isAlert ? [alert.statusCode || '', alert.message || '(no message)'].join(' ').trim() : '')
    }
    if (one.alertsLeftOut > 0) add(details, 'p', 'soft small', 'and ' + grouped(one.alertsLeftOut) + ' more, which --json has')
  }
}
`
