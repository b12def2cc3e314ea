// What is counted now: a row for each rule and group, kept from one look to the next so that nothing jumps under a reader's hand.
import { type Chart, drawChart } from './chart.js'
import { byId, make } from './dom.js'
import { attemptsList } from './recent.js'
import { clock, span } from './time.js'

export interface Pending {
  readonly id: string
  readonly kind: string
  readonly count: number
  readonly raised_at: string
  readonly tries: number
  readonly state: string
  readonly next_attempt_at: string | null
  readonly attempts: readonly { readonly at: string; readonly outcome: string }[]
}

export interface Row {
  readonly rule: string
  readonly group_by?: Readonly<Record<string, unknown>>
  readonly enabled: boolean
  readonly count: number
  readonly threshold: number
  readonly window_seconds: number
  readonly window_type: string
  readonly cooldown_left_seconds: number
  readonly suppressed: number
  readonly slots?: readonly number[]
  readonly pending: Pending | null
  readonly last_alert: { readonly id: string; readonly delivered_at: string; readonly count: number } | null
}

interface Shown {
  readonly element: HTMLElement
  readonly update: (row: Row, nowMs: number) => void
  readonly destroy: () => void
}

/** More would neither be read nor drawn in time. */
const MAX_ROWS = 24
const MAX_POINTS = 300

export class Rows {
  readonly #parent = byId('rows', HTMLElement)
  readonly #more = byId('more-rows', HTMLElement)
  readonly #filter = byId('filter', HTMLInputElement)
  readonly #shown = new Map<string, Shown>()
  #last: { readonly rows: readonly Row[]; readonly nowMs: number } = { rows: [], nowMs: 0 }

  constructor() {
    this.#filter.addEventListener('input', () => this.#draw())
  }

  update(rows: readonly Row[], now: string): void {
    this.#last = { rows, nowMs: Date.parse(now) }
    this.#draw()
  }

  clear(): void {
    this.#filter.value = ''
    this.update([], new Date(0).toISOString())
  }

  #draw(): void {
    const { rows, nowMs } = this.#last
    const wanted = this.#filter.value.trim().toLowerCase()
    const found = rows.filter((row) => nameOf(row).toLowerCase().includes(wanted))
    // What needs somebody comes first; the rest stays in the order of its names.
    const urgent = (row: Row): number => (row.pending === null ? row.count / row.threshold : 1000)
    const top = new Set([...found].sort((a, b) => urgent(b) - urgent(a)).slice(0, MAX_ROWS))
    const shown = found.filter((row) => top.has(row))
    shown.sort((a, b) => Number(b.pending !== null) - Number(a.pending !== null))
    const names = new Set(shown.map(nameOf))
    for (const [name, { element, destroy }] of this.#shown) {
      if (names.has(name)) continue
      destroy()
      element.remove()
      this.#shown.delete(name)
    }
    for (const row of shown) {
      const name = nameOf(row)
      const known = this.#shown.get(name)
      const drawn = known ?? drawRow(row)
      if (known === undefined) this.#shown.set(name, drawn)
      if (known === undefined || drawn.element !== this.#parent.children[shown.indexOf(row)])
        this.#parent.insertBefore(drawn.element, this.#parent.children[shown.indexOf(row)] ?? null)
      drawn.update(row, nowMs)
    }
    const hidden = found.length - shown.length
    this.#more.textContent = hidden > 0 ? `${hidden} more with lower counts: filter to see them` : ''
    if (rows.length > 0 && found.length === 0) this.#more.textContent = 'No rule or group of this name'
  }
}

function nameOf({ rule, group_by = {} }: Row): string {
  return [rule, ...Object.entries(group_by).map(([path, value]) => `${path} = ${value}`)].join(' · ')
}

function drawRow(first: Row): Shown {
  const title = make('h3', {}, nameOf(first))
  const facts = make('p', { class: 'facts' })
  const meter = make('meter', { min: 0, 'aria-label': `Errors of ${nameOf(first)}` })
  const canvas = make('div', { class: 'chart', 'aria-hidden': 'true' })
  const state = make('div', { class: 'state' })
  const since = make('span')
  const scale = make('p', { class: 'hint scale', 'aria-hidden': 'true' }, since, make('span', {}, 'now'))
  const what = make('div', { class: 'what' }, title, facts, meter)
  const element = make('article', { class: 'row' }, what, make('div', {}, canvas, scale), state)
  const history: { times: number[]; counts: number[] } = { times: [], counts: [] }
  let chart: Chart | undefined
  let kind: 'bars' | 'line' | undefined
  return {
    element,
    update: (row, nowMs) => {
      const { count, threshold, window_seconds: windowSeconds, enabled, suppressed, slots } = row
      facts.replaceChildren(
        make('strong', {}, `${count}`),
        ` of ${threshold} errors in ${windowSeconds} s`,
        enabled ? '' : make('span', { class: 'tag' }, 'off'),
      )
      meter.max = threshold
      meter.low = threshold * 0.5
      meter.high = threshold * 0.99
      meter.optimum = 0
      meter.value = Math.min(count, threshold)
      meter.textContent = `${count} of ${threshold}`
      element.dataset['state'] = row.pending !== null ? 'pending' : count >= threshold ? 'crossed' : ''
      const wanted = slots === undefined ? 'line' : 'bars'
      if (wanted !== kind) {
        chart?.destroy()
        chart = drawChart(canvas, wanted)
        kind = wanted
      }
      if (slots !== undefined) {
        const step = windowSeconds / slots.length
        const times = slots.map((_, at) => nowMs / 1000 - windowSeconds + at * step)
        chart?.update(times, slots, undefined)
        since.textContent = `${span(1000 * windowSeconds)} ago`
      } else {
        history.times = [...history.times, nowMs / 1000].slice(-MAX_POINTS)
        history.counts = [...history.counts, count].slice(-MAX_POINTS)
        chart?.update(history.times, history.counts, threshold)
        since.textContent = `${span(nowMs - 1000 * (history.times[0] ?? 0))} ago`
      }
      state.replaceChildren(...stateOf(row, nowMs, suppressed))
    },
    destroy: () => chart?.destroy(),
  }
}

function stateOf(
  { pending, cooldown_left_seconds: left, last_alert: last }: Row,
  nowMs: number,
  suppressed: number,
): Node[] {
  const lines: Node[] = []
  if (pending !== null) {
    const what = pending.kind === 'resolved' ? 'The end of an alert' : `Alert of ${pending.count} errors`
    const state = {
      sending: 'is being sent',
      waiting: 'waits for its next attempt',
      parked: 'was refused, and is kept',
    }[pending.state]
    const next =
      pending.next_attempt_at === null ? '' : `, next in ${span(Date.parse(pending.next_attempt_at) - nowMs)}`
    lines.push(
      make('p', { class: 'pending' }, `${what} ${state ?? pending.state}${next}`),
      attemptsList(pending.attempts, pending.tries),
    )
  }
  if (left > 0)
    lines.push(make('p', {}, `Quiet for ${span(1000 * left)}${suppressed > 0 ? `, ${suppressed} errors since` : ''}`))
  if (last !== null)
    lines.push(
      make(
        'p',
        { class: 'hint', title: clock(last.delivered_at) },
        `Last alert ${span(nowMs - Date.parse(last.delivered_at))} ago`,
      ),
    )
  if (lines.length === 0) lines.push(make('p', { class: 'hint' }, 'No alert yet'))
  return lines
}
