// The counters of all processes together.
import { toSnakeCase } from '../../../config/names.js'
import type { Status } from '../../../control/status.js'
import { grouped } from '../../../text.js'
import { byId, make } from '../../dom.js'

export class Totals {
  readonly #parent = byId('totals', HTMLElement)
  readonly #list = byId('totals-list', HTMLElement)
  #drawn = ''

  /** Shows each counter that is not 0, by the name that it has in the metrics. */
  update(totals: Status['totals']): void {
    const there = Object.entries(totals).filter(([, count]) => count > 0)
    this.#parent.hidden = there.length === 0
    const text = JSON.stringify(there)
    if (text === this.#drawn) return
    this.#drawn = text
    const items = there.map(([name, count]) => {
      const words = toSnakeCase(name).replaceAll('_', ' ')
      return make('div', {}, make('dt', {}, words), make('dd', {}, grouped(count)))
    })
    this.#list.replaceChildren(...items)
  }

  clear(): void {
    this.update({})
  }
}
