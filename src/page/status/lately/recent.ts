// The last alerts that were delivered or given up, each with its attempts.

import type { RecentNews } from '../../../control/status.js'
import { countText, limitText } from '../../../share.js'
import { counted } from '../../../text.js'
import { byId, make, setText } from '../../dom.js'
import { seriesName } from '../../series.js'
import { attemptsList } from '../attempts.js'
import { sampleText } from '../sample-text.js'
import { clock } from '../time.js'

/** At most this many alerts are shown at first: as many as are read at a glance. */
const FIRST_SHOWN = 6

export class RecentAlerts {
  readonly #parent = byId('recent', HTMLElement)
  readonly #none = byId('no-recent', HTMLElement)
  readonly #all = byId('all-recent', HTMLButtonElement)
  readonly #drawn = new Map<string, HTMLElement>()
  #showsAll = false

  constructor() {
    this.#all.addEventListener('click', () => {
      this.#showsAll = !this.#showsAll
      this.#limit()
    })
  }

  /** An element that is shown already stays as it is: somebody may have opened it, or be in it with the keyboard. */
  update(recent: readonly RecentNews[]): void {
    const keys = recent.map((one) => JSON.stringify([one.id, one.kind, one.outcome, one.tries]))
    for (const [key, element] of this.#drawn) {
      if (keys.includes(key)) continue
      element.remove()
      this.#drawn.delete(key)
    }
    for (const [at, one] of recent.entries()) {
      const key = keys[at] ?? ''
      const element = this.#drawn.get(key) ?? drawAlert(one)
      this.#drawn.set(key, element)
      const there = this.#parent.children[at]
      if (element !== there) this.#parent.insertBefore(element, there ?? null)
    }
    this.#none.hidden = recent.length > 0
    this.#limit()
  }

  clear(): void {
    this.#showsAll = false
    this.update([])
    this.#none.hidden = true
  }

  #limit(): void {
    const alerts = [...this.#parent.children]
    for (const [at, element] of alerts.entries())
      element.toggleAttribute('hidden', !this.#showsAll && at >= FIRST_SHOWN)
    this.#all.hidden = alerts.length <= FIRST_SHOWN
    this.#all.setAttribute('aria-expanded', String(this.#showsAll))
    setText(this.#all, this.#showsAll ? 'Show fewer' : `Show all ${alerts.length}`)
  }
}

function drawAlert(alert: RecentNews): HTMLElement {
  const { kind, window_seconds: windowSeconds, tries, sample, outcome } = alert
  const what = kind === 'resolved' ? 'errors have stopped' : `${countText(alert)} in ${windowSeconds} s`
  const facts = [
    ['Raised', clock(alert.raised_at)],
    [outcome === 'delivered' ? 'Delivered' : 'Given up', clock(alert.ended_at)],
    ['Threshold', alert.percent === undefined ? counted(alert.threshold, 'error') : limitText(alert)],
    ['Sample', sampleText(sample)],
    ['Id', alert.id],
  ] as const
  return make(
    'details',
    { class: 'alert' },
    make(
      'summary',
      {},
      make('span', { class: `tag ${outcome}` }, outcome === 'delivered' ? 'delivered' : 'given up'),
      make('bdi', { class: 'name' }, seriesName(alert.rule, alert.group_by)),
      make('span', {}, what),
      alert.degraded === true ? make('span', { class: 'tag' }, 'raised without Redis') : undefined,
      tries > 1 ? make('span', { class: 'hint' }, `${tries} attempts`) : undefined,
      make('time', { datetime: alert.ended_at }, clock(alert.ended_at)),
    ),
    make(
      'dl',
      {},
      ...facts
        .filter(([, value]) => value !== '')
        .flatMap(([term, value]) => [make('dt', {}, term), make('dd', {}, make('bdi', {}, value))]),
    ),
    attemptsList(alert.attempts, tries),
  )
}
