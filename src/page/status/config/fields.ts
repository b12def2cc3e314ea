// The kinds of fields in the config form: how each is read, and how it is shown.
import type { FormTexts } from '../../../config/rule-members.js'
import { isObject } from '../../../unknown.js'
import { make, setText } from '../../dom.js'

export type Config = Readonly<Record<string, unknown>>

/** Which member of a config a field edits, where it stands, and what it is called. */
export interface Place extends FormTexts {
  /** The member of the config, or of a rule. */
  readonly name: string
  /** Unique in the page. */
  readonly id: string
  /** What holds where the member is left out. */
  readonly blank: string
}

export interface Field {
  readonly name: string
  readonly element: HTMLElement
  readonly input: HTMLElement
  /** Shows what is wrong with the value; blank where nothing is. */
  readonly complain: (text: string) => void
  readonly show: (config: Config) => void
  /** What somebody has typed or chosen, unread; `restore` puts it back. */
  readonly raw: () => string
  readonly restore: (raw: string) => void
  /** A raw text as it may be shown, without what is secret. */
  readonly describe: (raw: string) => string
  /** The value to write; undefined leaves the member out. @throws Error that says why the field cannot be read */
  readonly read: () => unknown
}

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement

/** What a field is made of, beside its value. */
export interface Frame {
  readonly element: HTMLElement
  readonly complain: (text: string) => void
}

/** Puts a label, a hint and the place for a problem around an input. `beside` stands behind the input. */
export function frame({ id, label, hint }: Place, input: Control, ...beside: readonly Node[]): Frame {
  const problem = make('p', { class: 'problem', id: `problem-${id}`, role: 'alert' })
  input.id = id
  input.setAttribute('aria-describedby', `${hint === undefined ? '' : `hint-${id} `}problem-${id}`)
  const caption = make('label', { for: id }, label)
  const note = hint === undefined ? undefined : make('p', { class: 'hint', id: `hint-${id}` }, hint)
  return {
    element: make('div', { class: 'field' }, caption, input, ...beside, note, problem),
    complain: (text) => {
      setText(problem, text)
      input.setAttribute('aria-invalid', String(text !== ''))
    },
  }
}

function field<Input extends Control>(
  place: Place,
  input: Input,
  show: (value: unknown) => string,
  read: (input: Input) => unknown,
): Field {
  const { element, complain } = frame(place, input)
  return {
    name: place.name,
    element,
    input,
    complain,
    show: (config) => {
      input.value = show(config[place.name])
    },
    raw: () => input.value,
    restore: (raw) => {
      input.value = raw
    },
    describe: (raw) => (raw === '' ? place.blank : raw),
    read: () => read(input),
  }
}

/** A blank field leaves the member out. */
export function textField(place: Place): Field {
  return field(
    place,
    make('input', { type: 'text', autocomplete: 'off', spellcheck: 'false', placeholder: place.blank }),
    (value) => (value === undefined || value === null ? '' : String(value)),
    (input) => input.value.trim() || undefined,
  )
}

/** A blank field leaves the member out. `step` is 1 for whole numbers, `any` for fractions too. */
export function numberField(place: Place, min: number, max: number, step: 1 | 'any' = 1): Field {
  const { blank: placeholder } = place
  return field(
    place,
    make('input', {
      type: 'number',
      inputmode: step === 1 ? 'numeric' : 'decimal',
      min,
      max,
      step,
      autocomplete: 'off',
      placeholder,
    }),
    (value) => (typeof value === 'number' ? String(value) : ''),
    (input) => {
      if (input.validity.badInput) throw new Error(step === 1 ? 'Expected a whole number' : 'Expected a number')
      return input.value === '' ? undefined : input.valueAsNumber
    },
  )
}

/** `choices` have their values as JSON. One that is blank leaves the member out. */
export function choiceField(place: Place, choices: readonly (readonly [value: string, label: string])[]): Field {
  const all = [['', place.blank] as const, ...choices]
  const options = all.map(([value, label]) => make('option', { value }, label))
  const made = field(
    place,
    make('select', {}, ...options),
    (value) => (value === undefined ? '' : JSON.stringify(value)),
    (input) => (input.value === '' ? undefined : (JSON.parse(input.value) as unknown)),
  )
  return { ...made, describe: (raw) => all.find(([value]) => value === raw)?.[1] ?? raw }
}

export function listField(place: Place): Field {
  return field(
    place,
    make('input', { type: 'text', autocomplete: 'off', spellcheck: 'false', placeholder: place.blank }),
    (value) => [value ?? []].flat().join(', '),
    (input) => {
      const parts = input.value.split(',').map((part) => part.trim())
      const given = parts.filter((part) => part !== '')
      return given.length === 0 ? undefined : given
    },
  )
}

/** A value that is an object, written as JSON. */
export function jsonField(place: Place): Field {
  return field(
    place,
    make('textarea', { rows: 3, spellcheck: 'false', placeholder: place.blank }),
    (value) => (value === undefined ? '' : JSON.stringify(value, null, 2)),
    (input) => {
      if (input.value.trim() === '') return undefined
      try {
        return JSON.parse(input.value) as unknown
      } catch (error) {
        // The browser says where.
        throw new Error(`Expected JSON: ${error instanceof Error ? error.message : 'the text does not parse'}`)
      }
    },
  )
}

/** The name of a rule in a config, which may be any value. */
export function nameOfRule(rule: unknown): string {
  return isObject(rule) ? String(rule['name']) : ''
}
