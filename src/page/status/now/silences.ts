// The silences that have not ended, and the dialog that sets one.
import type { ShownSilence } from '../../../control/silences.js'
import type { Status, StatusRow, StatusSilence } from '../../../control/status.js'
import { oneLine } from '../../../text.js'
import { defined } from '../../../unknown.js'
import { byId, make, say, setText } from '../../dom.js'
import { seriesName } from '../../series.js'
import { type Api, problemOf } from '../api.js'
import { clock, countdown } from '../time.js'
import { silenceSpans } from './silence-spans.js'

type Muted = Pick<ShownSilence, 'rule' | 'group'>

/** What is asked of the endpoint for whoever is signed in, and what follows a change. */
interface Offer {
  readonly api: Api
  readonly onChange: () => void
}

/** A line of the list. It stays from one look to the next, so that its button keeps the focus. */
interface Line {
  readonly element: HTMLElement
  readonly update: (silence: StatusSilence, nowMs: number) => void
}

export class Silences {
  readonly #section = byId('silences', HTMLElement)
  readonly #body = byId('silences-body', HTMLElement)
  readonly #notice = byId('silences-notice', HTMLElement)
  readonly #dialog = byId('silence', HTMLDialogElement)
  readonly #title = byId('silence-title', HTMLElement)
  readonly #what = byId('silence-what', HTMLSelectElement)
  readonly #span = byId('silence-for', HTMLSelectElement)
  readonly #reason = byId('silence-reason', HTMLInputElement)
  readonly #by = byId('silence-by', HTMLInputElement)
  readonly #problem = byId('silence-problem', HTMLElement)
  readonly #send = byId('silence-send', HTMLButtonElement)
  readonly #lines = new Map<string, Line>()
  #offer: Offer | undefined
  #choices: readonly Muted[] = []

  constructor() {
    byId('silence-cancel', HTMLButtonElement).addEventListener('click', () => this.#dialog.close())
    byId('silence-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault()
      if (this.#send.ariaDisabled === 'true') return
      this.#send.ariaDisabled = 'true'
      void this.#set().finally(() => {
        this.#send.ariaDisabled = null
      })
    })
  }

  /** Lets the reader, who has signed in, set and end silences. */
  offer(api: Api, onChange: () => void): void {
    this.#offer = { api, onChange }
  }

  /** Asks for how long a row is to be silenced. */
  ask({ rule, group_by: group }: StatusRow): void {
    this.#choices = [...(group === undefined ? [] : [{ rule, group }]), { rule }, {}]
    const labels = this.#choices.map((one) =>
      group !== undefined && one.rule !== undefined && one.group === undefined
        ? `${nameOf(one)}, all its groups`
        : nameOf(one),
    )
    this.#what.replaceChildren(...labels.map((label, at) => make('option', { value: at }, label)))
    this.#span.replaceChildren(...silenceSpans(new Date()).map(({ label }, at) => make('option', { value: at }, label)))
    setText(this.#title, `Silence ${seriesName(rule, group)}?`)
    this.#reason.value = ''
    say(this.#problem, '')
    this.#dialog.showModal()
    this.#span.focus()
  }

  update({ silences, now }: Pick<Status, 'silences' | 'now'>): void {
    const ids = new Set(silences.map(({ id }) => id))
    for (const [id, { element }] of this.#lines) {
      if (ids.has(id)) continue
      // The button that ended a silence is gone: its user goes on at the list, and not at the top of the page.
      const hasFocus = element.contains(document.activeElement)
      element.remove()
      this.#lines.delete(id)
      if (hasFocus) byId('live-title', HTMLElement).focus()
    }
    for (const [at, silence] of silences.entries()) {
      const line = this.#lines.get(silence.id) ?? this.#draw(silence)
      this.#lines.set(silence.id, line)
      const there = this.#body.children[at]
      if (line.element !== there) this.#body.insertBefore(line.element, there ?? null)
      line.update(silence, Date.parse(now))
    }
    this.#section.hidden = silences.length === 0
  }

  clear(): void {
    this.#offer = undefined
    this.#dialog.close()
    this.#reason.value = ''
    this.#by.value = ''
    say(this.#notice, '')
    this.update({ silences: [], now: new Date(0).toISOString() })
  }

  async #set(): Promise<void> {
    const muted = this.#choices[Number(this.#what.value)]
    // Computed anew, since the dialog may have been open for a while.
    const span = silenceSpans(new Date())[Number(this.#span.value)]
    const offer = this.#offer
    if (muted === undefined || span === undefined || offer === undefined) return
    const texts = { reason: this.#reason.value.trim(), by: this.#by.value.trim() }
    const given = Object.entries(texts).filter(([, text]) => text !== '')
    try {
      const silence = { ...muted, for_seconds: span.seconds, ...Object.fromEntries(given) }
      const { body } = await offer.api.send('POST', 'silences', silence)
      this.#dialog.close()
      const { until, note = '' } = body as ShownSilence & { readonly note?: string }
      say(this.#notice, `Silenced ${nameOf(muted)} until ${clock(until)}. ${oneLine(note)}`.trim(), 'good')
      offer.onChange()
    } catch (error) {
      const { detail, errors } = problemOf(error)
      say(this.#problem, errors[0]?.detail ?? detail, 'bad')
    }
  }

  #draw({ id, rule, group, reason = '', by = '', until }: StatusSilence): Line {
    const name = nameOf(defined({ rule, group }))
    const end = make(
      'button',
      { type: 'button', class: 'quiet small', 'aria-label': `End the silence of ${name}` },
      'End',
    )
    end.addEventListener('click', () => void this.#end(id, end))
    const left = make('span', { title: clock(until) })
    const reach = make('span', { class: 'hint' })
    const cell = (head: string, ...children: (Node | string)[]): HTMLElement =>
      make('td', { 'data-head': head }, ...children)
    const element = make(
      'tr',
      {},
      cell('What', make('bdi', {}, name), ' ', reach),
      cell('Ends', left),
      cell('Who', make('bdi', {}, oneLine(by) || '–')),
      cell('Why', make('bdi', {}, oneLine(reason) || '–')),
      cell('', end),
    )
    return {
      element,
      update: ({ mutes }, nowMs) => {
        setText(left, `in ${countdown(Date.parse(until) - nowMs)}`)
        setText(reach, mutes === 0 ? '(no such rule or group is known)' : '')
      },
    }
  }

  async #end(id: string, button: HTMLButtonElement): Promise<void> {
    if (button.ariaDisabled === 'true' || this.#offer === undefined) return
    button.ariaDisabled = 'true'
    try {
      await this.#offer.api.send('DELETE', `silences/${id}`)
      say(this.#notice, 'Ended. The next error of what is still at its threshold raises an alert.', 'good')
    } catch (error) {
      const { status, detail } = problemOf(error)
      say(this.#notice, status === 404 ? 'It had ended already' : detail, status === 404 ? '' : 'bad')
    } finally {
      button.ariaDisabled = null
      this.#offer?.onChange()
    }
  }
}

function nameOf({ rule, group }: Muted): string {
  return rule === undefined ? 'all rules' : seriesName(rule, group)
}
