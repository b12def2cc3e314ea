// Says that somebody else has written the config meanwhile, offers to go on from theirs, and shows what both have edited.
import { make, say } from '../../dom.js'
import { changeTable } from './review.js'

export class Conflict {
  readonly element: HTMLElement
  readonly #merge = make('button', { type: 'button' }, 'Load theirs, keep my edits')
  readonly #text = make('p', { role: 'status' })
  readonly #actions: HTMLElement
  readonly #clashes = make('div')

  constructor(onMerge: () => void) {
    this.#merge.onclick = onMerge
    const hint = make('p', { class: 'hint' }, '“Load again” shows theirs and discards your edits.')
    this.#actions = make('div', { class: 'offer', hidden: true }, this.#merge, hint)
    this.element = make('div', { class: 'conflict' }, this.#text, this.#actions, this.#clashes)
    this.clear()
  }

  get isTold(): boolean {
    return !this.#actions.hidden
  }

  tell(text: string): void {
    this.clear()
    this.element.classList.add('notice')
    say(this.#text, text)
    this.#actions.hidden = false
  }

  /** Moves the focus to the button that solves it. */
  offer(): void {
    this.#merge.focus()
  }

  /** Shows the members that both have edited: path, my value, theirs. */
  showClashes(rows: readonly (readonly [path: string, mine: string, theirs: string])[]): void {
    if (rows.length === 0) return
    this.element.classList.add('notice')
    say(this.#text, 'You both edited these. Yours are kept: change them in the form where theirs are right.')
    this.#clashes.replaceChildren(changeTable(['Setting', 'Yours', 'Theirs'], rows))
  }

  clear(): void {
    this.element.classList.remove('notice')
    say(this.#text, '')
    this.#actions.hidden = true
    this.#clashes.replaceChildren()
  }
}
