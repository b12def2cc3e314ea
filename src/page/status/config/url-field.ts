// The field of a url. What stands behind the host of a webhook's url is often all that a sender needs, so it is shown to nobody who has not
// asked for it.
import { make } from '../../dom.js'
import { type Field, frame, type Place } from './fields.js'

/** A url with `…` in place of what may be secret: all behind its origin. */
export function maskedUrl(url: string): string {
  if (!URL.canParse(url)) return url
  const { origin, pathname, search, hash } = new URL(url)
  return pathname.length > 1 || search !== '' || hash !== '' ? `${origin}/…` : url
}

export function urlField(place: Place): Field {
  const input = make('input', { type: 'url', autocomplete: 'off', spellcheck: 'false', placeholder: place.blank })
  const reveal = make('button', { type: 'button', class: 'quiet', hidden: true }, 'Show and edit it')
  const { element, complain } = frame(place, input, reveal)
  /** The whole url while the input shows only a part of it. */
  let whole: string | undefined
  const hold = (url: string): void => {
    const shown = maskedUrl(url)
    whole = shown === url ? undefined : url
    input.value = shown
    input.readOnly = whole !== undefined
    reveal.hidden = whole === undefined
  }
  reveal.onclick = () => {
    input.value = whole ?? input.value
    whole = undefined
    input.readOnly = false
    reveal.hidden = true
    input.focus()
  }
  const raw = (): string => whole ?? input.value
  return {
    name: place.name,
    element,
    input,
    complain,
    show: ({ [place.name]: url }) => hold(typeof url === 'string' ? url : ''),
    raw,
    restore: hold,
    describe: (url) => (url === '' ? place.blank : maskedUrl(url)),
    read: () => raw().trim() || undefined,
  }
}
