// The field of the secret, which can be written and never read.
import type { FormTexts } from '../../../config/rule-members.js'
import { make, setText } from '../../dom.js'
import type { Config, Field } from './fields.js'

export function secretField(name: string, texts: FormTexts): Field {
  const keep = make('option', { value: 'keep' }, '')
  const choice = make(
    'select',
    { id: `field-${name}`, 'aria-describedby': `problem-${name}` },
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
  const problem = make('p', { class: 'problem', id: `problem-${name}`, role: 'alert' })
  const hint = make('p', { class: 'hint' }, texts.hint)
  const element = make(
    'div',
    { class: 'field' },
    make('label', { for: `field-${name}` }, texts.label),
    choice,
    text,
    hint,
    problem,
  )
  const update = (): void => {
    text.hidden = choice.value !== 'replace'
    hint.hidden = text.hidden
  }
  choice.addEventListener('change', () => {
    update()
    if (!text.hidden) text.focus()
  })
  return {
    name,
    element,
    input: choice,
    complain: (given) => {
      setText(problem, given)
      choice.setAttribute('aria-invalid', String(given !== ''))
    },
    show: ({ secret_set: isSet }: Config) => {
      keep.textContent = isSet === true ? 'Keep the stored secret' : 'No secret is stored'
      choice.value = 'keep'
      text.value = ''
      update()
    },
    raw: () => JSON.stringify([choice.value, text.value]),
    restore: (raw) => {
      ;[choice.value, text.value] = JSON.parse(raw) as [string, string]
      update()
    },
    read: () => (choice.value === 'keep' ? undefined : choice.value === 'clear' ? '' : text.value.trim()),
  }
}
