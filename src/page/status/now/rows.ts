// What is counted now: a row for each rule and group, kept from one look to the next so that nothing jumps under a reader's hand.
import type { StatusRow } from '../../../control/status.js'
import { byId, setText } from '../../dom.js'
import { History } from './history.js'
import { drawRow, nameOf, type Shown } from './row.js'

/** More are not read at one look; the others are one press away. */
const FIRST_ROWS = 12
const TICK_MS = 1000

export class Rows {
  readonly #parent = byId('rows', HTMLElement)
  readonly #more = byId('more-rows', HTMLElement)
  readonly #pending = byId('pending', HTMLElement)
  readonly #summary = byId('summary', HTMLElement)
  readonly #filter = byId('filter', HTMLInputElement)
  readonly #all = byId('all-rows', HTMLButtonElement)
  readonly #history = new History()
  readonly #shown = new Map<string, Shown>()
  #last: { readonly rows: readonly StatusRow[]; readonly nowMs: number; readonly atMs: number } = {
    rows: [],
    nowMs: 0,
    atMs: 0,
  }

  #showsAll = false

  constructor() {
    this.#filter.addEventListener('input', () => this.#draw())
    this.#all.addEventListener('click', () => {
      this.#showsAll = !this.#showsAll
      this.#draw()
    })
    // Between two looks, and while nothing answers, time goes on.
    setInterval(() => {
      const elapsedMs = performance.now() - this.#last.atMs
      for (const { tick } of this.#shown.values()) tick(elapsedMs)
    }, TICK_MS)
  }

  update(rows: readonly StatusRow[], now: string): void {
    this.#last = { rows, nowMs: Date.parse(now), atMs: performance.now() }
    this.#history.note(rows, this.#last.nowMs)
    this.#draw()
    const pending = rows.filter((row) => row.pending !== null).length
    const crossed = rows.filter(({ count, threshold }) => count >= threshold).length
    const cooling = rows.filter((row) => row.cooldown_left_seconds > 0).length
    setText(
      this.#pending,
      pending === 0 ? '' : pending === 1 ? '1 alert not delivered' : `${pending} alerts not delivered`,
    )
    const counted = rows.length === 1 ? '1 count' : `${rows.length} counts`
    setText(this.#summary, rows.length === 0 ? '' : `${counted}, ${crossed} at their threshold, ${cooling} quiet`)
    document.title = pending === 0 ? 'logsiren' : `(${pending}) logsiren`
  }

  clear(): void {
    this.#filter.value = ''
    this.#showsAll = false
    this.update([], new Date(0).toISOString())
    this.#more.textContent = ''
  }

  #draw(): void {
    const { rows, nowMs } = this.#last
    const wanted = this.#filter.value.trim().toLowerCase()
    const found = rows.filter((row) => nameOf(row).toLowerCase().includes(wanted))
    // What needs somebody comes first; the rest stays in the order of its names.
    const urgent = (row: StatusRow): number => (row.pending === null ? row.count / row.threshold : 1e9)
    const top = new Set(
      [...found].sort((a, b) => urgent(b) - urgent(a)).slice(0, this.#showsAll ? found.length : FIRST_ROWS),
    )
    const shown = found.filter((row) => top.has(row))
    const rank = ({ pending, count, threshold }: StatusRow): number =>
      pending !== null ? 2 : count >= threshold ? 1 : 0
    shown.sort((a, b) => rank(b) - rank(a))
    const names = new Set(shown.map(nameOf))
    for (const [name, { element, destroy }] of this.#shown) {
      if (names.has(name)) continue
      destroy()
      element.remove()
      this.#shown.delete(name)
    }
    for (const [at, row] of shown.entries()) {
      const name = nameOf(row)
      const drawn = this.#shown.get(name) ?? drawRow(row)
      this.#shown.set(name, drawn)
      const there = this.#parent.children[at]
      if (drawn.element !== there) this.#parent.insertBefore(drawn.element, there ?? null)
      drawn.update(row, this.#history.of(name), nowMs)
    }
    const hidden = found.length - shown.length
    const rest = hidden > 0 ? `${hidden} more that are further from their thresholds` : ''
    const none = rows.length === 0 ? 'Nothing was counted lately' : 'No rule or group of this name'
    setText(this.#more, found.length === 0 ? none : rest)
    this.#all.hidden = found.length <= FIRST_ROWS
    this.#all.setAttribute('aria-expanded', String(this.#showsAll))
    setText(this.#all, this.#showsAll ? `Show ${FIRST_ROWS}` : `Show all ${found.length}`)
  }
}
