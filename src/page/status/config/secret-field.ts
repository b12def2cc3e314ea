// The field of the secret, which can be written and never read.
import { make } from '../../dom.js'
import { type Config, type Field, frame, type Place } from './fields.js'

export function secretField(place: Place): Field {
  const keep = make('option', { value: 'keep' }, '')
  const choice = make(
    'select',
    {},
    keep,
    make('option', { value: 'replace' }, 'Set a new secret'),
    make('option', { value: 'clear' }, 'Send no secret'),
  )
  const text = make('input', {
    type: 'password',
    autocomplete: 'new-password',
    'aria-label': 'New secret',
    spellcheck: 'false',
  })
  const { element, complain } = frame(place, choice, text)
  const update = (): void => {
    text.hidden = choice.value !== 'replace'
  }
  choice.addEventListener('change', () => {
    update()
    if (!text.hidden) text.focus()
  })
  return {
    name: place.name,
    element,
    input: choice,
    complain,
    show: ({ secret_set: isSet }: Config) => {
      keep.textContent = isSet === true ? 'Keep the stored secret' : `None is stored: ${place.blank}`
      choice.value = 'keep'
      text.value = ''
      update()
    },
    raw: () => JSON.stringify([choice.value, text.value]),
    restore: (raw) => {
      ;[choice.value, text.value] = JSON.parse(raw) as [string, string]
      update()
    },
    describe: (raw) => ({ replace: 'a new secret', clear: 'none is sent' })[kindOf(raw)] ?? 'as it is stored',
    read: () => (choice.value === 'keep' ? undefined : choice.value === 'clear' ? '' : text.value.trim()),
  }
}

function kindOf(raw: string): string {
  const [kind] = JSON.parse(raw) as [string, string]
  return kind
}
