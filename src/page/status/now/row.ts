// One rule or group: its count against the threshold, its chart, and what became of its alerts.

import type { PendingNews, StatusRow } from '../../../control/status.js'
import { make, setText } from '../../dom.js'
import { attemptsList } from '../attempts.js'
import { clock, countdown, span } from '../time.js'
import { type Chart, drawChart } from './chart.js'

/** How the count of a row went since the page was opened. */
export interface Seen {
  /** Seconds since the epoch. */
  readonly times: number[]
  readonly counts: number[]
}

export interface Shown {
  readonly element: HTMLElement
  readonly update: (row: StatusRow, seen: Seen, nowMs: number) => void
  /** So long after its last update. */
  readonly tick: (elapsedMs: number) => void
  readonly destroy: () => void
}

/** Of the first moments, nothing could be seen. */
const MIN_SHOWN_SECONDS = 60

export function nameOf({ rule, group_by: groupBy = {} }: Pick<StatusRow, 'rule' | 'group_by'>): string {
  return [rule, ...Object.entries(groupBy).map(([path, value]) => `${path} = ${value}`)].join(' · ')
}

export function drawRow(first: StatusRow): Shown {
  const title = make('h3', {}, nameOf(first))
  const count = make('strong')
  const limit = make('span')
  const off = make('span', { class: 'tag', hidden: true }, 'off')
  const meter = make('meter', { min: 0, 'aria-label': `Errors of ${nameOf(first)}` })
  const facts = make('p', { class: 'facts' }, count, ' ', limit)
  const plot = drawPlot()
  const state = drawState()
  const what = make('div', { class: 'what' }, make('div', { class: 'name' }, title, off), facts, meter)
  const element = make('article', { class: 'row' }, what, plot.element, state.element)
  let last = { row: first, nowMs: 0 }
  return {
    element,
    update: (row, seen, nowMs) => {
      last = { row, nowMs }
      const { threshold, window_seconds: windowSeconds } = row
      setText(count, `${row.count}`)
      setText(limit, `of ${threshold} errors in ${windowSeconds} s`)
      off.hidden = row.enabled
      meter.max = threshold
      meter.low = threshold * 0.5
      meter.high = threshold * 0.99
      meter.optimum = 0
      meter.value = Math.min(row.count, threshold)
      setText(meter, `${row.count} of ${threshold}`)
      element.dataset['state'] = row.pending !== null ? 'pending' : row.count >= threshold ? 'crossed' : ''
      plot.update(row, seen, nowMs)
      state.update(row, nowMs, 0)
    },
    tick: (elapsedMs) => state.update(last.row, last.nowMs, elapsedMs),
    destroy: () => plot.destroy(),
  }
}

/** The window where it slides, else the time since the page was opened: what it is made of, and how its count went. */
function drawPlot() {
  const canvas = make('div', { class: 'chart' })
  const since = make('span')
  const scale = make('p', { class: 'hint scale' }, since, make('span', {}, 'now'))
  let chart: Chart | undefined
  return {
    element: make('div', { class: 'plot', 'aria-hidden': 'true' }, canvas, scale),
    update: (
      { slots, threshold, window_seconds: windowSeconds }: StatusRow,
      { times, counts }: Seen,
      nowMs: number,
    ) => {
      const to = nowMs / 1000
      const from = slots === undefined ? Math.min(times[0] ?? to, to - MIN_SHOWN_SECONDS) : to - windowSeconds
      // Its width is known only where it stands in the page.
      chart ??= drawChart(canvas)
      chart.update({ range: [from, to], threshold, seen: [times, counts], slots })
      setText(since, `${span(1000 * (to - from))} ago`)
    },
    destroy: () => chart?.destroy(),
  }
}

const pendingStates: Readonly<Record<PendingNews['state'], string>> = {
  sending: 'is being sent',
  waiting: 'waits for its next attempt',
  parked: 'was refused, and is kept',
}

/** Parts that stay, so that what somebody has marked to copy stays marked. */
function drawState() {
  const pending = make('p', { class: 'pending' })
  const attempts = make('div')
  const quiet = make('p')
  const told = make('p', { class: 'hint' })
  let drawn = ''
  const show = (element: HTMLElement, text: string): void => {
    setText(element, text)
    element.hidden = text === ''
  }
  return {
    element: make('div', { class: 'state' }, pending, attempts, quiet, told),
    update: (row: StatusRow, thenMs: number, elapsedMs: number) => {
      const nowMs = thenMs + elapsedMs
      show(pending, row.pending === null ? '' : pendingText(row.pending, nowMs))
      const tried = JSON.stringify([row.pending?.tries, row.pending?.attempts])
      if (tried !== drawn) {
        drawn = tried
        attempts.replaceChildren(
          ...(row.pending === null ? [] : [attemptsList(row.pending.attempts, row.pending.tries)]),
        )
      }
      const leftMs = 1000 * row.cooldown_left_seconds - elapsedMs
      const unsaid = row.suppressed > 0 ? `, ${row.suppressed} errors since` : ''
      show(quiet, leftMs > 0 ? `Quiet for ${countdown(leftMs)}${unsaid}` : '')
      const at = row.last_alert?.delivered_at
      show(told, at === undefined ? '' : `Last alert ${span(nowMs - Date.parse(at))} ago`)
      if (at !== undefined) told.title = clock(at)
    },
  }
}

function pendingText({ kind, count, state, next_attempt_at: nextAt }: PendingNews, nowMs: number): string {
  const what = kind === 'resolved' ? 'The end of an alert' : `Alert of ${count} errors`
  const next = nextAt === null ? '' : `, next in ${countdown(Date.parse(nextAt) - nowMs)}`
  return `${what} ${pendingStates[state]}${next}`
}
