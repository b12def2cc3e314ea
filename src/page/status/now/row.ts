// One rule or group: its count against the threshold, its chart, and the state of its alerts.
import type { PendingNews, RowSilence, StatusReceiver, StatusRow } from '../../../control/status.js'
import { countText, isReached, limitText, nearness, sharePercent } from '../../../share.js'
import { counted, grouped, oneLine, plural, roughSpan } from '../../../text.js'
import { make, setText } from '../../dom.js'
import { seriesName } from '../../series.js'
import { attemptsList } from '../attempts.js'
import { clock, countdown } from '../time.js'
import { type Chart, drawChart } from './chart.js'
import type { Seen } from './history.js'

export interface Shown {
  readonly element: HTMLElement
  /** Shows the row as it is at `nowMs`, by the server's clock. */
  readonly update: (row: StatusRow, seen: Seen, nowMs: number) => void
  /** Lets the spans of time that are shown go on, this long after the last update. */
  readonly tick: (elapsedMs: number) => void
  readonly destroy: () => void
}

/** The least width of a chart in time: one of a few seconds would show nothing. */
const MIN_SHOWN_SECONDS = 60

export function drawRow(first: StatusRow, onSilence: (row: StatusRow) => void): Shown {
  const name = seriesName(first.rule, first.group_by)
  const title = make('h3', {}, make('bdi', {}, name))
  const count = make('strong')
  const limit = make('span')
  const off = make('span', { class: 'tag', hidden: true }, 'switched off')
  const silenced = make('span', { class: 'tag', hidden: true }, 'silenced')
  const meter = make('meter', { min: 0, max: 1, low: 0.5, high: 0.99, optimum: 0, 'aria-label': `Errors of ${name}` })
  const facts = make('p', { class: 'facts' }, count, ' ', limit)
  const plot = drawPlot()
  const state = drawState()
  const what = make('div', { class: 'what' }, make('div', { class: 'name' }, title, off, silenced), facts, meter)
  const element = make('article', { class: 'row' }, what, plot.element, state.element)
  const silence = make('button', { type: 'button', class: 'quiet small', 'aria-label': `Silence ${name}` }, 'Silence')
  silence.addEventListener('click', () => onSilence(last.row))
  state.element.append(silence)
  let last = { row: first, nowMs: 0 }
  return {
    element,
    update: (row, seen, nowMs) => {
      last = { row, nowMs }
      setText(count, grouped(row.count))
      setText(limit, `${unitText(row)} in ${row.window_seconds} s (threshold ${limitText(row)})`)
      off.hidden = row.enabled
      silenced.hidden = row.silence === null
      meter.value = Math.min(1, nearness(row, row))
      meter.setAttribute('aria-valuetext', `${countText(row)}, threshold ${limitText(row)}`)
      element.dataset['state'] = row.pending !== null ? 'pending' : isReached(row, row) ? 'crossed' : ''
      plot.update(row, seen, nowMs)
      state.update(row, nowMs, 0)
    },
    tick: (elapsedMs) => state.update(last.row, last.nowMs, elapsedMs),
    destroy: () => plot.destroy(),
  }
}

/** What was counted, behind the number of errors. */
function unitText(row: StatusRow): string {
  if (row.requests === undefined) return plural(row.count, 'error')
  return `of ${counted(row.requests, 'request')} (${sharePercent(row)} %)`
}

/**
 * The chart of a row. It shows the window where that slides, else the time since the page was opened. Of a rule with `percent` its line is the
 * share of errors, and its limit that share.
 */
function drawPlot() {
  const canvas = make('div', { class: 'chart' })
  const since = make('span')
  const what = make('span')
  const scale = make('p', { class: 'hint scale' }, since, what, make('span', {}, 'now'))
  let chart: Chart | undefined
  return {
    element: make('div', { class: 'plot', 'aria-hidden': 'true' }, canvas, scale),
    update: (
      { slots, threshold, percent, window_seconds: windowSeconds }: StatusRow,
      { times, counts, shares }: Seen,
      nowMs: number,
    ) => {
      const to = nowMs / 1000
      const from = slots === undefined ? Math.min(times[0] ?? to, to - MIN_SHOWN_SECONDS) : to - windowSeconds
      // A chart needs the width of its place, which is known once the row stands in the page.
      chart ??= drawChart(canvas)
      const drawn = percent === undefined ? { limit: threshold, seen: counts } : { limit: percent, seen: shares }
      chart.update({ range: [from, to], times, ...drawn, isShare: percent !== undefined, slots })
      setText(what, percent === undefined ? '' : 'share of errors')
      setText(since, `${roughSpan(to - from)} ago`)
    },
    destroy: () => chart?.destroy(),
  }
}

const pendingStates: Readonly<Record<PendingNews['state'], string>> = {
  sending: 'is being sent',
  waiting: 'is not delivered yet',
  parked: 'was refused by its receiver',
}

/** The state of a row's alerts. Its elements stay from one update to the next, so that a text that somebody has marked stays marked. */
function drawState() {
  const pending = make('p', { class: 'pending' })
  const listed = make('div')
  const summary = make('summary')
  const attempts = make('details', { class: 'tried' }, summary, listed)
  const quiet = make('p')
  const silenced = make('p')
  const receiver = make('p', { class: 'hint' })
  const told = make('p', { class: 'hint' })
  let drawn = ''
  const show = (element: HTMLElement, text: string): void => {
    setText(element, text)
    element.hidden = text === ''
  }
  return {
    element: make('div', { class: 'state' }, pending, attempts, silenced, quiet, receiver, told),
    update: (row: StatusRow, thenMs: number, elapsedMs: number) => {
      const nowMs = thenMs + elapsedMs
      show(pending, row.pending === null ? '' : pendingText(row.pending, nowMs))
      const { tries = 0, attempts: ended = [] } = row.pending ?? {}
      attempts.hidden = tries === 0
      const tried = JSON.stringify([tries, ended])
      if (tried !== drawn) {
        drawn = tried
        setText(summary, counted(tries, 'attempt'))
        listed.replaceChildren(attemptsList(ended, tries))
      }
      show(silenced, row.silence === null ? '' : silenceText(row.silence, nowMs))
      const leftMs = 1000 * row.cooldown_left_seconds - elapsedMs
      const unsaid = row.suppressed > 0 ? `, ${counted(row.suppressed, 'error')} since the last alert` : ''
      show(quiet, leftMs > 0 ? `Cooldown for another ${countdown(leftMs)}${unsaid}` : '')
      show(receiver, row.receiver === null ? '' : receiverText(row.receiver, row.pending !== null, nowMs))
      receiver.dataset['kind'] = row.pending === null && row.receiver?.last_answer?.delivered === false ? 'bad' : ''
      const at = row.last_alert?.delivered_at
      show(told, at === undefined ? '' : `Last alert ${roughSpan((nowMs - Date.parse(at)) / 1000)} ago`)
      if (at !== undefined) told.title = clock(at)
    },
  }
}

/** What is not delivered, why, and when that is tried again. */
function pendingText({ kind, count, state, attempts, next_attempt_at: nextAt }: PendingNews, nowMs: number): string {
  const what = kind === 'resolved' ? 'The end of an alert' : `Alert of ${counted(count, 'error')}`
  const last = attempts.at(-1)
  const why = last === undefined || state === 'sending' ? '' : `: ${oneLine(last.outcome)}`
  const next = nextAt === null ? '' : `; next attempt in ${countdown(Date.parse(nextAt) - nowMs)}`
  return `${what} ${pendingStates[state]}${why}${next}`
}

/** Until when it is silenced, by whom and why, and what was counted meanwhile. */
function silenceText({ until, by = '', reason = '', errors }: RowSilence, nowMs: number): string {
  const who = by === '' ? '' : ` by ${oneLine(by)}`
  const why = reason === '' ? '' : `: ${oneLine(reason)}`
  return `Silenced for another ${countdown(Date.parse(until) - nowMs)}${who}${why}; ${counted(errors, 'error')} meanwhile`
}

/** Where the rule's alerts go, and what was answered there last, to whichever of its groups; a pending alert has its own attempts. */
function receiverText(
  { host, format, last_answer: answer }: StatusReceiver,
  isPending: boolean,
  nowMs: number,
): string {
  const place = `To ${oneLine(host)} as ${format}`
  if (isPending) return place
  if (answer === null) return `${place}; not asked yet`
  const ago = `${roughSpan((nowMs - Date.parse(answer.at)) / 1000)} ago`
  return `${place}; ${answer.delivered ? 'delivered' : 'not delivered'} ${ago}: ${oneLine(answer.outcome)}`
}
