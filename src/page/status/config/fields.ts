// The kinds of fields in the config form: how each is read, and how it is shown.
import type { FormTexts } from '../../../config/rule-members.js'
import { isObject, listOf, parseJson } from '../../../unknown.js'
import { make, setText } from '../../dom.js'

export type Config = Readonly<Record<string, unknown>>

export interface Field {
  /** The member of the config that the field edits. */
  readonly name: string
  readonly element: HTMLElement
  readonly input: HTMLElement
  /** Shows what is wrong with the value; blank where nothing is. */
  readonly complain: (text: string) => void
  readonly show: (config: Config) => void
  /** What somebody has typed or chosen, unread; `restore` puts it back. */
  readonly raw: () => string
  readonly restore: (raw: string) => void
  /** The value to write; undefined leaves the member out. @throws Error that says why the field cannot be read */
  readonly read: () => unknown
}

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement

function field<Input extends Control>(
  name: string,
  { label, hint }: FormTexts,
  input: Input,
  show: (value: unknown, input: Input) => void,
  read: (input: Input) => unknown,
): Field {
  const problem = make('p', { class: 'problem', id: `problem-${name}`, role: 'alert' })
  input.id = `field-${name}`
  input.setAttribute('aria-describedby', `${hint === undefined ? '' : `hint-${name} `}problem-${name}`)
  const isCheck = input instanceof HTMLInputElement && input.type === 'checkbox'
  const caption = make('label', { for: input.id }, label)
  const note = hint === undefined ? undefined : make('p', { class: 'hint', id: `hint-${name}` }, hint)
  const element = make('div', { class: isCheck ? 'field check' : 'field' }, caption, input, note, problem)
  return {
    name,
    element,
    input,
    complain: (text) => {
      setText(problem, text)
      input.setAttribute('aria-invalid', String(text !== ''))
    },
    show: (config) => show(config[name], input),
    raw: () => (isCheck ? String(input.checked) : input.value),
    restore: (raw) => {
      if (isCheck) input.checked = raw === 'true'
      else input.value = raw
    },
    read: () => read(input),
  }
}

export function checkField(name: string, texts: FormTexts): Field {
  return field(
    name,
    texts,
    make('input', { type: 'checkbox' }),
    (value, input) => {
      input.checked = value === true
    },
    (input) => input.checked,
  )
}

export function textField(name: string, texts: FormTexts, type = 'text'): Field {
  return field(
    name,
    texts,
    make('input', { type, autocomplete: 'off', spellcheck: 'false' }),
    (value, input) => {
      input.value = value === undefined || value === null ? '' : String(value)
    },
    (input) => input.value.trim(),
  )
}

/** A blank field leaves the member out. */
export function numberField(name: string, texts: FormTexts, min: number, max: number): Field {
  return field(
    name,
    texts,
    make('input', { type: 'number', inputmode: 'numeric', min, max, step: 1, autocomplete: 'off' }),
    (value, input) => {
      input.value = typeof value === 'number' ? String(value) : ''
    },
    (input) => {
      if (input.validity.badInput) throw new Error('Expected a whole number')
      return input.value === '' ? undefined : input.valueAsNumber
    },
  )
}

/** `choices` have their values as JSON; a blank value leaves the member out. */
export function choiceField(
  name: string,
  texts: FormTexts,
  choices: readonly (readonly [value: string, label: string])[],
): Field {
  const options = choices.map(([value, label]) => make('option', { value }, label))
  return field(
    name,
    texts,
    make('select', {}, ...options),
    (value, input) => {
      input.value = value === undefined ? '' : JSON.stringify(value)
    },
    (input) => (input.value === '' ? undefined : (JSON.parse(input.value) as unknown)),
  )
}

export function listField(name: string, texts: FormTexts): Field {
  return field(
    name,
    texts,
    make('input', { type: 'text', autocomplete: 'off', spellcheck: 'false' }),
    (value, input) => {
      input.value = [value ?? []].flat().join(', ')
    },
    (input) => {
      const parts = input.value.split(',').map((part) => part.trim())
      const given = parts.filter((part) => part !== '')
      return given.length === 0 ? undefined : given
    },
  )
}

export function rulesField(name: string, texts: FormTexts): Field {
  return field(
    name,
    texts,
    make('textarea', { rows: 7, spellcheck: 'false' }),
    (value, input) => {
      const rules = listOf(value).map((rule) => (isObject(rule) ? withoutSecretSet(rule) : rule))
      input.value = Array.isArray(value) ? JSON.stringify(rules, null, 2) : ''
    },
    (input) => {
      if (input.value.trim() === '') return undefined
      const rules = parseJson(input.value)
      if (rules === undefined) throw new Error('Expected JSON: the text does not parse')
      return rules
    },
  )
}

function withoutSecretSet({ secret_set: _, ...rule }: Config): Config {
  return rule
}

/** The name of a rule in a config, which may be any value. */
export function nameOfRule(rule: unknown): string {
  return isObject(rule) ? String(rule['name']) : ''
}
