// The fields of the config form: what each is called, how it is read, and how it is shown.
import { make, setText } from '../dom.js'

export type Config = Readonly<Record<string, unknown>>

export interface Field {
  /** The config's member. */
  readonly name: string
  readonly element: HTMLElement
  readonly input: HTMLElement
  /** Says what is wrong with it; blank where nothing is. */
  readonly complain: (text: string) => void
  readonly show: (config: Config) => void
  /** What somebody has typed or chosen, as it is; `restore` types it again. */
  readonly raw: () => string
  readonly restore: (raw: string) => void
  /** What is to be written; undefined leaves the member out. @throws Error with a sentence where it cannot be read */
  readonly read: () => unknown
}

interface Texts {
  readonly label: string
  readonly hint?: string
}

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement

function field<Input extends Control>(
  name: string,
  { label, hint }: Texts,
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

function checkField(name: string, texts: Texts): Field {
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

function textField(name: string, texts: Texts, type = 'text'): Field {
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

/** Blank is a member that is left out. */
function numberField(name: string, texts: Texts): Field {
  return field(
    name,
    texts,
    make('input', { type: 'number', inputmode: 'numeric', min: 1, step: 1, autocomplete: 'off' }),
    (value, input) => {
      input.value = typeof value === 'number' ? String(value) : ''
    },
    (input) => {
      if (input.validity.badInput) throw new Error('Expected a whole number')
      return input.value === '' ? undefined : input.valueAsNumber
    },
  )
}

/** Choices by their values in JSON; the blank one leaves the member out. */
function choiceField(name: string, texts: Texts, choices: readonly (readonly [value: string, label: string])[]): Field {
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

function listField(name: string, texts: Texts): Field {
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

function rulesField(name: string, texts: Texts): Field {
  return field(
    name,
    texts,
    make('textarea', { rows: 7, spellcheck: 'false' }),
    (value, input) => {
      const rules = Array.isArray(value) ? (value as readonly Config[]) : undefined
      const shown = rules?.map(({ secret_set: _, ...rule }) => rule)
      input.value = shown === undefined ? '' : JSON.stringify(shown, null, 2)
    },
    (input) => {
      if (input.value.trim() === '') return undefined
      try {
        return JSON.parse(input.value) as unknown
      } catch {
        throw new Error('Expected JSON, got what does not parse')
      }
    },
  )
}

const formats = ['json', 'slack', 'discord', 'teams', 'pagerduty', 'googlechat', 'cloudevents', 'alertmanager'].map(
  (name) => [JSON.stringify(name), name] as const,
)

/** In the order in which they stand in the form; the secret has a part of its own. */
export function configFields(): readonly Field[] {
  return [
    checkField('enabled', { label: 'Alerts are sent' }),
    textField('url', { label: 'Webhook URL' }, 'url'),
    numberField('threshold', { label: 'Threshold', hint: 'errors in the window that raise the alert' }),
    numberField('window_seconds', { label: 'Window, seconds' }),
    numberField('cooldown_seconds', { label: 'Cooldown, seconds', hint: 'quiet time after an alert' }),
    numberField('cooldown_max_seconds', { label: 'Longest cooldown, seconds', hint: 'blank: it always is the same' }),
    numberField('status_code_threshold', { label: 'Status codes from', hint: 'count as errors' }),
    choiceField('window_type', { label: 'Windows' }, [
      ['', 'as in code'],
      ['"sliding"', 'sliding'],
      ['"fixed"', 'fixed'],
    ]),
    choiceField('format', { label: 'Body', hint: 'what the receiver takes' }, [
      ['', 'as in code, or by the url’s host'],
      ...formats,
    ]),
    listField('group_by', { label: 'Group by', hint: 'record fields or line paths, with commas between' }),
    choiceField('send_resolved', { label: 'Tell when errors have stopped' }, [
      ['', 'as in code'],
      ['true', 'yes'],
      ['false', 'no'],
    ]),
    rulesField('rules', { label: 'Rules, JSON', hint: 'blank: those in code. A secret that a rule leaves out stays' }),
  ]
}
