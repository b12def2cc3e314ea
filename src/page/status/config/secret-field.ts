// The fields of what can be written and never read: the secret, and the values of headers.
import { listOf } from '../../../unknown.js'
import { make } from '../../dom.js'
import { type Config, type Field, frame, type Place } from './fields.js'

export function secretField(place: Place): Field {
  return hiddenField(place, {
    input: make('input', {
      type: 'password',
      autocomplete: 'new-password',
      'aria-label': 'New secret',
      spellcheck: 'false',
    }),
    choices: { replace: 'Set a new secret', clear: 'Send no secret' },
    replacement: 'a new secret',
    stored: ({ secret_set: isSet }) => (isSet === true ? 'Keep the stored secret' : undefined),
    none: '',
    read: (text) => text.trim(),
  })
}

export function headersField(place: Place): Field {
  return hiddenField(place, {
    input: make('textarea', { rows: 3, 'aria-label': 'New headers, JSON', autocomplete: 'off', spellcheck: 'false' }),
    choices: { replace: 'Set new headers', clear: 'Send no further headers' },
    replacement: 'new headers',
    stored: ({ headers_set: names }) => {
      const stored = listOf(names).map(String)
      return stored.length === 0 ? undefined : `Keep the stored ones: ${stored.join(', ')}`
    },
    none: {},
    read: (text) => {
      try {
        return JSON.parse(text) as unknown
      } catch {
        // What the browser says of it would repeat a part of the text.
        throw new Error('Expected JSON: {"X-Api-Key": "…"}')
      }
    },
  })
}

interface Hidden {
  /** Where the new value is written. */
  readonly input: HTMLInputElement | HTMLTextAreaElement
  readonly choices: { readonly replace: string; readonly clear: string }
  /** What a new value is called. */
  readonly replacement: string
  /** What is said of the stored value; undefined where there is none. */
  readonly stored: (config: Config) => string | undefined
  /** The value that removes the stored one. */
  readonly none: unknown
  readonly read: (text: string) => unknown
}

function hiddenField(place: Place, { input, choices, replacement, stored, none, read }: Hidden): Field {
  const keep = make('option', { value: 'keep' }, '')
  const choice = make(
    'select',
    {},
    keep,
    make('option', { value: 'replace' }, choices.replace),
    make('option', { value: 'clear' }, choices.clear),
  )
  const { element, complain } = frame(place, choice, input)
  const update = (): void => {
    input.hidden = choice.value !== 'replace'
  }
  choice.addEventListener('change', () => {
    update()
    if (!input.hidden) input.focus()
  })
  return {
    name: place.name,
    element,
    input: choice,
    complain,
    show: (config) => {
      keep.textContent = stored(config) ?? `None is stored: ${place.blank}`
      choice.value = 'keep'
      input.value = ''
      update()
    },
    raw: () => JSON.stringify([choice.value, input.value]),
    restore: (raw) => {
      ;[choice.value, input.value] = JSON.parse(raw) as [string, string]
      update()
    },
    describe: (raw) => ({ replace: replacement, clear: 'none is sent' })[kindOf(raw)] ?? 'as it is stored',
    read: () => (choice.value === 'keep' ? undefined : choice.value === 'clear' ? none : read(input.value)),
  }
}

function kindOf(raw: string): string {
  const [kind] = JSON.parse(raw) as [string, string]
  return kind
}
