// The fields of one rule, folded away until somebody opens them.
import { listOf } from '../../../unknown.js'
import { make, setText } from '../../dom.js'
import type { Config, Field } from './fields.js'
import { ruleFields } from './member-fields.js'
import type { HeldRule, Texts } from './merge.js'

/** What could not be read of a form, and the fields to which a reader is taken. */
export interface Unreadable {
  readonly field: Field
  readonly text: string
}

let made = 0

export class RuleSection {
  readonly element = make('details', { class: 'rule' })
  readonly #title = make('bdi', { class: 'rule-name' })
  readonly #sets = make('span', { class: 'hint' })
  readonly #group = make('div', { role: 'group', class: 'fields' })
  readonly #fields: readonly Field[]
  /** The rule as it is stored; undefined where it was added here. */
  #stored: Config | undefined
  #shown: Texts = {}
  /** What the fields hold where nothing is set. */
  readonly #blank: Texts

  constructor(onRemove: () => void) {
    made += 1
    this.#fields = ruleFields(`rule-${made}`)
    const remove = make('button', { type: 'button', class: 'quiet' }, 'Remove this rule')
    remove.onclick = onRemove
    this.#group.append(...this.#fields.map(({ element }) => element), make('div', { class: 'actions' }, remove))
    this.element.append(make('summary', {}, this.#title, ' ', this.#sets), this.#group)
    this.element.addEventListener('input', () => this.#retitle())
    for (const { show } of this.#fields) show({})
    this.#blank = this.#texts()
    this.show(undefined)
  }

  get storedName(): string | undefined {
    return this.#stored === undefined ? undefined : String(this.#stored['name'])
  }

  /** Shows a stored rule, or one in which nothing is set. */
  show(stored: Config | undefined): void {
    this.#stored = stored
    for (const { show, complain } of this.#fields) {
      show(stored ?? {})
      complain('')
    }
    this.#shown = this.#texts()
    this.#retitle()
  }

  held(): HeldRule {
    return { storedName: this.storedName, texts: this.#texts() }
  }

  restore({ texts }: HeldRule): void {
    for (const { name, restore } of this.#fields) restore(texts[name] ?? '')
    this.#retitle()
  }

  /** The rule as it would be written: what nobody has touched as it is stored. What cannot be read goes to `unreadable`. */
  read(unreadable: Unreadable[]): Config {
    const stored = this.#stored ?? {}
    const read = readFields(this.#fields, stored, this.#shown, unreadable)
    const { secret_set: isSecretSet, headers_set: headers, ...own } = { ...stored, ...read }
    const members = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined))
    const name = this.fieldOf('name')
    if (members['name'] === undefined && name !== undefined)
      unreadable.push({ field: name, text: 'Expected a name of letters, digits, - and _' })
    // The endpoint knows what is secret of a rule by the rule's name, and nobody can read it to write it anew.
    const bound = [isSecretSet === true ? 'secret' : '', listOf(headers).length > 0 ? 'headers' : '']
    for (const member of members['name'] === this.storedName ? [] : bound) {
      const field = this.fieldOf(member)
      if (field === undefined || member in members) continue
      const text =
        member === 'secret'
          ? 'A stored secret stays with the name of its rule: set it anew, or send none'
          : 'Stored headers stay with the name of their rule: set them anew, or send none'
      unreadable.push({ field, text })
    }
    return { ...members, name: members['name'] ?? '' }
  }

  fieldOf(member: string): Field | undefined {
    return this.#fields.find(({ name }) => name === member)
  }

  clearComplaints(): void {
    for (const { complain } of this.#fields) complain('')
  }

  /** Opens the section at its name. */
  begin(): void {
    this.element.open = true
    this.#fields[0]?.input.focus()
  }

  focus(): void {
    this.element.querySelector('summary')?.focus()
  }

  #texts(): Texts {
    return textsOf(this.#fields)
  }

  #retitle(): void {
    const name = this.fieldOf('name')?.raw().trim() || 'a new rule'
    setText(this.#title, name)
    this.#group.setAttribute('aria-label', `Rule ${name}`)
    const set = this.#fields.filter((field) => field.name !== 'name' && field.raw() !== this.#blank[field.name])
    const isSecretSet = this.#stored?.['secret_set'] === true
    const headers = listOf(this.#stored?.['headers_set']).map((header) => `header ${String(header)}`)
    const parts = set.map((field) => `${field.name} ${field.describe(field.raw())}`.replaceAll(/\s+/g, ' '))
    setText(this.#sets, [...parts, ...(isSecretSet ? ['secret'] : []), ...headers].join(', '))
  }
}

/** What the fields hold. */
export function textsOf(fields: readonly Field[]): Texts {
  return Object.fromEntries(fields.map(({ name, raw }) => [name, raw()]))
}

/** The values of fields. One that nobody has touched has the stored value, which a field may not be able to hold to the letter. */
export function readFields(
  fields: readonly Field[],
  stored: Config,
  shown: Texts,
  unreadable: Unreadable[],
): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const field of fields) {
    const { name, raw, read } = field
    try {
      values[name] = raw() === shown[name] ? stored[name] : read()
    } catch (error) {
      unreadable.push({ field, text: error instanceof Error ? error.message : String(error) })
    }
  }
  return values
}

/** What the fields of a rule hold in which nothing is set. */
export function blankTexts(): Texts {
  const fields = ruleFields('blank')
  for (const { show } of fields) show({})
  return textsOf(fields)
}
