// Says that somebody else has written the config meanwhile, and offers to go on from theirs.
import { make, say } from '../../dom.js'

export class Conflict {
  readonly element: HTMLElement
  readonly #merge = make('button', { type: 'button' }, 'Load theirs, keep my edits')
  readonly #text = make('p', { role: 'status' })
  readonly #actions: HTMLElement

  constructor(onMerge: () => void) {
    this.#merge.onclick = onMerge
    const hint = make('p', { class: 'hint' }, '“Load again” shows theirs and discards your edits.')
    this.#actions = make('div', { class: 'offer', hidden: true }, this.#merge, hint)
    this.element = make('div', { class: 'conflict' }, this.#text, this.#actions)
    this.clear()
  }

  get isTold(): boolean {
    return !this.#actions.hidden
  }

  tell(text: string): void {
    this.element.classList.add('notice')
    say(this.#text, text)
    this.#actions.hidden = false
  }

  /** Moves the focus to the button that solves it. */
  offer(): void {
    this.#merge.focus()
  }

  clear(): void {
    this.element.classList.remove('notice')
    say(this.#text, '')
    this.#actions.hidden = true
  }
}
