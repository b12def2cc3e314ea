// The counts of now: a row for each rule and group. Rows stay from one look to the next, so that nothing jumps under a reader's hand.

import type { Status, StatusRow } from '../../../control/status.js'
import { isReached, nearness } from '../../../share.js'
import { counted, grouped } from '../../../text.js'
import { byId, setText } from '../../dom.js'
import { seriesKey, seriesName } from '../../series.js'
import { History } from './history.js'
import { drawRow, type Shown } from './row.js'

/** At most this many rows are shown at first: as many as are read at a glance. */
const FIRST_ROWS = 12
/** Spans of time are shown to the second. */
const TICK_MS = 1000

export class Rows {
  readonly #parent = byId('rows', HTMLElement)
  readonly #more = byId('more-rows', HTMLElement)
  readonly #pending = byId('pending', HTMLElement)
  readonly #summary = byId('summary', HTMLElement)
  readonly #filter = byId('filter', HTMLInputElement)
  readonly #all = byId('all-rows', HTMLButtonElement)
  readonly #onSilence: (row: StatusRow) => void
  readonly #history = new History()
  readonly #shown = new Map<string, Shown>()
  #last: {
    readonly rows: readonly StatusRow[]
    /** Known rules and groups that have no row. */
    readonly beyond: number
    readonly nowMs: number
    readonly atMs: number
  } = { rows: [], beyond: 0, nowMs: 0, atMs: 0 }

  #showsAll = false

  constructor(onSilence: (row: StatusRow) => void) {
    this.#onSilence = onSilence
    this.#filter.addEventListener('input', () => this.#draw())
    this.#all.addEventListener('click', () => {
      this.#showsAll = !this.#showsAll
      this.#draw()
    })
    // Spans of time go on between two looks, and while the server does not answer.
    setInterval(() => {
      const elapsedMs = performance.now() - this.#last.atMs
      for (const { tick } of this.#shown.values()) tick(elapsedMs)
    }, TICK_MS)
  }

  update({ rows, rows_beyond: beyond, now }: Pick<Status, 'rows' | 'rows_beyond' | 'now'>): void {
    this.#last = { rows, beyond, nowMs: Date.parse(now), atMs: performance.now() }
    this.#history.note(rows, this.#last.nowMs)
    this.#draw()
    const pending = rows.filter((row) => row.pending !== null).length
    const crossed = rows.filter((row) => isReached(row, row)).length
    const cooling = rows.filter((row) => row.cooldown_left_seconds > 0).length
    const silenced = rows.filter((row) => row.silence !== null).length
    setText(this.#pending, pending === 0 ? '' : `${counted(pending, 'alert')} not delivered`)
    const all = counted(rows.length + beyond, 'rule or group', 'rules and groups')
    const known = beyond > 0 ? `${grouped(rows.length)} of ${all} are shown` : all
    const states = [`${crossed} at the threshold`, `${cooling} in cooldown`, `${silenced} silenced`]
    setText(this.#summary, rows.length === 0 ? '' : `${known}, ${states.slice(0, silenced > 0 ? 3 : 2).join(', ')}`)
    document.title = pending === 0 ? 'logsiren' : `(${pending}) logsiren`
  }

  clear(): void {
    this.#filter.value = ''
    this.#showsAll = false
    this.update({ rows: [], rows_beyond: 0, now: new Date(0).toISOString() })
    this.#more.textContent = ''
  }

  #draw(): void {
    const { rows, beyond, nowMs } = this.#last
    const wanted = this.#filter.value.trim().toLowerCase()
    const found = rows.filter((row) => nameOf(row).toLowerCase().includes(wanted))
    // The rows that are nearest to an alert are shown, in the order of the answer; those that need somebody come first.
    const urgent = (row: StatusRow): number => (row.pending === null ? nearness(row, row) : 1e9)
    const top = new Set(
      [...found].sort((a, b) => urgent(b) - urgent(a)).slice(0, this.#showsAll ? found.length : FIRST_ROWS),
    )
    const shown = found.filter((row) => top.has(row))
    const rank = (row: StatusRow): number => (row.pending !== null ? 2 : isReached(row, row) ? 1 : 0)
    shown.sort((a, b) => rank(b) - rank(a))
    const keys = new Set(shown.map(keyOf))
    for (const [key, { element, destroy }] of this.#shown) {
      if (keys.has(key)) continue
      destroy()
      element.remove()
      this.#shown.delete(key)
    }
    for (const [at, row] of shown.entries()) {
      const key = keyOf(row)
      const drawn = this.#shown.get(key) ?? drawRow(row, this.#onSilence)
      this.#shown.set(key, drawn)
      const there = this.#parent.children[at]
      if (drawn.element !== there) this.#parent.insertBefore(drawn.element, there ?? null)
      drawn.update(row, this.#history.of(key), nowMs)
    }
    const hidden = found.length - shown.length
    const rest = hidden > 0 ? `${hidden} more are further from their thresholds` : ''
    const further = `${counted(beyond, 'more rule or group is', 'more rules and groups are')} not shown: the busiest are`
    const none =
      rows.length === 0 ? 'No errors were counted recently' : `None of the ${rows.length} here matches the filter`
    const texts = [found.length === 0 ? none : rest, beyond > 0 ? further : '']
    setText(this.#more, texts.filter((text) => text !== '').join('. '))
    this.#all.hidden = found.length <= FIRST_ROWS
    this.#all.setAttribute('aria-expanded', String(this.#showsAll))
    setText(this.#all, this.#showsAll ? `Show ${FIRST_ROWS}` : `Show all ${found.length}`)
  }
}

function nameOf({ rule, group_by: groupBy }: StatusRow): string {
  return seriesName(rule, groupBy)
}

function keyOf({ rule, group_by: groupBy }: StatusRow): string {
  return seriesKey(rule, groupBy)
}
